// npm run build: compiles src/httpserver to build/httpserver.lua (compact) and build/readable/httpserver.lua.
import { relative } from "node:path";
import { Command } from "commander";
import { appSource, build, HTTPSERVER, outputPath, ROOT } from "./compile/build.ts";
import { run } from "./mistake.ts";

const options = new Command("npm run build --")
  .description("Compiles httpserver (and an app) to Lua under build/.")
  .option("--app <folder>", "also compile this app, to build/app.lua")
  .parse()
  .opts<{ app?: string }>();

await run(async () => {
  const sources = options.app === undefined ? [HTTPSERVER] : [HTTPSERVER, appSource(options.app)];
  for (const source of sources) {
    for (const form of ["compact", "readable"] as const) {
      const { report } = await build(source, form);
      console.log(
        `${relative(ROOT, outputPath(source, form)).padEnd(32)} ${String(report.bytes).padStart(6)} bytes`,
      );
    }
  }
});
