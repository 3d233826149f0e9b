// The app on a simulated board: nodemcu test runs it, without a board and without waiting.
import assert from "node:assert/strict";
import { test } from "node:test";
import { boot } from "nodemcu-httpserver/testing";

test("greets and tells its heap", async () => {
  const board = await boot({ app: ".", chip: "{{chip}}" });
  assert.equal(await (await board.fetch("/")).text(), "Hello from NodeMCU!\n");
  assert.ok((await (await board.fetch("/status")).json()).heap > 1000);
  assert.equal((await board.fetch("/other")).status, 404);
});
