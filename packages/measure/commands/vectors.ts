// npm run vectors: recorded network scenarios of real firmware, replayed on the simulated boards.
import { Command, Option } from "commander";
import type { Chip } from "../../simulator/chips.ts";
import { type Case, judge, RECORDED, readCases } from "../vectors/index.ts";

/** A case, and what differs from its recording. */
interface Verdict extends Case {
  differences: string[];
}

export const command = new Command("vectors")
  .description("Replays recorded network scenarios on a simulated board and compares what happens.")
  .argument("[files...]", "files of the format in test/vectors/README.md (default: those of the chip)")
  .addOption(
    new Option(
      "--chip <chip>",
      "the board's chip (default: each with its own files; esp8266 for other files)",
    ).choices(Object.keys(RECORDED)),
  )
  .option("--all", "print the scenarios that pass as well")
  .action((files: string[], { all, chip }: { all?: true; chip?: Chip }) => {
    const chips = chip
      ? [chip]
      : files.length > 0
        ? (["esp8266"] as const)
        : (Object.keys(RECORDED) as Chip[]);
    for (const one of chips) replayAll(one, files.length > 0 ? files : [RECORDED[one]], all === true);
  });

function replayAll(chip: Chip, paths: readonly string[], all: boolean): void {
  const verdicts: Verdict[] = [];
  for (const path of paths) {
    for (const { scenario, exception } of readCases(path)) {
      const verdict = { scenario, exception, differences: judge(scenario, chip) };
      verdicts.push(verdict);
      print(chip, verdict, all);
    }
  }
  const exceptions = verdicts.filter(({ exception }) => exception !== undefined);
  const judged = verdicts.filter(({ exception }) => exception === undefined);
  const failed = judged.filter(({ differences }) => differences.length > 0);
  console.log(`${chip}: ${judged.length - failed.length} passed, ${failed.length} failed`);
  if (exceptions.length > 0)
    console.log(
      `${chip}: ${exceptions.length} more differ from their recording (test/vectors/exceptions.json):`,
    );
  for (const { scenario, exception } of exceptions) console.log(`  ${scenario.id}: ${exception}`);
  const isOutdated = exceptions.some(({ differences }) => differences.length === 0);
  if (failed.length > 0 || isOutdated) process.exitCode = 1;
}

function print(chip: Chip, { scenario, differences, exception }: Verdict, all: boolean): void {
  const name = `${scenario.id} (${scenario.title})`;
  if (differences.length === 0) {
    if (exception !== undefined) console.log(`${chip} passed, but is listed as an exception: ${name}`);
    else if (all) console.log(`${chip} passed: ${name}`);
    return;
  }
  if (exception !== undefined && !all) return;
  console.log(`${chip} ${exception === undefined ? "failed" : "differs, as is argued"}: ${name}`);
  for (const line of differences) console.log(`  ${line}`);
}
