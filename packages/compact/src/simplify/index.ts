// Makes a chunk smaller without changing what it does. Every pass takes a chunk and gives one; they are repeated
// until nothing changes any more, because each makes work for others.
import { doubtLibraries } from "../analysis/facts.ts";
import { shortName } from "../names.ts";
import { type Block, visitBlock } from "../tree.ts";
import { cacheLibrary } from "./cache.ts";
import { dropCopies } from "./copies.ts";
import { declarations } from "./declarations.ts";
import { fold } from "./fold.ts";
import { dropResults, inlineFunctions, inlineFunctionValues, inlineValues } from "./inline.ts";
import { withinLimits } from "./limits.ts";
import { joinNils } from "./nils.ts";
import { constantParameters } from "./parameters.ts";
import { inlineSetters } from "./setters.ts";
import { shapes } from "./shapes.ts";
import { assembleTables } from "./tables.ts";
import { dropUnused, join, propagate, settle, shake, split } from "./variables.ts";

type Pass = (chunk: Block) => Block;

const MOST_ROUNDS = 20;

function repeat(chunk: Block, passes: Pass[]): Block {
  let before = "";
  for (let round = 0; round < MOST_ROUNDS; round++) {
    for (const pass of passes) chunk = pass(chunk);
    const now = fingerprint(chunk);
    if (now === before) break;
    before = now;
  }
  return chunk;
}

export interface Simplifying {
  /** The program asks how many parameters a function has: unused ones stay. */
  countsParameters?: boolean;
}

/** Does the program ask for `debug.getinfo(f).nparams`, which is TypeScript's `f.length`? */
export function countsParameters(chunk: Block): boolean {
  let found = false;
  visitBlock(chunk, {
    expression(e) {
      if (e.kind === "string" && e.value === "nparams") found = true;
    },
  });
  return found;
}

/** Every pass. */
export function simplify(chunk: Block, options: Simplifying = {}): Block {
  const small: Pass[] = [
    fold,
    (c) => shapes(c, false),
    split,
    settle,
    join,
    (c) => propagate(c, false),
    dropCopies,
    (c) => inlineValues(c, false),
    (c) => dropUnused(c, !options.countsParameters),
    shake,
    dropResults,
    ...(options.countsParameters ? [] : [constantParameters]),
    inlineSetters,
    inlineFunctions,
    inlineFunctionValues,
    assembleTables,
  ];
  return joinNils(
    declarations(withinLimits(cacheLibrary(repeat(doubtLibraries(chunk), small)), (_, n) => shortName(n))),
  );
}

/** What an author would have written: no detours of the compiler, no dead code; functions and names stay. */
export function tidy(chunk: Block): Block {
  const tidied = repeat(doubtLibraries(chunk), [
    fold,
    (c) => shapes(c, true),
    join,
    (c) => propagate(c, true),
    (c) => inlineValues(c, true),
    (c) => dropUnused(c, false),
    shake,
  ]);
  return withinLimits(tidied, (v, n) => (n === 0 ? v.name : `${v.name}${n}`));
}

function fingerprint(chunk: Block): string {
  const ids = new Map<object, number>();
  return JSON.stringify(chunk, (key, value) => {
    if (key === "position") return undefined;
    if (key === "variable" || (value && typeof value === "object" && "name" in value && "text" in value)) {
      if (!ids.has(value)) ids.set(value, ids.size);
      return ids.get(value);
    }
    return value;
  });
}
