// Names for the chip: as few bytes as possible.
import { analyseNames } from "./analysis/scope.ts";
import { reserved, shortName } from "./names.ts";
import type { Block, Variable } from "./tree.ts";

/** Names every variable: the most used ones first, each the shortest that no variable it could be confused with has. */
export function mangle(chunk: Block): void {
  const { variables, uses, clashes, hides } = analyseNames(chunk);
  const order = [...variables.keys()].sort(
    (a, b) => uses.get(variables[b]!)! - uses.get(variables[a]!)! || a - b,
  );
  const named = new Set<Variable>();
  for (const i of order) {
    const v = variables[i]!;
    const taken = new Set(hides.get(v));
    for (const other of clashes.get(v)!) if (named.has(other)) taken.add(other.text);
    let n = 0;
    while (taken.has(shortName(n)) || reserved.has(shortName(n))) n++;
    v.text = shortName(n);
    named.add(v);
  }
}
