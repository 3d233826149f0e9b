// npm run probe: the probe app (packages/measure/probe) on a simulated board, for clients that test the server over TCP.
import { join } from "node:path";
import { Command } from "commander";
import { run } from "../../command/mistake.ts";
import { appSource } from "../../image/app.ts";
import { ROOT } from "../../image/build.ts";
import { buildApp } from "../../image/code.ts";
import type { NumberKind } from "../../lua-vm/proto.ts";
import type { LuaVersion } from "../../lua-vm/vm/dialect.ts";
import { CHIPS, type Chip } from "../../simulator/chips.ts";
import { boardContents, regionWith } from "../../simulator/contents.ts";
import {
  type CodeChoice,
  chipOption,
  chosenCode,
  codeOption,
  luaOption,
  needLua,
  numbersOption,
  parseCount,
  parsePort,
  simulate,
} from "../../simulator/simulate.ts";

/** How many connections an ESP8266 has. A board with more of them gets more heap. */
const CHIP_CONNECTIONS = 5;
/** What a connection can hold at most: two segments in flight, a received piece, its exchange, a little of a body [bytes]. */
const PER_CONNECTION = 8192;

export const command = new Command("probe")
  .description(
    "Runs the probe app (packages/measure/probe/README.md) on a simulated NodeMCU board until SIGTERM or Ctrl-C.\n" +
      'Prints "listening on http://127.0.0.1:PORT" when it is ready; the board\'s console goes to standard error.',
  )
  .requiredOption("--port <number>", "the computer's port for port 80 of the board")
  .addOption(chipOption())
  .addOption(luaOption())
  .addOption(numbersOption())
  .addOption(codeOption())
  .option("--readable", "run the readable build of the server, not the compact one")
  .option(
    "--connections <number>",
    "connections of the board, and of the server's option `connections`",
    "32",
  )
  .option(
    "--heap <bytes>",
    `free heap of the freshly started board (default: ${CHIPS.esp8266.heap}, with ESP32 ${CHIPS.esp32.heap}, as the ` +
      `chip has, for up to ${CHIP_CONNECTIONS} connections, and ${PER_CONNECTION} more for each one beyond)`,
  )
  .action(
    async (options: {
      port: string;
      chip: Chip;
      lua: LuaVersion;
      numbers: NumberKind;
      code: CodeChoice;
      readable?: true;
      connections: string;
      heap?: string;
    }) => {
      const port = parsePort(options.port);
      const connections = parseCount("--connections", options.connections, 1);
      const heap =
        options.heap === undefined
          ? CHIPS[options.chip].heap + PER_CONNECTION * Math.max(0, connections - CHIP_CONNECTIONS)
          : parseCount("--heap", options.heap, 1);
      needLua(options.lua, options.numbers);
      const app = await buildApp(
        appSource(join(ROOT, "packages/measure/probe")),
        options.readable ? "readable" : "compact",
        options.numbers,
      );
      const { files, image } = boardContents(app, chosenCode(options.code), options.lua, options.numbers);
      files["init.lua"] = Buffer.concat([
        Buffer.from(`OPTIONS = {connections = ${connections}}\n`),
        files["init.lua"]!,
      ]);

      const board = simulate(files, {
        chip: options.chip,
        lua: options.lua,
        numbers: options.numbers,
        port,
        heap,
        connections,
        ...(image ? { lfs: regionWith(image, options.numbers, options.lua) } : {}),
        console: (text) => process.stderr.write(text),
        listening: (_, url) => console.log(`listening on ${url}`),
        failed: (mistake) => {
          board.stop();
          void run(async () => {
            throw mistake;
          });
        },
      });
      for (const signal of ["SIGINT", "SIGTERM"] as const) {
        process.once(signal, () => {
          board.stop();
          process.exit(0);
        });
      }
    },
  );
