// npm run budgets: fails if a figure of our server has outgrown its budget, and tells what grew.
import { Command } from "commander";
import { budgetsFor, checkBudgets, figuresWithBudgets, readBudgets, writeBudgets } from "../budgets.ts";
import { costs } from "../cost.ts";
import { measureBoth } from "../measure.ts";
import { readReference } from "../reference.ts";
import { ours } from "../server.ts";

export const command = new Command("budgets")
  .description(
    "Checks the figures of the compact build (npm run bench) against packages/measure/budgets.json. If one is over its budget,\n" +
      "shows what has grown since the budgets were set, by source file and function, and fails.",
  )
  .option("--update", "set the budgets to today's figures and a little room")
  .option("--file <path>", "check against this file")
  .action(async (options: { update?: true; file?: string }) => {
    // a file that cannot be read is told before the minutes of measuring
    const budgets = options.update ? undefined : readBudgets(options.file);
    const figures = figuresWithBudgets(measureBoth(await ours("compact")), readReference().chip);
    const sizes = await costs();
    if (!budgets) {
      writeBudgets(budgetsFor(figures, sizes));
      return;
    }
    const { ok, text } = checkBudgets(figures, sizes, budgets);
    if (ok) console.log(text);
    else {
      console.error(`${text}\n\nIf it is worth that much, set new budgets: npm run budgets -- --update`);
      process.exitCode = 1;
    }
  });
