// npm run build: compiles src/httpserver to build/httpserver.lua (compact) and build/readable/httpserver.lua, and says how
// long it took.
import { relative } from "node:path";
import { watch } from "chokidar";
import { Command } from "commander";
import { appSource, build, HTTPSERVER, outputPath, ROOT } from "./compile/build.ts";
import { run } from "./mistake.ts";

const options = new Command("npm run build --")
  .description("Compiles httpserver (and an app) to Lua under build/.")
  .option("--app <folder>", "also compile this app, to build/app.lua")
  .option("--watch", "compile again when a source changes; Ctrl-C ends it")
  .parse()
  .opts<{ app?: string; watch?: true }>();

await run(async () => {
  const sources = options.app === undefined ? [HTTPSERVER] : [HTTPSERVER, appSource(options.app)];
  const buildAll = async () => {
    const begun = performance.now();
    for (const source of sources) {
      for (const form of ["compact", "readable"] as const) {
        const { report } = await build(source, form);
        console.log(
          `${relative(ROOT, outputPath(source, form)).padEnd(32)} ${String(report.bytes).padStart(6)} bytes`,
        );
      }
    }
    console.log(`compiled in ${Math.round(performance.now() - begun)} ms`);
  };
  if (!options.watch) {
    await buildAll();
    return;
  }
  let building = run(buildAll);
  const watcher = watch(
    sources.map(({ folder }) => folder),
    { ignoreInitial: true, awaitWriteFinish: { stabilityThreshold: 100 } },
  );
  watcher.on("all", () => {
    building = building.then(() => run(buildAll));
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      void watcher.close();
      process.exit(0);
    });
  }
});
