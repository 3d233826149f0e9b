// npm run bench: the figures of our server, beside those of the firmware's own.
import { Command } from "commander";
import { markdown } from "../bench/markdown.ts";
import { measure } from "../bench/measure.ts";
import { readReference, writeReference } from "../bench/reference.ts";
import { rows, text } from "../bench/rows.ts";
import { ours, serverIn } from "../bench/server.ts";
import { Mistake, run } from "./mistake.ts";

const options = new Command("npm run bench --")
  .description(
    "Measures httpserver on a simulated board: size, heap, allocations, VM instructions. The same source gives the\n" +
      "same figures to the byte. The reference is the firmware's own module, as bench/reference.json has it.",
  )
  .option("--markdown", "print docs/figures.md")
  .option("--json", "print an array of { name, unit, compact, readable, reference, ratio }")
  .option(
    "--server <folder>",
    "measure the httpserver.lua in this folder (and the files it requires) as reference",
  )
  .option("--save-reference", "with --server: keep its figures in bench/reference.json")
  .parse()
  .opts<{ json?: true; markdown?: true; server?: string; saveReference?: true }>();

await run(async () => {
  if (options.saveReference && options.server === undefined)
    throw new Mistake("--save-reference needs --server, the folder to measure");
  const kept = readReference();
  const theirs = options.server === undefined ? kept.figures : measure(serverIn(options.server));
  if (options.saveReference) writeReference(theirs);
  // the minified size is that of the firmware's module only
  const isKept = options.saveReference || theirs.source === kept.figures.source;
  const all = rows(
    measure(await ours("compact")),
    measure(await ours("readable")),
    theirs,
    isKept ? kept.minified.bytes : null,
  );
  if (options.json) console.log(JSON.stringify(all, undefined, 2));
  else if (options.markdown) process.stdout.write(markdown(all, kept));
  else {
    console.log(text(all));
    console.log("\n* against the reference's first answer on a connection, or its pushed response");
  }
});
