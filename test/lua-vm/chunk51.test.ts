// NodeMCU's .lc files from what our VM dumps: byte for byte what the firmware's own compiler makes of the same source.
// luac-cross.json holds the sums of its files, recorded with luac.cross of the release branch (36cbf9f0) for each program of programs/, where it
// compiles it: for both kinds of numbers, without names (its default) and with no debug information (-s).
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { readNodeMcu, readPuc, writeNodeMcu, writePuc } from "../../packages/lua-vm/chunk51.ts";
import { compile51 } from "../../packages/lua-vm/compile.ts";
import { packLines, unpackLines } from "../../packages/lua-vm/lines.ts";
import { BytecodeError, NUMBER_KINDS, type Proto, strip } from "../../packages/lua-vm/proto.ts";
import { LuaError, LuaVm } from "../../packages/lua-vm/vm/lua.ts";

const PROGRAMS = new URL("programs/", import.meta.url);
const recorded = JSON.parse(readFileSync(new URL("luac-cross.json", import.meta.url), "utf8")) as {
  chunks: Record<string, Record<string, string>>;
};

function dump(source: string | Buffer, name = "@program.lua"): Buffer {
  const vm = new LuaVm();
  assert.equal(vm.load(vm.L, source, name), undefined);
  const bytes = vm.dump(vm.L);
  vm.close();
  return bytes;
}
const compile = (source: string | Buffer, name?: string): Proto => readPuc(dump(source, name)).main;

describe("precompiled chunks of Lua 5.1", () => {
  describe("are luac.cross's byte for byte", () => {
    for (const name of readdirSync(PROGRAMS)) {
      it(name, () => {
        const main = compile51(readFileSync(new URL(name, PROGRAMS)), `@${name}`, dump);
        const sums = recorded.chunks[name]!;
        assert.ok(Object.keys(sums).length >= 2, "a sum for each form");
        for (const kind of NUMBER_KINDS)
          for (const [form, part] of [
            ["lines", "names"],
            ["stripped", "all"],
          ] as const) {
            const make = () => writeNodeMcu(strip(main, part), kind);
            const sum = sums[`${kind}, ${form}`];
            if (sum === undefined) assert.throws(make, BytecodeError);
            else assert.equal(createHash("sha256").update(make()).digest("hex"), sum, `${kind}, ${form}`);
          }
      });
    }
  });

  it("come back as they were from either form, names and lines too", () => {
    for (const name of readdirSync(PROGRAMS)) {
      const bytes = dump(readFileSync(new URL(name, PROGRAMS)), `@${name}`);
      const { main, numbers } = readPuc(bytes);
      assert.equal(numbers, "double");
      assert.deepEqual(writePuc(main, "double"), bytes, name);
      assert.deepEqual(readNodeMcu(writeNodeMcu(main, "double")).main, main, name);
    }
  });

  it("do the same without debug information, and tell nothing about their source", () => {
    const source = `
      local secretName, other = 1, {x = "text"}
      local function secretFunction(secretParameter)
        for i = 1, 2 do secretName = secretName + i * 1.5 end
        return function(...) return secretName, other.x, secretParameter, true, nil, ... end
      end
      return select("#", secretFunction(2)(3, 4)), secretFunction("y")()`;
    const full = dump(source, "@secret.lua");
    const stripped = writePuc(strip(readPuc(full).main, "all"), "double");
    assert.ok(stripped.length < full.length);
    const vm = new LuaVm();
    assert.deepEqual(vm.run(stripped), vm.run(full));
    assert.doesNotMatch(stripped.toString("latin1"), /secret/);
    const noLines = writePuc(strip(compile("local a\n\nreturn a.b"), "all"), "double");
    assert.throws(
      () => vm.run(noLines),
      (error) => error instanceof LuaError && /^\?/.test(error.message),
    );
    vm.close();
  });

  describe("for firmware that counts in integers", () => {
    const refusal = (source: string) => {
      try {
        writeNodeMcu(compile(source), "integer");
      } catch (error) {
        assert.ok(error instanceof BytecodeError);
        return error.message;
      }
      return undefined;
    };

    it("are refused with a constant that is too large or no whole number, which the message names", () => {
      assert.equal(
        refusal("local x = 1\nlocal function f()\n  return 2147483647\nend"),
        "program.lua, function at line 2: the number 2147483647 is not between -2147483647 and 2147483646, " +
          "and the firmware counts in 32-bit integers",
      );
      assert.equal(
        refusal("return 0.5"),
        "program.lua: the number 0.5 is no whole number, and the firmware counts in 32-bit integers",
      );
      assert.match(refusal("return -2147483648")!, /the number -2147483648 is not between/);
    });

    it("may have the constants next to those", () => {
      assert.equal(refusal("return 2147483646, -2147483647"), undefined);
      const chunk = writeNodeMcu(compile("return 2147483646, -2147483647, 0"), "integer");
      const { main, numbers } = readNodeMcu(chunk);
      assert.equal(numbers, "integer");
      assert.deepEqual(main.constants, [2147483646, -2147483647, 0]);
    });
  });

  it("are refused when they are something else, or cut", () => {
    const chunk = writeNodeMcu(compile("local a = ... return a + 1, 'text'"), "double");
    assert.throws(() => readNodeMcu(Buffer.from("return 1")), /^Error: bad header$/);
    assert.throws(() => readNodeMcu(Buffer.from(chunk).fill(0x53, 4, 5)), /bad header/);
    for (let length = 0; length < chunk.length; length++)
      assert.throws(
        () => readNodeMcu(chunk.subarray(0, length)),
        /bad header|unexpected end/,
        `${length} bytes`,
      );
  });
});

describe("packed line information", () => {
  it("gives back any lines: far ahead, back, and many instructions on one", () => {
    for (const lines of [
      [1],
      [3, 3, 4, 4, 5, 2, 3],
      [1, 66, 67, 130, 1, 9000, 9000, 2, 100000, 1],
      Array.from({ length: 300 }, () => 7),
      Array.from({ length: 400 }, (_, i) => ((i * i * 7919) % 20000) + 1),
    ])
      assert.deepEqual(unpackLines(packLines(lines)), lines);
    assert.equal(packLines([]).length, 0);
  });
});
