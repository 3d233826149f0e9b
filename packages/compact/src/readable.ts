// Names for people: every variable keeps its own, and gets a number only where two would be confused.
import { analyseNames } from "./analysis/scope.ts";
import { reserved } from "./names.ts";
import type { Block, Variable } from "./tree.ts";

/** Decides the spelling of every variable of a chunk, for people. The tree is changed. */
export function nameReadably(chunk: Block): void {
  const { variables, clashes, hides } = analyseNames(chunk);
  const named = new Set<Variable>();
  for (const v of variables) {
    const taken = new Set(hides.get(v));
    for (const other of clashes.get(v)!) if (named.has(other)) taken.add(other.text);
    const base = v.name.replace(/^____(?=[A-Za-z])/, "_") || "_";
    let text = base;
    for (let i = 2; taken.has(text) || reserved.has(text); i++)
      text = `${base}${/\d$/.test(base) ? "_" : ""}${i}`;
    v.text = text;
    named.add(v);
  }
}
