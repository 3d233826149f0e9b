// npm run measure -- size: which function of our server costs what, and what a change has saved.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { Mistake } from "../../command/mistake.ts";
import { ROOT } from "../../command/place.ts";
import { costs, type FileCost } from "../cost.ts";
import { sizeTree } from "../size-tree.ts";
import { withCommit } from "../timings/run.ts";

/** Asks the command of another checkout for its costs. @throws Mistake if that command fails */
function costsOf(folder: string, commit: string): FileCost[] {
  // an older checkout has a program for each command
  const command = existsSync(join(folder, "scripts/measure.ts"))
    ? ["scripts/measure.ts", "size"]
    : ["scripts/size.ts"];
  const args = ["--import", "tsx/esm", ...command, "--json"];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
  if (status !== 0) throw new Mistake(`npm run measure -- size fails in ${commit}:\n${stderr}`);
  return JSON.parse(stdout);
}

export const command = new Command("size")
  .description(
    "Shows what each function of httpserver costs in the compact build: bytes of Lua source, bytes of stripped\n" +
      "bytecode, RAM of the chip with the code as .lc and with the code in flash, and the VM instructions that it runs to\n" +
      "answer a GET with eight fields on a connection of its own. RAM outside functions is what they share: strings,\n" +
      "variables, tables.",
  )
  .option("--against <commit>", "show what has changed since this commit, compiled by its own compiler")
  .option("--json", "print an array of files with their functions")
  .action(async ({ json, against }: { json?: true; against?: string }) => {
    const files = await costs();
    if (json) console.log(JSON.stringify(files, undefined, 2));
    else if (against === undefined) console.log(sizeTree(files));
    else
      console.log(sizeTree(files, await withCommit(ROOT, against, async (other) => costsOf(other, against))));
  });
