// A board's life: how it starts, what an error does to it, why it starts again.
import assert from "node:assert/strict";
import { Rig } from "./rig.ts";

/** Answers "ok" on port 80; a request "bad" fails in the given way. */
const server = (fail: string) => `
  print("boot")
  net.createServer():listen(80, function(c)
    c:on("receive", function(s, d)
      if d == "bad" then ${fail} else s:send("ok") end
    end)
  end)`;

describe("board", () => {
  describe("at its start", () => {
    it("runs init.lua", () => {
      assert.equal(new Rig('print("hello", 1, nil)').printed(), "hello\t1\tnil");
    });

    it("prints an error in init.lua and lives on", () => {
      const rig = new Rig("local function f() error('boom') end\nf()");
      assert.match(rig.printed(), /^init\.lua:1: boom\nstack traceback:\n/);
      rig.wait(10_000);
      assert.equal(rig.board.restarts, 0);
      assert.equal(rig.value("1 + 1"), 2);
    });

    it("prints a syntax error in init.lua", () => {
      assert.equal(new Rig("x = = 1").printed().split("\n")[0], "init.lua:1: unexpected symbol near '='");
    });

    it("says what started it", () => {
      assert.deepEqual(new Rig().lua("return node.bootreason()"), [2, 6]);
    });
  });

  describe("after an error in a net callback", () => {
    it("prints the panic, is silent until the watchdog bites, and runs init.lua again", () => {
      const rig = new Rig(server('error("boom")'));
      const client = rig.client();
      client.send("bad");
      rig.wait(5);
      assert.equal(rig.printed(), "boot\nPANIC: unprotected error in call to Lua API (init.lua:5: boom)");
      assert.equal(rig.board.firmware.running, false);
      client.send("more");
      rig.wait(3000);
      assert.equal(rig.printed(), "");
      assert.equal(client.end, "open", "nobody has told the client");
      rig.wait(1000);
      assert.equal(rig.printed(), "boot");
      assert.equal(rig.board.lastReason, "watchdog");
      assert.equal(rig.board.restarts, 1);
      assert.deepEqual(rig.lua("return node.bootreason()"), [2, 3]);
    });

    it("answers packets of forgotten connections with a reset", () => {
      const rig = new Rig(server('error("boom")'));
      const [failing, waiting] = [rig.client(), rig.client()];
      failing.send("bad");
      rig.wait(5000);
      waiting.send("still there?");
      rig.wait(10);
      assert.equal(waiting.end, "rst");
    });

    it("serves the clients that kept asking while it was away", () => {
      const rig = new Rig(server('error("boom")'));
      rig.client().send("bad");
      rig.wait(5);
      const next = rig.network.client(80);
      next.send("good");
      assert.equal(next.send("good"), true);
      rig.wait(8000);
      assert.equal(next.text, "ok");
      assert.deepEqual(
        next.events.filter(({ what }) => what === "syn").map(({ at }) => at - next.events[0]!.at),
        [0, 1000, 3000, 7000],
      );
    });

    it("takes an allocation that fails while C pushes the data for an error too", () => {
      const rig = new Rig(server(""));
      const client = rig.client();
      rig.board.firmware.vm.failAfter = 1;
      client.send("good, and long enough not to be known already");
      rig.wait(5);
      assert.match(rig.printed(), /PANIC: unprotected error in call to Lua API \(not enough memory\)$/);
    });

    it("does not ask node.setonerror", () => {
      const rig = new Rig(`node.setonerror(function() print("asked") end) ${server('error("boom")')}`);
      rig.client().send("bad");
      rig.wait(3000);
      assert.doesNotMatch(rig.printed(), /asked/);
    });

    it("shows an error object that is no string as C's printf does", () => {
      const rig = new Rig(server("error({})"));
      rig.client().send("bad");
      rig.wait(5);
      assert.match(rig.printed(), /PANIC: unprotected error in call to Lua API \(\(null\)\)$/);
    });
  });

  describe("after an error in a timer or task", () => {
    const alarm = 'print("boot") tmr.create():alarm(100, tmr.ALARM_SINGLE, function() error("boom") end)';

    it("prints the traceback, goes on for two seconds, and restarts", () => {
      const rig = new Rig(
        `${alarm} tmr.create():alarm(1000, tmr.ALARM_SINGLE, function() print("alive") end)`,
      );
      assert.match(
        rig.printed(),
        /^boot\ninit\.lua:1: boom\nstack traceback:\n\t\[C\]: in function 'error'\n/,
      );
      rig.wait(1000);
      assert.equal(rig.printed(), "alive");
      rig.wait(1250);
      assert.equal(rig.printed(), "boot");
      assert.equal(rig.board.lastReason, "onerror");
    });

    it("asks node.setonerror's function instead, which gets the traceback", () => {
      const rig = new Rig(`node.setonerror(function(text) print("error: " .. text) end) ${alarm}`);
      rig.wait(5000);
      assert.match(rig.printed(), /^boot\nerror: init\.lua:1: boom\nstack traceback:/);
      assert.equal(rig.board.restarts, 0);
    });

    it("has the default again after node.setonerror()", () => {
      const rig = new Rig(`node.setonerror(print) node.setonerror() ${alarm}`);
      rig.wait(3000);
      assert.ok(rig.board.restarts > 0);
    });

    it("says no more than 'out of memory' if that was the error", () => {
      const rig = new Rig(
        "node.setonerror(print) node.task.post(function() local t = {} while true do t[#t + 1] = {} end end)",
      );
      assert.equal(rig.printed(), "out of memory");
    });

    it("panics if the task queue has no room for the report", () => {
      const rig = new Rig();
      rig.lua(`tmr.create():alarm(10, tmr.ALARM_SINGLE, function()
        for i = 1, 8 do node.task.post(node.task.HIGH_PRIORITY, function() end) end
        error("boom")
      end)`);
      rig.wait(20);
      assert.equal(
        rig.printed(),
        "PANIC: unprotected error in call to Lua API (Task queue overflow. Task not posted)",
      );
    });
  });

  it("whose Lua never returns is restarted by the watchdog, whatever catches errors", () => {
    const rig = new Rig('print("boot")');
    rig.lua(
      "tmr.create():alarm(10, tmr.ALARM_SINGLE, function() pcall(function() while true do end end) end)",
    );
    rig.wait(5000);
    assert.equal(rig.printed(), "boot\nboot");
    assert.equal(rig.board.lastReason, "watchdog");
  });

  describe("on node.restart()", () => {
    it("forgets everything but its files", () => {
      const rig = new Rig('print("boot", x)');
      rig.lua('x = 1 file.putcontents("kept", "text") node.restart()');
      rig.wait(1000);
      assert.equal(rig.printed(), "boot\tnil\nboot\tnil");
      assert.equal(rig.value('file.getcontents("kept")'), "text");
      assert.deepEqual(rig.lua("return node.bootreason()"), [2, 4]);
      assert.ok((rig.value("tmr.time()") as number) < 2);
    });

    it("runs what follows it, and no timer of the old boot", () => {
      const rig = new Rig();
      rig.lua('tmr.create():alarm(200, tmr.ALARM_AUTO, function() print("old") end)');
      rig.lua('node.restart() print("after")');
      rig.wait(2000);
      assert.equal(rig.printed(), "after");
    });
  });

  describe("heap", () => {
    it("is what node.heap() tells, and 40 KB after the start", () => {
      const rig = new Rig();
      assert.ok((rig.value("node.heap()") as number) > 40 * 1024 - 2000);
      const before = rig.board.firmware.heapFree;
      assert.ok(rig.board.firmware.charge(1000));
      assert.equal(rig.board.firmware.heapFree, before - 1000);
      rig.board.firmware.charge(-1000);
    });

    it("is the same after every restart", () => {
      const rig = new Rig(server(""));
      rig.wait(100);
      const before = rig.heap();
      rig.board.restart("node.restart");
      rig.wait(500);
      assert.equal(rig.heap(), before);
    });

    it("can be too small for a chunk: it is not loaded", () => {
      const rig = new Rig("", { heap: 6000 });
      rig.board.files.write("big.lua", `x = {${"{1,2,3},".repeat(500)}}`);
      assert.equal(rig.error('dofile("big.lua")'), "not enough memory");
    });

    it("raises 'string length overflow' for strings of 4096 bytes or more until node.egc.setmode is called", () => {
      const rig = new Rig();
      assert.equal(rig.error('local x = ("x"):rep(4096)'), "string length overflow");
      rig.lua("node.egc.setmode(node.egc.ON_ALLOC_FAILURE)");
      assert.equal(rig.value('#("x"):rep(4096)'), 4096);
      rig.lua("node.egc.setmode(node.egc.ALWAYS, 4096)");
      assert.equal(rig.error('local x = ("x"):rep(4096)'), "string length overflow");
    });
  });

  it("survives the failure of any one allocation: it answers, or restarts and answers the next request", () => {
    const init = `
      net.createServer():listen(80, function(c)
        c:on("receive", function(s, d)
          local t = tmr.create()
          t:alarm(10, tmr.ALARM_SINGLE, function()
            node.task.post(function()
              local f = file.open("data", "w+")
              f:write(sjson.encode({answer = d}))
              f:seek("set", 0)
              local answer = sjson.decode(f:read()).answer
              f:close()
              s:send("<" .. answer .. ">", function(s) s:close() end)
            end)
          end)
        end)
      end)`;
    const session = (refused: number): boolean => {
      const rig = new Rig(init);
      rig.board.firmware.vm.failAfter = refused;
      const ask = () => {
        const client = rig.client();
        client.send("question");
        rig.wait(1000);
        return client.text === "<question>";
      };
      const isAnswered = ask();
      const isReached = refused > 0 && rig.board.firmware.vm.failAfter === 0;
      rig.wait(10_000);
      if (!isAnswered) assert.ok(ask(), `refusal ${refused} has done lasting harm`);
      return isReached || rig.board.restarts > 0;
    };
    let refused = 1;
    while (session(refused)) refused++;
    assert.ok(refused > 20, `${refused} allocations`);
  });

  it("is silent once it is switched off", () => {
    const rig = new Rig(server('error("boom")'));
    rig.printed();
    const client = rig.client();
    client.send("bad");
    rig.wait(5);
    rig.board.stop();
    rig.printed();
    rig.wait(10_000);
    assert.equal(rig.printed(), "");
    assert.equal(rig.board.restarts, 0);
  });
});
