// The examples in the documentation comments type-check and compile, on every chip that has what they show, and run on
// the simulated board of that chip if it has it too.
import { strict as assert } from "node:assert";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import * as ts from "typescript";
import { SerialLine } from "../../packages/simulator/serial/line.ts";
import { Rig } from "../simulator/rig.ts";
import { check, surface, syntaxError, typesFolder } from "./project.ts";
import { readSimulated } from "./simulated.ts";

type Chip = "esp8266" | "esp32";
const chips: Chip[] = ["esp8266", "esp32"];

interface Example {
  name: string;
  /** Its file, and which one of that it is. */
  place: string;
  chips: Chip[];
  program: string;
}

/** The chips that a declaration is for, by the interface it is in, else those that have the module. */
function chipsOf(file: string, node: ts.Node): Chip[] {
  for (let at: ts.Node = node; at; at = at.parent) {
    const name = ts.isInterfaceDeclaration(at) || ts.isTypeAliasDeclaration(at) ? at.name.text : "";
    if (name.startsWith("Esp8266")) return ["esp8266"];
    if (name.startsWith("Esp32")) return ["esp32"];
  }
  if (file === "lua/5.1.d.ts") return ["esp8266"];
  if (file === "lua/5.3.d.ts" || file === "lua/io.d.ts") return ["esp32"];
  const module = path.basename(file, ".d.ts");
  const having = chips.filter((chip) => module in surface()[chip].modules);
  return having.length > 0 ? having : chips;
}

function examplesOf(file: string): Example[] {
  const text = readFileSync(path.join(typesFolder, file), "utf8");
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ESNext, true);
  const examples: Example[] = [];
  const visit = (node: ts.Node): void => {
    for (const tag of ts.getJSDocTags(node)) {
      if (tag.tagName.text !== "example" || tag.parent.parent !== node) continue;
      const program = ts.getTextOfJSDocComment(tag.comment) ?? "";
      const line = source.getLineAndCharacterOfPosition(tag.getStart()).line + 1;
      examples.push({
        name: `${file.replace(/\W+/g, "_")}_${line}`,
        place: `${file} ${examples.length + 1}`,
        chips: chipsOf(file, node),
        program,
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return examples;
}

const files = readdirSync(typesFolder, { recursive: true, encoding: "utf8" })
  .map((name) => name.replaceAll("\\", "/"))
  .filter((name) => name.endsWith(".d.ts") && name !== "httpserver.d.ts");
const examples = files.flatMap(examplesOf);
const page = readFileSync(path.join(typesFolder, "..", "docs", "types.md"), "utf8");
const blocks = Object.fromEntries(
  [...page.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, code], i) => [`block${i}`, code ?? ""]),
);

/** Examples that use only modules of the simulated board and still cannot run on it: which one of a file, and why. */
const CANNOT_RUN: Record<string, string> = {
  "gpiopulse.d.ts 1": "gpio.pulse, off by default",
  "uart.d.ts 2": "a port of the ESP32 that is not the console's",
};

const identifier = (module: string) => (module === "bit" ? "bit_" : module);

/** The modules that a program uses. */
function uses(chip: Chip, program: string): string[] {
  const modules = Object.keys(surface()[chip].modules);
  return modules.filter((module) => new RegExp(`(?<![.\\w])${identifier(module)}\\.`).test(program));
}

/**
 * Boots a board with a program as its init.lua, and gives it some of the world: time, bytes at the console, changing
 * pins, a client at port 80.
 * @returns what went wrong, as the board tells it
 */
function run(chip: Chip, lua: string): string[] {
  const rig = new Rig(lua, { chip, encoder: true, crypto: true, peripherals: true });
  const { board, clock } = rig;
  const line = new SerialLine(clock);
  board.uart.connect(line);
  line.toBoard(Buffer.from("hello\r\n"));
  const client = rig.client();
  client.send("GET / HTTP/1.0\r\n\r\n");
  for (let pin = 1; pin < board.pins.length; pin++) {
    board.setPin(pin, 1);
    rig.wait(10);
    board.setPin(pin, 0);
  }
  rig.wait(100);
  client.close();
  rig.wait(10_000);
  const printed = rig.printed().split("\n");
  const wrong = printed.filter((text) =>
    /error|PANIC|^(init\.lua|stdin|\?):\d*:|stack traceback/i.test(text),
  );
  if (board.restarts > 0) wrong.push(`restarted: ${board.lastReason}`);
  board.stop();
  return [...wrong, ...board.panics.map(({ message }) => message)];
}

describe("examples in the declarations", function () {
  this.timeout(120000);

  it("and in docs/types.md compile for both chips", () => {
    assert.ok(Object.keys(blocks).length > 0);
    assert.deepEqual(check("portable", blocks, { emit: true }).messages, []);
  });

  it("in docs/types.md run", () => {
    const { lua } = check("portable", blocks, { emit: true });
    for (const [name, code] of Object.entries(lua)) assert.deepEqual(run("esp8266", code), [], name);
  });

  it("are in the file of every module", () => {
    const modules = new Set(chips.flatMap((chip) => Object.keys(surface()[chip].modules)));
    const without = [...modules].filter(
      (module) => !examples.some(({ name }) => name.startsWith(`${module}_d_ts_`)),
    );
    assert.deepEqual(without.sort(), []);
  });

  for (const chip of chips) {
    describe(`for ${chip}`, () => {
      const mine = examples.filter((example) => example.chips.includes(chip));
      const texts = Object.fromEntries(mine.map(({ name, program }) => [name, program]));
      const strict = () => check(chip, texts, { emit: true, noImplicitSelf: true });
      const loose = () => check(chip, texts, { emit: true, noImplicitSelf: false });
      let compiled: [ReturnType<typeof check>, ReturnType<typeof check>];
      before(() => {
        compiled = [strict(), loose()];
      });
      for (const { name } of mine) {
        it(name, () => {
          for (const { messages } of compiled)
            assert.deepEqual(
              messages.filter((m) => m.text === name),
              [],
            );
          const lua = compiled[0].lua[name] ?? "";
          assert.notEqual(lua, "");
          assert.equal(compiled[1].lua[name], lua, "noImplicitSelf changes the Lua");
          assert.equal(syntaxError(lua), undefined);
        });
      }

      const { modules } = readSimulated(chip);
      const simulated = mine.filter(({ program }) =>
        uses(chip, program).every((module) => modules.includes(module)),
      );
      const running = simulated.filter(({ place }) => CANNOT_RUN[place] === undefined);
      const rest = `${mine.length - simulated.length} need modules that the simulated board lacks`;
      const listed = simulated.length - running.length;
      it(`run: ${running.length} of ${mine.length}; ${rest}, ${listed} something else`, () => {
        assert.ok(running.length > 0);
        for (const { name } of running) assert.deepEqual(run(chip, compiled[0].lua[name] ?? ""), [], name);
      });

      it("cannot run if they are listed so", () => {
        const able = simulated
          .filter((example) => !running.includes(example))
          .filter(({ name }) => run(chip, compiled[0].lua[name] ?? "").length === 0);
        assert.deepEqual(able, []);
      });
    });
  }
});
