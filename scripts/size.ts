// npm run size: which function of our server costs what, and what a change has saved.
import { spawnSync } from "node:child_process";
import { Command } from "commander";
import { costs, type FileCost } from "../bench/cost.ts";
import { sizeTree } from "../bench/size-tree.ts";
import { withCommit } from "../bench/timings/run.ts";
import { ROOT } from "./compile/build.ts";
import { Mistake, run } from "./mistake.ts";

const options = new Command("npm run size --")
  .description(
    "Shows what each function of httpserver costs in the compact build: bytes of Lua source, bytes of stripped\n" +
      "bytecode, RAM of the chip with the code as .lc and with the code in flash, and the VM instructions that it runs to\n" +
      "answer a GET with eight fields on a connection of its own. RAM outside functions is what they share: strings,\n" +
      "variables, tables.",
  )
  .option("--against <commit>", "show what has changed since this commit, compiled by its own compiler")
  .option("--json", "print an array of files with their functions")
  .parse()
  .opts<{ json?: true; against?: string }>();

/** The costs that another commit's own `npm run size` gives. */
function costsOf(folder: string): FileCost[] {
  const args = ["--import", "tsx/esm", "scripts/size.ts", "--json"];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
  if (status !== 0) throw new Mistake(`npm run size fails in ${options.against}:\n${stderr}`);
  return JSON.parse(stdout);
}

await run(async () => {
  const files = await costs();
  if (options.json) console.log(JSON.stringify(files, undefined, 2));
  else if (options.against === undefined) console.log(sizeTree(files));
  else console.log(sizeTree(files, await withCommit(ROOT, options.against, async (other) => costsOf(other))));
});
