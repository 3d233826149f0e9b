// Module pwm of the ESP8266, and the resistors of inputs on both chips.
import assert from "node:assert/strict";
import { Rig } from "../rig.ts";

describe("pwm", () => {
  it("drives a pin from start() on, with the duty that it was given", () => {
    const rig = new Rig("", { peripherals: true });
    const { pulses } = rig.board.wiring;
    assert.equal(rig.value("pwm.setup(1, 200, 512)"), 200);
    assert.deepEqual(pulses.get(1), { frequency: 200, duty: 0 });
    rig.lua("pwm.start(1)");
    assert.deepEqual(pulses.get(1), { frequency: 200, duty: 512 });
    assert.equal(rig.value("pwm.setduty(1, 100)"), 100);
    assert.equal(rig.value("pwm.setclock(1, 5000)"), 1000, "1000 Hz at most");
    assert.deepEqual(pulses.get(1), { frequency: 1000, duty: 100 });
    rig.lua("pwm.stop(1)");
    assert.deepEqual(pulses.get(1), { frequency: 1000, duty: 0 });
    rig.lua("gpio.mode(1, gpio.OUTPUT)");
    assert.equal(pulses.size, 0, "gpio takes the pin back");
  });

  it("stops when the board restarts", () => {
    const rig = new Rig("", { peripherals: true });
    rig.lua("pwm.setup(1, 200, 512) pwm.start(1)");
    rig.board.restart("node.restart");
    assert.equal(rig.board.wiring.pulses.size, 0);
  });

  it("refuses what it cannot do", () => {
    const rig = new Rig("for pin = 1, 6 do pwm.setup(pin, 100, 0) end", { peripherals: true });
    const cases: [call: string, message: string][] = [
      ["pwm.setup(0, 100, 0)", "no pwm for D0"],
      ["pwm.setup(13, 100, 0)", "pwm 13 does not exist"],
      ["pwm.setup(1, 0, 0)", "wrong arg range"],
      ["pwm.setup(1, 100, 1024)", "wrong arg range"],
      ["pwm.setup(7, 100, 0)", "too many pwms."],
      ["pwm.start(7)", "Unable to start PWM output"],
    ];
    for (const [call, message] of cases) assert.equal(rig.error(call), `test:1: ${message}`, call);
  });
});

describe("a pull-up", () => {
  it("is what an input has that nobody drives, on both chips", () => {
    const esp8266 = new Rig("gpio.mode(1, gpio.INPUT, gpio.PULLUP) gpio.mode(2, gpio.INPUT)");
    assert.deepEqual(esp8266.lua("return gpio.read(1), gpio.read(2)"), [1, 0]);
    const esp32 = new Rig("gpio.config({ gpio = 1, dir = gpio.IN, pull = gpio.PULL_UP })", {
      chip: "esp32",
      peripherals: true,
    });
    assert.equal(esp32.value("gpio.read(1)"), 1);
  });

  it("is weaker than what drives the pin", () => {
    const rig = new Rig("", { peripherals: true });
    rig.board.setPin(1, 0);
    rig.lua("gpio.mode(1, gpio.INPUT, gpio.PULLUP)");
    assert.equal(rig.value("gpio.read(1)"), 0);
  });
});
