// LFS images of Lua 5.1: byte for byte what the firmware's own compiler makes of the same files at the same time, and what cannot be
// in one. luac-cross.json has the sums of its images, uncompressed, for programs/ with the time 1700000000.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { compiler } from "../../packages/image/code.ts";
import { tableOrder } from "../../packages/lua-vm/host-table.ts";
import { type LfsOptions, type LuaFile, makeLfs, moduleNames } from "../../packages/lua-vm/lfs.ts";
import { decompressLfs, moduleName } from "../../packages/lua-vm/lfs51.ts";
import { BytecodeError, NUMBER_KINDS, type NumberKind } from "../../packages/lua-vm/proto.ts";

const PROGRAMS = fileURLToPath(new URL("programs/", import.meta.url));
const TIME = 1700000000;
const recorded = JSON.parse(readFileSync(new URL("luac-cross.json", import.meta.url), "utf8")) as {
  images: Record<string, string>;
};
const compilers = { double: compiler("double"), integer: compiler("integer") };

const program = (name: string, path = name): LuaFile => ({
  path,
  source: readFileSync(join(PROGRAMS, name)),
});
const options = (numbers: NumberKind, more: Partial<LfsOptions> = {}): LfsOptions => ({
  lua: "5.1",
  numbers,
  time: TIME,
  compiler: compilers[numbers],
  ...more,
});
const refusal = (
  files: LuaFile[],
  more: Partial<LfsOptions> = {},
  numbers: NumberKind = "double",
): string => {
  try {
    makeLfs(files, options(numbers, more));
  } catch (error) {
    assert.ok(error instanceof BytecodeError, String(error));
    return error.message;
  }
  assert.fail("an image was made");
};
const text = (path: string, source: string): LuaFile => ({ path, source: Buffer.from(source) });

describe("LFS images of Lua 5.1", () => {
  for (const numbers of NUMBER_KINDS) {
    const names = readdirSync(PROGRAMS)
      .sort()
      .filter((name) => numbers === "double" || name !== "fractions.lua");
    const sets: Record<string, LuaFile[]> = Object.fromEntries(names.map((name) => [name, [program(name)]]));
    sets.two = [program("statements.lua"), program("closures.lua")];
    sets.all = names.map((name) => program(name));
    sets["all backwards"] = [...sets.all].reverse();
    sets.fifty = Array.from({ length: 50 }, (_, i) => program(names[i % names.length]!, `m${i}.lua`));

    describe(`are luac.cross's byte for byte (${numbers})`, () => {
      for (const [set, files] of Object.entries(sets)) {
        it(set, () => {
          const { payload, size, shares, overhead, file } = makeLfs(files, options(numbers));
          assert.equal(
            createHash("sha256").update(payload).digest("hex"),
            recorded.images[`${set}, ${numbers}`],
          );
          assert.equal(
            shares.reduce((sum, share) => sum + share, overhead),
            size,
          );
          assert.equal(payload.readUInt32LE(4), size);
          assert.deepEqual(decompressLfs(file), payload);
          assert.ok(file.length > 200, "the loader takes no smaller file");
        });
      }
    });
  }

  it("are compressed so that distances fit the loader's window of 16384 bytes", () => {
    const far = Array.from(
      { length: 2500 },
      (_, i) => `x = "${createHash("md5").update(String(i)).digest("hex")}"`,
    );
    const long = `x = "${createHash("sha512").update("far").digest("hex")}"`;
    const { file, payload } = makeLfs(
      [text("a.lua", long), text("b.lua", far.slice(0, 900).join("\n")), text("c.lua", `y = [[${long}]]`)],
      options("double"),
    );
    assert.ok(longestDistance(gzipSync(payload)) > 16384, "there is something to find further back");
    assert.ok(longestDistance(file) <= 16384, `${longestDistance(file)}`);
    assert.deepEqual(decompressLfs(file), payload);
  });

  it("are smaller without line numbers, and differ in nothing else but the addresses", () => {
    const files = [program("sensor.lua"), program("lines.lua")];
    const [whole, bare] = [
      makeLfs(files, options("double")),
      makeLfs(files, options("double", { lines: false })),
    ];
    assert.ok(bare.size < whole.size);
    assert.equal(whole.payload.readUInt32LE(0), bare.payload.readUInt32LE(0));
    // the records of each function are a string: 6 in sensor.lua, 2 in lines.lua
    assert.equal(whole.payload.readUInt32LE(16) - bare.payload.readUInt32LE(16), 8);
  });

  describe("name a module", () => {
    for (const [path, name] of [
      ["a.lua", "a"],
      ["src/a.lua", "a"],
      ["a.b.lua", "a"],
      [".hidden.lua", "hidden"],
      ["..lua", "lua"],
      ["lib.v1/net", "net"],
      ["plain", "plain"],
      ["_init.lua", "_init"],
    ] as const)
      it(`${path}: ${name}`, () => assert.equal(moduleName(path), name));
  });

  describe("are refused, with the reason", () => {
    it("for two modules of one name", () => {
      assert.equal(
        refusal([text("lib/a.lua", ""), text("a.min.lua", "")]),
        'lib/a.lua and a.min.lua would both be the module "a" (a name ends at its first dot): rename one of them',
      );
    });
    it("for more than 50 modules, and for none", () => {
      const files = Array.from({ length: 51 }, (_, i) => text(`m${i}.lua`, ""));
      assert.equal(refusal(files), "51 files are too many for one image, which holds 50 modules");
      assert.equal(moduleNames(files.slice(1).map(({ path }) => path)).length, 50);
      assert.equal(refusal([]), "an image needs at least one module");
    });
    it("for a syntax error", () => {
      assert.equal(refusal([text("lib/a.lua", "x =\n= 1")]), "a.lua:2: unexpected symbol near '='");
    });
    it("for a fraction where the firmware counts in integers", () => {
      assert.equal(
        refusal([text("a.lua", "\nx = 1.5")], {}, "integer"),
        "a.lua:2: malformed number near '1.5'",
      );
    });
    it("for bytecode", () => {
      assert.equal(refusal([text("a.lc", "\x1bLua")]), "a.lc is bytecode; an image is made of Lua source");
    });
    it("for an image that is larger than the region", () => {
      assert.match(
        refusal([program("many.lua"), program("sensor.lua")], { most: 4096 }),
        /^the image takes (\d+) bytes of flash, \d+ more than there are \(4096\); the largest modules: many \d+, sensor \d+$/,
      );
    });
  });

  it("take scripts with a first line for Unix", () => {
    const { payload } = makeLfs([text("a.lua", "#!/usr/bin/lua\nreturn error('x')")], options("double"));
    const plain = makeLfs([text("a.lua", "\nreturn error('x')")], options("double"));
    assert.deepEqual(payload, plain.payload);
  });

  it("are what the command writes", function () {
    // three processes, on a machine that may be busy
    this.timeout(120_000);
    const folder = mkdtempSync(join(tmpdir(), "lfs-"));
    const lfs = (...args: string[]) =>
      spawnSync(process.execPath, ["--import", "tsx", "scripts/nodemcu.ts", "lfs", ...args], {
        encoding: "utf8",
      });
    try {
      const out = join(folder, "x.img");
      const paths = ["sensor.lua", "closures.lua"].map((name) => join(PROGRAMS, name));
      const done = lfs("--out", out, "--time", String(TIME), ...paths);
      assert.equal(done.stderr, "");
      const { file, size, shares } = makeLfs(
        [program("sensor.lua"), program("closures.lua")],
        options("double"),
      );
      assert.deepEqual(readFileSync(out), file);
      assert.match(done.stdout, new RegExp(`^sensor +${shares[0]} +`, "m"));
      assert.match(
        done.stdout,
        new RegExp(`x\\.img: ${file.length} bytes to load, ${size} of the LFS region\n$`),
      );
      writeFileSync(join(folder, "bad.lua"), "x = ");
      const failed = lfs("--out", out, join(folder, "bad.lua"), "none.lua");
      assert.equal(failed.status, 1);
      assert.match(failed.stderr, /^error: none\.lua cannot be read: ENOENT[^\n]*\n$/);
      const wrong = lfs("--out", out, join(folder, "bad.lua"));
      assert.equal(wrong.stderr, "error: bad.lua:1: unexpected symbol near '<eof>'\n");
      assert.equal(wrong.status, 1);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("the order of a host table", () => {
  it("has every key once, whatever their hashes", () => {
    let seed = 1;
    const random = () => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return seed;
    };
    for (const spread of [1, 3, 16, 1000, 0x100000000])
      for (let count = 1; count < 200; count += 7) {
        const hashes = Array.from({ length: count }, () => random() % spread);
        const order = tableOrder(hashes);
        assert.deepEqual(
          [...order].sort((a, b) => a - b),
          hashes.map((_, i) => i),
        );
      }
  });
});

/** The longest distance back in a gzip member with dynamic, fixed or stored blocks. */
function longestDistance(file: Buffer): number {
  let bit = 10 * 8;
  const bits = (count: number) => {
    let value = 0;
    for (let i = 0; i < count; i++, bit++) value |= ((file[bit >> 3]! >> (bit & 7)) & 1) << i;
    return value;
  };
  type Code = Map<string, number>;
  const codeOf = (lengths: number[]): Code => {
    const code: Code = new Map();
    let next = 0;
    for (let length = 1; length <= 15; length++) {
      for (const [symbol, own] of lengths.entries())
        if (own === length) {
          code.set(next.toString(2).padStart(length, "0"), symbol);
          next++;
        }
      next <<= 1;
    }
    return code;
  };
  const symbol = (code: Code) => {
    let key = "";
    for (;;) {
      key += bits(1);
      const found = code.get(key);
      if (found !== undefined) return found;
    }
  };
  const fixed = [
    ...new Array<number>(144).fill(8),
    ...new Array<number>(112).fill(9),
    ...new Array<number>(24).fill(7),
    ...new Array<number>(8).fill(8),
  ];
  let longest = 0;
  for (let isLast = 0; !isLast; ) {
    isLast = bits(1);
    const type = bits(2);
    if (type === 0) {
      bit = (bit + 7) & ~7;
      const length = bits(16);
      bit += 16 + 8 * length;
      continue;
    }
    let [literals, distances] = [codeOf(fixed), codeOf(new Array<number>(30).fill(5))];
    if (type === 2) {
      const [literalCount, distanceCount, lengthCount] = [257 + bits(5), 1 + bits(5), 4 + bits(4)];
      const order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
      const own = new Array<number>(19).fill(0);
      for (let i = 0; i < lengthCount; i++) own[order[i]!] = bits(3);
      const code = codeOf(own);
      const lengths: number[] = [];
      while (lengths.length < literalCount + distanceCount) {
        const next = symbol(code);
        if (next < 16) lengths.push(next);
        else if (next === 16) lengths.push(...new Array<number>(3 + bits(2)).fill(lengths.at(-1)!));
        else lengths.push(...new Array<number>(next === 17 ? 3 + bits(3) : 11 + bits(7)).fill(0));
      }
      literals = codeOf(lengths.slice(0, literalCount));
      distances = codeOf(lengths.slice(literalCount));
    }
    for (;;) {
      const next = symbol(literals);
      if (next === 256) break;
      if (next < 256) continue;
      if (next > 264 && next < 285) bits((next - 261) >> 2);
      const slot = symbol(distances);
      const extra = slot < 4 ? 0 : (slot - 2) >> 1;
      const base = slot < 4 ? slot + 1 : ((2 + (slot & 1)) << extra) + 1;
      longest = Math.max(longest, base + bits(extra));
    }
  }
  return longest;
}
