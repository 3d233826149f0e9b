import assert from "node:assert/strict";
// in a project of your own: from "nodemcu-httpserver/testing"
import { boot } from "../../../packages/simulator/testing/index.ts";

const app = new URL("..", import.meta.url);

for (const chip of ["esp8266", "esp32"] as const)
  describe(`hello on ${chip}`, () => {
    it("greets, and says how much heap is free", async () => {
      const board = await boot({ app, chip });
      const response = await board.fetch("/");
      assert.equal(response.headers.get("content-type"), "text/plain");
      assert.match(await response.text(), /^Hello from NodeMCU! \d+ bytes of heap are free\.\n$/);
    });

    it("has nothing else", async () => {
      const board = await boot({ app, chip });
      assert.equal((await board.fetch("/else")).status, 404);
    });
  });
