// nodemcu size: what an app takes of a board.
import { verb } from "../packages/command/verb.ts";
import { loadConfig } from "../packages/deploy/config.ts";
import { chipOption, luaOption, numbersOption } from "../packages/simulator/simulate.ts";

export const command = verb(
  "size",
  "Shows what an app takes: bytes of its modules and of JavaScript's library, room in the Lua flash store, and the heap that it\n" +
    "leaves on a simulated board.",
  {
    examples: [
      ["nodemcu size", "the app of flash.config.json, or of this folder"],
      ["nodemcu size --chip esp32 --json", "on an ESP32, for a program"],
    ],
  },
)
  .option("--app <folder>", "the app (default: as flash.config.json says, else this folder)")
  .addOption(chipOption())
  .addOption(luaOption())
  .addOption(numbersOption())
  .option("--json", "print JSON")
  .action(async (options) => {
    const { size } = await import("../packages/simulator/size.ts");
    await size({ app: loadConfig(undefined, {}).app, ...options });
  });
