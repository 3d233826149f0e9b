// npm run types:coverage: how much of the firmware types/ declares.
import { Command, Option } from "commander";
import { type Asked, chips, tellCoverage } from "../types-coverage.ts";

export const command = new Command("types-coverage")
  .description("Compare the declarations in types/ with the names that the firmware has.")
  .addOption(new Option("--chip <chip>", "only this chip").choices(chips))
  .option("--module <name>", "only this module")
  .option("--quiet", "list only modules where something is wrong")
  .action((asked: Asked) => {
    process.exitCode = tellCoverage(asked) ? 0 : 1;
  });
