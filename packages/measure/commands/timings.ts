// npm run measure -- timings: CPU time of building, flashing and rebuilding, beside that of another commit.
import { Command } from "commander";
import { table } from "../../command/table.ts";
import { ROOT } from "../../image/build.ts";
import { parseCount } from "../../simulator/simulate.ts";
import { timings, withCommit } from "../timings/run.ts";

export const command = new Command("timings")
  .description(
    "Measures the CPU time of builds, of flashing an unchanged app (to a simulated board) and of rebuilds after one\n" +
      "changed file, here and in another commit, which git puts into a temporary folder; it uses the packages that are\n" +
      "installed here. What is under build/ here is removed. Prints medians and ratios.",
  )
  .requiredOption("--against <commit>", "the commit to compare with")
  .option("--runs <number>", "how often each is measured", "5")
  .action(async (options: { against: string; runs: string }) => {
    const runs = parseCount("--runs", options.runs, 1);
    const all = await withCommit(ROOT, options.against, (other) => timings(ROOT, other, runs));
    const ms = (value: number) => `${value.toFixed(0)} ms`;
    console.log(
      table([
        ["CPU", "now", options.against, "ratio"],
        ...all.map(({ name, now, before }) => [name, ms(now), ms(before), (now / before).toFixed(2)]),
      ]),
    );
  });
