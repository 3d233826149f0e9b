// Builds for people: an app and our module in both forms, with what they cost, once or again at each change.
import { relative } from "node:path";
import { run } from "../command/mistake.ts";
import { appSource, isApp, modulesFor, watchedFolders } from "./app.ts";
import { build as buildModule, HTTPSERVER, outputPath, type Source, unfitForIntegers } from "./build.ts";
import { libraryOf } from "./library.ts";

/** What the command line says. */
export interface BuildOptions {
  app?: string;
  watch?: true;
}

/** A path as a person in this folder types it. */
const shown = (path: string) => relative(process.cwd(), path) || ".";

/** Compiles a module in both forms and prints what it costs. @throws Mistake for errors in the sources */
async function buildOne(source: Source): Promise<void> {
  const compiled = await buildModule(source, "compact");
  const lines = (["compact", "readable"] as const).filter((form) => form === "compact" || source.project);
  for (const form of lines) {
    const { bytes, newlines } = (form === "compact" ? compiled : await buildModule(source, form)).report;
    const forLines = newlines > 0 ? `, ${newlines} of them newlines that tell lines of errors apart` : "";
    console.log(
      `${shown(outputPath(source, form)).padEnd(32)} ${String(bytes).padStart(6)} bytes${forLines}`,
    );
  }
  if (source === HTTPSERVER) return;
  const library = libraryOf(compiled.report);
  if (library.length > 0) {
    const bytes = library.reduce((sum, part) => sum + part.bytes, 0);
    const parts = library.map((part) => `${part.name} ${part.bytes}`).join(", ");
    console.log(
      `of ${shown(outputPath(source, "compact"))}, ${bytes} bytes are of JavaScript's library: ${parts}`,
    );
  }
  const unfit = unfitForIntegers(source, compiled, "compact");
  if (unfit !== undefined)
    console.log(
      `hint: firmware that counts in 32-bit integers could not run ${shown(source.folder)}: ${unfit}`,
    );
}

/** Builds an app and our module. @throws Mistake for errors in the sources */
export async function build(options: BuildOptions): Promise<void> {
  const app = options.app === undefined && !isApp(".") ? undefined : appSource(options.app ?? ".");
  const buildAll = async () => {
    const begun = performance.now();
    const modules = app === undefined ? [HTTPSERVER] : modulesFor(app);
    for (const source of modules) await buildOne(source);
    console.log(`compiled in ${Math.round(performance.now() - begun)} ms`);
  };
  if (!options.watch) return buildAll();
  const { watchSources } = await import("./watch.ts");
  let building = run(buildAll);
  const watcher = watchSources(app === undefined ? [HTTPSERVER.folder] : watchedFolders(app), () => {
    building = building.then(() => run(buildAll));
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      void watcher.close();
      process.exit(0);
    });
  }
}
