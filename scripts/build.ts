// npm run build: compiles src/httpserver to build/httpserver.lua (compact) and build/readable/httpserver.lua, an app likewise, and
// says how many bytes they have, what of an app is the library or unfit for firmware with integers, and how long it took.
import { relative } from "node:path";
import { Command } from "commander";
import { run } from "../packages/command/mistake.ts";
import {
  appSource,
  build,
  type Compiled,
  HTTPSERVER,
  outputPath,
  ROOT,
  type Source,
  unfitForIntegers,
} from "../packages/image/build.ts";
import { libraryOf } from "../packages/image/library.ts";

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
    const apps: [Source, Compiled][] = [];
    for (const source of sources) {
      for (const form of ["compact", "readable"] as const) {
        const compiled = await build(source, form);
        const { report } = compiled;
        if (form === "compact" && !source.integers) apps.push([source, compiled]);
        const newlines =
          report.newlines > 0 ? `, ${report.newlines} of them newlines that tell lines of errors apart` : "";
        console.log(
          `${relative(ROOT, outputPath(source, form)).padEnd(32)} ${String(report.bytes).padStart(6)} bytes${newlines}`,
        );
      }
    }
    for (const [source, compiled] of apps) {
      const library = libraryOf(compiled.report);
      if (library.length > 0) {
        const bytes = library.reduce((sum, part) => sum + part.bytes, 0);
        console.log(
          `of ${relative(ROOT, outputPath(source, "compact"))}, ${bytes} bytes are of JavaScript's library: ${library.map((part) => `${part.name} ${part.bytes}`).join(", ")}`,
        );
      }
      const unfit = unfitForIntegers(source, compiled, "compact");
      if (unfit !== undefined)
        console.log(
          `hint: firmware that counts in 32-bit integers could not run ${relative(ROOT, source.folder)}: ${unfit}`,
        );
    }
    console.log(`compiled in ${Math.round(performance.now() - begun)} ms`);
  };
  if (!options.watch) {
    await buildAll();
    return;
  }
  const { watch } = await import("chokidar");
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
