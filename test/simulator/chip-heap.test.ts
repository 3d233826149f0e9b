// What the heap would take on the chip, block by block: sizes as the firmware's lobject.h gives them for 32 bits and
// values packed to 12 bytes, each rounded up to 8 with a header of 8.
import assert from "node:assert/strict";
import { ChipHeap, packedLines } from "../../packages/lua-vm/vm/chip-heap.ts";
import { LuaVm } from "../../packages/lua-vm/vm/lua.ts";

/** A block of so many bytes. */
const block = (bytes: number) => Math.ceil(bytes / 8) * 8 + 8;
const TABLE = block(32);
const string = (length: number) => block(16 + length + 1);

function fresh(): { vm: LuaVm; heap: ChipHeap } {
  const vm = new LuaVm();
  // places for what the tests make, so that no table grows for them
  vm.run("a, b, c, d, e = 0, 0, 0, 0, 0");
  return { vm, heap: new ChipHeap(vm) };
}

/** What stays of a chunk. */
function cost(source: string, before = ""): number {
  const { vm, heap } = fresh();
  if (before) vm.run(before);
  const level = () => {
    for (let i = 0; i < 4; i++) vm.collect();
    const { bytes, elastic } = heap.total;
    return bytes - elastic;
  };
  const first = level();
  vm.run(source);
  return level() - first;
}

describe("the heap in the chip's layout", () => {
  for (const [what, source, bytes] of [
    ["an empty table", "a = {}", TABLE],
    ["an array", "a = {1, 2, 3}", TABLE + block(3 * 12)],
    ["a hash part of one", "a = {[0.5] = 1}", TABLE + block(28)],
    [
      "a hash part, rounded up to a power of two",
      "a = {[0.5] = 1, [1.5] = 2, [2.5] = 3}",
      TABLE + block(4 * 28),
    ],
    ["a string", 'a = ("x"):rep(100)', string(100)],
    ["a string of three", 'a = ("~"):rep(3)', string(3)],
    ["a function", "a = function() end", block(20) + block(72) + block(4) + block(packedLines([1]))],
    [
      "a function with a constant and the names of its locals, of which x is there already",
      "a = function(x) local y = 1000 return y end",
      block(20) +
        block(72) +
        block(3 * 4) +
        block(12) +
        block(packedLines([1, 1, 1])) +
        block(2 * 12) +
        string(1),
    ],
    ["a closure with an upvalue", "a = e()", block(20 + 4) + block(24)],
    ["a userdata", "a = newproxy()", block(20)],
    [
      "a C closure of three upvalues",
      'a = ("x").gmatch("~~~~", "~")',
      block(20 + 3 * 12) + string(4) + string(1),
    ],
    ["a coroutine", "a = coroutine.create(b)", block(112) + block(45 * 12) + block(8 * 24)],
  ] as [string, string, number][]) {
    const before = "b = function() end e = function() local x = {} x = 1 return function() return x end end";
    it(`counts ${what}`, () => {
      const made = cost(source, before);
      assert.equal(made, bytes);
    });
  }

  it("counts a library's name that a function mentions, once, and not what is in flash", () => {
    const mention = cost('a = function() return string.gmatch end b = function() return "gmatch" end');
    const without = cost('a = function() return qqqqqq.zzzzzz end b = function() return "zzzzzz" end');
    assert.equal(mention, without);
    assert.equal(cost('a = "gmatch"'), 0);
  });

  it("counts a name that a table has, keys and values", () => {
    assert.equal(cost('a = {gmatch = "gsub"}'), TABLE + block(28) + string(6) + string(4));
    assert.equal(cost('a = {"rep"}'), TABLE + block(12) + string(3));
  });

  it("packs line numbers: a count for each line, a step where it is not the next, a byte at the end", () => {
    const lines = (...pairs: [line: number, times: number][]) =>
      pairs.flatMap(([line, times]) => new Array<number>(times).fill(line));
    assert.equal(packedLines([]), 1);
    assert.equal(packedLines(lines([1, 1])), 2);
    assert.equal(packedLines(lines([1, 126])), 2);
    assert.equal(packedLines(lines([1, 127])), 3);
    assert.equal(packedLines(lines([1, 3], [2, 3], [3, 3])), 4);
    assert.equal(packedLines(lines([1, 3], [3, 3])), 4);
    assert.equal(packedLines(lines([1, 3], [2 + 1 + 63, 3])), 4);
    assert.equal(packedLines(lines([1, 3], [2 + 1 + 64, 3])), 5);
    assert.equal(packedLines(lines([70, 3], [69, 3])), 6);
    assert.equal(packedLines(lines([1, 1], [2 + 1 + 64 * 128, 1])), 6);
  });

  describe("while it is followed", () => {
    const follow = (source: string, before = "") => {
      const { vm, heap } = fresh();
      if (before) vm.run(before);
      vm.load(vm.L, source, "=c");
      for (let i = 0; i < 4; i++) vm.collect();
      const level = heap.total.bytes;
      vm.collectAlways = true;
      const work = heap.follow(() => vm.call(vm.L, 0, 0));
      vm.collectAlways = false;
      return { ...work, peak: work.peak - level, after: heap.total.bytes - level };
    };

    it("peaks at what is there at once", () => {
      assert.equal(
        follow('local x = ("x"):rep(1000) x = nil local y = ("y"):rep(500)').peak >= string(1000),
        true,
      );
      const two = follow('local x = ("x"):rep(1000) local y = ("y"):rep(1000)').peak;
      const one = follow('local x = ("x"):rep(1000) x = nil local y = ("y"):rep(1000)').peak;
      assert.equal(two - one, string(1000));
    });

    it("enlarges a hash part in its place", () => {
      const grows = (from: number) =>
        follow(`a[${from + 0.5}] = 1`, `a = {} for i = 1, ${from} do a[i - 0.5] = 1 end`);
      for (const from of [4, 8, 16]) {
        const { peak, after, allocated } = grows(from);
        assert.equal(peak, block(2 * from * 28) - block(from * 28));
        assert.equal(after, peak);
        assert.equal(allocated, from * 28);
      }
    });

    it("adds up what comes and what grows, without headers", () => {
      assert.equal(follow("a = {1, 2, 3}").allocated, 32 + 3 * 12);
      assert.equal(follow('a = ("x"):rep(100)').allocated, 117);
    });

    it("ends at what is counted without following", () => {
      const { vm, heap } = fresh();
      vm.load(
        vm.L,
        `local t = {}
         for i = 1, 300 do t[i] = ("n"):rep(i) .. i  t["k" .. i] = function() return t, i end end
         for i = 1, 300, 2 do t[i] = nil end
         a = t`,
        "=c",
      );
      const { peak } = heap.follow(() => {
        vm.call(vm.L, 0, 0);
        for (let i = 0; i < 10; i++) vm.collect();
      });
      const { bytes } = heap.total;
      assert.ok(bytes < peak);
      // nothing was lost sight of: followed further, it begins where it is
      assert.equal(heap.follow(() => {}).peak, bytes);
    });
  });
});
