// npm run soak: a browser's load for as long as you like, every answer checked, and every byte of heap back at the end.
import { Command } from "commander";
import { Mistake } from "../../command/mistake.ts";
import type { LuaVersion } from "../../lua-vm/vm/dialect.ts";
import { CHIPS, type Chip } from "../../simulator/chips.ts";
import { chipOption, luaOption, needLua, parseCount } from "../../simulator/simulate.ts";
import { WrongAnswer } from "../soak/browser.ts";
import { soak } from "../soak/soak.ts";

/** Requests between two lines of progress. */
const PROGRESS = 50_000;
/** Requests if nothing is said. Over TCP and with the computer's clock each takes some ten times as long. */
const REQUESTS = { memory: 1_000_000, tcp: 10_000 };

export const command = new Command("soak")
  .description(
    "Loads a simulated board as browsers do: pages and what belongs to them over six kept connections, uploads,\n" +
      "streams, aborts. Checks every answer, then closes the server. Exit code 1 if an answer is wrong, if the board\n" +
      "restarts, or if one byte of heap more or less is in use than before.",
  )
  .option("--requests <number>", `how many (default: ${REQUESTS.memory}, with --tcp ${REQUESTS.tcp})`)
  .option("--tcp", "over the computer's TCP and by its clock, not in memory by a virtual one")
  .option("--seed <number>", "another load", "1")
  .option(
    "--heap <bytes>",
    `free heap of the freshly started board (default: ${CHIPS.esp8266.heap}, with ESP32 ${CHIPS.esp32.heap})`,
  )
  .addOption(chipOption())
  .addOption(luaOption())
  .action(
    async (options: {
      requests?: string;
      tcp?: true;
      seed: string;
      heap?: string;
      chip: Chip;
      lua: LuaVersion;
    }) => {
      const { chip, lua } = options;
      const tcp = options.tcp ?? false;
      const requests = options.requests
        ? parseCount("--requests", options.requests, 1)
        : REQUESTS[tcp ? "tcp" : "memory"];
      const heap = options.heap ? parseCount("--heap", options.heap, 1) : CHIPS[chip].heap;
      const seed = parseCount("--seed", options.seed, 0);
      needLua(lua);
      let next = PROGRESS;
      const begun = performance.now();
      const result = await soak({
        ...{ requests, seed, chip, lua, heap, tcp },
        progress: (made) => {
          if (made < next) return;
          console.error(`${made} requests …`);
          next = made + PROGRESS;
        },
      }).catch((error) => {
        throw error instanceof WrongAnswer ? new Mistake(error.message) : error;
      });

      const kinds = Object.entries(result.kinds).map(([kind, count]) => `${kind} ${count}`);
      const lines = [
        ["requests", `${result.requests} (${kinds.join(", ")})`],
        ["answered rightly", result.answered],
        ["aborted by the browser", result.aborted],
        ["sent again", `${result.retried} (the server had ended the connection before it read them)`],
        ["connections", result.connections],
        ["panics", result.panics],
        ["restarts", result.restarts],
        ["heap before", `${result.before} bytes`],
        ["heap after", `${result.after} bytes`],
        ["heap peak", `${result.peak} of ${heap} bytes, garbage included`],
        [
          "time",
          `${Math.round(result.seconds)} s for the board, ${Math.round((performance.now() - begun) / 1000)} s here`,
        ],
      ] as const;
      for (const [name, value] of lines) console.log(`${name.padEnd(24)}${value}`);
      if (result.printed !== "") console.log(`the board's console:\n${result.printed}`);
      if (result.restarts > 0) throw new Mistake("the board has restarted");
      if (result.after !== result.before)
        throw new Mistake(`${result.after - result.before} bytes of heap are lost`);
    },
  );
