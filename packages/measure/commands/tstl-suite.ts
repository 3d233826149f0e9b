// npm run tstl-suite: TypeScriptToLua's own test programs through the compact compiler.
import { Command, InvalidArgumentError } from "commander";
import { Mistake } from "../../command/mistake.ts";
import { needLua } from "../../simulator/simulate.ts";
import { printSuite, runSuite } from "../tstl/suite.ts";

const whole = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError("a whole number from 1 is wanted");
  return value;
};

export const command = new Command("tstl-suite")
  .description(
    "Compiles every program of TypeScriptToLua's own tests with and without the compact compiler, for Lua 5.1, 5.3 and\n" +
      "universal, runs all in WebAssembly and compares what they print, give and raise. Exits with 1 if any differs.",
  )
  .argument(
    "<folder>",
    "a checkout of TypeScriptToLua, of the version installed here, after npm ci --ignore-scripts",
  )
  .option("--jobs <n>", "processes", whole, 2)
  .option("--every <n>", "only every n-th program", whole, 1)
  .option("--filter <text>", "only programs of tests whose name has this text")
  .action(async (folder: string, options: { jobs: number; every: number; filter?: string }) => {
    needLua("5.3");
    const report = await runSuite({ folder, ...options });
    printSuite(report);
    if (report.failures.length > 0) throw new Mistake(`${report.failures.length} programs differ`);
  });
