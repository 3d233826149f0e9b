// The source map of a chunk: from the position in the Lua file to the TypeScript.
import { addMapping, GenMapping, toEncodedMap } from "@jridgewell/gen-mapping";
import type { Mapping } from "./layout.ts";

/**
 * `sources` are the paths to write, in the order of `Position.source`. The mapping at the start of a line tells what
 * an error on that line means: Lua reports no columns.
 */
export function sourceMap(file: string, sources: readonly string[], mappings: readonly Mapping[]): string {
  const map = new GenMapping({ file });
  let last = "";
  for (const { line, column, original, name } of mappings) {
    const source = sources[original.source];
    if (source === undefined) continue;
    const key = `${line} ${original.source} ${original.line} ${original.column} ${name}`;
    if (key === last) continue;
    last = key;
    addMapping(map, {
      generated: { line, column },
      original: { line: original.line, column: original.column },
      source,
      name: name ?? "",
    });
  }
  return JSON.stringify(toEncodedMap(map));
}
