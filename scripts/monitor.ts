// npm run monitor: the board's console on this screen; Lua errors show the TypeScript they come from.
import { stdin } from "node:process";
import { Command } from "commander";
import { run } from "../packages/command/mistake.ts";
import { attach } from "../packages/deploy/attach.ts";
import { loadConfig } from "../packages/deploy/config.ts";
import { LinkLost } from "../packages/deploy/console.ts";
import { Problem } from "../packages/deploy/diagnose.ts";
import { wholeNumber } from "../packages/deploy/flags.ts";
import { identify } from "../packages/deploy/identify.ts";
import { recall } from "../packages/deploy/known.ts";
import { choosePort } from "../packages/deploy/port.ts";
import { appSource, HTTPSERVER } from "../packages/image/build.ts";

const flags = new Command("npm run monitor --")
  .description("Shows what the board prints; what you type goes to its Lua prompt. Ctrl-C ends.")
  .option("--config <file>", "configuration instead of flash.config.json")
  .option("--port <path>", 'serial port, or "auto"')
  .option("--baud <rate>", "baud rate of the board's console", wholeNumber)
  .option("--app <folder>", "the app that runs on the board, for its source map")
  .option("--log <file>", "also append every line to a file")
  .option("--no-timestamps", "no time in front of lines")
  .option("--no-reconnect", "end when the port goes away")
  .parse()
  .opts<{
    config?: string;
    port?: string;
    baud?: number | string;
    app?: string;
    log?: string;
    timestamps: boolean;
    reconnect: boolean;
  }>();

await run(async () => {
  const { port, baud, app } = flags;
  const config = loadConfig(
    flags.config,
    Object.fromEntries(Object.entries({ port, baud, app }).filter(([, value]) => value !== undefined)),
  );
  try {
    const { path, why } = await choosePort(config.port, {
      last: recall(),
      identify: (path) => identify(path, config.baud),
    });
    console.log(`board on ${path} (${why}); ${stdin.isTTY ? "Ctrl-C" : "SIGINT"} ends`);
    await attach({
      path,
      baud: config.baud,
      timestamps: flags.timestamps,
      log: flags.log,
      sources: [HTTPSERVER, appSource(config.app)],
      reconnect: flags.reconnect,
    });
  } catch (error) {
    if (!(error instanceof Problem) && !(error instanceof LinkLost)) throw error;
    console.error(`error: ${error.message}`);
    process.exitCode = 2;
  }
});
