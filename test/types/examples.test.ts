// The examples in the documentation comments type-check and compile, on every chip that has what they show.
import { strict as assert } from "node:assert";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import * as ts from "typescript";
import { check, surface, syntaxError, typesFolder } from "./project.ts";

type Chip = "esp8266" | "esp32";
const chips: Chip[] = ["esp8266", "esp32"];

interface Example {
  name: string;
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
      examples.push({ name: `${file.replace(/\W+/g, "_")}_${line}`, chips: chipsOf(file, node), program });
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

describe("examples in the declarations", function () {
  this.timeout(120000);

  it("and in docs/types.md compile for both chips", () => {
    const text = readFileSync(path.join(typesFolder, "..", "docs", "types.md"), "utf8");
    const blocks = [...text.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, code]) => code ?? "");
    assert.ok(blocks.length > 0);
    const texts = Object.fromEntries(blocks.map((code, i) => [`block${i}`, code]));
    assert.deepEqual(check("portable", texts, { emit: true }).messages, []);
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
    });
  }
});
