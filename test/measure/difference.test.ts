// How instruments show what differs.
import assert from "node:assert/strict";
import { linesOfBoth, patch } from "../../packages/measure/difference.ts";

describe("a difference that a person is shown", () => {
  it("has the lines of both", () =>
    assert.deepEqual(linesOfBoth(["a", "b", "c"], ["a", "x", "c", "d"]), [
      "    a",
      "  - b",
      "  + x",
      "    c",
      "  + d",
    ]));
  it("of long texts has what is around each", () => {
    const lines = [..."abcdefghij"];
    const other = lines.map((line) => (line === "h" ? "H" : line));
    assert.equal(
      patch("plain", "compact", lines.join("\n"), other.join("\n")),
      "--- plain\n+++ compact\n@@ -5,6 +5,6 @@\n e\n f\n g\n-h\n+H\n i\n j\n",
    );
  });
});
