// npm run trace: places in our Lua, in what a board has printed, as places in the TypeScript.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { Command } from "commander";
import { Mistake, run } from "../packages/command/mistake.ts";
import { Tracer } from "../packages/compact/src/trace.ts";
import { BUILD } from "../packages/image/build.ts";

const options = new Command("npm run trace --")
  .description(
    "Reads errors and tracebacks on standard input and writes them with the file and line of the TypeScript.\n" +
      'Example: npm run trace <<< "httpserver.lua:17: attempt to call a nil value"',
  )
  .option("--map <file...>", "source maps, each beside its Lua file (default: all in build/)")
  .parse()
  .opts<{ map?: string[] }>();

/** The source maps of the last build. */
function builtMaps(): string[] {
  const files = existsSync(BUILD) ? readdirSync(BUILD).filter((file) => file.endsWith(".lua.map")) : [];
  if (files.length === 0)
    throw new Mistake(`there is no source map in ${basename(BUILD)}/: run "npm run build" first`);
  return files.map((file) => join(BUILD, file));
}

await run(async () => {
  const maps = options.map ?? builtMaps();
  for (const path of maps) if (!existsSync(path)) throw new Mistake(`there is no source map ${path}`);
  const tracer = new Tracer(
    maps.map((path) => {
      const lua = path.replace(/\.map$/, "");
      return {
        path,
        map: readFileSync(path, "utf8"),
        code: existsSync(lua) ? readFileSync(lua, "utf8") : undefined,
      };
    }),
  );
  // Line by line, so that it can stand behind a board that goes on talking.
  for await (const line of createInterface({ input: process.stdin }))
    process.stdout.write(`${tracer.rewrite(line)}\n`);
});
