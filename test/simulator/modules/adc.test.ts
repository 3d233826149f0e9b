// Module adc of both chips.
import assert from "node:assert/strict";
import { Rig } from "../rig.ts";

describe("adc on ESP8266", () => {
  let rig: Rig;
  beforeEach(() => {
    rig = new Rig("", { peripherals: true });
  });

  it("reads what is at A0, 0 to 1023", () => {
    assert.equal(rig.value("adc.read(0)"), 0);
    const levels: [number, number][] = [
      [512, 512],
      [700.9, 700],
      [5000, 1023],
      [-1, 0],
    ];
    for (const [level, read] of levels) {
      rig.board.wiring.analog.set(0, level);
      assert.equal(rig.value("adc.read(0)"), read, String(level));
    }
  });

  it("asks a function at every reading", () => {
    let level = 10;
    rig.board.wiring.analog.set(0, () => level++);
    assert.deepEqual(rig.lua("return adc.read(0), adc.read(0)"), [10, 11]);
  });

  it("measures the supply in place of A0 after a restart, if it was told to", () => {
    rig.board.wiring.analog.set(0, 512);
    assert.equal(rig.value("adc.readvdd33()"), 65535);
    assert.deepEqual(
      rig.lua("return adc.force_init_mode(adc.INIT_VDD33), adc.force_init_mode(adc.INIT_VDD33)"),
      [true, false],
    );
    assert.equal(rig.value("adc.read(0)"), 512, "not before the restart");
    rig.board.restart("node.restart");
    rig.wait(500);
    assert.deepEqual(rig.lua("return adc.readvdd33(), adc.read(0)"), [3300, 65535]);
  });

  it("refuses what it cannot do", () => {
    const cases: [call: string, message: string][] = [
      ["adc.read(1)", "adc 1 does not exist"],
      ["adc.read()", "bad argument #1 to 'read' (number expected, got no value)"],
      ["adc.force_init_mode(1)", "bad argument #1 to 'force_init_mode' (Invalid mode)"],
    ];
    for (const [call, message] of cases) assert.equal(rig.error(call), `test:1: ${message}`, call);
  });
});

describe("adc on ESP32", () => {
  it("reads the channels of the first converter, 0 to 4095", () => {
    const rig = new Rig("", { chip: "esp32", peripherals: true });
    rig.board.wiring.analog.set(2, 2048).set(3, 9999);
    rig.lua("adc.setwidth(adc.ADC1, 12) adc.setup(adc.ADC1, 2, adc.ATTEN_11db)");
    assert.deepEqual(rig.lua("return adc.read(1, 2), adc.read(1, 3), adc.read(1, 4)"), [2048, 4095, 0]);
    const cases: [call: string, message: string][] = [
      ["adc.read(0, 1)", "adc 0 does not exist"],
      ["adc.read(1, 8)", "channel 8 does not exist in ADC1"],
      ["adc.read(1, 5)", "adc_read failed"],
      ["adc.setup(1, 0, 4)", "adc_setup failed"],
      ["adc.setwidth(1, 9)", "adc_set_width failed"],
    ];
    for (const [call, message] of cases) assert.equal(rig.error(call), `test:1: ${message}`, call);
  });
});
