import assert from "node:assert/strict";
// in a project of your own: from "nodemcu-httpserver/testing"
import { boot, type TestBoard } from "../../../packages/simulator/testing/index.ts";

const app = new URL("..", import.meta.url);
const LED = 4;

for (const chip of ["esp8266", "esp32"] as const)
  describe(`the dashboard on ${chip}`, () => {
    let board: TestBoard;
    beforeEach(async () => {
      board = await boot({ app, chip });
    });
    const post = (body: string, headers = {}) => board.fetch("/pin", { method: "POST", body, headers });

    it("sends its page from flash", async () => {
      const page = await (await board.fetch("/")).text();
      assert.equal(page, Buffer.from(board.file("index.html")!).toString());
    });

    it("tells how the board is doing", async () => {
      board.advance("2 min");
      const status = await (await board.fetch("/status")).json();
      assert.equal(status.chip, chip.toUpperCase());
      assert.equal(status.uptime, 120);
      assert.equal(status.connections, 1);
      assert.ok(status.heap > 20_000);
    });

    it("switches the pin", async () => {
      assert.equal((await (await post("1")).json()).pin, 1);
      assert.equal(board.pins.read(LED), 1);
      await post("0");
      assert.equal(board.pins.read(LED), 0);
      assert.equal((await post("7")).status, 400);
    });

    it("lets no foreign page switch it", async () => {
      assert.equal((await post("1", { origin: "http://elsewhere.example" })).status, 403);
      assert.equal(board.pins.read(LED), 0);
    });

    it("lets go of its file when a browser leaves in the middle of the page", async () => {
      // ESP8266 has four files open at a time
      for (let i = 0; i < 6; i++)
        await assert.rejects(board.fetch("/", { fault: "client resets after 1000 bytes" }));
      assert.equal((await board.fetch("/")).status, 200);
    });
  });
