// npm run bench: the figures of our server, beside those of the firmware's own.
import { Command } from "commander";
import { Mistake } from "../../command/mistake.ts";
import { chipOption, luaOption, needLua } from "../../simulator/simulate.ts";
import { calibrated, calibration } from "../calibration.ts";
import { markdown } from "../markdown.ts";
import { measure, measureBoth } from "../measure.ts";
import { ESP8266, type Platform } from "../platform.ts";
import { readReference, referenceOnChip, writeReference } from "../reference.ts";
import { type Measured, rows, text } from "../rows.ts";
import { ours, serverIn } from "../server.ts";

/** The calibration does not look at growth, so few requests do for it. */
const CALIBRATION_REQUESTS = 10;

export const command = new Command("bench")
  .description(
    "Measures httpserver on a simulated board: size, heap, allocations, VM instructions. The same source gives the\n" +
      "same figures to the byte. Heap is given as the bench's VM has it and as the chip would; the ratio is of the\n" +
      "latter. The reference is the firmware's own module, as packages/measure/reference.json has it for an\n" +
      "ESP8266 with Lua 5.1; on another platform there is none but what --server names.",
  )
  .addOption(chipOption())
  .addOption(luaOption())
  .option("--markdown", "print docs/figures.md")
  .option("--json", "print an array of { name, unit, compact, readable, reference, chip, ratio }")
  .option(
    "--server <folder>",
    "measure the httpserver.lua in this folder (and the files it requires) as reference",
  )
  .option("--save-reference", "with --server: keep its figures in packages/measure/reference.json")
  .action(
    async (options: Platform & { json?: true; markdown?: true; server?: string; saveReference?: true }) => {
      if (options.saveReference && options.server === undefined)
        throw new Mistake("--save-reference needs --server, the folder to measure");
      const platform: Platform = { chip: options.chip, lua: options.lua };
      const isUsual = platform.chip === ESP8266.chip && platform.lua === ESP8266.lua;
      if (!isUsual && (options.markdown || options.saveReference))
        throw new Mistake(
          "docs/figures.md and packages/measure/reference.json are for an ESP8266 with Lua 5.1; leave out --chip and --lua",
        );
      needLua(platform.lua);
      const kept = readReference();
      const theirs =
        options.server !== undefined
          ? measureOther(options.server, platform)
          : isUsual
            ? { bench: kept.figures, chip: referenceOnChip(kept) }
            : { bench: {}, chip: {} };
      if (options.saveReference) writeReference(theirs);
      // The minified size is known of the firmware's module alone, which is told by the size of its source.
      const isKept = options.saveReference || theirs.bench.source === kept.figures.source;
      const all = rows(
        measureBoth(await ours("compact"), platform),
        measureBoth(await ours("readable"), platform),
        theirs,
        isKept ? kept.minified.bytes : null,
      );
      if (options.json) console.log(JSON.stringify(all, undefined, 2));
      else if (options.markdown)
        process.stdout.write(markdown(all, kept, calibration(calibratedFigures(), kept.chip)));
      else {
        console.log(text(all));
        console.log("\n* against the reference's first answer on a connection, or its pushed response");
      }
    },
  );

/** Our server of the calibration, in the chip's layout. */
function calibratedFigures() {
  return measure(calibrated(), ESP8266, CALIBRATION_REQUESTS, "chip");
}

/** @throws Mistake if it cannot be measured: its server does not answer, or breaks down */
function measureOther(folder: string, platform: Platform): Measured {
  const server = serverIn(folder);
  try {
    return measureBoth(server, platform);
  } catch (error) {
    throw new Mistake(
      `the server in ${folder} cannot be measured on ${platform.chip} with Lua ${platform.lua}: ${(error as Error).message}`,
    );
  }
}
