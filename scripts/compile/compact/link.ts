// Joins the modules of a folder into one chunk: every export becomes a local of the chunk, `require` between them
// and the `____exports` tables disappear.
//
// The order of execution is the one `require` would give: a module runs where it is first asked for. Imports mean
// the variable itself, as ECMAScript says (TypeScriptToLua's own modules copy the value when they are loaded).
// A module whose exports are used as a whole (`import * as m`, then `m` as a value) keeps its table.
import { basename, dirname, extname } from "node:path";
import type { Library } from "./library.ts";
import type { Module } from "./read.ts";
import { lateOperands } from "./simplify/order.ts";
import {
  type Assign,
  type Block,
  CompactError,
  type Do,
  type Expression,
  member,
  name,
  rewriteBlock,
  type Statement,
  text,
  Variable,
  visitBlock,
  visitExpression,
  visitStatement,
} from "./tree.ts";

export interface Linking {
  /** Finds the module a `require` in `from` means; undefined: it stays a `require`. */
  resolve(from: Module, request: string): Module | undefined;
  /** Another name for a `require` that stays. */
  external(from: Module, request: string): string | undefined;
  /** What the modules that were joined need of TypeScriptToLua's library. */
  library(modules: Module[]): Library;
}

interface Linked {
  module: Module;
  /** What `require` of it would return. */
  exports: Variable;
  /** Does it have exports of any kind? */
  hasExports: boolean;
  /** Keep the table of exports. */
  asTable: boolean;
  own: Map<string, Variable>;
  /** `export { x as k } from`, or `export * as k from` when there is no name. */
  borrowed: Map<string, { from: Linked; name?: string }>;
  /** `export * from` */
  stars: Linked[];
}

const requirePrefix = "@NoResolution:";

/** The string of `require("…")`. */
function required(e: Expression): string | undefined {
  if (e.kind !== "call" || e.callee.kind !== "global" || e.callee.name !== "require") return undefined;
  const [first] = e.args;
  return e.args.length === 1 && first?.kind === "string" ? first.value : undefined;
}

/** The key of `object.key`, if `e` is that. */
function keyOf(e: Expression | undefined, object: Variable): string | undefined {
  return e?.kind === "index" && isName(e.object, object) && e.key.kind === "string" ? e.key.value : undefined;
}

function isName(e: Expression | undefined, variable: Variable): boolean {
  return e?.kind === "name" && e.variable === variable;
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
function substitute(body: Block, values: ReadonlyMap<Variable, () => Expression>): Block {
  if (values.size === 0) return body;
  return rewriteBlock(body, {
    expression(e) {
      const value = e.kind === "name" ? values.get(e.variable) : undefined;
      return value ? { ...value(), position: e.position } : e;
    },
  });
}

/** Removes variables from the `local` statements that declare them. */
function undeclare(body: Block, gone: ReadonlySet<Variable> | ReadonlyMap<Variable, unknown>): Block {
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

export interface Chunk {
  body: Block;
  /** The modules in the order they run. */
  modules: Module[];
  /** What the entry exports. */
  exports: ReadonlySet<string>;
}

/** Joins the entry and all that it reaches. */
export function link(entry: Module, { resolve, external, library }: Linking): Chunk {
  const all = new Map<Module, Linked>();
  const order: Linked[] = [];
  /** Statements that only pass exports on, and what they pass on. */
  const passing = new Map<Statement, { to: Linked; star?: Linked }>();

  const open = (module: Module): Linked => {
    const known = all.get(module);
    if (known) return known;
    const own = module.scope.get("____exports");
    if (own) own.name = stem(module);
    const exports = own ?? new Variable(stem(module), { source: module.source, line: 1, column: 0 });
    const linked: Linked = {
      module,
      exports,
      hasExports: own !== undefined,
      asTable: false,
      own: new Map(),
      borrowed: new Map(),
      stars: [],
    };
    all.set(module, linked);
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
  };

  // 1. In the order of `require`: collect the statements of every module.
  const statements: Block = [];
  const started = new Set<Linked>();
  const run = (linked: Linked): void => {
    const { module } = linked;
    started.add(linked);
    for (const statement of module.body) {
      const asks = (e: Expression): Linked | undefined => {
        const request = required(e);
        const found = request === undefined ? undefined : resolve(module, request);
        return found && open(found);
      };
      visitStatement(statement, {
        expression(e) {
          if (e.kind === "function") {
            refuseInside(e, asks);
            return false;
          }
          if (e.kind === "dots" && module !== entry) {
            throw new CompactError("`...` outside a function belongs to the entry module only", e.position);
          }
          const found = asks(e);
          if (found && !started.has(found)) run(found);
        },
      });
      for (const s of resolveRequires(statement, linked, asks)) statements.push(s);
    }
    order.push(linked);
  };

  /** A `require` that stays, without the mark that TypeScriptToLua puts on modules that are not its own. */
  const staying = (e: Expression, from: Module): Expression => {
    const request = required(e);
    if (e.kind !== "call" || request === undefined) return e;
    const bare = request.startsWith(requirePrefix) ? request.slice(requirePrefix.length) : undefined;
    const name = bare ?? external(from, request);
    return name === undefined ? e : { ...e, args: [text(name, e.args[0]!.position)] };
  };

  /** Replaces `require` of a linked module by its exports and notes what is only passed on. */
  const resolveRequires = (
    statement: Statement,
    linked: Linked,
    asks: (e: Expression) => Linked | undefined,
  ): Block => {
    if (statement.kind === "callstatement" && asks(statement.call)) return [];
    const passedOn = statement.kind === "do" ? reexports(statement, linked, asks) : undefined;
    if (passedOn) return passedOn;
    const [result] = rewriteBlock([statement], {
      expression(e) {
        const found = asks(e);
        if (!found) return staying(e, linked.module);
        return found.hasExports ? name(found.exports, e.position) : { kind: "true", position: e.position };
      },
    });
    // `export * as k from`
    if (result?.kind === "assign" && result.targets.length === 1 && result.values[0]?.kind === "name") {
      const key = keyOf(result.targets[0], linked.exports);
      const variable = result.values[0].variable;
      const from = [...all.values()].find((l) => l.exports === variable);
      if (key !== undefined && from && statement.kind === "assign") {
        linked.borrowed.set(key, { from });
        passing.set(result, { to: linked });
      }
    }
    return result ? [result] : [];
  };

  /** `export { a, b as c } from "./m"` and `export * from "./m"`. */
  const reexports = (
    block: Do,
    linked: Linked,
    asks: (e: Expression) => Linked | undefined,
  ): Block | undefined => {
    const [first, ...rest] = block.body;
    if (first?.kind !== "local" || first.values.length !== 1) return undefined;
    const from = asks(first.values[0]!);
    if (!from) return undefined;
    const source = first.variables[0]!;
    const result: Block = [];
    for (const s of rest) {
      if (s.kind === "forin" && s.values[0]?.kind === "call" && isName(s.values[0].args[0], source)) {
        linked.stars.push(from);
        const marker: Assign = { kind: "assign", targets: [], values: [], position: s.position };
        passing.set(marker, { to: linked, star: from });
        result.push(marker);
        continue;
      }
      const to = s.kind === "assign" ? keyOf(s.targets[0], linked.exports) : undefined;
      const key = s.kind === "assign" ? keyOf(s.values[0], source) : undefined;
      if (to === undefined || key === undefined) return undefined;
      (s as Assign).values = [member(name(from.exports), key, s.position)];
      linked.borrowed.set(to, { from, name: key });
      passing.set(s, { to: linked });
      result.push(s);
    }
    return result;
  };

  run(open(entry));
  let body = statements;

  // 2. Import variables mean the module or the export itself.
  const byExports = new Map([...all.values()].map((l) => [l.exports, l]));
  const assigned = assignments(body);
  const imports = new Map<Variable, () => Expression>();
  for (const s of body) {
    if (s.kind !== "local" || s.variables.length !== 1 || s.values.length !== 1) continue;
    const [variable] = s.variables as [Variable];
    const [value] = s.values as [Expression];
    if (assigned.has(variable)) continue;
    if (value.kind === "name" && byExports.has(value.variable)) {
      const of = value.variable;
      imports.set(variable, () => name(of));
    } else if (value.kind === "index" && value.object.kind === "name" && value.key.kind === "string") {
      // TypeScriptToLua spells the module behind an import statement with four underscores.
      const of = value.object.variable;
      const key = value.key.value;
      if (of.name.startsWith("____") && imports.has(of))
        imports.set(variable, () => member(imports.get(of)!(), key));
    }
  }
  body = undeclare(substitute(body, imports), imports);

  // 3. What every module exports, and which of them must keep a table.
  const mutable = new Set<Linked>();
  const collect = (block: Block, nested: boolean): void => {
    visitBlock(block, {
      statement(s) {
        if (s.kind !== "assign" || passing.has(s)) return;
        for (const t of s.targets) {
          if (t.kind !== "index" || t.object.kind !== "name" || t.key.kind !== "string") continue;
          const owner = byExports.get(t.object.variable);
          if (!owner) continue;
          if (!owner.own.has(t.key.value)) {
            owner.own.set(t.key.value, new Variable(exportName(owner, t.key.value), t.position));
          }
          if (nested) mutable.add(owner);
        }
      },
      expression(e) {
        if (e.kind !== "function") return;
        collect(e.body, true);
        return false;
      },
    });
  };
  collect(body, false);
  const main = all.get(entry)!;
  if (mutable.has(main)) main.asTable = true;
  // A field is read where it stands, a local in its place later: `n - f()` where `f` changes `n`.
  for (const e of lateOperands(body)) {
    if (e.kind !== "index" || e.object.kind !== "name" || e.key.kind !== "string") continue;
    const owner = byExports.get(e.object.variable);
    if (owner && mutable.has(owner)) owner.asTable = true;
  }

  const names = (linked: Linked, seen = new Set<Linked>()): Set<string> => {
    const result = new Set([...linked.own.keys(), ...linked.borrowed.keys()]);
    seen.add(linked);
    for (const star of linked.stars) {
      if (seen.has(star)) continue;
      for (const key of names(star, seen)) if (key !== "default") result.add(key);
    }
    return result;
  };

  for (let again = true; again; ) {
    again = false;
    const keep = (variable: Variable): void => {
      const linked = byExports.get(variable);
      if (!linked || linked.asTable) return;
      linked.asTable = true;
      again = true;
    };
    const escapes = (e: Expression): boolean | undefined => {
      if (e.kind === "index" && e.object.kind === "name" && e.key.kind === "string") {
        const linked = byExports.get(e.object.variable);
        if (!linked) return;
        // `a.ns.x` where `ns` is a module: only `ns` as a value needs the table of that module.
        return false;
      }
      if (e.kind === "name") keep(e.variable);
    };
    for (const s of body) {
      const pass = passing.get(s);
      if (
        s.kind === "local" &&
        s.values.length === 1 &&
        s.variables.length === 1 &&
        byExports.has(s.variables[0]!)
      )
        continue;
      if (pass && !pass.to.asTable && pass.to !== main) continue;
      visitStatement(s, { expression: escapes });
    }
    // A namespace that is an export of another: used as a value unless only indexed further.
    const namespaces = (e: Expression, indexed: boolean): void => {
      const target = namespaceOf(e);
      if (target && !indexed) keep(target.exports);
    };
    visitBlock(body, {
      statement: (s) => passing.get(s)?.to.asTable !== false || !passing.has(s),
      expression(e) {
        if (e.kind === "index" && e.key.kind === "string") {
          if (e.object.kind === "index") {
            const inner = namespaceOf(e.object);
            if (inner) {
              visitExpression(e.key, {});
              return false;
            }
          }
          namespaces(e, false);
        }
      },
    });
  }

  function namespaceOf(e: Expression): Linked | undefined {
    if (e.kind !== "index" || e.key.kind !== "string") return undefined;
    const owner = e.object.kind === "name" ? byExports.get(e.object.variable) : namespaceOf(e.object);
    if (!owner || owner.asTable) return undefined;
    let found = owner.borrowed.get(e.key.value);
    for (let hops = 0; found && hops < 100; hops++) {
      if (found.name === undefined) return found.from;
      if (found.from.asTable) return undefined;
      found = found.from.borrowed.get(found.name);
    }
    return undefined;
  }

  /** The expression an export is read with; undefined if there is no such export. */
  const access = (linked: Linked, key: string, seen = new Set<Linked>()): Expression | undefined => {
    if (linked.asTable) return member(name(linked.exports), key);
    const own = linked.own.get(key);
    if (own) return name(own);
    const borrowed = linked.borrowed.get(key);
    if (borrowed) {
      return borrowed.name === undefined
        ? name(borrowed.from.exports)
        : access(borrowed.from, borrowed.name, seen);
    }
    if (key === "default" || seen.has(linked)) return undefined;
    seen.add(linked);
    for (const star of linked.stars) {
      if (star.asTable && !names(star).has(key)) continue;
      const found = access(star, key, seen);
      if (found) return found;
    }
    return undefined;
  };

  // 4. Exports become variables.
  body = body.flatMap((s): Block => {
    const pass = passing.get(s);
    if (!pass) return [s];
    if (!pass.to.asTable) return [];
    if (!pass.star) return [s];
    const hidden = new Set([...pass.to.own.keys(), ...pass.to.borrowed.keys(), "default"]);
    return [...names(pass.star)]
      .filter((key) => !hidden.has(key))
      .map((key) => ({
        kind: "assign",
        targets: [member(name(pass.to.exports), key)],
        values: [access(pass.star!, key)!],
        position: s.position,
      }));
  });
  const resolveExport = (e: Expression): Expression => {
    if (e.kind !== "index" || e.object.kind !== "name" || e.key.kind !== "string") return e;
    const linked = byExports.get(e.object.variable);
    if (!linked || linked.asTable) return e;
    const found = access(linked, e.key.value) ?? ({ kind: "nil" } as const);
    return { ...found, position: e.position };
  };
  body = rewriteBlock(body, { expression: resolveExport });
  const hoisted = new Set([...all.values()].filter((l) => !l.asTable).map((l) => l.exports));
  body = undeclare(body, hoisted);

  if (main.asTable) body.push({ kind: "return", values: [name(main.exports)] });
  else {
    const fields = [...names(main)].map((key) => ({
      key: { kind: "string", value: key } as const,
      value: access(main, key) ?? ({ kind: "nil" } as const),
    }));
    if (fields.length > 0) body.push({ kind: "return", values: [{ kind: "table", fields }] });
  }
  const exported = new Set(order.flatMap((l) => [...l.own.values()]));
  body = declare(body, exported);
  const modules = order.map((l) => l.module);
  const lib = library(modules);
  if (lib.names.size > 0) {
    body = rewriteBlock(body, {
      expression(e) {
        const variable = e.kind === "global" ? lib.names.get(e.name) : undefined;
        return variable ? name(variable, e.position) : e;
      },
    });
    body.unshift(...lib.body);
  }
  return { body, modules, exports: names(main) };
}

function refuseInside(e: Expression, asks: (e: Expression) => Linked | undefined): void {
  visitExpression(e, {
    expression(inner) {
      const found = asks(inner);
      if (found) {
        throw new CompactError(
          `"${basename(found.module.fileName)}" is part of this module: it cannot be required inside a function`,
          inner.position,
        );
      }
    },
  });
}

function stem(module: Module): string {
  const base = basename(module.fileName, extname(module.fileName));
  return (base === "index" ? basename(dirname(module.fileName)) : base).replace(/[^A-Za-z0-9_]/g, "_");
}

function exportName(linked: Linked, key: string): string {
  return key === "default" || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(key) ? stem(linked.module) : key;
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
  linked.asTable = true;
  module.body.push({ kind: "local", variables: [linked.exports], values: [value] });
}

/**
 * Declares the variables that came from exports where they are first used: at their assignment if that comes
 * first, else on their own before the statement that mentions them.
 */
export function declare(body: Block, variables: ReadonlySet<Variable>): Block {
  const missing = new Set(variables);
  const result: Block = [];
  for (const s of body) {
    const used = new Set<Variable>();
    visitStatement(s, {
      expression(e) {
        if (e.kind === "name" && missing.has(e.variable)) used.add(e.variable);
      },
    });
    if (used.size === 0) {
      result.push(s);
      continue;
    }
    const targets = s.kind === "assign" ? s.targets : [];
    const own = targets.flatMap((t) => (t.kind === "name" && missing.has(t.variable) ? [t.variable] : []));
    let inValues = false;
    if (s.kind === "assign") {
      for (const value of s.values) {
        visitExpression(value, {
          expression(e) {
            if (e.kind === "name" && own.includes(e.variable)) inValues = true;
          },
        });
      }
    }
    const func = s.kind === "assign" && s.values.length === 1 ? s.values[0] : undefined;
    const fresh = new Set(own).size === targets.length && targets.length > 0;
    const before = [...used].filter((v) => !(fresh && own.includes(v)));
    const whole = fresh && func?.kind === "function" && own.length === 1;
    if (fresh && inValues && !whole) before.push(...own);
    if (before.length > 0) result.push({ kind: "local", variables: before, values: [] });
    for (const v of used) missing.delete(v);
    if (whole) result.push({ kind: "localfunction", variable: own[0]!, func, position: s.position });
    else if (fresh && !inValues) {
      result.push({ kind: "local", variables: own, values: (s as Assign).values, position: s.position });
    } else result.push(s);
  }
  return result;
}
