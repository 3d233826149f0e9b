// The table of what the server owes its clients by RFC 9110 and RFC 9112, on both forms of the build.
import { RUNS } from "../rig.ts";
import { body } from "./body.ts";
import type { Group } from "./case.ts";
import { chunked } from "./chunked.ts";
import { connections } from "./connections.ts";
import { expectation } from "./expect.ts";
import { fields } from "./fields.ts";
import { host } from "./host.ts";
import { defaultLimits, smallLimits } from "./limits.ts";
import { message } from "./message.ts";
import { representation } from "./representation.ts";
import { requestLine } from "./request-line.ts";
import { type Table, table } from "./runner.ts";
import { smuggling } from "./smuggling.ts";

const GROUPS: readonly Group[] = [
  message,
  requestLine,
  fields,
  host,
  body,
  chunked,
  connections,
  expectation,
  representation,
  smuggling,
  smallLimits,
  defaultLimits,
];

for (const run of RUNS) {
  describe(`conformance (${run.name})`, () => {
    for (const group of GROUPS) {
      describe(group.title, () => {
        let board: Table;
        before(async () => {
          board = await table(group, run);
        });
        for (const example of group.cases) {
          // cut at every byte where it is thorough
          it(example.rule, () => board.run(example, run.isThorough));
        }
      });
    }
  });
}
