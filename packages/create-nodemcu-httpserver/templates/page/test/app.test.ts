// The app on a simulated board: nodemcu test runs it, without a board and without waiting.
import assert from "node:assert/strict";
import { test } from "node:test";
import { boot } from "nodemcu-httpserver/testing";

test("the page comes from flash", async () => {
  const board = await boot({ app: ".", chip: "{{chip}}" });
  const page = await board.fetch("/");
  assert.equal(page.status, 200);
  assert.match(await page.text(), /<h1>It runs<\/h1>/);
});

test("the switch switches the pin, for our own page only", async () => {
  const board = await boot({ app: ".", chip: "{{chip}}" });
  const switched = await board.fetch("/led", { method: "POST", body: "1" });
  assert.match(await switched.text(), /"led":1/);
  const foreign = { method: "POST", body: "0", headers: { origin: "http://evil.example" } };
  assert.equal((await board.fetch("/led", foreign)).status, 403);
  assert.match(await (await board.fetch("/status")).text(), /"led":1/);
});
