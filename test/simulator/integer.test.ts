// Lua 5.1 that counts in 32-bit integers, and a board that does. The values are those of the firmware's own compiler, built with
// LUA_NUMBER_INTEGRAL, running the same Lua.
import assert from "node:assert/strict";
import { numbersOf, readNodeMcu, readPuc, writeNodeMcu } from "../../packages/lua-vm/chunk51.ts";
import { LuaError, LuaVm } from "../../packages/lua-vm/vm/lua.ts";
import { Rig } from "./rig.ts";

describe("Lua 5.1 with integers", () => {
  let vm: LuaVm;
  before(() => {
    vm = new LuaVm({ numbers: "integer" });
  });
  after(() => vm.close());
  const fails = (source: string): string => {
    try {
      vm.run(source);
    } catch (error) {
      if (error instanceof LuaError) return error.message;
      throw error;
    }
    return "";
  };

  /** What comes out, whether the parser computes it, the interpreter does, or numbers come as text. */
  const results: [a: string, operator: string, b: string, result: number][] = [
    ["7", "/", "2", 3],
    ["-7", "/", "2", -4],
    ["7", "/", "-2", -4],
    ["-2", "/", "867", -1],
    ["2147483647", "/", "-367432725", -6],
    ["7", "%", "3", 1],
    ["-7", "%", "3", 2],
    ["7", "%", "-3", -2],
    ["52330", "%", "-2147483646", -2147431316],
    ["2147483647", "+", "1", -2147483648],
    ["-2147483647", "-", "2", 2147483647],
    ["65536", "*", "65536", 0],
    ["123456789", "*", "987654321", -67153019],
    ["2", "^", "10", 1024],
    ["-3", "^", "3", -27],
    ["7", "^", "31", 265001655],
    ["2", "^", "-1", 0],
  ];
  for (const [a, operator, b, result] of results)
    it(`${a} ${operator} ${b} is ${result}`, () => {
      assert.deepEqual(
        vm.run(`local a, b = ${a}, ${b}
          return (${a}) ${operator} (${b}), a ${operator} b, "${a}" ${operator} b, a ${operator} "${b}"`),
        [result, result, result, result],
      );
    });

  it("raises an error for a division by zero, at its line", () => {
    assert.equal(fails("local a, b = 1, 0\nlocal c = 2\nreturn a / b"), "main:3: divide by zero");
    assert.equal(fails("return 1 % 0"), "main:1: modulo by zero");
    assert.deepEqual(vm.run("return pcall(function(a) return '5' / a end, 0)"), [
      false,
      "main:1: divide by zero",
    ]);
  });

  it("has no fractions in its source, and none in text", () => {
    assert.equal(fails("local a\nreturn 1.5"), "main:2: malformed number near '1.5'");
    assert.equal(fails("return 1e3"), "main:1: malformed number near '1e3'");
    assert.deepEqual(
      vm.run(
        `return tonumber("1.5"), tonumber("1e3"), tonumber("inf"), tonumber("5."), tonumber(""), tonumber("5x")`,
      ),
      [undefined, undefined, undefined, undefined, undefined, undefined],
    );
    assert.deepEqual(
      vm.run(`return tonumber(" 12 "), tonumber("-7"), tonumber("0x1F"), tonumber("ff", 16), "10" + 1`),
      [12, -7, 31, 255, 11],
    );
  });

  it("takes the last 32 bits of a hexadecimal number, and of a decimal one the largest there is", () => {
    assert.deepEqual(
      vm.run(`return 0xffffffff, tonumber("80000000", 16), 99999999999, -99999999999`),
      [-1, -2147483648, 2147483647, -2147483647],
    );
  });

  it("counts in loops and tables as ever", () => {
    assert.deepEqual(
      vm.run(`local n, t = 0, {}
        for i = 1, 10 do n = n + i end
        for i = 10, 1, -3 do t[#t + 1] = i end
        return n, #t, t[4], ("%d|%5d|%x"):format(n, -3, 255), 1 .. 2, tostring(-5)`),
      [55, 4, 1, "55|   -3|ff", "12", "-5"],
    );
  });

  it("cuts what the host gives it", () => {
    vm.pushFunction(vm.L, (L) => {
      vm.pushValue(L, 2.9);
      vm.pushValue(L, -2.9);
      return 2;
    });
    vm.setGlobal("given");
    assert.deepEqual(vm.run("return given()"), [2, -2]);
  });
});

describe("a board with integers", () => {
  const rig = (init = "") => new Rig(init, { numbers: "integer" });

  it("says so", () => {
    assert.equal(rig().value('node.info("build_config").number_type'), "integer");
    assert.equal(new Rig().value('node.info("build_config").number_type'), "float");
    assert.equal(rig().value("7 / 2"), 3);
  });

  it("tells of a fraction in init.lua", () => {
    assert.equal(rig("x = 0.5").printed().split("\n")[0], "init.lua:1: malformed number near '0.5'");
  });

  it("has the libraries of such a build", () => {
    assert.deepEqual(
      rig().lua("return math.floor(7), math.ceil(-7), math.sqrt(99), math.pi, math.huge, math.random()"),
      [7, -7, 9, undefined, 2147483647, 0],
    );
    const [dice, other] = rig().lua("return math.random(6), math.random(10, 12)") as number[];
    assert.ok(Number.isInteger(dice) && dice! >= 1 && dice! <= 6, `${dice}`);
    assert.ok(Number.isInteger(other) && other! >= 10 && other! <= 12, `${other}`);
    assert.equal(rig().value('("%d%%f %s"):format(5, "x")'), "5%f x");
    assert.equal(rig().error('return ("%5.1f"):format(5)'), "test:1: invalid option '%f' to 'format'");
    assert.equal(rig().error("math.sqrt(-1)"), "test:1: bad argument #1 to 'sqrt' (negative)");
  });

  it("loads, compiles and dumps chunks with integers, and refuses those with doubles", () => {
    const board = rig();
    const { main } = readPuc(dump("local a = ... return a, 7, -7, 7 / 2"));
    board.board.files.write("i.lc", writeNodeMcu(main, "integer"));
    board.board.files.write("d.lc", writeNodeMcu(main, "double"));
    assert.deepEqual(board.lua('return loadfile("i.lc")(1)'), [1, 7, -7, 3]);
    assert.equal(board.error('dofile("d.lc")'), "d.lc: bad header in precompiled chunk");
    board.board.files.write("m.lua", Buffer.from("return 7 / 2"));
    board.lua('node.compile("m.lua")');
    const compiled = board.board.files.read("m.lc")!;
    assert.equal(numbersOf(compiled), "integer");
    assert.deepEqual(readNodeMcu(compiled).main.constants, [3]);
    assert.equal(
      numbersOf(Buffer.from(String(board.value("string.dump(function() end)")), "latin1")),
      "integer",
    );
  });

  it("compiles no number that its own format refuses", () => {
    const board = rig();
    board.board.files.write("m.lua", Buffer.from("return 2147483647"));
    assert.equal(
      board.error('node.compile("m.lua")'),
      "test:1: value too big or small for target integer type",
    );
    assert.equal(
      board.error("string.dump(function() return 2147483647 end)"),
      "test:1: unable to dump given function",
    );
    assert.equal(board.value('loadstring("return 2147483647")()'), 2147483647);
  });

  function dump(source: string): Buffer {
    const vm = new LuaVm({ numbers: "integer" });
    assert.equal(vm.load(vm.L, source, "@chunk.lua"), undefined);
    const bytes = vm.dump(vm.L);
    vm.close();
    return bytes;
  }
});
