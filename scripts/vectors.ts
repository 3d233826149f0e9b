// npm run vectors: recorded network scenarios of real firmware, replayed on the simulated board.
import { Command } from "commander";
import { run } from "./mistake.ts";
import { type Case, judge, readCases } from "./vectors/index.ts";

/** A case, and what differs from its recording. */
interface Verdict extends Case {
  differences: string[];
}

const command = new Command("npm run vectors --")
  .description("Replays recorded network scenarios on a simulated ESP8266 and compares what happens.")
  .argument("[files...]", "files of the format in test/vectors/README.md", ["test/vectors/net-esp8266.json"])
  .option("--all", "print the scenarios that pass as well")
  .parse();
const { all } = command.opts<{ all?: true }>();
const files = command.processedArgs[0] as string[];

await run(async () => {
  const verdicts: Verdict[] = [];
  for (const file of files) {
    for (const { scenario, known } of readCases(file)) {
      const verdict = { scenario, known, differences: judge(scenario) };
      verdicts.push(verdict);
      print(verdict);
    }
  }
  const failed = verdicts.filter(({ differences }) => differences.length > 0);
  const known = verdicts.filter(({ known }) => known !== undefined);
  if (known.length > 0) {
    console.log("known failures (test/vectors/known-failures.json):");
    for (const { scenario, known: reason } of known) console.log(`  ${scenario.id}: ${reason}`);
  }
  console.log(`${verdicts.length - failed.length} passed, ${failed.length} failed`);
  const isUnexpected = ({ differences, known }: Verdict) => differences.length > 0 !== (known !== undefined);
  if (verdicts.some(isUnexpected)) process.exitCode = 1;
});

function print({ scenario, differences, known }: Verdict): void {
  const name = `${scenario.id} (${scenario.title})`;
  if (differences.length === 0) {
    if (known !== undefined) console.log(`passed, but is listed as a known failure: ${name}`);
    else if (all) console.log(`passed: ${name}`);
    return;
  }
  console.log(`failed${known === undefined ? "" : ", as is known"}: ${name}`);
  for (const line of differences) console.log(`  ${line}`);
}
