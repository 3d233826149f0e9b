// Precompiled chunks on the board: what it loads, dumps and refuses is NodeMCU's form of them, not PUC's.
import assert from "node:assert/strict";
import { readNodeMcu, readPuc, writeNodeMcu } from "../../packages/lua-vm/chunk51.ts";
import { strip } from "../../packages/lua-vm/proto.ts";
import { LuaVm } from "../../packages/lua-vm/vm/lua.ts";
import { Rig } from "./rig.ts";

/** What our VM dumps. */
function puc(source: string): Buffer {
  const vm = new LuaVm();
  assert.equal(vm.load(vm.L, source, "@chunk.lua"), undefined);
  const bytes = vm.dump(vm.L);
  vm.close();
  return bytes;
}

describe("precompiled chunks on the board", () => {
  it("are loaded from flash in NodeMCU's form, with and without line information", () => {
    const rig = new Rig();
    const { main } = readPuc(puc("local x\nreturn 42, function() return x.y end"));
    rig.board.files.write("lines.lc", writeNodeMcu(strip(main, "names"), "double"));
    rig.board.files.write("bare.lc", writeNodeMcu(strip(main, "all"), "double"));
    assert.equal(rig.value('require("lines")'), 42);
    assert.match(
      String(rig.value('select(2, pcall(select(2, dofile("lines.lc"))))')),
      /^chunk\.lua:2: attempt to index/,
    );
    assert.match(
      String(rig.value('select(2, pcall(select(2, dofile("bare.lc"))))')),
      /^\?:0: attempt to index/,
    );
  });

  it("may hold 32-bit integers: a firmware that counts in doubles makes them doubles", () => {
    const rig = new Rig();
    rig.board.files.write("i.lc", writeNodeMcu(readPuc(puc("return 7, -7, 7 / 2")).main, "double"));
    rig.board.files.write(
      "j.lc",
      writeNodeMcu(readPuc(puc("local two = 2 return 7, -7, 7 / two")).main, "integer"),
    );
    assert.deepEqual(rig.lua('return dofile("i.lc")'), [7, -7, 3.5]);
    assert.deepEqual(rig.lua('return dofile("j.lc")'), [7, -7, 3.5]);
  });

  it("are refused in PUC's form, cut, or of another version, in the firmware's words", () => {
    const rig = new Rig();
    rig.board.files.write(
      "puc.lc",
      puc("local a = 20\nlocal function f(x) return x + 2 end\nreturn f(a) + f(a)"),
    );
    assert.match(String(rig.error('dofile("puc.lc")')), /^puc\.lc: .* in precompiled chunk$/);
    const chunk = writeNodeMcu(readPuc(puc("return 1")).main, "double");
    rig.board.files.write("cut.lc", chunk.subarray(0, -3));
    assert.equal(rig.error('dofile("cut.lc")'), "cut.lc: unexpected end in precompiled chunk");
    rig.board.files.write("old.lc", Buffer.from(chunk).fill(0x50, 4, 5));
    assert.deepEqual(rig.lua('return loadfile("old.lc")'), [
      undefined,
      "old.lc: bad header in precompiled chunk",
    ]);
  });

  it("are what string.dump gives and loadstring and load take", () => {
    const rig = new Rig();
    rig.lua('function f(x) return x .. "!", nil end chunk = string.dump(f)');
    const chunk = Buffer.from(String(rig.value("chunk")), "latin1");
    assert.equal(readNodeMcu(chunk).main.lines.length, 0, "the default takes everything away");
    const whole = Buffer.from(String(rig.value("string.dump(f, false)")), "latin1");
    assert.ok(readNodeMcu(whole).main.lines.length > 0);
    assert.equal(rig.value('loadstring(chunk)("a")'), "a!");
    assert.equal(
      rig.value(`(function()
        local at = 0
        return load(function() at = at + 1 return chunk:sub(at, at) end)
      end)()("b")`),
      "b!",
    );
    assert.deepEqual(rig.lua("return loadstring(chunk:sub(1, -2))"), [
      undefined,
      "binary string: unexpected end in precompiled chunk",
    ]);
    assert.equal(rig.error("string.dump(print)"), "test:1: unable to dump given function");
    assert.equal(rig.error("string.dump(f, 3)"), "test:1: bad argument #2 to 'dump' (strip out of range)");
  });

  it("are what node.compile writes", () => {
    const rig = new Rig();
    rig.board.files.write("m.lua", Buffer.from("return 'compiled'"));
    rig.lua('node.compile("m.lua")');
    assert.deepEqual(
      rig.board.files.read("m.lc"),
      writeNodeMcu(strip(readPuc(puc("return 'compiled'")).main, "all"), "double"),
    );
  });

  it("load reads a function's pieces until it gives nothing, and takes no other values", () => {
    const rig = new Rig();
    assert.equal(
      rig.value(`(function()
        local pieces = {"return ", "1 + ", "2", ""}
        return load(function() return table.remove(pieces, 1) end)
      end)()()`),
      3,
    );
    assert.match(String(rig.error("load(function() return {} end)")), /reader function must return a string/);
    assert.match(String(rig.value('select(2, load(function() end, "=x")) == nil')), /true/);
  });
});
