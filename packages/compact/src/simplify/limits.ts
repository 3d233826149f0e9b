// Lua 5.1 allows a function 200 locals, 250 registers and 60 upvalues. Joining modules can pass that where no module alone did:
// then the least used variables of the chunk become fields of one table. What an author's own function exceeds is
// refused by name.

import { freeVariables } from "../analysis/facts.ts";
import { registersIn } from "../analysis/registers.ts";
import { LUA, MOST } from "../lua-limits.ts";
import {
  type Block,
  blocks,
  CompactError,
  type Expression,
  type Func,
  member,
  name,
  type Position,
  rewriteBlock,
  type Statement,
  Variable,
  visitBlock,
} from "../tree.ts";

/** Every statement of a function, with the locals that are alive before it, and in its blocks and after it; a loop has three of its own. */
function eachStatement(
  block: Block,
  start: number,
  moved: ReadonlySet<Variable>,
  visit: (s: Statement, before: number, inside: number) => void,
): void {
  let alive = start;
  for (const s of block) {
    const before = alive;
    const declared = s.kind === "local" ? s.variables : s.kind === "localfunction" ? [s.variable] : [];
    alive += declared.filter((v) => !moved.has(v)).length;
    const inside = alive + (s.kind === "for" ? 4 : s.kind === "forin" ? 3 + s.variables.length : 0);
    visit(s, before, inside);
    for (const inner of blocks(s)) eachStatement(inner, inside, moved, visit);
  }
}

/** The most locals that are alive at once in a function. */
function deepest(body: Block, parameters: number): number {
  let most = parameters;
  eachStatement(body, parameters, new Set(), (_s, _before, inside) => {
    most = Math.max(most, inside);
  });
  return most;
}

/** By how many registers the chunk wants too many at the place where it wants most, without the variables that are moved. */
function excess(body: Block, moved: ReadonlySet<Variable>): number {
  let result = 0;
  eachStatement(body, 0, moved, (s, before) => {
    result = Math.max(result, before + registersIn(s) - MOST.registers);
  });
  return result;
}

function functionsOf(chunk: Block): Func[] {
  const result: Func[] = [];
  visitBlock(chunk, {
    expression(e) {
      if (e.kind === "function") result.push(e);
    },
  });
  return result;
}

function tooMany(f: Func, count: number, what: string, most: number): CompactError {
  const title = f.title ? `the function "${f.title}"` : "this function";
  return new CompactError(`${title} uses ${count} ${what}; Lua 5.1 allows ${most}`, f.position);
}

/** Variables of the chunk's own block. */
function topLevel(chunk: Block): Set<Variable> {
  const result = new Set<Variable>();
  for (const s of chunk) {
    if (s.kind === "local") for (const v of s.variables) result.add(v);
    if (s.kind === "localfunction") result.add(s.variable);
  }
  return result;
}

/**
 * Brings a chunk within the limits of Lua: variables of the chunk that are one too many become fields of a table, those that are used
 * least first.
 * @param fieldName how the field for a variable is called; `n` counts its attempts at a name that is free
 * @throws CompactError for a function that exceeds a limit by what its author wrote
 */
export function withinLimits(chunk: Block, fieldName: (v: Variable, n: number) => string): Block {
  for (const f of functionsOf(chunk)) {
    const locals = deepest(f.body, f.parameters.length);
    if (locals > LUA.locals) throw tooMany(f, locals, "local variables at once", LUA.locals);
  }
  const top = topLevel(chunk);
  const uses = new Map<Variable, number>();
  visitBlock(chunk, {
    expression(e) {
      if (e.kind === "name") uses.set(e.variable, (uses.get(e.variable) ?? 0) + 1);
    },
  });
  const rarest = (list: Iterable<Variable>): Variable[] =>
    [...list].sort((a, b) => (uses.get(a) ?? 0) - (uses.get(b) ?? 0));
  const moved = new Set<Variable>();
  const locals = deepest(chunk, 0);
  if (locals > MOST.chunkLocals && locals - MOST.chunkLocals >= top.size) {
    throw new CompactError(
      `the main code of the module uses ${locals} local variables at once; Lua 5.1 allows ${LUA.locals}`,
    );
  }
  const candidates = rarest(top);
  const move = (count: number): void => {
    for (const v of candidates.slice(moved.size, moved.size + count)) moved.add(v);
  };
  if (locals > MOST.chunkLocals) move(locals - MOST.chunkLocals + 1);
  let surplus = excess(chunk, moved);
  // Where all are moved, what is left are tables and calls that Lua itself has to refuse.
  while (surplus > 0 && moved.size < candidates.length) {
    move(surplus + 1);
    surplus = excess(chunk, moved);
  }
  for (const f of functionsOf(chunk)) {
    const free = freeVariables(f);
    if (free.size <= LUA.upvalues) continue;
    // The table is an upvalue, too.
    const stays = [...free].filter((v) => !moved.has(v));
    const surplus = stays.length + 1 - LUA.upvalues;
    const movable = stays.filter((v) => top.has(v));
    if (surplus > movable.length)
      throw tooMany(f, free.size, "variables of the functions around it", LUA.upvalues);
    for (const v of rarest(movable).slice(0, Math.max(0, surplus))) moved.add(v);
  }
  return moved.size > 0 ? intoTable(chunk, moved, fieldName) : chunk;
}

function intoTable(
  chunk: Block,
  moved: ReadonlySet<Variable>,
  fieldName: (v: Variable, n: number) => string,
): Block {
  const table = new Variable("locals");
  const keys = new Map<Variable, string>();
  const taken = new Set<string>();
  for (const v of moved) {
    let key: string;
    let n = 0;
    do key = fieldName(v, n++);
    while (taken.has(key));
    taken.add(key);
    keys.set(v, key);
  }
  const field = (v: Variable, position?: Position) => member(name(table, position), keys.get(v)!, position);
  const declaration = (s: Statement): Block => {
    if (s.kind === "localfunction" && moved.has(s.variable)) {
      return [
        { kind: "assign", targets: [field(s.variable, s.position)], values: [s.func], position: s.position },
      ];
    }
    if (s.kind !== "local" || !s.variables.some((v) => moved.has(v))) return [s];
    // One by one: an assignment to many fields wants two registers for each. No value can see these variables yet.
    const result: Block = [];
    const { position, variables, values } = s;
    const add = (own: Variable[], given: Expression[]): void => {
      const stays = own.filter((v) => !moved.has(v));
      if (stays.length === own.length || given.length === 0) {
        if (stays.length > 0) result.push({ kind: "local", variables: stays, values: given, position });
        return;
      }
      if (stays.length > 0) result.push({ kind: "local", variables: stays, values: [], position });
      const targets = own.map((v) => (moved.has(v) ? field(v, position) : name(v, position)));
      result.push({ kind: "assign", targets, values: given, position });
    };
    const single = Math.max(0, Math.min(variables.length, values.length) - 1);
    for (let i = 0; i < single; i++) add([variables[i]!], [values[i]!]);
    add(variables.slice(single), values.slice(single));
    return result;
  };
  const body = chunk.flatMap(declaration);
  const rewritten = rewriteBlock(body, {
    expression: (e: Expression) =>
      e.kind === "name" && moved.has(e.variable) ? field(e.variable, e.position) : e,
  });
  return [{ kind: "local", variables: [table], values: [{ kind: "table", fields: [] }] }, ...rewritten];
}
