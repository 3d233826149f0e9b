// The board's Lua flash store: what it finds there when it starts, what it takes and what it refuses, and what code in it costs.
// The texts are the firmware's (app/lua/lflash.c).
import assert from "node:assert/strict";
import { deflateSync, gzipSync } from "node:zlib";
import { compiler } from "../../packages/image/code.ts";
import { type LfsOptions, makeLfs } from "../../packages/lua-vm/lfs.ts";
import { readLfs51 } from "../../packages/lua-vm/lfs51.ts";
import type { NumberKind } from "../../packages/lua-vm/proto.ts";
import type { BoardOptions } from "../../packages/simulator/hardware.ts";
import { LfsRegion } from "../../packages/simulator/lfs/region.ts";
import { describeLua53 } from "../extent.ts";
import { Rig } from "./rig.ts";

const TIME = 1700000000;
const REGION = 64 * 1024;
/** Longer than the watchdog takes, and the board to start again. */
const RESTART = 6000;

function image(
  files: Record<string, string>,
  numbers: NumberKind = "double",
  more: Partial<LfsOptions> = {},
) {
  return makeLfs(
    Object.entries(files).map(([name, source]) => ({ path: `${name}.lua`, source: Buffer.from(source) })),
    { lua: "5.1", numbers, time: TIME, compiler: compiler(numbers), ...more },
  );
}

/** Different enough that it does not compress to nothing. */
const text = (length: number) =>
  Array.from({ length }, (_, i) => String.fromCharCode(33 + ((i * i * 31 + i * 7) % 90)))
    .join("")
    .replaceAll("]", "x");

const MODULES = {
  answer: "return 42",
  greet: 'local who = ...\nreturn "hello " .. who, function(x) return x.y end',
  counter: "local n = 0\nreturn { next = function() n = n + 1 return n end }",
};

function board(options: Partial<BoardOptions> = {}, init = ""): Rig {
  return new Rig(init, { lfs: new LfsRegion(REGION), ...options });
}

/** A board that has loaded an image, and has started again. */
function loaded(files: Record<string, string> = MODULES, options: Partial<BoardOptions> = {}): Rig {
  const rig = board(options);
  rig.board.files.write("lfs.img", image(files, options.numbers).file);
  reload(rig);
  assert.match(rig.printed(), /LFS region updated. {2}Restarting\./);
  return rig;
}

function reload(rig: Rig, name = "lfs.img"): void {
  rig.board.firmware.execute(`node.LFS.reload(${JSON.stringify(name)})`, "=stdin");
  rig.wait(RESTART);
}

describe("the Lua flash store", () => {
  it("is not there unless the firmware was built with one", () => {
    const rig = new Rig();
    assert.equal(rig.value('node.LFS.reload("lfs.img")'), "No LFS partition allocated");
    for (const field of ['get("x")', "list()", "time", "x"])
      assert.equal(rig.value(`node.LFS.${field} == nil`), true, field);
    assert.equal(rig.value('node.flashindex("x") == nil'), true);
    assert.deepEqual(rig.lua("return node.LFS.config.lfs_size, node.getpartitiontable().lfs_size"), [0, 0]);
  });

  it("is empty at first, which the firmware says", () => {
    const rig = board({}, "print('init')");
    assert.match(rig.printed(), /^No LFS image loaded\n(.*\n)*init$/);
    assert.deepEqual(rig.lua("local c = node.LFS.config return c.lfs_size, c.lfs_used, node.LFS.list()"), [
      REGION,
      0,
      undefined,
    ]);
    assert.equal(rig.value('node.LFS.get("answer") == nil'), true);
    assert.equal(rig.value("node.getpartitiontable().lfs_size"), REGION);
    assert.equal(rig.value('node.info("lfs").lfs_size'), REGION);
  });

  it("gives functions by name after an image was loaded", () => {
    const rig = loaded();
    assert.equal(rig.board.lastReason, "watchdog");
    assert.equal(rig.value('node.LFS.get("answer")()'), 42);
    assert.equal(rig.value("node.LFS.answer()"), 42);
    assert.equal(rig.value('node.flashindex("answer")()'), 42);
    assert.equal(rig.value('(node.LFS.greet("board"))'), "hello board");
    assert.equal(rig.value('node.LFS.get("nothing") == nil and node.LFS.nothing == nil'), true);
    assert.equal(rig.value("node.LFS.time"), TIME);
    assert.equal(rig.value("table.concat(node.LFS.list(), ' ')"), "answer counter greet");
    assert.equal(rig.value("node.LFS.config.lfs_used"), image(MODULES).size);
    assert.deepEqual(
      rig.lua("local a, b = node.LFS.counter(), node.LFS.counter() return a.next(), a.next(), b.next()"),
      [1, 2, 1],
      "each call makes the module anew",
    );
  });

  it("keeps lines, unless the image has none", () => {
    const message = (rig: Rig) => String(rig.value('select(2, pcall(select(2, node.LFS.greet("x"))))'));
    assert.match(message(loaded()), /^greet\.lua:2: attempt to index a nil value$/);
    const rig = board();
    rig.board.files.write("lfs.img", image(MODULES, "double", { lines: false }).file);
    reload(rig);
    assert.match(message(rig), /^greet\.lua:0: attempt to index/);
  });

  it("survives restarts, and another image takes its place", () => {
    const rig = loaded();
    rig.board.restart("node.restart");
    rig.wait(RESTART);
    assert.equal(rig.value("node.LFS.answer()"), 42);
    rig.board.files.write("lfs.img", image({ other: "return 'new'" }).file);
    reload(rig);
    assert.equal(rig.value("node.LFS.other()"), "new");
    assert.equal(rig.value("node.LFS.get('answer') == nil"), true);
  });

  it("is searched by require with the usual loader, after files", () => {
    const rig = loaded();
    rig.lua("package.loaders[3] = function(name) return node.LFS.get(name) end");
    assert.equal(rig.value('require("answer")'), 42);
    rig.board.files.write("counter.lua", Buffer.from("return 'file'"));
    assert.equal(rig.value('require("counter")'), "file");
    assert.equal(rig.value('require("node") == node and require("tmr") == tmr'), true);
    assert.equal(
      rig.error('require("none")'),
      "test:1: module 'none' not found:\n\tno field package.preload['none']\n\tno file 'none.lc'\n\tno file 'none.lua'",
    );
  });

  it("counts in integers where the firmware does", () => {
    const rig = loaded({ half: "local n = ... return n / 2, 7, -7" }, { numbers: "integer" });
    assert.deepEqual(rig.lua("return node.LFS.half(5)"), [2, 7, -7]);
  });

  it("may hold an image before the board is switched on, and is another board's then", () => {
    const region = new LfsRegion(REGION);
    assert.equal(region.reload(image(MODULES).file, "double", 40_000), undefined);
    assert.equal(board({ lfs: region }).value("node.LFS.answer()"), 42);
    assert.equal(board({ lfs: region }).value("node.LFS.answer()"), 42);
  });

  it("takes no heap for code, constants and strings", () => {
    const source = `local M = {}\n${Array.from({ length: 60 }, (_, i) => `function M.f${i}(x) return x .. "a text that only number ${i} has" end`).join("\n")}\nreturn M`;
    const used = (rig: Rig, expression: string) => {
      const before = rig.heap();
      rig.lua(`kept = ${expression}`);
      return rig.heap() - before;
    };
    const inFlash = used(loaded({ many: source }), "node.LFS.many()");
    const rig = board();
    rig.board.files.write("many.lua", Buffer.from(source));
    const inRam = used(rig, 'dofile("many.lua")');
    // 60 closures and one table are all that is left
    assert.ok(inFlash < 6500, `${inFlash} bytes in flash`);
    assert.ok(inRam > 4 * inFlash, `${inRam} bytes in RAM, ${inFlash} in flash`);
    const empty = board().board.firmware.heapFree;
    assert.ok(
      Math.abs(loaded({ many: source }).board.firmware.heapFree - empty) < 300,
      "nothing is taken before it is used",
    );
  });

  describe("refuses, and keeps what it had,", () => {
    const good = image(MODULES);
    const gzip = (payload: Buffer) => gzipSync(payload, { windowBits: 14 });
    const changed = (at: number, value: number) => {
      const payload = Buffer.from(good.payload);
      payload.writeUInt32LE(value >>> 0, at);
      return gzip(payload);
    };
    const flipped = (at: number) => {
      const file = Buffer.from(good.file);
      file[at]! ^= 1;
      return file;
    };
    const far = image({
      a: `return [[${text(9000)}]]`,
      b: `return [[${text(9000)}!]]`,
      c: `return [[${text(9000)}?]]`,
    });

    const refused: [what: string, file: Buffer | undefined, answer: string][] = [
      ["a file that is not there", undefined, "LFS image file not found"],
      ["a file of 200 bytes", Buffer.alloc(200), "read error on LFS image file"],
      ["another compression", deflateSync(far.payload), "read error on LFS image file"],
      ["no compression", good.payload, "read error on LFS image file"],
      ["the other version of the format", changed(0, 0xfafaa254), "Incorrect LFS header version"],
      ["integers", image(MODULES, "integer").file, "Incorrect LFS build type"],
      ["values that are not packed", changed(0, 0xfafaa150), "Incorrect LFS build type"],
      ["another signature", changed(0, 0xfafbb154), "incorrect LFS header signature"],
      ["a size that is not its own", changed(4, good.size - 256), "LFS length mismatch"],
      [
        "a size larger than the region",
        changed(4, REGION + 4),
        "LFS Image too big for configured LFS region",
      ],
      [
        "a bit that has changed at its end",
        flipped(good.file.length - 6),
        "checksum error on LFS image file",
      ],
      [
        "a text that comes again too far away",
        gzipSync(far.payload, { level: 9 }),
        "invalid dictionary offset on inflate",
      ],
    ];
    for (const [what, file, answer] of refused)
      it(what, () => {
        const rig = loaded({ old: "return 'still here'" });
        rig.board.files.remove("lfs.img");
        if (file) rig.board.files.write("lfs.img", file);
        assert.equal(rig.value('node.LFS.reload("lfs.img")'), answer);
        rig.wait(RESTART);
        assert.equal(rig.board.restarts, 1);
        assert.equal(rig.value("node.LFS.old()"), "still here");
      });

    it("a bit that has changed anywhere in its data", () => {
      const rig = loaded({ old: "return 'still here'" });
      for (let at = 10; at < good.file.length - 8; at += 7) {
        rig.board.files.write("lfs.img", flipped(at));
        assert.match(
          String(rig.value('node.LFS.reload("lfs.img")')),
          /^(checksum error|read error) on LFS image file$|^LFS length mismatch$|^invalid dictionary offset|^[Ii]ncorrect LFS|^LFS Image too big/,
          `byte ${at}`,
        );
      }
      assert.equal(rig.value("node.LFS.old()"), "still here");
    });

    it("a file that is cut", () => {
      const rig = loaded({ old: "return 'still here'" });
      rig.board.files.write("lfs.img", good.file.subarray(0, -50));
      assert.equal(rig.value('node.LFS.reload("lfs.img")'), "LFS length mismatch");
    });

    it("an image when there is not enough heap", () => {
      const rig = loaded({ old: "return 'still here'" });
      rig.board.files.write("lfs.img", good.file);
      const answers = [20_000, 23_000, 24_000].map((left) => {
        const giveBack = rig.fillHeap(left);
        const answer = rig.value('node.LFS.reload("lfs.img")');
        giveBack();
        return answer;
      });
      assert.deepEqual(answers, [
        "Memory allocation error",
        "read error on LFS image file",
        "Memory allocation error",
      ]);
    });
  });

  it("takes an image that luac.cross compressed: one block with fixed codes", () => {
    const rig = board();
    rig.board.files.write("lfs.img", gzipSync(image(MODULES).payload, { windowBits: 14, strategy: 4 }));
    reload(rig);
    assert.equal(rig.value("node.LFS.answer()"), 42);
    rig.board.files.write(
      "lfs.img",
      gzipSync(image({ a: "return 1" }).payload, { windowBits: 14, level: 0 }),
    );
    reload(rig);
    assert.equal(rig.value("node.LFS.a()"), 1);
  });

  it("is empty or marked as unfinished when the power fails while it is written, and can be loaded again", () => {
    const files = { ...MODULES, large: `return [[${text(9000)}]]` };
    const { file } = image(files);
    const changes: string[] = [];
    const whole = loaded();
    whole.board.lfs!.onChange = (operation) => changes.push(operation) > 0;
    whole.board.files.write("lfs.img", file);
    reload(whole);
    assert.ok(changes.length > 8, changes.join());
    const seen = new Set<string>();
    for (let cut = 0; cut <= changes.length; cut++) {
      const rig = loaded();
      let left = cut;
      rig.board.lfs!.onChange = () => left-- > 0;
      rig.board.files.write("lfs.img", file);
      rig.board.firmware.execute('node.LFS.reload("lfs.img")', "=stdin");
      rig.board.lfs!.onChange = undefined;
      rig.board.restart("power on");
      rig.printed();
      rig.wait(RESTART);
      const said = rig.printed();
      const state =
        rig.value("node.LFS.get('large') == nil and node.LFS.get('answer') == nil") === true
          ? `nothing: ${said.split("\n")[0]}`
          : rig.lua("return node.LFS.list() and #node.LFS.list()").join();
      seen.add(state);
      // before the first page is erased the old image is there; with the last word the new one is
      assert.equal(/^\d/.test(state), cut === 0 || cut === changes.length, `after ${cut} changes: ${state}`);
      rig.board.files.write("lfs.img", file);
      reload(rig);
      assert.equal(rig.value("node.LFS.answer()"), 42, `after ${cut} changes`);
    }
    assert.deepEqual([...seen].sort(), [
      "3",
      "4",
      "nothing: Flash sig not correct: 0xfafaa15c vs 0xfafaa154",
      "nothing: No LFS image loaded",
    ]);
  });

  it("that holds something else is told, and does not keep the board from starting", () => {
    const rig = loaded();
    const { bytes } = rig.board.lfs!;
    const restart = () => {
      rig.board.restart("node.restart");
      rig.printed();
      rig.wait(RESTART);
      return rig.printed().split("\n")[0];
    };
    bytes.writeUInt32LE(0xfafaa152, 0);
    assert.equal(restart(), "Flash sig not correct: 0xfafaa152 vs 0xfafaa154");
    bytes.writeUInt32LE(0xfafaa154, 0);
    bytes.writeUInt32LE(0x40210000, 8);
    assert.match(
      restart()!,
      /^Flash size check failed: 0x402900[0-9a-f]{2} vs 0xFFFFFFFF; 0xfff80000 >= 0x0000/,
    );
    bytes.fill(0);
    assert.equal(restart(), "No LFS image loaded");
    assert.equal(rig.value("1 + 1"), 2);
  });

  it("has old names that still work, with a word of warning", () => {
    const rig = board();
    rig.board.files.write("lfs.img", image(MODULES).file);
    assert.equal(rig.value('node.flashreload("none.img")'), "LFS image file not found");
    assert.equal(
      rig.printed(),
      "Warning, deprecated API! node.flashreload. It will be removed soon. Use node.LFS interface instead. See documentation for details.",
    );
  });
});

describe("an image", () => {
  it("gives back the functions that were put into it", () => {
    for (const numbers of ["double", "integer"] as const) {
      const { payload, size } = image(MODULES, numbers);
      const { index } = readLfs51(payload.subarray(0, size));
      assert.deepEqual(index.constants.slice(0, 3).map(String), ["answer", "greet", "counter"]);
      assert.equal(index.constants[3], TIME);
      assert.deepEqual(index.protos[0]!.constants, [42]);
      assert.deepEqual(index.protos[1]!.protos[0]!.lines.slice(0, 2), [2, 2]);
      assert.equal(String(index.protos[1]!.source), "@greet.lua");
    }
  });
});

describeLua53("the Lua flash store of Lua 5.3", () => {
  const options = { lua: "5.3", chip: "esp32", heap: 100_000 } as const;
  const made = (files: Record<string, string>) =>
    image(files, "double", { lua: "5.3", compiler: compiler("double", "5.3") });

  it("is filled by the start after the one that was told to, and gives functions by name", () => {
    const rig = board(options, "print('init')");
    assert.equal(rig.printed(), "init");
    rig.board.files.write("lfs.img", made(MODULES).file);
    reload(rig);
    assert.match(rig.printed(), /Erasing LFS from flash addr 0x090000 to 0x09ffff\nLFS image loaded\ninit$/);
    assert.equal(rig.board.lastReason, "node.restart");
    assert.equal(rig.value('node.LFS.get("answer")()'), 42);
    assert.equal(rig.value("node.LFS.time"), TIME);
    assert.equal(rig.value("table.concat(node.LFS.list(), ' ')"), "answer counter greet");
    assert.equal(rig.value('node.LFS.get("nothing") == nil'), true);
    assert.deepEqual(
      rig.lua("local a, b = node.LFS.counter(), node.LFS.counter() return a.next(), a.next(), b.next()"),
      [1, 2, 1],
    );
    assert.match(
      String(rig.value('select(2, pcall(select(2, node.LFS.greet("x"))))')),
      /^greet\.lua:2: attempt to index a nil value/,
    );
  });

  it("gives the names of types that the loader counts twice, with our images", () => {
    const rig = board(options);
    const types =
      "return type(io.stdout or coroutine.create(print)), type(coroutine.create(print)) == 'thread'";
    rig.board.files.write("lfs.img", made({ types }).file);
    reload(rig);
    assert.equal(rig.value("select(2, node.LFS.types())"), true);
  });

  it("has lost what was there when a file turns out to be bad", () => {
    const rig = board(options);
    rig.board.files.write("lfs.img", made(MODULES).file);
    reload(rig);
    rig.board.files.write("bad.img", made(MODULES).file.subarray(0, 100));
    rig.printed();
    reload(rig, "bad.img");
    assert.match(rig.printed(), /Erasing LFS .*\.+ to 0x09ffff\ntruncated precompiled chunk$/);
    assert.equal(rig.value("node.LFS.list() == nil"), true);
  });

  it("refuses a file that is not there, in the words for a region that is not", () => {
    assert.equal(board(options).value('node.LFS.reload("none")'), "No LFS partition allocated");
    assert.equal(
      new Rig("", { ...options, chip: "esp8266" }).value('node.LFS.reload("none")'),
      "No LFS partition allocated",
    );
  });

  it("is erased at the start if half an image is in it", () => {
    const rig = board(options);
    rig.board.files.write("lfs.img", made(MODULES).file);
    reload(rig);
    rig.board.lfs!.bytes.writeUInt32LE(5, 0);
    rig.board.restart("power on");
    rig.printed();
    rig.wait(RESTART);
    assert.match(rig.printed(), /^LFS image corrupted\.\n\nErasing LFS/);
    assert.equal(rig.value("node.LFS.time == nil"), true);
  });

  it("takes no heap for code", () => {
    const free = (code: string) => {
      const rig = board(options);
      rig.board.files.write("lfs.img", made({ code }).file);
      reload(rig);
      return rig.heap();
    };
    const many = `return function() ${"print('a string of its own') ".repeat(200)} end`;
    assert.equal(free(many), free("return 1"));
  });
});
