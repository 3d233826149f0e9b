// The app on a simulated board: nodemcu test runs it, without a board and without waiting.
import assert from "node:assert/strict";
import { test } from "node:test";
import { boot } from "nodemcu-httpserver/testing";

test("a note is added, listed and taken away", async () => {
  const board = await boot({ app: ".", chip: "{{chip}}" });
  const added = await board.fetch("/notes", { method: "POST", body: '{"text":"milk"}' });
  assert.equal(added.status, 201);
  assert.deepEqual(await (await board.fetch("/notes")).json(), [{ id: 1, text: "milk" }]);
  assert.equal((await board.fetch("/notes/1", { method: "DELETE" })).status, 204);
  assert.equal((await board.fetch("/notes/1", { method: "DELETE" })).status, 404);
});

test("what is no note is refused", async () => {
  const board = await boot({ app: ".", chip: "{{chip}}" });
  for (const body of ["", "{", "[]", '{"text":5}'])
    assert.equal((await board.fetch("/notes", { method: "POST", body })).status, 400, body);
});
