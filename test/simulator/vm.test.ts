// The Lua VM: strings are bytes, the heap is counted and capped, every allocation can be refused, instructions are counted.
import assert from "node:assert/strict";
import {
  LuaError,
  LuaVm,
  type LuaVmOptions,
  OUT_OF_MEMORY,
  PlainLuaError,
  VmAbandoned,
} from "../../packages/lua-vm/vm/lua.ts";
import { TESTED_LUA } from "../extent.ts";

function fails(run: () => unknown): LuaError {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof LuaError, String(error));
    return error;
  }
  throw new assert.AssertionError({ message: "no error was raised" });
}

/** The same mistake in each version's words. */
const WORDS = {
  "5.1": {
    index: (name: string) => `attempt to index upvalue '${name}' (a nil value)`,
    noLine: "0",
    noBuffer: "not enough memory",
  },
  "5.3": {
    index: (name: string) => `attempt to index a nil value (upvalue '${name}')`,
    noLine: "-1",
    noBuffer: "main:1: not enough memory for buffer allocation",
  },
};

for (const version of TESTED_LUA) {
  const words = WORDS[version];
  describe(`Lua VM (${version})`, () => {
    const fresh = (options: LuaVmOptions = {}) => new LuaVm({ version, ...options });
    /** A VM in which a host function is the global `f`. */
    const withHost = (f: (vm: LuaVm, L: number) => number) => {
      const vm = fresh();
      vm.pushFunction(vm.L, (L) => f(vm, L));
      vm.setGlobal("f");
      return vm;
    };

    describe("coroutines", () => {
      for (const [what, source] of [
        ["end with an error", "coroutine.wrap(function() error('x') end)()"],
        [
          "are left alone",
          "for i = 1, 300 do coroutine.resume(coroutine.create(function() coroutine.yield(i) end)) end",
        ],
        [
          "are inside each other",
          "local function f(n) return n == 0 or coroutine.wrap(function() return f(n - 1) end)() end f(50)",
        ],
      ] as const)
        it(`may be collected when they ${what}, and strings made afterwards`, () => {
          const vm = fresh();
          if (version === "5.1") vm.longestString = 4096;
          for (let i = 0; i < 20; i++) {
            try {
              vm.run(source);
            } catch (error) {
              assert.ok(error instanceof LuaError, String(error));
            }
            vm.collect();
            assert.deepEqual(
              vm.run("local s = '' for i = 1, 100 do s = ('y'):rep(i * 40) end return #s"),
              [4000],
            );
          }
        });
    });

    describe("strings", () => {
      const everyByte = Buffer.from(Array.from({ length: 512 }, (_, i) => i & 255));

      it("carry every byte to Lua and back", () => {
        let back: Buffer | undefined;
        const vm = withHost((vm, L) => {
          back = vm.checkBytes(L, 1);
          vm.push(L, everyByte);
          return 1;
        });
        const literal = [...everyByte].map((byte) => `\\${String(byte).padStart(3, "0")}`).join("");
        assert.deepEqual(vm.run(`return f("${literal}") == "${literal}"`), [true]);
        assert.deepEqual(back, everyByte);
      });

      it("that are numbers are converted as in C", () => {
        const vm = withHost((vm, L) => {
          vm.push(L, vm.checkString(L, 1));
          return 1;
        });
        assert.deepEqual(vm.run("return f(42), f(0.5)"), ["42", "0.5"]);
      });

      // the firmware with 5.3 has no such rule
      if (version === "5.1")
        it("of a given length or more raise where they are made, unless they stand in the source", () => {
          const vm = fresh();
          vm.longestString = 4096;
          vm.run('a, b = ("x"):rep(4095), ("x"):rep(2048)');
          const { message } = fails(() => vm.run("return b .. b", "=c"));
          assert.equal(message, "c:1: string length overflow");
          for (const source of [
            '("y"):rep(4096)',
            "table.concat({b, b})",
            '("%s%s"):format(b, b)',
            'a:gsub("x", "xx")',
            // as many bytes with its header as a table's block of 40 * 2^7 would have
            '("y"):rep(5103)',
          ])
            assert.equal(fails(() => vm.run(`return ${source}`)).message, "string length overflow", source);
          assert.deepEqual(vm.run(`return #"${"z".repeat(5000)}"`), [5000]);
          vm.run("t = {} for i = 1, 5000 do t[i] = i end");
          assert.deepEqual(vm.run(`return #{${"7,".repeat(300)}}`), [300]);
          vm.longestString = 0;
          assert.deepEqual(vm.run('return #("y"):rep(5000)'), [5000]);
        });
    });

    describe("heap", () => {
      it("counts what Lua itself counts, to the byte", () => {
        const vm = fresh();
        vm.run('t = {} for i = 1, 100 do t[i] = ("x"):rep(i) end');
        const kilobytes = vm.run('return collectgarbage("count")')[0] as number;
        assert.equal(vm.used, kilobytes * 1024);
      });

      it("charges every block its header", () => {
        const [bare, headed] = [0, 8].map((blockHeader) => {
          const vm = fresh({ blockHeader });
          const used = (source: string) => {
            vm.run(source);
            vm.collect();
            return vm.used;
          };
          const without = used("t = 1");
          return used("t = {{}, {}, {}}") - without;
        });
        assert.equal(headed! - bare!, 5 * 8, "four tables and an array part");
      });

      it("refuses what does not fit after a collection; Lua can catch that and go on", () => {
        const vm = fresh();
        vm.limit = vm.used + 12_000;
        const [isOk, message] = vm.run('return pcall(function() local x = ("x"):rep(20000) return #x end)');
        assert.deepEqual([isOk, message], [false, words.noBuffer]);
        assert.deepEqual(vm.run('return #("x"):rep(5000)'), [5000]);
        assert.equal(fails(() => vm.run("local t = {} while true do t = {t} end")).status, OUT_OF_MEMORY);
      });

      it("collects when it is full: garbage never makes a program fail", () => {
        const vm = fresh();
        vm.limit = vm.used + 12_000;
        vm.resetPeak();
        vm.run("for i = 1, 2000 do local t = {i, i, i} t = tostring(i) .. tostring({}) end");
        assert.ok(vm.peak <= vm.limit, `${vm.peak} of ${vm.limit}`);
      });

      it("collects nothing while it parses: a chunk that does not fit is refused", () => {
        const vm = fresh();
        const chunk = Array.from({ length: 200 }, (_, i) => `function f${i}(a) return a + ${i} end`).join(
          "\n",
        );
        vm.limit = vm.used + 5000;
        assert.equal(vm.load(vm.L, chunk, "=big"), "not enough memory");
        vm.limit = vm.used + 200_000;
        assert.equal(vm.load(vm.L, chunk, "=big"), undefined);
      });

      it("is taken and given back by what lies outside Lua", () => {
        const vm = fresh();
        const before = vm.used;
        vm.charge(1000);
        assert.equal(vm.used, before + 1000);
        assert.equal(vm.peak, before + 1000);
        vm.charge(-1000);
        assert.equal(vm.used, before);
      });
    });

    it("refuses any one allocation that it is told to: each leaves a clean error and a VM that works", () => {
      const program = 'local t = {} for i = 1, 20 do t[i] = {name = "n" .. i} end return #t';
      const vm = fresh();
      vm.load(vm.L, program, "=p");
      const chunk = vm.ref(vm.L, -1);
      vm.pop(vm.L);
      const call = () => {
        vm.pushRef(vm.L, chunk);
        vm.call(vm.L, 0, 1);
        const result = vm.number(vm.L, -1);
        vm.pop(vm.L);
        return result;
      };
      assert.equal(call(), 20);
      vm.collect();
      const before = vm.used;
      let refusals = 0;
      for (;;) {
        vm.failAfter = refusals + 1;
        try {
          assert.equal(call(), 20);
          break;
        } catch (error) {
          assert.equal((error as LuaError).status, OUT_OF_MEMORY);
          refusals++;
        }
        vm.collect();
        assert.equal(vm.used, before, `after refusal ${refusals}`);
      }
      vm.failAfter = 0;
      assert.ok(refusals > 40, `${refusals} allocations`);
    });

    describe("instructions", () => {
      it("are counted, the same on every run", () => {
        const count = (source: string) => {
          const vm = fresh();
          vm.run(source);
          return vm.instructions;
        };
        const empty = count("");
        assert.equal(count("for i = 1, 1000 do end") - empty, 1000 + 5);
        assert.equal(count("for i = 1, 1000 do end"), count("for i = 1, 1000 do end"));
      });

      it("have a budget: beyond it an error is raised, once", () => {
        const vm = fresh();
        vm.instructionBudget = 10_000;
        assert.match(fails(() => vm.run("while true do end", "=l")).message, /^instruction budget exceeded$/);
        vm.run("for i = 1, 100000 do end");
      });

      it("beyond the budget can also end everything, through every pcall", () => {
        const vm = fresh();
        vm.onOverBudget = () => {
          throw new VmAbandoned("enough");
        };
        vm.instructionBudget = 10_000;
        assert.throws(
          () => vm.run("pcall(function() pcall(function() while true do end end) end)"),
          VmAbandoned,
        );
      });
    });

    describe("errors", () => {
      it("leave Lua with position and traceback", () => {
        const error = fails(() => fresh().run("local function g() error('boom') end\ng()", "=c"));
        assert.equal(error.message, "c:1: boom");
        assert.match(error.traceback, /^c:1: boom\nstack traceback:\n\t\[C\]: in function 'error'\n\tc:1: /);
      });

      it("that are no strings are told as tostring tells them", () => {
        const error = fails(() =>
          fresh().run("error(setmetatable({}, {__tostring = function() return 'mine' end}))"),
        );
        assert.deepEqual([error.message, error.isText], ["mine", false]);
        assert.deepEqual(fails(() => fresh().run("error()")).message, "nil");
      });

      it("of host functions are Lua errors with the caller's position, and keep their cause", () => {
        const cause = new Error("from the host");
        const vm = withHost(() => {
          throw cause;
        });
        assert.deepEqual(vm.run("return pcall(f)"), [false, "from the host"]);
        const error = fails(() => vm.run("local x = 1\nf()", "=c"));
        assert.equal(error.message, "c:2: from the host");
        assert.equal(error.cause, cause);
      });

      it("can go without a position", () => {
        const vm = withHost(() => {
          throw new PlainLuaError("plain");
        });
        assert.equal(fails(() => vm.run("f()", "=c")).message, "plain");
      });

      it("of bad arguments are the C API's own", () => {
        const vm = withHost((vm, L) => vm.checkInteger(L, 2));
        assert.equal(
          fails(() => vm.run("f(1, {})", "=c")).message,
          "c:1: bad argument #2 to 'f' (number expected, got table)",
        );
      });

      it("in what the host pushes do not escape it", () => {
        const vm = fresh();
        vm.failAfter = 1;
        const error = fails(() =>
          vm.protect(vm.L, (L) => {
            vm.push(L, "a string that is new");
            return 1;
          }),
        );
        assert.equal(error.status, OUT_OF_MEMORY);
        assert.equal(vm.api.lua_gettop!(vm.L), 0);
      });
    });

    describe("numbers", () => {
      const run = (source: string) => fresh().run(source);

      if (version === "5.3") {
        it("are 32-bit integers, which wrap around, and single floats", () => {
          assert.deepEqual(
            run("return math.maxinteger, math.maxinteger + 1, 16777216.0 + 1"),
            [2147483647, -2147483648, 16777216],
          );
          assert.deepEqual(run("return 10 / 2, 7 // 2, 3 | 8, 1 << 31"), [5, 3, 11, -2147483648]);
          assert.deepEqual(run("return tostring(10 / 2), tostring(0.1), tostring(2^31)"), [
            "5.0",
            "0.1",
            "2.147484e+09",
          ]);
        });

        it("that are whole go to Lua as integers, all others as floats", () => {
          const vm = fresh();
          for (const [value, type] of [
            [7, "integer"],
            [-2147483648, "integer"],
            [2147483648, "float"],
            [0.5, "float"],
          ] as const) {
            vm.pushValue(vm.L, value);
            vm.setGlobal("x");
            assert.deepEqual(vm.run("return math.type(x), x"), [type, value]);
          }
        });

        it("with a fraction are no integer arguments", () => {
          const vm = withHost((vm, L) => vm.checkInteger(L, 1));
          assert.deepEqual(vm.run("return pcall(f, 1.5)"), [
            false,
            "bad argument #1 to 'f' (number has no integer representation)",
          ]);
        });
      } else {
        it("are doubles", () => {
          assert.deepEqual(run("return 2^53, 1 / 2, tostring(10 / 2)"), [2 ** 53, 0.5, "5"]);
        });

        it("with a fraction lose it as integer arguments", () => {
          let got: number | undefined;
          withHost((vm, L) => {
            got = vm.checkInteger(L, 1);
            return 0;
          }).run("f(1.5)");
          assert.equal(got, 1);
        });
      }
    });

    it("loads its own bytecode, and refuses the other version's", () => {
      const vm = fresh();
      vm.load(vm.L, "return 21 * 2", "=c");
      const bytecode = vm.dump(vm.L);
      assert.deepEqual(fresh().run(bytecode), [42]);
      bytecode[4]! ^= 0x51 ^ 0x53;
      assert.match(fails(() => fresh().run(bytecode)).message, /bad header|version mismatch/);
    });

    describe("debug information", () => {
      const chunk = "local a\nlocal function f() return a.b end\nreturn f()";

      it("is complete unless it is told to forget", () => {
        assert.equal(fails(() => fresh().run(chunk, "=c")).message, `c:2: ${words.index("a")}`);
      });

      it("loses the names of locals and upvalues, and their bytes", () => {
        const vm = fresh();
        vm.forgets = "names";
        assert.equal(fails(() => vm.run(chunk, "=c")).message, `c:2: ${words.index("?")}`);
        assert.equal(fails(() => vm.run("local a\na()", "=c")).message, "c:2: attempt to call a nil value");
        const kilobytes = vm.run('return collectgarbage("count")')[0] as number;
        assert.equal(vm.used, kilobytes * 1024);
      });

      it("loses lines, and for bytecode the chunk's name too", () => {
        const vm = fresh();
        vm.forgets = "lines";
        assert.equal(fails(() => vm.run(chunk, "=c")).message, `c:${words.noLine}: ${words.index("?")}`);
        vm.forgets = "nothing";
        vm.load(vm.L, chunk, "=c");
        vm.strip(vm.L, "all");
        const bytecode = vm.dump(vm.L);
        assert.equal(fails(() => vm.run(bytecode)).message, `?:${words.noLine}: ${words.index("?")}`);
      });
    });
  });
}
