// Module tmr of the ESP8266.
import assert from "node:assert/strict";
import { Rig } from "../rig.ts";

describe("tmr", () => {
  let rig: Rig;
  beforeEach(() => {
    rig = new Rig();
    rig.lua('t = tmr.create() function ring(timer) print(timer == t and "ring" or type(timer)) end');
  });

  it("ALARM_SINGLE rings once, with the timer, which is then free to be registered again", () => {
    assert.equal(rig.value("t:alarm(100, tmr.ALARM_SINGLE, ring)"), true);
    rig.wait(99);
    assert.equal(rig.printed(), "");
    rig.wait(1);
    assert.equal(rig.printed(), "ring");
    assert.equal(rig.value("t:state()"), undefined);
    rig.wait(1000);
    assert.equal(rig.printed(), "");
    rig.lua(
      "n = 0 t:alarm(10, tmr.ALARM_SINGLE, function() n = n + 1 if n < 3 then t:alarm(10, tmr.ALARM_SINGLE, debug.getregistry and function() n = n + 10 end) end end)",
    );
    rig.wait(100);
    assert.equal(rig.value("n"), 11);
  });

  it("ALARM_AUTO rings until it is stopped, also from its own function", () => {
    rig.lua("t:alarm(100, tmr.ALARM_AUTO, ring)");
    rig.wait(350);
    assert.equal(rig.printed(), "ring\nring\nring");
    assert.equal(rig.value("t:stop()"), true);
    rig.wait(1000);
    assert.equal(rig.printed(), "");
    rig.lua("n = 0 t:alarm(10, tmr.ALARM_AUTO, function() n = n + 1 if n == 2 then t:unregister() end end)");
    rig.wait(100);
    assert.equal(rig.value("n"), 2);
  });

  it("ALARM_SEMI rings once and can be started again", () => {
    rig.lua("t:alarm(100, tmr.ALARM_SEMI, ring)");
    rig.wait(500);
    assert.equal(rig.printed(), "ring");
    assert.deepEqual(rig.lua("return t:state()"), [false, 2]);
    assert.equal(rig.value("t:start()"), true);
    rig.wait(100);
    assert.equal(rig.printed(), "ring");
  });

  it("register does not start; start tells whether it did; start(true) begins anew", () => {
    assert.equal(rig.value("t:start()"), false, "not registered");
    rig.lua("t:register(100, tmr.ALARM_SINGLE, ring)");
    assert.deepEqual(rig.lua("return t:state()"), [false, 0]);
    assert.deepEqual(rig.lua("return t:start(), t:start()"), [true, false]);
    assert.deepEqual(rig.lua("return t:state()"), [true, 0]);
    rig.wait(60);
    assert.equal(rig.value("t:start(true)"), true);
    rig.wait(60);
    assert.equal(rig.printed(), "");
    rig.wait(40);
    assert.equal(rig.printed(), "ring");
    assert.equal(rig.error("t:start(1)"), "test:1: bad argument #1 to 'start' (boolean expected)");
  });

  it("stop keeps what is registered; unregister does not", () => {
    rig.lua("t:alarm(100, tmr.ALARM_SINGLE, ring)");
    assert.deepEqual(rig.lua("return t:stop(), t:stop()"), [true, false]);
    assert.equal(rig.value("t:start()"), true);
    assert.deepEqual(rig.lua("return t:unregister()"), []);
    assert.equal(rig.value("t:state()"), undefined);
    rig.wait(1000);
    assert.equal(rig.printed(), "");
  });

  it("interval changes a running timer from now on", () => {
    rig.lua("t:alarm(100, tmr.ALARM_AUTO, ring)");
    rig.wait(50);
    rig.lua("t:interval(30)");
    rig.wait(31);
    assert.equal(rig.printed(), "ring");
  });

  it("refuses what it cannot do", () => {
    const cases: [call: string, message: string][] = [
      ["t:alarm(0, 0, ring)", "#1 to 'alarm' (Range: 1-0x68D7A3)"],
      ["t:alarm(6870948, 0, ring)", "#1 to 'alarm' (Range: 1-0x68D7A3)"],
      ["t:alarm(1, 3, ring)", "#2 to 'alarm' (Invalid mode)"],
      ["t:alarm(1, 0)", "#3 to 'alarm' (Must be function)"],
      ["t:alarm(1)", "#2 to 'alarm' (number expected, got no value)"],
      ["t:interval(0)", "#1 to 'interval' (Range: 1-0x68D7A3)"],
    ];
    for (const [call, message] of cases)
      assert.equal(rig.error(call), `test:1: bad argument ${message}`, call);
    assert.equal(rig.error("tmr.delay(0)"), "test:1: bad argument #1 to 'delay' (wrong arg range)");
  });

  it("keeps a running timer that Lua has lost, and frees it when it has rung", () => {
    rig.lua("tmr.create():alarm(100, tmr.ALARM_SINGLE, function() end)");
    rig.wait(200);
    const before = rig.heap();
    rig.lua("tmr.create():alarm(100, tmr.ALARM_SINGLE, function() end)");
    assert.ok(rig.heap() > before);
    rig.wait(200);
    assert.equal(rig.heap(), before);
  });

  it("rings timers that fall due together in the order in which they were started", () => {
    rig.lua(
      "for i = 1, 3 do tmr.create():alarm(40 - i * 10, 0, function() tmr.create():alarm(i * 10, 0, function() print(i) end) end) end",
    );
    rig.wait(100);
    assert.equal(rig.printed(), "3\n2\n1");
  });

  it("has clocks: microseconds, seconds and cycles since the start", () => {
    rig.lua("now, time = tmr.now(), tmr.time()");
    rig.wait(1500);
    assert.equal(rig.value("tmr.now() - now"), 1_500_000);
    assert.equal(rig.value("tmr.time()"), 2);
    assert.ok((rig.value("tmr.ccount()") as number) > 0);
  });

  it("tmr.now() comes round after 2^31 microseconds", () => {
    rig.wait(2 ** 31 / 1000);
    assert.ok((rig.value("tmr.now()") as number) < 1_000_000);
  });

  it("tmr.softwd restarts the board unless it is called again", () => {
    rig.lua("tmr.softwd(5) tmr.create():alarm(4000, tmr.ALARM_SINGLE, function() tmr.softwd(5) end)");
    rig.wait(9900);
    assert.equal(rig.board.restarts, 0);
    rig.wait(200);
    assert.equal(rig.board.restarts, 1);
    rig.wait(500);
    rig.lua("tmr.softwd(1) tmr.softwd(-1)");
    rig.wait(10_000);
    assert.equal(rig.board.restarts, 1);
  });
});
