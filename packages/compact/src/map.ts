// The source map of a chunk: from the position in the Lua file to the TypeScript.
import { relative, sep } from "node:path";
import { addMapping, GenMapping, toEncodedMap } from "@jridgewell/gen-mapping";
import type { Mapping } from "./layout.ts";

/** Paths of sources as maps and reports write them. */
export const pathsFrom = (folder: string, sources: readonly string[]): string[] =>
  sources.map((source) => relative(folder, source).split(sep).join("/"));

/**
 * `sources` are the paths to write, in the order of `Position.source`. The mapping at the start of a line tells what
 * an error on that line means: Lua reports no columns.
 */
export function sourceMap(
  file: string,
  sources: readonly string[],
  { code, mappings }: { code: string; mappings: readonly Mapping[] },
): string {
  const map = new GenMapping({ file });
  let last = "";
  for (const { line, column, original, name } of answering(mappings, code.split("\n").length)) {
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

/**
 * Puts at the start of every line the first thing on it that can raise an error, or else the first thing; a line
 * that has only words without a place (`end`) belongs to what was before it, or at the very beginning (`local`) to what
 * comes.
 */
function answering(mappings: readonly Mapping[], lines: number): Mapping[] {
  const result: Mapping[] = [];
  const fill = (end: number): void => {
    const before = result.at(-1);
    const near = before ?? mappings[0];
    for (let line = (before?.line ?? 0) + 1; near && line < end; line++) {
      result.push({ ...near, line, column: 0, name: undefined });
    }
  };
  for (let from = 0; from < mappings.length; ) {
    const { line } = mappings[from]!;
    let end = from + 1;
    while (mappings[end]?.line === line) end++;
    const here = mappings.slice(from, end);
    const answer = here.find((m) => m.raises) ?? here[0]!;
    const [first] = here as [Mapping];
    fill(line);
    if (first.column === 0) result.push({ ...first, original: answer.original }, ...here.slice(1));
    else result.push({ ...answer, column: 0, name: undefined }, ...here);
    from = end;
  }
  fill(lines + 1);
  return result;
}
