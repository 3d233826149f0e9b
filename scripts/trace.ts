// nodemcu trace: the TypeScript of Lua errors.
import { verb } from "../packages/command/verb.ts";

export const command = verb(
  "trace",
  "Reads errors and tracebacks on standard input and writes them with the file and line of the TypeScript.",
  {
    examples: [
      ['nodemcu trace <<< "httpserver.lua:17: attempt to call a nil value"', "one error"],
      ["nodemcu trace < board.log", "all that a board has printed"],
    ],
  },
)
  .option("--map <file...>", "source maps, each beside its Lua file (default: all in build/)")
  .action(async ({ map }) => {
    const { trace } = await import("../packages/image/trace.ts");
    await trace(map);
  });
