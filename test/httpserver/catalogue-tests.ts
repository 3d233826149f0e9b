// One test for each fault of packages/measure/faults/catalogue.ts, in CI on every form and platform of the server.
import assert from "node:assert/strict";
import { common, extended, type Kind } from "../../packages/measure/faults/catalogue.ts";
import { runFault, type Tally } from "../../packages/measure/faults/run.ts";
import { sum } from "../../packages/measure/faults/table.ts";
import { WORLD_HEAP } from "../../packages/measure/faults/world.ts";
import { ours, type Server } from "../../packages/measure/server.ts";
import { isEveryPlatform } from "../extent.ts";
import { RUNS } from "./rig.ts";

/** @param title of the tests, and of the line of totals that they print */
export function catalogueTests(title: string, kinds: readonly Kind[]): void {
  for (const { name, form, platform } of RUNS.filter((run) => run.form === "compact" || isEveryPlatform)) {
    describe(`${title} (${name})`, () => {
      const tallies: Tally[] = [];
      let server: Server;
      before(async () => {
        server = await ours(form);
      });
      after(() => {
        const { runs, panics, leaked, wrong, stuck } = sum(tallies);
        console.log(
          `  ${title} (${name}): ${runs} runs, ${panics} panics, ${leaked} bytes leaked, ${wrong} wrong responses, ${stuck} stuck connections`,
        );
      });

      for (const catalogue of [common("coarse"), extended("coarse")]) {
        for (const fault of kinds.flatMap((kind) => catalogue[kind])) {
          it(fault.name, () => {
            // the readable form takes so much more
            const heap = (fault.heap ?? WORLD_HEAP[platform.chip]) + (form === "readable" ? 8192 : 0);
            const tally = runFault(server, { ...fault, heap }, platform);
            tallies.push(tally);
            assert.ok(tally.runs > 0);
            assert.deepEqual(tally, {
              runs: tally.runs,
              panics: 0,
              leaked: 0,
              wrong: 0,
              stuck: 0,
              examples: [],
            });
          });
        }
      }
    });
  }
}
