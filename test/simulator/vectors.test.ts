// The simulated ESP8266 against recordings of the real code (test/vectors/README.md). Scenarios that do not pass yet are
// listed with their reasons in test/vectors/known-failures.json, and taken off it as soon as they do.
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { judge, readCases } from "../../scripts/vectors/index.ts";

describe("recorded scenarios of the ESP8266", () => {
  for (const { scenario, known } of readCases(
    fileURLToPath(new URL("../vectors/net-esp8266.json", import.meta.url)),
  )) {
    it(`${scenario.id}: ${scenario.title}${known === undefined ? "" : " (known to fail)"}`, () => {
      const differences = judge(scenario);
      if (known === undefined) assert.equal(differences.join("\n"), "");
      else assert.notEqual(differences.length, 0, "it passes: take it off test/vectors/known-failures.json");
    });
  }
});
