// nodemcu test: the tests of an app.
import { verb } from "../packages/command/verb.ts";

export const command = verb(
  "test",
  "Runs the tests of an app (test/**/*.test.ts, .mts, .js, .mjs) with Node's own test runner. Tests in TypeScript need nothing else;\n" +
    "a project with another runner (mocha, vitest) calls that one instead.",
  {
    examples: [
      ["nodemcu test", "all of them"],
      ["nodemcu test test/app.test.ts", "those of a file"],
      ["nodemcu test --name switch --watch", "those of a name, again when something changes"],
    ],
  },
)
  .argument("[files...]", "files of tests (default: all below test/)")
  .option("--name <pattern>", "only tests whose names match")
  .option("--watch", "run again when something changes; Ctrl-C ends it")
  .action(async (files: string[], options) => {
    const { runTests } = await import("../packages/image/tests.ts");
    await runTests(files, options);
  });
