// Modules gpio and uart of the ESP8266.
import assert from "node:assert/strict";
import { Rig } from "../rig.ts";

describe("gpio", () => {
  let rig: Rig;
  beforeEach(() => {
    rig = new Rig();
  });

  it("writes and reads levels", () => {
    rig.lua("gpio.mode(4, gpio.OUTPUT) gpio.write(4, gpio.HIGH)");
    assert.equal(rig.board.pins[4], 1);
    rig.board.setPin(5, 1);
    assert.deepEqual(rig.lua("return gpio.read(4), gpio.read(5), gpio.read(6)"), [1, 1, 0]);
  });

  it("has the firmware's constants", () => {
    assert.deepEqual(
      rig.lua(
        "return gpio.INPUT, gpio.OUTPUT, gpio.INT, gpio.OPENDRAIN, gpio.LOW, gpio.HIGH, gpio.FLOAT, gpio.PULLUP",
      ),
      [0, 1, 2, 3, 0, 1, 0, 1],
    );
  });

  it("calls trig's function as a task: level, time, interrupts since the last call", () => {
    rig.lua('gpio.mode(1, gpio.INT) gpio.trig(1, "both", function(...) print(...) end)');
    const when = Math.floor((rig.clock.now() - rig.board.bootedAt) * 1000);
    rig.board.setPin(1, 1);
    rig.board.setPin(1, 0);
    rig.board.setPin(1, 1);
    assert.equal(rig.printed(), "");
    rig.wait(1);
    assert.equal(rig.printed(), `1\t${when}\t3`);
  });

  it("looks only for the edge that was asked for; a new type keeps the function; none takes it away", () => {
    rig.lua('gpio.trig(1, "up", function(level) print("level", level) end)');
    const pulse = () => {
      rig.board.setPin(1, 1);
      rig.wait(1);
      rig.board.setPin(1, 0);
      rig.wait(1);
      return rig.printed();
    };
    assert.equal(pulse(), "level\t1");
    rig.lua('gpio.trig(1, "down")');
    assert.equal(pulse(), "level\t0");
    rig.lua('gpio.trig(1, "none")');
    assert.equal(pulse(), "");
    rig.lua('gpio.trig(1, "up", print) gpio.mode(1, gpio.INPUT)');
    assert.equal(pulse(), "", "another mode does so too");
  });

  it("refuses what it cannot do", () => {
    const cases: [call: string, message: string][] = [
      ["gpio.read(13)", "gpio 13 does not exist"],
      ["gpio.write(13, 1)", "gpio 13 does not exist"],
      ["gpio.write(1, 2)", "bad argument #2 to 'write' (wrong level type)"],
      ["gpio.write(1, true)", "bad argument #2 to 'write' (number expected, got boolean)"],
      ["gpio.mode(13, 0)", "bad argument #1 to 'mode' (Invalid pin)"],
      ["gpio.mode(0, gpio.INT)", "bad argument #1 to 'mode' (Invalid pin)"],
      ["gpio.mode(1, 4)", "bad argument #2 to 'mode' (wrong arg type)"],
      ['gpio.trig(0, "up", print)', "bad argument #1 to 'trig' (Invalid interrupt pin)"],
      ['gpio.trig(1, "up")', "bad argument #3 to 'trig' (invalid callback type)"],
      ['gpio.trig(1, "left", print)', "bad argument #2 to 'trig' (invalid option 'left')"],
    ];
    for (const [call, message] of cases) assert.equal(rig.error(call), `test:1: ${message}`, call);
  });
});

describe("uart", () => {
  let rig: Rig;
  beforeEach(() => {
    rig = new Rig();
  });

  it("writes strings and bytes to the console as they are", () => {
    rig.lua('uart.write(0, "a\\n", 98, "\\0", "c")');
    assert.equal(rig.printed(), "a\nb\0c");
    rig.lua('uart.write(1, "to a pin")');
    assert.equal(rig.printed(), "");
  });

  it("tells and sets what the line is like", () => {
    assert.deepEqual(rig.lua("return uart.getconfig(0)"), [115200, 8, 0, 1]);
    assert.equal(rig.value("uart.setup(0, 9600, 7, uart.PARITY_EVEN, uart.STOPBITS_2)"), 9600);
    assert.deepEqual(rig.lua("return uart.getconfig(0)"), [9600, 7, 1, 2]);
  });

  it("refuses what it cannot do", () => {
    const cases: [call: string, message: string][] = [
      ['uart.write(2, "x")', "uart 2 does not exist"],
      ["uart.write(0, 256)", "invalid number"],
      ["uart.write(0, {})", "bad argument #2 to 'write' (string expected, got table)"],
      ["uart.setup(2, 9600, 8, 0, 1)", "uart 2 does not exist"],
      ['uart.on("error", print)', "bad argument #1 to 'on' (method not supported)"],
      ['uart.on("data", 256, print)', "bad argument #2 to 'on' (wrong arg range)"],
      ['uart.on("data", "ab", print)', "wrong arg range"],
    ];
    for (const [call, message] of cases) assert.equal(rig.error(call), `test:1: ${message}`, call);
  });
});
