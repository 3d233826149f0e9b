// nodemcu flash: an app, or the firmware itself, to a board.
import { verb } from "../packages/command/verb.ts";
import { withFlashOptions } from "../packages/deploy/flags.ts";

const described = verb(
  "flash",
  "Builds an app, sends what has changed to a NodeMCU board, verifies it, and starts it. Every option but those that say what to do\n" +
    "is also a key of flash.config.json.",
  {
    examples: [
      ["nodemcu flash", "the app of flash.config.json, to the board that is plugged in"],
      ["nodemcu flash --monitor", "and show what the board prints afterwards"],
      ["nodemcu flash --watch", "again whenever a source changes"],
      ["nodemcu flash --dry-run", "only say what would be sent"],
      ["nodemcu flash --firmware nodemcu.bin", "the firmware itself"],
    ],
    exits: { 2: "no board or port", 3: "the board failed", 130: "interrupted" },
  },
);

export const command = withFlashOptions(described).action(async (flags) => {
  const { flash } = await import("../packages/deploy/flash.ts");
  await flash(flags);
});
