// Module i2c of both chips, with devices that the test stands in for.
import assert from "node:assert/strict";
import { Rig } from "../rig.ts";

/** A device with registers: the first byte of a write says which is meant. */
function registers(content: number[], pins: { sda?: number; scl?: number } = {}) {
  let at = 0;
  return {
    ...pins,
    content,
    write(bytes: Uint8Array) {
      at = bytes[0] ?? at;
      for (const [i, byte] of bytes.subarray(1).entries()) content[at + i] = byte;
    },
    read: () => content.slice(at),
  };
}

const READ_TWO = `i2c.start(0)
  if not i2c.address(0, 0x48, i2c.TRANSMITTER) then return "nobody" end
  i2c.write(0, 1)
  i2c.start(0)
  i2c.address(0, 0x48, i2c.RECEIVER)
  local data = i2c.read(0, 2)
  i2c.stop(0)
  return data:byte(1, 2)`;

for (const chip of ["esp8266", "esp32"] as const)
  describe(`i2c in software on ${chip}`, () => {
    let rig: Rig;
    beforeEach(() => {
      rig = new Rig("", { chip, peripherals: true });
    });

    it("writes and reads a device at its address", () => {
      rig.board.wiring.i2c.set(0x48, registers([0, 0x15, 0x80]));
      assert.equal(rig.value("i2c.setup(0, 2, 3, i2c.SLOW)"), 100000);
      assert.deepEqual(rig.lua(READ_TWO), [0x15, 0x80]);
    });

    it("gives a device each write whole, at its end", () => {
      const writes: number[][] = [];
      rig.board.wiring.i2c.set(0x20, { write: (bytes) => void writes.push([...bytes]) });
      rig.lua("i2c.setup(0, 2, 3, i2c.SLOW) i2c.start(0) i2c.address(0, 0x20, i2c.TRANSMITTER)");
      assert.equal(rig.value('i2c.write(0, 1, {2, 3}, "ab")'), 5);
      assert.deepEqual(writes, []);
      rig.lua("i2c.stop(0)");
      assert.deepEqual(writes, [[1, 2, 3, 97, 98]]);
    });

    it("hears nobody at another address, on other pins, or before setup", () => {
      rig.board.wiring.i2c.set(0x48, registers([0, 1, 2], { sda: 2, scl: 3 }));
      assert.deepEqual(rig.lua(READ_TWO), ["nobody"], "before setup");
      rig.lua("i2c.setup(0, 3, 2, i2c.SLOW)");
      assert.deepEqual(rig.lua(READ_TWO), ["nobody"], "on other pins");
      rig.lua("i2c.setup(0, 2, 3, i2c.SLOW)");
      assert.deepEqual(rig.lua(READ_TWO), [1, 2]);
      assert.equal(rig.value("i2c.start(0) or i2c.address(0, 0x49, i2c.TRANSMITTER)"), false);
      assert.equal(rig.value("i2c.write(0, 1)"), 0, "no byte is acknowledged");
    });

    it("reads ones where nobody speaks", () => {
      rig.board.wiring.i2c.set(0x48, { read: () => [7] });
      rig.lua("i2c.setup(0, 2, 3, i2c.SLOW) i2c.start(0) i2c.address(0, 0x48, i2c.RECEIVER)");
      assert.deepEqual(rig.lua("return i2c.read(0, 3):byte(1, 3)"), [7, 255, 255]);
    });
  });

it("i2c on ESP8266 refuses what it cannot do", () => {
  const rig = new Rig("", { peripherals: true });
  const cases: [call: string, message: string][] = [
    ["i2c.setup(1, 2, 3, i2c.SLOW)", "i2c 1 does not exist"],
    ["i2c.setup(0, 13, 3, i2c.SLOW)", "gpio 13 does not exist"],
    ["i2c.setup(0, 0, 3, i2c.SLOW)", "i2c SDA on D0 is not supported"],
    ["i2c.setup(0, 2, 3, 0)", "wrong arg range"],
    ["i2c.address(0, 128, 0)", "wrong arg range"],
    ["i2c.write(0)", "wrong arg type"],
    ["i2c.write(0, 256)", "wrong arg range"],
  ];
  for (const [call, message] of cases) assert.equal(rig.error(call), `test:1: ${message}`, call);
});

describe("i2c in hardware on ESP32", () => {
  let rig: Rig;
  beforeEach(() => {
    rig = new Rig("", { chip: "esp32", peripherals: true });
    rig.board.wiring.i2c.set(0x48, registers([0, 0x15, 0x80]));
  });
  const QUEUE = `i2c.setup(i2c.HW0, 5, 6, i2c.FAST)
    i2c.start(i2c.HW0) i2c.address(i2c.HW0, ADDRESS, i2c.TRANSMITTER) i2c.write(i2c.HW0, 1)
    i2c.start(i2c.HW0) i2c.address(i2c.HW0, ADDRESS, i2c.RECEIVER) i2c.read(i2c.HW0, 2)
    i2c.stop(i2c.HW0)`;

  it("does at transfer() what was queued, and gives what was read", () => {
    rig.lua(QUEUE.replaceAll("ADDRESS", "0x48"));
    assert.deepEqual(rig.lua("local data, ack = i2c.transfer(i2c.HW0) return ack, data:byte(1, 2)"), [
      true,
      0x15,
      0x80,
    ]);
  });

  it("calls a function later, as a task", () => {
    rig.lua(QUEUE.replaceAll("ADDRESS", "0x48"));
    rig.lua("i2c.transfer(i2c.HW0, function(data, ack) print(ack, data:byte(1, 2)) end)");
    assert.equal(rig.printed(), "");
    rig.wait(1);
    assert.equal(rig.printed(), "true\t21\t128");
  });

  it("tells of a device that is not there", () => {
    rig.lua(QUEUE.replaceAll("ADDRESS", "0x50"));
    assert.deepEqual(rig.lua("return i2c.transfer(i2c.HW0)"), [undefined, false]);
  });

  it("refuses what it cannot do", () => {
    const cases: [call: string, message: string][] = [
      ["i2c.start(i2c.HW0)", "no commands scheduled"],
      ["i2c.start(3)", "bad argument #1 to 'start' (invalid i2c interface id)"],
      ["i2c.setup(i2c.HW1, 5, 6, i2c.FAST)", "bad argument #1 to 'setup' (invalid hardware id)"],
      [
        "i2c.setup(i2c.SW, 5, 6, i2c.FAST)",
        "bad argument #4 to 'setup' (i2c speed too high for i2c.SW interface)",
      ],
      ["i2c.setup(i2c.SW, 22, 6, i2c.SLOW)", "gpio 22 does not exist"],
      ["i2c.address(0, 1, 2)", "bad argument #3 to 'address' (invalid i2c address direction)"],
      ["i2c.read(0, 0)", "bad argument #2 to 'read' (i2c read size of 0 is invalid)"],
    ];
    for (const [call, message] of cases) assert.equal(rig.error(call), `test:1: ${message}`, call);
    rig.lua("i2c.setup(i2c.HW0, 5, 6, i2c.FAST) i2c.read(i2c.HW0, 1)");
    assert.equal(rig.error("i2c.read(i2c.HW0, 1)"), "test:1: only one read per transfer supported");
  });
});
