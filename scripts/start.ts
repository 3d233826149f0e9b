// nodemcu start: an app on a simulated board.
import { verb } from "../packages/command/verb.ts";
import { loadConfig } from "../packages/deploy/config.ts";
import { CHIPS } from "../packages/simulator/chips.ts";
import { chipOption, codeOption, luaOption, numbersOption } from "../packages/simulator/simulate.ts";

export const command = verb(
  "start",
  "Builds an app, runs it on a simulated NodeMCU board and serves it to your browser; changed sources restart the board.",
  {
    examples: [
      ["nodemcu start", "the app of flash.config.json, or of this folder, at http://127.0.0.1:8080"],
      ["nodemcu start --app ../blink --port 9000", "another app"],
      ["nodemcu start --chip esp32", "on an ESP32"],
      ["nodemcu start --serial", "with a serial port, for nodemcu flash --port or any serial tool"],
    ],
  },
)
  .option("--port <number>", "the computer's port for port 80 of the board", "8080")
  .option("--app <folder>", "the app (default: as flash.config.json says, else this folder)")
  .option("--serial", "give the board's console a pseudo-terminal that serial tools can open")
  .addOption(chipOption().default(undefined, "as flash.config.json says, else esp8266"))
  .addOption(luaOption())
  .addOption(numbersOption())
  .addOption(codeOption())
  .option(
    "--heap <bytes>",
    `free heap of the freshly started board (default: ${CHIPS.esp8266.heap}, with ESP32 ${CHIPS.esp32.heap})`,
  )
  .action(async (options) => {
    const { start } = await import("../packages/simulator/start.ts");
    const { app, chip } = loadConfig(undefined, {});
    const configured = chip === "auto" ? "esp8266" : chip === "esp8266" ? chip : "esp32";
    await start({ app, ...options, chip: options.chip ?? configured });
  });
