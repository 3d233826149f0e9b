// The app on a simulated board: nodemcu test runs it, without a board and without waiting.
import assert from "node:assert/strict";
import { test } from "node:test";
import { boot } from "nodemcu-httpserver/testing";

test("the page comes from flash", async () => {
  const board = await boot({ app: ".", chip: "{{chip}}" });
  assert.match(await (await board.fetch("/")).text(), /EventSource/);
});

test("who listens hears the state at once", async () => {
  const board = await boot({ app: ".", chip: "{{chip}}" });
  const events = await board.fetch("/events", { stream: true });
  assert.equal(events.headers.get("content-type"), "text/event-stream");
  const reader = events.body!.pipeThrough(new TextDecoderStream()).getReader();
  assert.match((await reader.read()).value!, /^data: [01]\n\n$/);
  await reader.cancel();
});
