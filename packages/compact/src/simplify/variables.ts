// Variables: copies, constants, values used once, values never used.
import {
  factsOf,
  isEarly,
  isFixed,
  isLibraryFunction,
  isLiteral,
  isPure,
  isQuietStatement,
  mentions,
  type Usage,
} from "../analysis/facts.ts";
import { printNumber, printString } from "../literal.ts";
import {
  type Block,
  declared,
  type Expression,
  isMulti,
  type Local,
  name,
  rewriteBlock,
  type Statement,
  type Variable,
  visitBlock,
} from "../tree.ts";

/** Bytes of a literal in the source. */
function spelled(e: Expression): number {
  if (e.kind === "string") return printString(e.value).length;
  return e.kind === "number" ? printNumber(e.value).length : e.kind.length;
}

/** Is writing the constant everywhere smaller than keeping it in a local, source and bytecode together? */
function paysInPlace(value: Expression, { reads, readers }: Usage): boolean {
  const size = spelled(value);
  const source = reads * (size - 1) - (size + 3);
  // A captured variable costs an instruction for every use and one for every closure; a constant its own bytes in
  // every function. The declaration has one of each.
  const constant = value.kind === "string" ? value.value.length + 6 : value.kind === "number" ? 9 : 0;
  let [bytecode, here] = [-constant - 4, reads];
  for (const count of readers.values()) {
    bytecode += constant - 4 - 4 * count;
    here -= count;
  }
  if (here > 0) bytecode += constant;
  return source + bytecode <= 0;
}

/**
 * Removes `local` declarations of variables and gives what they stood for. Values of variables that are kept in
 * the same statement must not depend on the order.
 */
function replaceUses(chunk: Block, values: ReadonlyMap<Variable, Expression>): Block {
  return rewriteBlock(chunk, {
    expression(e) {
      if (e.kind !== "name") return e;
      let value: Expression | undefined = e;
      for (let hops = 0; value?.kind === "name" && values.has(value.variable) && hops < 100; hops++) {
        value = values.get(value.variable);
      }
      return value && value !== e ? { ...value, position: e.position } : e;
    },
    statement(s) {
      if (s.kind !== "local" || s.values.length > s.variables.length) return [s];
      const kept = s.variables.map((_, i) => i).filter((i) => !values.has(s.variables[i]!));
      if (kept.length === s.variables.length) return [s];
      s.values = kept.filter((i) => i < s.values.length).map((i) => s.values[i]!);
      s.variables = kept.map((i) => s.variables[i]!);
      return s.variables.length === 0 ? [] : [s];
    },
  });
}

/** `local a = b`, `local a = 1`, `local find = string.find` for the second time. */
export function propagate(chunk: Block, forPeople: boolean): Block {
  const facts = factsOf(chunk);
  const values = new Map<Variable, Expression>();
  // Lua 5.1 keeps 0 and -0 as one constant of a function: no new `-0`.
  const negated = new Set<Variable>();
  visitBlock(chunk, {
    expression(e) {
      if (e.kind === "unary" && e.operator === "-" && e.operand.kind === "name")
        negated.add(e.operand.variable);
    },
  });
  const libraryFunctions = new Map<string, Variable>();
  const consider = (s: Local, atTop: boolean): void => {
    const oneToOne =
      s.values.length === s.variables.length && !(s.values.length > 1 && isMulti(s.values.at(-1)!));
    if (!oneToOne) return;
    // With several in one statement a value that stays must not move before one that goes.
    if (s.values.length > 1 && !s.values.every((v) => isFixed(v, facts))) return;
    for (const [i, v] of s.variables.entries()) {
      const value = s.values[i]!;
      const usage = facts.get(v)!;
      if (usage.writes > 0) continue;
      if (value.kind === "name" && isFixed(value, facts)) {
        const own = v.name.startsWith("____") || v.name === value.variable.name;
        if (!forPeople || own) values.set(v, value);
      } else if (isLiteral(value)) {
        if (value.kind === "number" && value.value === 0 && negated.has(v)) continue;
        const simple = value.kind !== "string" && value.kind !== "number";
        if (!forPeople && (simple || paysInPlace(value, usage))) values.set(v, value);
      } else if (atTop && isLibraryFunction(value) && value.kind === "index") {
        const path =
          value.object.kind === "global" && value.key.kind === "string"
            ? `${value.object.name}.${value.key.value}`
            : "";
        const first = libraryFunctions.get(path);
        if (first) values.set(v, name(first));
        else libraryFunctions.set(path, v);
      }
    }
  };
  const top = new Set(chunk);
  for (const s of chunk) if (s.kind === "local") consider(s, true);
  visitBlock(chunk, {
    statement(s) {
      if (s.kind === "local" && !top.has(s)) consider(s, false);
    },
  });
  return values.size > 0 ? replaceUses(chunk, values) : chunk;
}

/** Drops what is never read, as far as nothing else happens there; parameters only if nobody counts them. */
export function dropUnused(chunk: Block, parameters: boolean): Block {
  const facts = factsOf(chunk);
  const gone = new Set<Variable>();
  // A variable that is only written is gone if every value written to it may be dropped.
  for (const [v, u] of facts) if (u.reads === 0) gone.add(v);
  const declaredHere = new Set<Variable>();
  visitBlock(chunk, {
    statement(s) {
      if (s.kind === "local") for (const v of s.variables) declaredHere.add(v);
      if (s.kind === "localfunction") declaredHere.add(s.variable);
      if (s.kind !== "assign") return;
      const simple = s.targets.length === 1 && s.values.length === 1;
      for (const t of s.targets)
        if (t.kind === "name" && !(simple && isPure(s.values[0]!))) gone.delete(t.variable);
    },
  });
  return rewriteBlock(chunk, {
    statement(s) {
      if (s.kind === "localfunction") return gone.has(s.variable) ? [] : [s];
      if (s.kind === "assign") {
        const [t] = s.targets;
        return t?.kind === "name" && gone.has(t.variable) && declaredHere.has(t.variable) ? [] : [s];
      }
      if (s.kind !== "local") return [s];
      return dropLocals(s, gone);
    },
    expression(e) {
      // Parameters at the end that nobody reads: more arguments are simply not kept.
      if (e.kind === "function" && !e.dots && parameters) {
        while (e.parameters.length > 0) {
          const last = e.parameters.at(-1)!;
          const usage = facts.get(last);
          if (!usage || usage.reads > 0 || usage.writes > 0) break;
          e.parameters.pop();
        }
      }
      return e;
    },
  });
}

function dropLocals(s: Local, gone: ReadonlySet<Variable>): Statement[] {
  // From the end, so that a call that gives several values keeps its place.
  while (s.variables.length > 0 && gone.has(s.variables.at(-1)!)) {
    const last = s.variables.length - 1;
    if (s.values.length > s.variables.length) break;
    if (s.values.length === s.variables.length) {
      const value = s.values[last]!;
      if (last === 0 && (value.kind === "call" || value.kind === "method")) {
        return [{ kind: "callstatement", call: value, position: s.position }];
      }
      // `local a, b = f(), g()`: g() must still be called, and `local a = f()` would be the same without b
      if (!isPure(value)) break;
      s.values.pop();
      // What comes last now must not start to give several values: there is one variable for it.
    }
    s.variables.pop();
  }
  if (s.variables.length === 0) return s.values.every(isPure) ? [] : [s];
  // In front or in the middle, where each has its own value.
  if (s.values.length === s.variables.length) {
    for (let i = s.variables.length - 2; i >= 0; i--) {
      if (!gone.has(s.variables[i]!) || !isPure(s.values[i]!)) continue;
      s.variables.splice(i, 1);
      s.values.splice(i, 1);
    }
  } else if (s.values.length === 0) s.variables = s.variables.filter((v) => !gone.has(v));
  return s.variables.length === 0 && s.values.length === 0 ? [] : [s];
}

/** Removes functions and tables of the chunk that only each other mention. */
export function shake(chunk: Block): Block {
  const facts = factsOf(chunk);
  const top = new Set<Variable>();
  for (const s of chunk) {
    if (s.kind === "localfunction") top.add(s.variable);
    if (s.kind === "local") for (const v of s.variables) top.add(v);
  }
  /** The variable that this statement does nothing but define. */
  const defines = (s: Statement): Variable | undefined => {
    if (s.kind === "localfunction") return s.variable;
    if (s.kind === "local" && s.variables.length === 1 && s.values.every(isPure)) return s.variables[0];
    if (s.kind !== "assign" || s.targets.length !== 1 || s.values.length !== 1 || !isPure(s.values[0]!))
      return undefined;
    const [t] = s.targets;
    if (t?.kind === "name") return top.has(t.variable) ? t.variable : undefined;
    // A field of a table that was made here.
    if (
      t?.kind === "index" &&
      t.object.kind === "name" &&
      isLiteral(t.key) &&
      tables.has(t.object.variable)
    ) {
      return t.object.variable;
    }
    return undefined;
  };
  const tables = new Set<Variable>();
  for (const s of chunk) {
    const [v] = s.kind === "local" ? s.variables : [];
    if (s.kind === "local" && v && s.values[0]?.kind === "table" && facts.get(v)!.writes === 0) tables.add(v);
  }
  const live = new Set<Variable>();
  const pending = new Map<Variable, Statement[]>();
  const queue: Statement[] = [];
  for (const s of chunk) {
    const v = defines(s);
    if (v) pending.set(v, [...(pending.get(v) ?? []), s]);
    else queue.push(s);
  }
  const kept = new Set<Statement>(queue);
  for (let s = queue.pop(); s; s = queue.pop()) {
    visitBlock([s], {
      expression(e) {
        if (e.kind !== "name" || live.has(e.variable)) return;
        live.add(e.variable);
        for (const definition of pending.get(e.variable) ?? []) {
          kept.add(definition);
          queue.push(definition);
        }
      },
    });
  }
  // Written by a statement that stays for another reason: the declaration must stay too.
  return chunk.filter((s) => kept.has(s) || live.has(defines(s)!));
}

/** `local x` … `x = 1` → `local x = 1`, where nothing between them knows `x`. */
export function join(chunk: Block): Block {
  const joinBlock = (block: Block): Block => {
    for (const [i, s] of block.entries()) {
      if (s.kind !== "local" || s.values.length > 0) continue;
      for (const v of [...s.variables]) {
        if (!s.variables.includes(v)) continue;
        const at = block.findIndex((other, j) => j > i && mentions(other, v));
        const joined = at < 0 ? undefined : declaration(block[at]!, s.variables, block.slice(i + 1, at));
        if (!joined) continue;
        block[at] = joined;
        const now = declared(joined);
        s.variables = s.variables.filter((other) => !now.includes(other));
      }
    }
    return block.filter((s) => s.kind !== "local" || s.variables.length > 0 || s.values.length > 0);
  };
  return rewriteBlock(chunk, { block: joinBlock });
}

/** One declaration for each variable; `declarations` joins them again. A function's is `local function`. */
export function split(chunk: Block): Block {
  return rewriteBlock(chunk, {
    statement(s) {
      if (s.kind !== "local") return [s];
      const [value] = s.values;
      if (s.variables.length === 1 && s.values.length === 1 && value?.kind === "function")
        return [{ kind: "localfunction", variable: s.variables[0]!, func: value, position: s.position }];
      if (s.variables.length < 2) return [s];
      if (s.values.length > 0 && (s.values.length !== s.variables.length || s.values.at(-1)!.kind === "dots"))
        return [s];
      return s.variables.map((v, i) => ({
        kind: "local",
        variables: [v],
        values: s.values.slice(i, i + 1),
        position: s.values[i]?.position ?? s.position,
      }));
    },
  });
}

/**
 * `local find` at the beginning because functions mention it, `find = string.find` later: the value may stand at
 * the declaration, if nothing in between could have seen that it was not there.
 */
export function settle(chunk: Block): Block {
  const open = new Map<Variable, Local>();
  const result: Block = [];
  for (const s of chunk) {
    const [t] = s.kind === "assign" ? s.targets : [];
    const [value] = s.kind === "assign" ? s.values : [];
    const variable =
      s.kind === "assign" && s.targets.length === 1 && t?.kind === "name" ? t.variable : undefined;
    const declaration = variable && open.get(variable);
    if (declaration && value && isEarly(value)) {
      open.delete(variable);
      declaration.variables = declaration.variables.filter((v) => v !== variable);
      result.splice(result.indexOf(declaration), 0, {
        kind: "local",
        variables: [variable],
        values: [value],
        position: s.position,
      });
      continue;
    }
    if (!isQuietStatement(s)) open.clear();
    // Functions cannot have run yet; what the main code itself uses keeps its place.
    visitBlock([s], {
      expression(e) {
        if (e.kind === "name") open.delete(e.variable);
        return e.kind !== "function";
      },
    });
    if (s.kind === "local" && s.values.length === 0) for (const v of s.variables) open.set(v, s);
    result.push(s);
  }
  return result.filter((s) => s.kind !== "local" || s.variables.length > 0);
}

/** The assignment as a declaration, if it sets only `free` variables that neither it nor `before` knows otherwise. */
function declaration(s: Statement, free: readonly Variable[], before: Block): Statement | undefined {
  if (s.kind !== "assign") return undefined;
  const targets: Variable[] = [];
  for (const t of s.targets) {
    if (t.kind !== "name" || !free.includes(t.variable) || targets.includes(t.variable)) return undefined;
    if (mentions(before, t.variable)) return undefined;
    targets.push(t.variable);
  }
  const [value] = s.values;
  // `x = x or {}`: the first time there is no x yet.
  if (targets.length === 1 && s.values.length === 1 && value?.kind === "binary" && value.operator === "or") {
    const { left, right } = value;
    if (left.kind === "name" && left.variable === targets[0] && !mentions(right, targets[0]))
      s.values = [right];
  }
  const known = s.values.some((e) => targets.some((t) => mentions(e, t)));
  if (!known) return { kind: "local", variables: targets, values: s.values, position: s.position };
  if (targets.length > 1 || s.values.length > 1 || value?.kind !== "function") return undefined;
  return { kind: "localfunction", variable: targets[0]!, func: value, position: s.position };
}
