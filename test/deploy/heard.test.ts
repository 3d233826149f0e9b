// What of a board's words a person is shown, and which of its starts nobody asked for.
import assert from "node:assert/strict";
import { excerpt, quoting, RestartWatch } from "../../packages/deploy/heard.ts";

describe("what a board said", () => {
  for (const [heard, shown] of [
    ["", ""],
    ["> \r\n> \r\n>> ", ""],
    ['> print("\\1"..12) print"\\1."\r\n\x0112\r\n\x01.\r\n> the door is open\r\n', "the door is open"],
    [
      "node.restart()\r\n> rs\xe0\xde\x1c\xe0\xfe\x8e\xe6l\x9c\x8c\r\n\r\nNodeMCU 3.0.0.0 built on x\r\n\tmodules: net\r\n",
      "",
    ],
    ["\x06\x06\x06\x06PANIC: unprotected error (boom)\r\n", "PANIC: unprotected error (boom)"],
    ["\x1b[0;31mE (12) wifi: lost\x1b[0m\r\n", "E (12) wifi: lost"],
    ["a.lua:1: x\r\nstack traceback:\r\n\t[C]: in b\r\n", "a.lua:1: x\nstack traceback:\n\t[C]: in b"],
    ["T\xc3\xbcr offen\r\n", "Tür offen"],
  ] as const)
    it(`of ${JSON.stringify(heard)}: ${JSON.stringify(shown)}`, () => assert.equal(excerpt(heard), shown));

  it("is quoted below a message, its end if it is long, or not at all", () => {
    assert.equal(quoting("it failed", "> "), "it failed");
    assert.equal(quoting("it failed", "a\r\nb\r\n"), "it failed. The board said:\n  a\n  b");
    assert.equal(
      quoting("it failed", `${"x".repeat(600)}end`, 10),
      `it failed. The board said:\n  …${"x".repeat(7)}end`,
    );
  });
});

describe("restarts", () => {
  const rom = "rst:0x3 (SW_CPU_RESET),boot:0x8\r\n";
  const banner = "\r\nNodeMCU ESP32 build\r\n> ";
  const heard = (...pieces: string[]) => {
    const watch = new RestartWatch();
    for (const [i, piece] of pieces.entries()) watch.hear(piece, i);
    return watch.restarts.map(({ before }) => excerpt(before));
  };

  it("are counted once each, whether ROM, firmware or both are heard, however the bytes come", () => {
    const all = `one\r\n${rom}${banner}two\r\n${rom}${rom}${banner}three\r\nNodeMCU 3.0.0.0\r\n> four`;
    const expected = ["one", "two", "", "three"];
    assert.deepEqual(heard(all), expected);
    assert.deepEqual(heard(...all), expected);
    for (let at = 1; at < all.length; at++)
      assert.deepEqual(heard(all.slice(0, at), all.slice(at)), expected);
  });
  it("keep the end of what was said before, however much that is", () => {
    assert.match(heard("x".repeat(50_000), "last words\r\n", rom)[0]!, /^…x+last words$/);
  });
  it("are no app that talks of NodeMCU", () => {
    assert.deepEqual(heard("this is NodeMCU 3.0\r\nNodeMCU is nice\r\n"), []);
  });
  it("that we asked for do not count, and only one for each time", () => {
    const watch = new RestartWatch();
    watch.expect();
    watch.hear(rom + banner, 0);
    watch.answered(true, 1);
    assert.equal(watch.restarts.length, 0);
    watch.hear(rom + banner, 2);
    assert.equal(watch.restarts.length, 1);
    watch.answered(true, 3);
    assert.equal(watch.restarts.length, 1, "heard already");
  });
  it("that were not heard are told by a Lua state that knows nothing", () => {
    const watch = new RestartWatch();
    watch.hear("PANIC\r\n", 0);
    watch.answered(false, 1);
    assert.equal(watch.restarts.length, 0);
    watch.answered(true, 2);
    assert.deepEqual(
      watch.restarts.map(({ before }) => excerpt(before)),
      ["PANIC"],
    );
  });
  it("that we asked for are over when the board answers, heard or not", () => {
    const watch = new RestartWatch();
    watch.expect();
    watch.answered(true, 1);
    assert.equal(watch.restarts.length, 0);
    watch.hear(rom, 2);
    assert.equal(watch.restarts.length, 1);
  });
});
