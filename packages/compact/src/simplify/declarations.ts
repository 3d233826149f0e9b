// How locals are declared, once everything else is settled: `local a,b,c=1,2`, functions of the chunk in one list.
import { assignedGlobals, type Facts, factsOf, isEarly, isFixed, mentions } from "../analysis/facts.ts";
import { MOST } from "../lua-limits.ts";
import {
  type Block,
  type Expression,
  isMulti,
  type Local,
  name,
  rewriteBlock,
  type Statement,
  type Variable,
  visitExpression,
} from "../tree.ts";

/** Every variable has its own value, and the last value gives no more than one. */
function isEven(s: Local): boolean {
  return s.values.length === s.variables.length && !isMulti(s.values.at(-1)!);
}

/** May `b` be part of the statement `a` that stands before it? */
function joins(a: Local, b: Local): boolean {
  if (a.variables.length + b.variables.length > MOST.declaredNames) return false;
  if (b.values.some((value) => a.variables.some((v) => mentions(value, v)))) return false;
  if (a.values.length === 0 && b.values.length === 0) return true;
  // `local a local b=1` → `local b,a=1`
  if (a.values.length === 0) return isEven(b);
  return (
    isEven(a) || (a.values.length === a.variables.length && b.values.length > 0 && a.variables.length === 1)
  );
}

function joined(a: Local, b: Local): Local {
  if (a.values.length === 0) [a, b] = [b, a];
  return { ...a, variables: [...a.variables, ...b.variables], values: [...a.values, ...b.values] };
}

/** Joins declarations that follow each other; a constant may also go up to an earlier declaration. */
function merge(block: Block, facts: Facts): Block {
  const result: Block = [];
  for (const s of block) {
    if (s.kind !== "local") {
      result.push(s);
      continue;
    }
    const before = result.at(-1);
    if (before?.kind === "local" && joins(before, s)) {
      result[result.length - 1] = joined(before, s);
      continue;
    }
    // local a=1 f() local b=2 → local a,b=1,2 f()
    const at = result.findLastIndex((other) => other.kind === "local");
    const earlier = result[at] as Local | undefined;
    const fixed = s.values.length === s.variables.length && s.values.every((v) => isFixed(v, facts));
    if (earlier && isEven(earlier) && fixed && joins(earlier, s) && reachable(s, result.slice(at))) {
      result[at] = joined(earlier, s);
      continue;
    }
    result.push(s);
  }
  return result;
}

/** Does nothing between the earlier declaration and this one declare what the values mention? */
function reachable(s: Local, between: Block): boolean {
  const declaredBetween = new Set<Variable>();
  for (const b of between) {
    if (b.kind === "local") for (const v of b.variables) declaredBetween.add(v);
    if (b.kind === "localfunction") declaredBetween.add(b.variable);
  }
  let ok = true;
  for (const value of s.values) {
    visitExpression(value, {
      expression(e) {
        if (e.kind === "name" && declaredBetween.has(e.variable)) ok = false;
      },
    });
  }
  // A block that is left before would do the work for nothing.
  return ok && !between.some((b) => b.kind === "label" || b.kind === "goto");
}

/** Does `x = e` compute straight into the register of `x`, as `local x = e` does? */
function isDirect(e: Expression): boolean {
  return !["call", "method", "table", "dots", "single"].includes(e.kind);
}

/**
 * The locals of the chunk in one list at its beginning, functions defined by assignment: `local f` costs six
 * bytes, `,f` two.
 */
function chunkDeclarations(chunk: Block): Block {
  const assigned = assignedGlobals(chunk);
  const names: Variable[] = [];
  const early: Local[] = [];
  const rest: Block = [];
  for (const s of chunk) {
    if (s.kind === "localfunction") names.push(s.variable);
    else if (s.kind === "local" && s.values.length === 0) names.push(...s.variables);
    else if (s.kind === "local" && isEven(s) && s.values.every((v) => isEarly(v, assigned))) early.push(s);
  }
  if (names.length + early.length < 2) return chunk;
  for (const s of chunk) {
    if (early.includes(s as Local)) continue;
    if (s.kind === "localfunction") {
      rest.push({
        kind: "assign",
        targets: [name(s.variable, s.position)],
        values: [s.func],
        position: s.position,
      });
    } else if (s.kind === "local" && s.values.length === 0) {
    } else if (
      s.kind === "local" &&
      s.variables.length === 1 &&
      s.values.length === 1 &&
      isDirect(s.values[0]!)
    ) {
      names.push(s.variables[0]!);
      rest.push({
        kind: "assign",
        targets: [name(s.variables[0]!, s.position)],
        values: s.values,
        position: s.position,
      });
    } else rest.push(s);
  }
  if (names.length + early.length > MOST.declaredNames) return chunk;
  const variables = [...early.flatMap((s) => s.variables), ...names];
  const head: Statement = {
    kind: "local",
    variables,
    values: early.flatMap((s) => s.values),
    position: early[0]?.position ?? chunk[0]?.position,
  };
  return [head, ...rest];
}

/** Joins declarations that follow each other, and moves what can be declared early to one list at the beginning of the chunk. */
export function declarations(chunk: Block): Block {
  const block = chunkDeclarations(chunk);
  const facts = factsOf(block);
  return rewriteBlock(block, { block: (b) => merge(b, facts) });
}
