// Names for the chip: as few bytes as possible.
import { analyseNames, reserved } from "./scope.ts";
import type { Block, Variable } from "./tree.ts";

const first = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
const later = `${first}0123456789`;

/** The n-th shortest name. */
export function shortName(n: number): string {
  let text = first[n % first.length]!;
  for (n = Math.floor(n / first.length); n > 0; n = Math.floor((n - 1) / later.length)) {
    text += later[(n - 1) % later.length];
  }
  return text;
}

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
