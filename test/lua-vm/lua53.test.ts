// Chunks and LFS images of Lua 5.3: byte for byte what the firmware's own compiler of that version makes, but for the numbers of two
// strings that it gets wrong. luac-cross.json has the sums; its images begin with a number of chance, which is recorded with them.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { compiler } from "../../packages/image/code.ts";
import {
  readNodeMcu53,
  readPuc53,
  strip53,
  writeNodeMcu53,
  writePuc53,
} from "../../packages/lua-vm/chunk53.ts";
import { compile53 } from "../../packages/lua-vm/compile.ts";
import { makeLfs } from "../../packages/lua-vm/lfs.ts";
import { moduleName } from "../../packages/lua-vm/lfs51.ts";
import { readLfs53, writeLfs53 } from "../../packages/lua-vm/lfs53.ts";
import { BytecodeError } from "../../packages/lua-vm/proto.ts";
import { describeLua53 } from "../extent.ts";

const PROGRAMS = new URL("programs/", import.meta.url);
const TIME = 1700000000;
const recorded = JSON.parse(readFileSync(new URL("luac-cross.json", import.meta.url), "utf8")) as {
  chunks53: Record<string, { lines: string; stripped: string }>;
  images53: Record<string, { seed: number; sum: string }>;
};
const sum = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
const names = readdirSync(PROGRAMS).sort();
const source = (name: string) => readFileSync(new URL(name, PROGRAMS));

describeLua53("bytecode of Lua 5.3", () => {
  const compile = compiler("double", "5.3");

  describe("chunks are luac.cross's byte for byte", () => {
    for (const name of names)
      it(name, () => {
        const main = compile53(source(name), `@${name}`, compile);
        assert.equal(sum(writeNodeMcu53(main)), recorded.chunks53[name]!.lines);
        assert.equal(sum(writeNodeMcu53(main, false)), recorded.chunks53[name]!.stripped);
      });
  });

  it("chunks come back as they were from either form", () => {
    for (const name of names) {
      const bytes = compile(source(name), `@${name}`) as Buffer;
      const main = readPuc53(bytes);
      assert.deepEqual(writePuc53(main), bytes, name);
      const packed = writeNodeMcu53(main);
      assert.deepEqual(writeNodeMcu53(readNodeMcu53(packed)), packed, name);
      assert.ok(writeNodeMcu53(strip53(main, "all"), false).length < packed.length);
    }
  });

  it("chunks that are cut or something else are refused", () => {
    const chunk = writeNodeMcu53(
      readPuc53(compile(Buffer.from("local a = ... return a, 'x', -300"), "@a") as Buffer),
    );
    for (let length = 0; length < chunk.length; length++)
      assert.throws(() => readNodeMcu53(chunk.subarray(0, length)), /^Error: truncated$/, `${length} bytes`);
    const with_ = (at: number, byte: number) => Buffer.from(chunk).fill(byte, at, at + 1);
    assert.throws(() => readNodeMcu53(with_(4, 0x51)), /version mismatch in/);
    assert.throws(() => readNodeMcu53(with_(5, 0)), /format mismatch in/);
    assert.throws(() => readNodeMcu53(with_(6, 0)), /corrupted/);
    assert.throws(() => readNodeMcu53(with_(14, 8)), /lua_Integer size mismatch in/);
  });

  const sets: Record<string, [path: string, program: string][]> = Object.fromEntries(
    names.map((name) => [name, [[name, name]]]),
  );
  sets.two = [
    ["statements.lua", "statements.lua"],
    ["closures.lua", "closures.lua"],
  ];
  sets.all = names.map((name) => [name, name]);
  sets["all backwards"] = [...sets.all].reverse();
  sets.fifty = Array.from({ length: 50 }, (_, i) => [`m${i}.lua`, names[i % names.length]!]);

  describe("images are luac.cross's byte for byte", () => {
    for (const [set, files] of Object.entries(sets))
      it(set, () => {
        const modules = files.map(([path, program]) => ({
          name: moduleName(path),
          main: compile53(source(program), `@${path}`, compile),
        }));
        const { seed, sum: expected } = recorded.images53[set]!;
        const image = writeLfs53(modules, { time: TIME, seed, isCorrected: false });
        assert.equal(sum(image.payload), expected);
        assert.equal(
          image.shares.reduce((all, share) => all + share, image.overhead),
          image.payload.length,
        );
      });
  });

  it("images are read as they were written", () => {
    const modules = sets.all!.map(([path, program]) => ({
      name: moduleName(path),
      main: compile53(source(program), `@${path}`, compile),
    }));
    const content = readLfs53(writeLfs53(modules, { time: TIME }).payload);
    assert.equal(content.time, TIME);
    assert.deepEqual(
      content.modules.map(({ name }) => name),
      modules.map(({ name }) => name),
    );
    // an image of what was read is the same: nothing was lost
    assert.deepEqual(
      writeLfs53(content.modules, { time: TIME }).payload,
      writeLfs53(modules, { time: TIME }).payload,
    );
  });

  it("images have other numbers for the names of types that the loader counts differently", () => {
    const modules = [{ name: "types", main: compile53(source("types.lua"), "@types.lua", compile) }];
    const theirs = writeLfs53(modules, { time: TIME, isCorrected: false }).payload;
    const ours = writeLfs53(modules, { time: TIME }).payload;
    assert.equal(ours.length, theirs.length);
    const differences = [...ours.keys()]
      .filter((at) => ours[at] !== theirs[at])
      .map((at) => ours[at]! - theirs[at]!);
    // in the order of the constants: in the two functions, then in the list of names
    assert.deepEqual(differences, [4, 1, 4, 1, 1]);
  });

  it("images are what the command makes, without lines if asked", () => {
    const files = ["sensor.lua", "types.lua"].map((path) => ({ path, source: source(path) }));
    const options = { lua: "5.3", numbers: "double", time: TIME, compiler: compile } as const;
    const image = makeLfs(files, options);
    assert.equal(image.file, image.payload);
    assert.deepEqual(image.names, ["sensor", "types"]);
    assert.ok(makeLfs(files, { ...options, lines: false }).size < image.size);
    assert.throws(
      () => makeLfs([{ path: "a.lua", source: Buffer.from("x = ") }], options),
      (error) => error instanceof BytecodeError && error.message === "a.lua:1: unexpected symbol near <eof>",
    );
  });
});
