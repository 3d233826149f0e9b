// nodemcu monitor: the board's console on this screen.
import { verb } from "../packages/command/verb.ts";
import { wholeNumber } from "../packages/deploy/flags.ts";

export const command = verb(
  "monitor",
  "Shows what the board prints, Lua errors with the TypeScript they come from; what you type goes to its Lua prompt. Ctrl-C ends.",
  {
    examples: [
      ["nodemcu monitor", "the board that is plugged in"],
      ["nodemcu monitor --log board.log", "and keep everything in a file"],
    ],
    exits: { 2: "no board or port" },
  },
)
  .option("--config <file>", "configuration instead of flash.config.json")
  .option("--port <path>", 'serial port, or "auto"')
  .option("--baud <rate>", "baud rate of the board's console", wholeNumber)
  .option("--app <folder>", "the app that runs on the board, for its source map")
  .option("--log <file>", "also append every line to a file")
  .option("--no-timestamps", "no time in front of lines")
  .option("--no-reconnect", "end when the port goes away")
  .action(async (flags) => {
    const { monitor } = await import("../packages/deploy/attach.ts");
    await monitor(flags);
  });
