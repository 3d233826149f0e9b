// Sensors, buttons and outputs of an app under test.
import assert from "node:assert/strict";
import { boot, ds18b20, type TestBoard } from "../../packages/simulator/testing/index.ts";

const app = new URL("../fixtures/board/", import.meta.url);
const BUS = 4;
const BUTTON = 3;

for (const chip of ["esp8266", "esp32"] as const)
  describe(`what is wired to an ${chip}`, () => {
    let board: TestBoard;
    beforeEach(async () => {
      board = await boot({ app, chip });
    });
    const text = async (path: string) => (await board.fetch(path)).text();

    it("is a button", async () => {
      assert.equal(board.pins.read(BUTTON), 1, "its input has a pull-up");
      for (let i = 0; i < 3; i++) {
        board.pins.set(BUTTON, 0);
        board.advance("50 ms");
        board.pins.set(BUTTON, 1);
        board.advance("50 ms");
      }
      assert.equal(await text("/presses"), "3");
    });

    it("is an analog level, or one that changes", async () => {
      const channel = chip === "esp32" ? 2 : 0;
      board.adc.set(channel, 700);
      assert.equal(await text("/level"), "700");
      let level = 0;
      board.adc.set(channel, () => ++level);
      assert.deepEqual([await text("/level"), await text("/level")], ["1", "2"]);
    });

    it("is a thermometer on 1-Wire", async () => {
      board.advance("11 s");
      assert.equal(await text("/celsius"), "no sensor");
      const sensor = ds18b20(21.5);
      const unplug = board.ow.attach(BUS, sensor);
      board.advance("11 s");
      assert.equal(await text("/celsius"), "21.5");
      sensor.celsius = 30;
      board.advance("11 s");
      assert.equal(await text("/celsius"), "30.0");
      unplug();
      board.advance("11 s");
      assert.equal(await text("/celsius"), "no sensor");
    });

    it("is a device on I²C", async () => {
      assert.equal(await text("/register"), "nobody");
      const writes: number[][] = [];
      const unplug = board.i2c.attach(0x48, {
        sda: 5,
        scl: 6,
        write: (bytes) => void writes.push([...bytes]),
        read: () => [0x12, 0x34],
      });
      assert.equal(await text("/register"), "1234");
      assert.deepEqual(writes, [[1]]);
      unplug();
      assert.equal(await text("/register"), "nobody");
    });

    it("fails the test, not the app, when a device of the test throws", async () => {
      board.i2c.attach(0x48, {
        read: () => {
          throw new Error("the test's own mistake");
        },
      });
      await assert.rejects(board.fetch("/register"), /the test's own mistake/);
      board.ow.attach(BUS, ds18b20(200));
      assert.throws(() => board.advance("11 s"), /measures from -55 to 125 °C, and is told that it has 200/);
    });

    it("is only what the board has", () => {
      assert.throws(() => board.pins.read(30), /pin 30 does not exist: the simulated ESP\d+ has 0 to \d+/);
      assert.throws(() => board.pins.set(1, 2 as never), /a level is 0 or 1, not 2/);
      assert.throws(() => board.adc.set(9, 1), /channel 9 does not exist/);
      assert.throws(() => board.adc.set(0, 5000), /a reading is 0 to \d+, not 5000/);
      assert.throws(() => board.i2c.attach(0x90, {}), /144 is no address/);
    });
  });

it("an output by pulse-width modulation is seen", async () => {
  const board = await boot({ app });
  assert.equal(board.pins.pulses(2), undefined);
  board.lua("pwm.setup(2, 500, 256) pwm.start(2)");
  assert.deepEqual(board.pins.pulses(2), { frequency: 500, duty: 256 });
});

it("an output is off after a restart, and what the world drives stays", async () => {
  const board = await boot({ app });
  board.pins.set(1, 1);
  board.lua("gpio.mode(2, gpio.OUTPUT) gpio.write(2, 1)");
  assert.equal(board.pins.read(2), 1);
  board.restart();
  board.advance("1 s");
  assert.deepEqual([board.pins.read(1), board.pins.read(2)], [1, 0]);
});
