// Module node of the ESP8266, and how chunks are loaded.
import assert from "node:assert/strict";
import { Rig } from "../rig.ts";

describe("node", () => {
  let rig: Rig;
  beforeEach(() => {
    rig = new Rig();
  });

  describe("task.post", () => {
    it("runs a function after what runs now, with its priority; high ones first", () => {
      rig.lua(`
        for _, name in ipairs{"LOW", "MEDIUM", "HIGH"} do
          node.task.post(node.task[name .. "_PRIORITY"], function(p) print(name, p) end)
        end
        node.task.post(function(p) print("default", p) end)
        print("first")`);
      rig.wait(1);
      assert.equal(rig.printed(), "first\nHIGH\t2\nMEDIUM\t1\ndefault\t1\nLOW\t0");
    });

    it("takes eight per priority", () => {
      rig.lua("for i = 1, 8 do node.task.post(0, print) end");
      assert.equal(rig.error("node.task.post(0, print)"), "test:1: Task queue overflow. Task not posted");
      assert.equal(rig.error("node.task.post(1, print)"), undefined);
      rig.wait(1);
      assert.equal(rig.error("node.task.post(0, print)"), undefined);
    });

    it("lets timers and the network go on between tasks", () => {
      rig.lua("function again() node.task.post(0, again) end again()");
      rig.lua(
        'tmr.create():alarm(10, tmr.ALARM_SINGLE, function() print("rang") again = function() end end)',
      );
      rig.clock.runUntil(() => rig.board.firmware.vm.instructions > 0 && rig.value("again") === undefined, 5);
      rig.lua("again = function() end");
      rig.wait(20);
      assert.equal(rig.printed(), "rang");
    });

    it("refuses what it cannot post", () => {
      assert.equal(
        rig.error("node.task.post(3, print)"),
        "test:1: bad argument #1 to 'post' (invalid  priority)",
      );
      assert.equal(
        rig.error("node.task.post(0)"),
        "test:1: bad argument #2 to 'post' (function expected, got no value)",
      );
    });
  });

  describe("compile", () => {
    it("writes an .lc without debug information, which is loaded before the .lua", () => {
      rig.board.files.write("m.lua", "local a return function() return a.b end");
      rig.lua('node.compile("m.lua")');
      assert.equal(rig.value('file.exists("m.lc")'), true);
      rig.board.files.write("m.lua", "return 'source'");
      assert.equal(rig.error('require("m")()'), "?:0: attempt to index upvalue '?' (a nil value)");
      assert.equal(rig.value('dofile("m.lua")'), "source");
    });

    it("refuses what it cannot compile", () => {
      rig.board.files.write("bad.lua", "x = = 1");
      assert.equal(rig.error('node.compile("x.txt")'), "test:1: not a .lua file");
      assert.equal(rig.error('node.compile("none.lua")'), "test:1: cannot open none.lua");
      assert.match(String(rig.error('node.compile("bad.lua")')), /bad\.lua:1: unexpected symbol near '='$/);
    });
  });

  it("stripdebug tells and sets what chunks loaded from now on lose", () => {
    assert.equal(rig.value("node.stripdebug()"), 2);
    const fault = 'pcall(loadstring("local a\\nreturn a.b", "=c"))';
    assert.deepEqual(rig.lua(`return ${fault}`), [false, "c:2: attempt to index a nil value"]);
    rig.lua("node.stripdebug(1)");
    assert.deepEqual(rig.lua(`return ${fault}`), [false, "c:2: attempt to index local 'a' (a nil value)"]);
    rig.lua("node.stripdebug(3)");
    assert.deepEqual(rig.lua(`return ${fault}`), [false, "c:0: attempt to index a nil value"]);
    rig.lua("node.stripdebug(2)");
    assert.equal(
      rig.error("node.stripdebug(4)"),
      "test:1: bad argument #1 to 'stripdebug' (Invalid strip level)",
    );
  });

  it("says what the chip is", () => {
    rig.lua('hw, sw, build = node.info("hw"), node.info("sw_version"), node.info("build_config")');
    assert.equal(rig.value("hw.chip_id == node.chipid() and hw.flash_id == node.flashid()"), true);
    assert.equal(rig.value("hw.flash_size * 1024 == node.flashsize()"), true);
    assert.equal(rig.value("build.number_type"), "float");
    assert.equal(rig.value("sw.node_version_major"), 3);
    assert.equal(rig.value("select('#', node.info())"), 8);
    assert.equal(rig.error('node.info("x")'), "test:1: bad argument #1 to 'info' (invalid option 'x')");
  });

  it("random gives the same numbers on every boot, within their bounds", () => {
    const numbers = () => rig.lua("return node.random(10), node.random(5, 6), node.random()");
    const first = numbers();
    assert.ok((first[0] as number) >= 1 && (first[0] as number) <= 10);
    rig = new Rig();
    assert.deepEqual(numbers(), first);
  });

  it("egc.setmode refuses what it does not know", () => {
    assert.equal(rig.error("node.egc.setmode(8)"), "test:1: bad argument #1 to 'setmode' (invalid mode)");
    assert.equal(
      rig.error("node.egc.setmode(node.egc.ON_MEM_LIMIT)"),
      "test:1: bad argument #2 to 'setmode' (limit must be non-zero)",
    );
  });
});

describe("loading", () => {
  let rig: Rig;
  beforeEach(() => {
    rig = new Rig();
    rig.board.files.write("m.lua", "print('m', ...) return {n = 1}");
  });

  it("require finds a module of the firmware first, then a file, and runs it once", () => {
    assert.equal(rig.value('require("net") == net'), true);
    assert.equal(rig.value('require("m") == require("m")'), true);
    assert.equal(rig.printed(), "m\tm");
  });

  it("require takes a global table of that name for a module", () => {
    rig.lua("m = {stray = true}");
    assert.equal(rig.value('require("m").stray'), true);
  });

  it("require says where it looked, and what is wrong with a file", () => {
    assert.match(
      String(rig.error('require("none")')),
      /module 'none' not found:.*no file 'none\.lc'\n\tno file 'none\.lua'/s,
    );
    rig.board.files.write("bad.lua", "x = = 1");
    assert.match(
      String(rig.error('require("bad")')),
      /error loading module 'bad' from file 'bad\.lua':\n\tbad\.lua:1: unexpected symbol/,
    );
  });

  it("require looks for a.b in a/b.lua", () => {
    rig.board.files.write("a/b.lua", "return 'nested'");
    assert.equal(rig.value('require("a.b")'), "nested");
  });

  it("dofile runs a file each time; loadfile gives it, or nil and what is wrong", () => {
    rig.lua('dofile("m.lua") dofile("m.lua")');
    assert.equal(rig.printed(), "m\nm");
    assert.equal(rig.value('type(loadfile("m.lua"))'), "function");
    assert.deepEqual(rig.lua('return loadfile("none.lua")'), [undefined, "cannot open none.lua"]);
  });

  it("Lua is the firmware's: no io, no os, little math and debug, % formats", () => {
    assert.deepEqual(
      rig.lua("return io, os, math.fmod, math.log, math.sin, debug.getinfo"),
      new Array(6).fill(undefined),
    );
    assert.deepEqual(rig.lua('return "%d-%s" % {1, "x"}, "%d" % 5, math.floor(1.5)'), ["1-x", "5", 1]);
  });
});
