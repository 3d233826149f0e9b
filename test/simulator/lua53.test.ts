// A board whose firmware was built with Lua 5.3: what its Lua has, and what only Lua 5.1 has there.
import assert from "node:assert/strict";
import { bytecode } from "../../packages/image/code.ts";
import { Board } from "../../packages/simulator/board.ts";
import { CHIPS } from "../../packages/simulator/chips.ts";
import { VirtualClock } from "../../packages/simulator/clock.ts";
import { MemoryNetwork } from "../../packages/simulator/network/memory.ts";
import { describeLua53 } from "../extent.ts";

describeLua53("a board with Lua 5.3", () => {
  let board: Board;
  beforeEach(() => {
    const clock = new VirtualClock();
    const network = new MemoryNetwork(clock);
    board = new Board({ chip: "esp32", lua: "5.3", heap: CHIPS.esp32.heap, clock, network });
    clock.advance(500);
    board.takeConsole();
  });
  const lua = (source: string) => board.firmware.vm.run(source, "=test");

  it("says so", () => {
    assert.deepEqual(lua("return _VERSION"), ["Lua 5.3"]);
  });

  it("has unpack, loadstring and package.loaders, but not what else 5.3 took away", () => {
    assert.deepEqual(lua("return unpack({1, 2})"), [1, 2]);
    assert.deepEqual(lua('return loadstring("return 3")()'), [3]);
    assert.deepEqual(lua("return package.loaders == package.searchers"), [true]);
    for (const name of ["module", "setfenv", "getfenv", "math.pow", "table.getn", "string.gfind"])
      assert.deepEqual(lua(`return ${name} == nil`), [true], name);
  });

  it("has the whole of math, utf8 and string.pack, but no os and only a little of debug", () => {
    assert.deepEqual(lua('return math.type(1), math.sin(0), utf8.char(228), string.pack("<I2", 513)'), [
      "integer",
      0,
      "\xc3\xa4",
      "\x01\x02",
    ]);
    assert.deepEqual(lua("return os, debug.getinfo, debug.sethook"), [undefined, undefined, undefined]);
    assert.deepEqual(lua("return type(debug.traceback)"), ["function"]);
  });

  it("has no collector modes and no bound on the length of strings", () => {
    assert.deepEqual(lua("return node.egc"), [undefined]);
    assert.deepEqual(lua('return #("x"):rep(5000)'), [5000]);
  });

  it("tells with node.heap() what garbage takes too", () => {
    const [free, afterwards] = lua(`collectgarbage() local before = node.heap()
      do local _ = {1, 2, 3} end
      return before, node.heap()`) as number[];
    assert.ok(afterwards! < free!);
  });

  it("collects before it refuses: garbage never makes a program fail", () => {
    lua('for i = 1, 1000 do local _ = ("x"):rep(1000) .. i end');
    assert.match(String(lua("return select(2, pcall(string.rep, 'x', 1000000))")[0]), /^not enough memory/);
  });

  it("requires modules from flash, as source and as its own bytecode", () => {
    board.files.write("a.lua", "return {name = ...}");
    board.files.write("b.lc", bytecode(Buffer.from("return {half = 7 // 2}"), "5.3"));
    assert.deepEqual(lua('return require("a").name, require("b").half'), ["a", 3]);
    assert.match(
      String(lua('return select(2, pcall(require, "c"))')[0]),
      /module 'c' not found:.*\n\tno file 'c\.lc'\n\tno file 'c\.lua'/s,
    );
    lua('node.compile("a.lua") dofile("a.lc")');
  });
});
