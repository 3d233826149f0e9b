// A module on its way into the chunk: what it exports, and in which form.
import { basename, dirname, extname } from "node:path";
import type { Module } from "./read.ts";
import { type Block, type Expression, rewriteBlock, Variable, visitBlock } from "./tree.ts";

export interface Linked {
  module: Module;
  /** What `require` of it would return. */
  exports: Variable;
  /** Does it have exports of any kind? */
  hasExports: boolean;
  /** What it exports is known only when it runs: JSON, Lua, and what exports all of these. */
  opaque: boolean;
  /** Keep the table of exports. */
  asTable: boolean;
  own: Map<string, Variable>;
  /** `export { x as k } from`, or `export * as k from` when there is no name. */
  borrowed: Map<string, { from: Linked; name?: string }>;
  /** `export * from` */
  stars: Linked[];
}

/** Prepares a module: its `return` goes, and what TypeScriptToLua does to its table of exports is made plain. */
export function openModule(module: Module): Linked {
  const own = module.scope.get("____exports");
  if (own) own.name = stem(module);
  const linked: Linked = {
    module,
    exports: own ?? new Variable(stem(module), { source: module.source, line: 1, column: 0 }),
    hasExports: own !== undefined,
    opaque: false,
    asTable: false,
    own: new Map(),
    borrowed: new Map(),
    stars: [],
  };
  const last = module.body.at(-1);
  if (own && last?.kind === "return" && isName(last.values[0], own)) module.body.pop();
  if (returns(module.body)) wholeModule(linked);
  else if (own) {
    const first = module.body.find((s) => s.kind === "local" && s.variables[0] === own);
    const plain = first?.kind === "local" && first.values[0]?.kind === "table";
    if (!plain || assignments(module.body).has(own)) linked.asTable = true;
    module.body = undoCopies(module.body, own);
  }
  return linked;
}

/** Everything that can be imported from it by name. */
export function exportNames(linked: Linked, seen = new Set<Linked>()): Set<string> {
  const result = new Set([...linked.own.keys(), ...linked.borrowed.keys()]);
  seen.add(linked);
  for (const star of linked.stars) {
    if (seen.has(star)) continue;
    for (const key of exportNames(star, seen)) if (key !== "default") result.add(key);
  }
  return result;
}

function stem(module: Module): string {
  const base = basename(module.fileName, extname(module.fileName));
  return (base === "index" ? basename(dirname(module.fileName)) : base).replace(/[^A-Za-z0-9_]/g, "_");
}

/** Gives a name to the variable of an export: its own, or that of its file where its own is no identifier or only `default`. */
export function exportName(linked: Linked, key: string): string {
  return key === "default" || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(key) ? stem(linked.module) : key;
}

/** A module that is a value (a JSON file, a file of Lua): what it returns becomes the value of a variable. */
function wholeModule(linked: Linked): void {
  const { module } = linked;
  const last = module.body.pop();
  let value: Expression;
  if (last?.kind === "return" && last.values.length > 0 && !returns(module.body)) {
    value = last.values[0]!;
  } else {
    if (last) module.body.push(last);
    value = {
      kind: "call",
      callee: { kind: "function", parameters: [], dots: false, body: module.body },
      args: [],
    };
    module.body = [];
  }
  linked.hasExports = true;
  linked.opaque = true;
  linked.asTable = true;
  module.body.push({ kind: "local", variables: [linked.exports], values: [value] });
}

/** Is there a `return` that would leave the module? */
function returns(body: Block): boolean {
  let found = false;
  visitBlock(body, {
    statement(s) {
      if (s.kind === "return") found = true;
    },
    expression: (e) => e.kind !== "function",
  });
  return found;
}

/** How often each variable is assigned to after its declaration. */
export function assignments(body: Block): Map<Variable, number> {
  const counts = new Map<Variable, number>();
  visitBlock(body, {
    statement(s) {
      if (s.kind !== "assign") return;
      for (const t of s.targets) {
        if (t.kind === "name") counts.set(t.variable, (counts.get(t.variable) ?? 0) + 1);
      }
    },
  });
  return counts;
}

/** Puts an expression in the place of every use of some variables. */
export function substitute(body: Block, values: ReadonlyMap<Variable, () => Expression>): Block {
  if (values.size === 0) return body;
  return rewriteBlock(body, {
    expression(e) {
      const value = e.kind === "name" ? values.get(e.variable) : undefined;
      return value ? { ...value(), position: e.position } : e;
    },
  });
}

/** Removes variables from the `local` statements that declare them. */
export function undeclare(body: Block, gone: ReadonlySet<Variable> | ReadonlyMap<Variable, unknown>): Block {
  return rewriteBlock(body, {
    statement(s) {
      if (s.kind !== "local" || !s.variables.some((v) => gone.has(v))) return [s];
      const kept = s.variables.map((_, i) => i).filter((i) => !gone.has(s.variables[i]!));
      s.values = s.values.filter((_, i) => i >= s.variables.length || kept.includes(i));
      s.variables = kept.map((i) => s.variables[i]!);
      return s.variables.length > 0 ? [s] : [];
    },
  });
}

/** `x++` as a value makes TypeScriptToLua copy the table and the key into locals first: undo that. */
function undoCopies(body: Block, exports: Variable): Block {
  const assigned = assignments(body);
  const copies = new Map<Variable, () => Expression>();
  visitBlock(body, {
    statement(s) {
      if (s.kind !== "local" || s.values.length !== s.variables.length) return;
      for (const [i, v] of s.variables.entries()) {
        const value = s.values[i]!;
        if (!v.name.startsWith("____") || assigned.has(v)) continue;
        if (isName(value, exports) || value.kind === "string") copies.set(v, () => ({ ...value }));
      }
    },
  });
  return undeclare(substitute(body, copies), copies);
}

/** The key of `object.key`, if `e` is that. */
export function keyOf(e: Expression | undefined, object: Variable): string | undefined {
  return e?.kind === "index" && isName(e.object, object) && e.key.kind === "string" ? e.key.value : undefined;
}

/** Tells whether an expression is nothing but this variable. */
export function isName(e: Expression | undefined, variable: Variable): boolean {
  return e?.kind === "name" && e.variable === variable;
}
