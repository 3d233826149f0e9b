import assert from "node:assert/strict";
// in a project of your own: from "nodemcu-httpserver/testing"
import { boot, ds18b20 } from "../../../packages/simulator/testing/index.ts";

const app = new URL("..", import.meta.url);
const PIN = 4;

for (const chip of ["esp8266", "esp32"] as const)
  describe(`the thermometer on ${chip}`, () => {
    it("follows the temperature", async () => {
      const sensor = ds18b20(21.5);
      const board = await boot({ app, chip, wire: ({ ow }) => ow.attach(PIN, sensor) });
      for (const [celsius, shown] of [
        [21.5, 21.5],
        [-0.0625, -0.1],
        [-10.125, -10.1],
        [99.9375, 99.9],
      ] as const) {
        sensor.celsius = celsius;
        board.advance("11 s");
        assert.deepEqual(await (await board.fetch("/")).json(), { celsius: shown });
      }
    });

    it("says when the sensor is not there, and goes on when it is back", async () => {
      const board = await boot({ app, chip });
      assert.equal((await board.fetch("/")).status, 503);
      const unplug = board.ow.attach(PIN, ds18b20(20));
      board.advance("11 s");
      assert.equal((await board.fetch("/")).status, 200);
      unplug();
      board.advance("11 s");
      assert.equal((await board.fetch("/")).status, 503);
      assert.deepEqual(board.restarts, []);
    });
  });
