// Places in our Lua, in what a board has printed, as places in the TypeScript.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { Mistake } from "../command/mistake.ts";
import { Tracer } from "../compact/src/trace.ts";
import { BUILD } from "./build.ts";

/** The source maps of the last build. */
function builtMaps(): string[] {
  const files = existsSync(BUILD) ? readdirSync(BUILD).filter((file) => file.endsWith(".lua.map")) : [];
  if (files.length === 0)
    throw new Mistake(`there is no source map in ${basename(BUILD)}/: run "npm run build" first`);
  return files.map((file) => join(BUILD, file));
}

/**
 * Rewrites lines of standard input until it ends.
 * @param maps source maps, each beside its Lua file; undefined: all of the last build
 * @throws Mistake if one of them is not there
 */
export async function trace(maps: readonly string[] = builtMaps()): Promise<void> {
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
}
