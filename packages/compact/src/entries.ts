// Which files of a program get a chunk of their own.
import { resolve as resolvePath } from "node:path";
import type * as tstl from "typescript-to-lua";
import { type Resolve, requestsIn } from "./resolution.ts";

/** Which files of the program each file imports. */
export type Imports = ReadonlyMap<string, ReadonlySet<string>>;

/** Finds which files of the program each file imports. @param resolve gives the path of what a file asks for; undefined: it is no file */
export function importsOf(
  files: readonly { fileName: string; luaAst: tstl.File }[],
  resolve: Resolve,
): Imports {
  const all = new Set(files.map((f) => resolvePath(f.fileName)));
  return new Map(
    [...files].map((f) => {
      const from = resolvePath(f.fileName);
      const paths = requestsIn(f.luaAst).map((request) => resolve(request, from));
      return [from, new Set(paths.filter((p): p is string => p !== undefined && all.has(p)))];
    }),
  );
}

/** Those that nobody imports, and those that several chunks would otherwise share. */
export function findEntries(graph: Imports): Set<string> {
  const imported = new Set([...graph.values()].flatMap((list) => [...list]));
  const entries = new Set([...graph.keys()].filter((f) => !imported.has(f)));
  const owners = (): Map<string, Set<string>> => {
    const result = new Map<string, Set<string>>();
    for (const entry of entries) {
      const queue = [entry];
      for (let f = queue.pop(); f !== undefined; f = queue.pop()) {
        const known = result.get(f) ?? new Set();
        result.set(f, known);
        if (known.has(entry)) continue;
        known.add(entry);
        for (const next of graph.get(f)!) if (!entries.has(next)) queue.push(next);
      }
    }
    return result;
  };
  for (;;) {
    // Modules that only import each other in a circle have no beginning: the first is one.
    const owned = owners();
    const lost = [...graph.keys()].find((f) => !owned.has(f));
    const shared = [...graph.keys()].find(
      (f) =>
        (owned.get(f)?.size ?? 0) > 1 &&
        [...graph].some(([from, to]) => to.has(f) && owned.get(from)?.size === 1),
    );
    const next = lost ?? shared;
    if (next === undefined) return entries;
    entries.add(next);
  }
}
