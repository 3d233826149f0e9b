// The simulated boards against recordings of real firmware (test/vectors/README.md). Scenarios in which they differ are
// listed with the argument in test/vectors/exceptions.json, and taken off it as soon as they do not.
import assert from "node:assert/strict";
import { judge, RECORDED, readCases } from "../../packages/measure/vectors/index.ts";

for (const chip of ["esp8266", "esp32"] as const) {
  describe(`recorded scenarios of the ${chip}`, () => {
    for (const { scenario, exception } of readCases(RECORDED[chip])) {
      it(`${scenario.id}: ${scenario.title}${exception === undefined ? "" : " (differs, as is argued)"}`, () => {
        const differences = judge(scenario, chip);
        if (exception === undefined) assert.equal(differences.join("\n"), "");
        else
          assert.notEqual(
            differences.length,
            0,
            "it does not differ: take it off test/vectors/exceptions.json",
          );
      });
    }
  });
}
