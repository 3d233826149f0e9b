// The simulated board and the declarations say the same: names, kinds, values of constants, arguments, results.
import { strict as assert } from "node:assert";
import * as ts from "typescript";
import { type Declared, type DeclaredChip, kindsOf, readDeclared, type Signature } from "./declared.ts";
import { Calls, readSimulated, type Simulated } from "./simulated.ts";
import { examples, gaps, lenient, raising, results, undeclared } from "./simulator-gaps.ts";

/** How an object of each class comes into being. */
const OBJECTS: Record<string, string> = {
  "FILE*": 'io.open("a.txt", "w+")',
  HASH_METATABLE: 'crypto.new_hash("SHA1")',
  "crypto.hash": 'crypto.new_hash("SHA1")',
  "file.obj": 'file.open("a.txt", "w+")',
  "net.tcpserver": "net.createServer()",
  "net.tcpsocket": "net.createConnection()",
  "net.udpsocket": "net.createUDPSocket()",
  "sjson.decoder": "sjson.decoder()",
  "sjson.encoder": "sjson.encoder({1})",
  "tmr.timer": "tmr.create()",
};

/** Classes with another name on ESP32, declared under the ESP8266's. */
const SAME_CLASS: Record<string, string> = { HASH_METATABLE: "crypto.hash" };

/** Arguments that have to be more than of the right type, by the parameter's name. */
const ARGUMENTS: Record<string, string> = {
  baud: "115200",
  databits: "8",
  host: '"192.168.4.2"',
  gateway: '"192.168.4.1"',
  mac: '"02:00:00:00:00:02"',
  multicastIp: '"224.0.0.1"',
  ip: '"192.168.4.1"',
  ms: "100",
  netmask: '"255.255.255.0"',
  pin: "4",
  ttl: "64",
};

/** A value of a type, in Lua. */
function luaOf(checker: ts.TypeChecker, name: string, type: ts.Type): string {
  const known = ARGUMENTS[name];
  if (known !== undefined) return known;
  const parts = type.isUnion() ? type.types : [type];
  const some = parts.find((part) => !(part.flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Null))) ?? type;
  if (some.isStringLiteral()) return JSON.stringify(some.value);
  if (some.isNumberLiteral()) return String(some.value);
  const [kind = "nil"] = kindsOf(checker, some);
  // the type of a constant that is no number to the compiler carries its name
  const handle = checker.getPropertyOfType(some, "__handle");
  const constant = handle && checker.getTypeOfSymbol(handle);
  if (constant?.isStringLiteral()) return constant.value;
  if (kind === "table") {
    const fields = checker
      .getPropertiesOfType(some)
      .filter((property) => !(property.flags & ts.SymbolFlags.Optional) && !checker.isArrayLikeType(some))
      .map(
        (property) =>
          `${property.name} = ${luaOf(checker, property.name, checker.getTypeOfSymbol(property))}`,
      );
    return `{ ${fields.join(", ")} }`;
  }
  const simple: Record<string, string> = {
    any: "1",
    boolean: "true",
    function: "function() end",
    nil: "nil",
    number: "1",
    string: '"a"',
  };
  return simple[kind] ?? OBJECTS[kind] ?? "nil";
}

/** Lists of arguments that a signature allows: all it needs, and all it takes. */
function callsOf(checker: ts.TypeChecker, { parameters }: Signature): string[] {
  const all = parameters.map(({ name, type, rest }) =>
    luaOf(checker, name, rest ? (checker.getTypeArguments(type as ts.TypeReference)[0] ?? type) : type),
  );
  const needed = parameters.filter(({ optional }) => !optional).length;
  return [...new Set([all.slice(0, needed).join(", "), all.join(", ")])];
}

/** What is wrong with the kinds of a call's results, undefined if a signature allows them. */
function wrongResults(signatures: Signature[], kinds: string[]): string | undefined {
  const alternatives = signatures.flatMap((signature) => signature.results ?? []);
  const fits = (allowed: string[], kind: string) => allowed.includes("any") || allowed.includes(kind);
  const isGood = alternatives.some(
    (alternative) =>
      // none at all is nil, as Lua has it
      kinds.length <= alternative.length &&
      alternative.every((allowed, i) => fits(allowed, kinds[i] ?? "nil")),
  );
  if (isGood || alternatives.some((alternative) => alternative.length === 0 && kinds.length === 0))
    return undefined;
  return `returns (${kinds.join(", ")}), declared ${JSON.stringify(alternatives)}`;
}

for (const chip of ["esp8266", "esp32"] as const) {
  describe(`the simulated ${chip} and its declarations`, function () {
    this.timeout(60000);
    let simulated: Simulated;
    let declared: DeclaredChip;
    /** Of the modules that the board has. */
    const names = new Map<string, Declared>();

    before(() => {
      simulated = readSimulated(chip);
      declared = readDeclared(chip);
      for (const [name, one] of declared.names)
        if (simulated.modules.includes(one.module ?? "")) names.set(name, one);
    });

    it("has modules that the firmware has", () => {
      assert.ok(simulated.modules.length >= 5);
      assert.deepEqual(
        simulated.modules.filter((module) => !declared.modules.has(module)),
        [],
      );
    });

    it("has no name that is not declared", () => {
      assert.deepEqual(
        [...simulated.names.keys()].filter((name) => !names.has(name) && name !== "FILE*:"),
        [],
      );
    });

    it(`has all that is declared but what is listed (${Object.keys(gaps[chip]).length} gaps)`, () => {
      const absent = [...names].filter(([name, { optional }]) => !simulated.names.has(name) && !optional);
      const inside = (name: string) =>
        absent.some(
          ([table]) =>
            name !== table &&
            (name.startsWith(`${table}.`) || (table.endsWith(":") && name.startsWith(table))),
        );
      assert.deepEqual(
        absent
          .map(([name]) => name)
          .filter((name) => !inside(name))
          .sort(),
        Object.keys(gaps[chip]).sort(),
      );
    });

    it("has the declared kinds and the values of constants", () => {
      const wrong: string[] = [];
      let values = 0;
      for (const [name, { kind, value }] of names) {
        const found = simulated.names.get(name);
        if (!found) continue;
        if (found.kind !== kind) wrong.push(`${name} is a ${found.kind}, declared as a ${kind}`);
        if (value === undefined) continue;
        values++;
        if (found.value !== String(value)) wrong.push(`${name} is ${found.value}, declared as ${value}`);
      }
      assert.deepEqual(wrong, []);
      assert.ok(values >= 10);
    });

    it("takes the declared arguments and returns the declared kinds", () => {
      const wrong: string[] = [];
      const raises = new Set<string>();
      const tooLenient = new Set<string>();
      const otherResults = new Set<string>();
      let functions = 0;
      for (const [name, { kind, signatures }] of names) {
        if (kind !== "function" || !simulated.names.has(name)) continue;
        functions++;
        const [class_ = "", method] = name.split(":");
        const setup = method === undefined ? "" : `object = ${OBJECTS[class_]}\n`;
        const before = setup + (examples[name]?.before ?? "");
        const expression = (list: string) =>
          method === undefined ? `${name}(${list})` : `object:${method}(${list})`;
        const calls = examples[name]?.arguments ?? [
          ...new Set(signatures.flatMap((signature) => callsOf(declared.checker, signature))),
        ];
        const board = new Calls(chip);
        let good = 0;
        for (const list of calls) {
          const result = board.outcome(before, expression(list));
          if ("error" in result) {
            if (signatures.some((signature) => signature.results === undefined)) good++;
            else if (raising[chip][name] !== undefined) raises.add(name);
            else wrong.push(`${expression(list)} raises ${result.error}`);
            continue;
          }
          good++;
          const problem = wrongResults(
            signatures,
            result.results.map((one) => SAME_CLASS[one] ?? one),
          );
          if (problem !== undefined && results[name] !== undefined) otherResults.add(name);
          else if (problem !== undefined) wrong.push(`${expression(list)} ${problem}`);
        }
        if (good > 0) raises.delete(name);
        // one argument less than any overload allows
        const shortest = signatures
          .map(({ parameters }) => parameters.filter(({ optional }) => !optional))
          .sort((a, b) => a.length - b.length)[0];
        if (shortest?.length && good > 0) {
          const list = shortest
            .slice(0, -1)
            .map((parameter) => luaOf(declared.checker, parameter.name, parameter.type))
            .join(", ");
          if (!("error" in board.outcome(before, expression(list)))) tooLenient.add(name);
        }
        board.stop();
      }
      assert.deepEqual(wrong, []);
      const here = (list: object) => Object.keys(list).filter((name) => simulated.names.has(name));
      assert.deepEqual([...raises].sort(), here(raising[chip]).sort());
      assert.deepEqual([...otherResults].sort(), here(results).sort());
      assert.deepEqual([...tooLenient].sort(), here(lenient).sort());
      assert.ok(functions > (chip === "esp8266" ? 100 : 30), `${functions} functions`);
    });
  });
}

describe("the simulated esp8266 and its Lua library", () => {
  it("have the same names, but what is listed", () => {
    const { library } = readSimulated("esp8266");
    const declared = readDeclared("esp8266").library;
    assert.deepEqual(
      [...declared.keys()].filter((name) => !library.has(name)),
      [],
    );
    assert.deepEqual(
      [...library.keys()].filter((name) => !declared.has(name)).sort(),
      Object.keys(undeclared).sort(),
    );
  });
});
