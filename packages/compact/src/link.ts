// Joins the modules of a folder into one chunk: every export becomes a local of the chunk, `require` between them
// and the `____exports` tables disappear.
//
// The order of execution is the one `require` would give: a module runs where it is first asked for. Imports mean
// the variable itself, as ECMAScript says (TypeScriptToLua's own modules copy the value when they are loaded).
// A module whose exports are used as a whole (`import * as m`, then `m` as a value) keeps its table.
import { basename } from "node:path";
import { lateOperands } from "./analysis/evaluation.ts";
import { declare } from "./declare.ts";
import type { Library } from "./library.ts";
import {
  assignments,
  exportName,
  exportNames,
  isName,
  keyOf,
  type Linked,
  openModule,
  substitute,
  undeclare,
} from "./linked.ts";
import type { Module } from "./read.ts";
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
  /** What the modules that were joined need of TypeScriptToLua's library; `used` are the globals they mention. */
  library(modules: Module[], used: ReadonlySet<string>): Library;
}

export interface Chunk {
  body: Block;
  /** The modules in the order they run. */
  modules: Module[];
  /** What the entry exports. */
  exports: ReadonlySet<string>;
}

/** Joins the entry and all that it reaches. */
export function link(entry: Module, linking: Linking): Chunk {
  return new Linker(entry, linking).link();
}

const requirePrefix = "@NoResolution:";

/** The string of `require("…")`. */
function required(e: Expression): string | undefined {
  if (e.kind !== "call" || e.callee.kind !== "global" || e.callee.name !== "require") return undefined;
  const [first] = e.args;
  return e.args.length === 1 && first?.kind === "string" ? first.value : undefined;
}

class Linker {
  readonly #entry: Linked;
  readonly #linking: Linking;
  readonly #all = new Map<Module, Linked>();
  readonly #byExports = new Map<Variable, Linked>();
  readonly #started = new Set<Linked>();
  /** The modules in the order they run. */
  readonly #order: Linked[] = [];
  /** Statements that only pass exports on, and what they pass on. */
  readonly #passing = new Map<Statement, { to: Linked; star?: Linked }>();
  #body: Block = [];

  constructor(entry: Module, linking: Linking) {
    this.#linking = linking;
    this.#entry = this.#open(entry);
  }

  link(): Chunk {
    this.#run(this.#entry);
    this.#resolveImports();
    this.#findExports();
    this.#chooseTables();
    this.#becomeVariables();
    this.#return();
    this.#body = declare(this.#body, new Set(this.#order.flatMap((l) => [...l.own.values()])));
    const modules = this.#order.map((l) => l.module);
    const used = new Set<string>();
    visitBlock(this.#body, { expression: (e) => (e.kind === "global" ? used.add(e.name) : true) });
    this.#addLibrary(this.#linking.library(modules, used));
    return { body: this.#body, modules, exports: exportNames(this.#entry) };
  }

  #open(module: Module): Linked {
    let linked = this.#all.get(module);
    if (!linked) {
      linked = openModule(module);
      this.#all.set(module, linked);
      this.#byExports.set(linked.exports, linked);
    }
    return linked;
  }

  /** The module that this `require` in `from` means, if it is part of the chunk. */
  #asked(e: Expression, from: Linked): Linked | undefined {
    const request = required(e);
    const found = request === undefined ? undefined : this.#linking.resolve(from.module, request);
    return found && this.#open(found);
  }

  // --- 1. The statements of all modules, in the order of `require`

  #run(linked: Linked): void {
    this.#started.add(linked);
    for (const statement of linked.module.body) {
      visitStatement(statement, {
        expression: (e) => {
          if (e.kind === "function") {
            this.#refuseInside(e, linked);
            return false;
          }
          if (e.kind === "dots" && linked !== this.#entry) {
            throw new CompactError("`...` outside a function belongs to the entry module only", e.position);
          }
          const found = this.#asked(e, linked);
          if (found && !this.#started.has(found)) this.#run(found);
        },
      });
      this.#body.push(...this.#withoutRequires(statement, linked));
    }
    this.#order.push(linked);
  }

  #refuseInside(f: Expression, linked: Linked): void {
    visitExpression(f, {
      expression: (e) => {
        const found = this.#asked(e, linked);
        if (!found) return;
        const file = basename(found.module.fileName);
        const message = `"${file}" is part of this module: it cannot be required inside a function; import it at the top of the file`;
        throw new CompactError(message, e.position);
      },
    });
  }

  /** Replaces `require` of a linked module by its exports and notes what is only passed on. */
  #withoutRequires(statement: Statement, linked: Linked): Block {
    if (statement.kind === "callstatement" && this.#asked(statement.call, linked)) return [];
    const passedOn = statement.kind === "do" ? this.#reexports(statement, linked) : undefined;
    if (passedOn) return passedOn;
    const [result] = rewriteBlock([statement], {
      expression: (e) => {
        const found = this.#asked(e, linked);
        if (!found) return this.#staying(e, linked);
        return found.hasExports ? name(found.exports, e.position) : { kind: "true", position: e.position };
      },
    });
    // `export * as k from`
    if (result?.kind === "assign" && result.targets.length === 1 && result.values[0]?.kind === "name") {
      const key = keyOf(result.targets[0], linked.exports);
      const from = this.#byExports.get(result.values[0].variable);
      if (key !== undefined && from) {
        linked.borrowed.set(key, { from });
        this.#passing.set(result, { to: linked });
      }
    }
    return result ? [result] : [];
  }

  /** A `require` that stays, without the mark that TypeScriptToLua puts on modules that are not its own. */
  #staying(e: Expression, from: Linked): Expression {
    const request = required(e);
    if (e.kind !== "call" || request === undefined) return e;
    const bare = request.startsWith(requirePrefix) ? request.slice(requirePrefix.length) : undefined;
    const known = bare ?? this.#linking.external(from.module, request);
    return known === undefined ? e : { ...e, args: [text(known, e.args[0]!.position)] };
  }

  /** `export { a, b as c } from "./m"` and `export * from "./m"`; undefined if the block is something else. */
  #reexports(block: Do, linked: Linked): Block | undefined {
    const [first, ...rest] = block.body;
    if (first?.kind !== "local" || first.values.length !== 1) return undefined;
    const from = this.#asked(first.values[0]!, linked);
    const source = first.variables[0]!;
    const isStar = (s: Statement): boolean =>
      s.kind === "forin" && s.values[0]?.kind === "call" && isName(s.values[0].args[0], source);
    const keysOf = (s: Statement): [to: string | undefined, from: string | undefined] =>
      s.kind === "assign"
        ? [keyOf(s.targets[0], linked.exports), keyOf(s.values[0], source)]
        : [undefined, undefined];
    // What a file of Lua, or a module outside, exports is known only when it runs.
    if (rest.some(isStar) && (!from || from.opaque)) {
      linked.opaque = true;
      linked.asTable = true;
      return undefined;
    }
    if (!from || !rest.every((s) => isStar(s) || !keysOf(s).includes(undefined))) return undefined;
    return rest.map((s) => {
      if (isStar(s)) {
        linked.stars.push(from);
        const marker: Assign = { kind: "assign", targets: [], values: [], position: s.position };
        this.#passing.set(marker, { to: linked, star: from });
        return marker;
      }
      const [to, key] = keysOf(s) as [string, string];
      (s as Assign).values = [member(name(from.exports), key, s.position)];
      linked.borrowed.set(to, { from, name: key });
      this.#passing.set(s, { to: linked });
      return s;
    });
  }

  // --- 2. Import variables mean the module or the export itself

  #resolveImports(): void {
    const assigned = assignments(this.#body);
    const imports = new Map<Variable, () => Expression>();
    for (const s of this.#body) {
      if (s.kind !== "local" || s.variables.length !== 1 || s.values.length !== 1) continue;
      const [variable] = s.variables as [Variable];
      const [value] = s.values as [Expression];
      if (assigned.has(variable)) continue;
      if (value.kind === "name" && this.#byExports.has(value.variable)) {
        imports.set(variable, () => name(value.variable));
      } else if (value.kind === "index" && value.object.kind === "name" && value.key.kind === "string") {
        // TypeScriptToLua spells the module behind an import statement with four underscores.
        const { variable: of } = value.object;
        const key = value.key.value;
        const module = of.name.startsWith("____") ? imports.get(of) : undefined;
        if (module) imports.set(variable, () => member(module(), key));
      }
    }
    this.#body = undeclare(substitute(this.#body, imports), imports);
  }

  // --- 3. What every module exports, and which of them must keep a table

  /** The module and the name in `exports.name`. */
  #exportIn(e: Expression): [Linked, string] | undefined {
    if (e.kind !== "index" || e.object.kind !== "name" || e.key.kind !== "string") return undefined;
    const linked = this.#byExports.get(e.object.variable);
    return linked && [linked, e.key.value];
  }

  #findExports(): void {
    /** Modules with exports that a function assigns. */
    const mutable = new Set<Linked>();
    const collect = (block: Block, inFunction: boolean): void => {
      visitBlock(block, {
        statement: (s) => {
          if (s.kind !== "assign" || this.#passing.has(s)) return;
          for (const t of s.targets) {
            const [owner, key] = this.#exportIn(t) ?? [];
            if (!owner || key === undefined) continue;
            if (!owner.own.has(key)) owner.own.set(key, new Variable(exportName(owner, key), t.position));
            if (inFunction) mutable.add(owner);
          }
        },
        expression: (e) => {
          if (e.kind !== "function") return;
          collect(e.body, true);
          return false;
        },
      });
    };
    collect(this.#body, false);
    // Those who require the chunk look into the table.
    if (mutable.has(this.#entry)) this.#entry.asTable = true;
    // A field is read where it stands, a local in its place later: `n - f()` where `f` changes `n`.
    for (const e of lateOperands(this.#body)) {
      const [owner] = this.#exportIn(e) ?? [];
      if (owner && mutable.has(owner)) owner.asTable = true;
    }
  }

  /** A table that is used as a whole stays; that may make another be used as a whole. */
  #chooseTables(): void {
    for (let again = true; again; ) {
      again = false;
      const keep = (linked: Linked | undefined): void => {
        if (!linked || linked.asTable) return;
        linked.asTable = true;
        again = true;
      };
      /** Does this statement only pass on what becomes variables? */
      const vanishes = (s: Statement): boolean => {
        const to = this.#passing.get(s)?.to;
        return to !== undefined && !to.asTable && to !== this.#entry;
      };
      const visitor = {
        statement: (s: Statement) => !vanishes(s),
        expression: (e: Expression) => {
          if (e.kind === "name") keep(this.#byExports.get(e.variable));
          if (e.kind !== "index" || e.key.kind !== "string") return;
          // `ns.x`, where `ns` is a module that is an export of another: only `ns` as a value needs its table.
          if (e.object.kind === "index" && this.#namespace(e.object)) return false;
          keep(this.#namespace(e));
          return this.#exportIn(e) === undefined;
        },
      };
      for (const s of this.#body) {
        const [own] = s.kind === "local" ? s.variables : [];
        if (!(own && this.#byExports.has(own))) visitStatement(s, visitor);
      }
    }
  }

  /** The module that `m.ns` means where `m` has `export * as ns`. */
  #namespace(e: Expression): Linked | undefined {
    if (e.kind !== "index" || e.key.kind !== "string") return undefined;
    const owner =
      e.object.kind === "name" ? this.#byExports.get(e.object.variable) : this.#namespace(e.object);
    if (!owner || owner.asTable) return undefined;
    let found = owner.borrowed.get(e.key.value);
    for (let hops = 0; found && hops < 100; hops++) {
      if (found.name === undefined) return found.from;
      if (found.from.asTable) return undefined;
      found = found.from.borrowed.get(found.name);
    }
    return undefined;
  }

  // --- 4. Exports become variables

  /** The expression an export is read with; undefined if there is no such export. */
  #access(linked: Linked, key: string, seen = new Set<Linked>()): Expression | undefined {
    if (linked.asTable) return member(name(linked.exports), key);
    const own = linked.own.get(key);
    if (own) return name(own);
    const borrowed = linked.borrowed.get(key);
    if (borrowed?.name !== undefined) return this.#access(borrowed.from, borrowed.name, seen);
    if (borrowed) return name(borrowed.from.exports);
    if (key === "default" || seen.has(linked)) return undefined;
    seen.add(linked);
    for (const star of linked.stars) {
      if (star.asTable && !exportNames(star).has(key)) continue;
      const found = this.#access(star, key, seen);
      if (found) return found;
    }
    return undefined;
  }

  #becomeVariables(): void {
    const body = this.#body.flatMap((s): Block => {
      const pass = this.#passing.get(s);
      if (!pass) return [s];
      const { to, star } = pass;
      if (!to.asTable) return [];
      if (!star) return [s];
      const hidden = new Set([...to.own.keys(), ...to.borrowed.keys(), "default"]);
      return [...exportNames(star)]
        .filter((key) => !hidden.has(key))
        .map((key) => ({
          kind: "assign",
          targets: [member(name(to.exports), key)],
          values: [this.#access(star, key)!],
          position: s.position,
        }));
    });
    const asVariables = rewriteBlock(body, {
      expression: (e) => {
        const [linked, key] = this.#exportIn(e) ?? [];
        if (!linked || key === undefined || linked.asTable) return e;
        return { ...(this.#access(linked, key) ?? ({ kind: "nil" } as const)), position: e.position };
      },
    });
    const gone = [...this.#all.values()].filter((l) => !l.asTable).map((l) => l.exports);
    this.#body = undeclare(asVariables, new Set(gone));
  }

  #return(): void {
    if (this.#entry.asTable) {
      this.#body.push({ kind: "return", values: [name(this.#entry.exports)] });
      return;
    }
    const fields = [...exportNames(this.#entry)].map((key) => ({
      key: { kind: "string", value: key } as const,
      value: this.#access(this.#entry, key) ?? ({ kind: "nil" } as const),
    }));
    if (fields.length > 0 || this.#entry.hasExports)
      this.#body.push({ kind: "return", values: [{ kind: "table", fields }] });
  }

  #addLibrary({ body, names }: Library): void {
    if (names.size === 0) return;
    const compiled = rewriteBlock(this.#body, {
      expression(e) {
        const variable = e.kind === "global" ? names.get(e.name) : undefined;
        return variable ? name(variable, e.position) : e;
      },
    });
    this.#body = [...body, ...compiled];
  }
}
