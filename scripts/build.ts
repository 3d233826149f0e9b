// nodemcu build: an app and our module as Lua.
import { verb } from "../packages/command/verb.ts";

export const command = verb(
  "build",
  "Compiles httpserver and an app to Lua under build/: compact, and in build/readable/ for people. Says how many bytes they have,\n" +
    "what of them is JavaScript's library, and what firmware that counts in integers could not run.",
  {
    examples: [
      ["nodemcu build", "the app of this folder, if there is one, and httpserver"],
      ["nodemcu build --app ../blink --watch", "another one, again whenever a source changes"],
    ],
  },
)
  .option("--app <folder>", "the app (default: this folder if it is one; else httpserver alone)")
  .option("--watch", "compile again when a source changes; Ctrl-C ends it")
  .action(async (options) => {
    const { build } = await import("../packages/image/build-app.ts");
    await build(options);
  });
