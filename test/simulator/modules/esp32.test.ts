// Modules of the ESP32 that are not as on the ESP8266: gpio, wifi, tmr, node's clock.
import assert from "node:assert/strict";
import { Rig } from "../rig.ts";

describe("modules of the ESP32", () => {
  let rig: Rig;
  beforeEach(() => {
    rig = new Rig("", { chip: "esp32" });
  });

  describe("gpio", () => {
    it("writes and reads by GPIO number", () => {
      rig.lua(
        "gpio.config({gpio = {2, 21}, dir = gpio.IN_OUT}, {gpio = 5, dir = gpio.IN, pull = gpio.PULL_UP})",
      );
      rig.lua("gpio.write(2, 1) gpio.write(21, 0)");
      rig.board.setPin(5, 1);
      assert.deepEqual(rig.lua("return gpio.read(2), gpio.read(21), gpio.read(5)"), [1, 0, 1]);
      assert.equal(rig.board.pins[2], 1);
    });

    it("reads 0 from a pin that is only an output", () => {
      rig.lua("gpio.config({gpio = 2, dir = gpio.OUT}) gpio.write(2, 1)");
      assert.deepEqual([rig.value("gpio.read(2)"), rig.board.pins[2]], [0, 1]);
    });

    it("calls trig's function with pin and level, each time", () => {
      rig.lua("gpio.trig(3, gpio.INTR_UP_DOWN, function(...) print(...) end)");
      for (const level of [1, 0] as const) rig.board.setPin(3, level);
      rig.wait(1);
      assert.equal(rig.printed(), "3\t1\n3\t0");
      rig.lua("gpio.trig(3, gpio.INTR_UP)");
      for (const level of [1, 0] as const) rig.board.setPin(3, level);
      rig.wait(1);
      assert.equal(rig.printed(), "3\t1", "a new type keeps the function");
      rig.lua("gpio.trig(3)");
      rig.board.setPin(3, 1);
      rig.wait(1);
      assert.equal(rig.printed(), "");
    });

    it("refuses what it cannot do", () => {
      const cases: [call: string, message: string][] = [
        ["gpio.read(22)", "invalid argument"],
        ["gpio.write(-1, 1)", "invalid argument"],
        ["gpio.config({dir = gpio.OUT})", "missing/bad 'gpio' field"],
        ["gpio.config({gpio = 2, dir = 7})", "invalid argument"],
        ["gpio.trig(99)", "bad argument #1 to 'trig' (invalid gpio)"],
        [
          "gpio.set_drive(2, 9)",
          "bad argument #2 to 'set_drive' (pad strength must be between gpio.DRIVE_0 and gpio.DRIVE_3)",
        ],
      ];
      for (const [call, message] of cases) assert.equal(rig.error(call), `test:1: ${message}`, call);
    });
  });

  describe("wifi", () => {
    it("joins as an app asks for it: mode, start, config, connect, then got_ip", () => {
      rig.lua(`
        for _, name in ipairs{"start", "connected", "disconnected", "got_ip"} do
          wifi.sta.on(name, function(event, t) print(event, t.ssid, t.ip or t.reason) end)
        end
        wifi.mode(wifi.STATION) wifi.start() wifi.sta.config{ssid = "home", pwd = "secret"} wifi.sta.connect()`);
      assert.equal(rig.printed(), "");
      rig.wait(100);
      assert.equal(rig.printed(), "start\tnil\tnil\nconnected\thome\tnil\ngot_ip\tnil\t192.168.4.1");
      assert.equal(rig.value("wifi.sta.getconfig().ssid"), "home");
    });

    it("takes the board off the air and back", () => {
      rig.lua("net.createServer():listen(80, print)");
      assert.equal(rig.client().end, "open");
      rig.lua("wifi.stop()");
      assert.equal(rig.client({ patience: 1000 }).end, "connecting");
      assert.match(String(rig.error("wifi.sta.connect()")), /connect failed, code 12290$/);
      rig.lua("wifi.start() wifi.sta.connect()");
      rig.wait(100);
      assert.equal(rig.client().end, "open");
    });

    it("has no address to ask for", () => {
      assert.equal(rig.value("wifi.sta.getip == nil and wifi.setmode == nil"), true);
    });

    it("scans", () => {
      rig.lua("wifi.sta.scan({}, function(err, list) print(err, #list, list[1].ssid) end)");
      rig.wait(3000);
      assert.equal(rig.printed(), "nil\t1\tsimulated");
    });
  });

  describe("tmr", () => {
    it("counts in ticks of 10 ms", () => {
      rig.lua("tmr.create():alarm(29, tmr.ALARM_SINGLE, function() print('ring') end)");
      rig.wait(19);
      assert.equal(rig.printed(), "");
      rig.wait(1);
      assert.equal(rig.printed(), "ring");
    });

    it("stops the board with an alarm below a tick: it restarts at once", () => {
      rig.board.files.write("init.lua", "print('again')");
      rig.board.firmware.execute(
        "pcall(tmr.create().alarm, tmr.create(), 1, 0, print) print('after')",
        "=stdin",
      );
      assert.match(rig.printed(), /^assert failed: /);
      rig.wait(1000);
      assert.equal(rig.board.restarts, 1);
      assert.match(rig.printed(), /again/);
    });

    it("has no clock and no numbered timers", () => {
      assert.equal(rig.value("tmr.now == nil and tmr.time == nil and tmr.delay == nil"), true);
      assert.match(String(rig.error("tmr.create():start()")), /timer not registered$/);
      assert.match(String(rig.error("tmr.create():register(0, 0, print)")), /Range: 1-6870947/);
    });
  });

  it("node.uptime counts µs since the start", () => {
    const [before] = rig.lua("return node.uptime()");
    rig.wait(1500);
    assert.deepEqual(rig.lua("return node.uptime()"), [Number(before) + 1_500_000, 0]);
  });

  it("tasks may wait by the dozen", () => {
    rig.lua("n = 0 for i = 1, 125 do node.task.post(function() n = n + 1 end) end");
    assert.match(String(rig.error("node.task.post(print)")), /Task queue overflow/);
    rig.wait(10);
    assert.equal(rig.value("n"), 125);
  });
});
