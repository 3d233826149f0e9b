// What the passes know about variables and expressions.
import { canRaise } from "../operators.ts";
import {
  type Block,
  blocks,
  children,
  type Expression,
  expressions,
  type Func,
  type Global,
  type Statement,
  type Variable,
  visitBlock,
} from "../tree.ts";

export interface Usage {
  reads: number;
  /** Assignments after the declaration. */
  writes: number;
  /** Mentioned in a function inside the one that declares it. */
  captured: boolean;
  /** The function that declares it; undefined: the chunk. */
  home: Func | undefined;
  /** How often each other function reads it. */
  readers: Map<Func | undefined, number>;
}

export type Facts = ReadonlyMap<Variable, Usage>;

/**
 * Counts for every variable of a chunk where it is read and written.
 * @throws Error for a variable that nothing declares, which is a fault of the compiler
 */
export function factsOf(chunk: Block): Map<Variable, Usage> {
  const facts = new Map<Variable, Usage>();
  const declare = (v: Variable, home: Func | undefined) => {
    facts.set(v, { reads: 0, writes: 0, captured: false, home, readers: new Map() });
  };
  const expression = (e: Expression, home: Func | undefined): void => {
    if (e.kind === "name") {
      const usage = mention(e.variable, home);
      usage.reads++;
      if (usage.home !== home) usage.readers.set(home, (usage.readers.get(home) ?? 0) + 1);
    }
    if (e.kind === "function") func(e);
    else for (const child of children(e)) expression(child, home);
  };
  const mention = (v: Variable, home: Func | undefined): Usage => {
    const usage = facts.get(v);
    if (!usage) throw new Error(`the variable "${v.name}" is not declared (a fault of the compiler)`);
    if (usage.home !== home) usage.captured = true;
    return usage;
  };
  const func = (f: Func): void => {
    for (const p of f.parameters) declare(p, f);
    for (const s of f.body) statement(s, f);
  };
  const statement = (s: Statement, home: Func | undefined): void => {
    if (s.kind === "localfunction") declare(s.variable, home);
    // `repeat` declares in its body what its condition may mention.
    if (s.kind === "repeat") {
      for (const inner of s.body) statement(inner, home);
      expression(s.condition, home);
      return;
    }
    if (s.kind === "assign") {
      for (const t of s.targets) {
        if (t.kind === "name") mention(t.variable, home).writes++;
        else expression(t, home);
      }
      for (const v of s.values) expression(v, home);
    } else for (const e of expressions(s)) expression(e, home);
    if (s.kind === "local" || s.kind === "forin") for (const v of s.variables) declare(v, home);
    if (s.kind === "for") declare(s.variable, home);
    for (const b of blocks(s)) for (const inner of b) statement(inner, home);
  };
  for (const s of chunk) statement(s, undefined);
  return facts;
}

/**
 * Tables of the Lua library that every Lua has: what they hold is taken to stay as it is. `debug`, `os` and `io` may
 * be missing, so a program asks for them first.
 */
const libraries = new Set(["string", "table", "math", "coroutine"]);
/** Functions of these that call others. */
const callers = new Set(["gsub", "sort", "foreach", "foreachi"]);
/** Functions of the Lua library that run no code of ours and change nothing that we can see. */
const harmless = new Set([
  "type",
  "tostring",
  "tonumber",
  "select",
  "rawget",
  "rawequal",
  "setmetatable",
  "getmetatable",
  "next",
]);

/**
 * Tells whether an expression names what a library of Lua holds (`string.sub`), and the chunk neither asks whether that library exists nor
 * changes it.
 */
export function isLibraryFunction(e: Expression): boolean {
  return (
    e.kind === "index" &&
    e.object.kind === "global" &&
    libraries.has(e.object.name) &&
    !e.object.doubted &&
    e.key.kind === "string"
  );
}

/** Marks the libraries that the chunk asks for (`if math then`) or changes: what they hold is not known before it runs. */
export function doubtLibraries(chunk: Block): Block {
  const all: Global[] = [];
  const doubted = new Set<string>();
  const objects = new Set<Expression>();
  visitBlock(chunk, {
    statement(s) {
      if (s.kind !== "assign") return;
      for (const t of s.targets) {
        if (t.kind === "index" && t.object.kind === "global") doubted.add(t.object.name);
      }
    },
    expression(e) {
      if (e.kind === "index" && e.object.kind === "global") objects.add(e.object);
      if (e.kind !== "global" || !libraries.has(e.name)) return;
      all.push(e);
      if (!objects.has(e)) doubted.add(e.name);
    },
  });
  for (const e of all) if (doubted.has(e.name)) e.doubted = true;
  return chunk;
}

/** Tells whether an expression is nil, a boolean, a number or a string written as such. */
export function isLiteral(e: Expression): boolean {
  return (
    e.kind === "nil" || e.kind === "true" || e.kind === "false" || e.kind === "number" || e.kind === "string"
  );
}

/** What Lua itself puts into the environment and nobody replaces, unless the chunk itself assigns it. */
export const fixedGlobals: ReadonlySet<string> = new Set(
  (
    "assert error getmetatable ipairs next pairs pcall rawequal rawget rawset select setmetatable tonumber tostring " +
    "type unpack xpcall"
  ).split(" "),
);
/** These are there, too, but programs redirect `print`, and boards have their own loaders. */
export const builtins: ReadonlySet<string> = new Set([
  ...fixedGlobals,
  ..."collectgarbage dofile loadfile loadstring print require".split(" "),
]);

/** The globals that the chunk assigns. */
export function assignedGlobals(chunk: Block): Set<string> {
  const assigned = new Set<string>();
  visitBlock(chunk, {
    statement(s) {
      if (s.kind === "assign") for (const t of s.targets) if (t.kind === "global") assigned.add(t.name);
    },
  });
  return assigned;
}

/** Has the same value, or is as new a table, at the beginning of the chunk. */
export function isEarly(e: Expression, assigned?: ReadonlySet<string>): boolean {
  if (e.kind === "global") return assigned !== undefined && fixedGlobals.has(e.name) && !assigned.has(e.name);
  if (e.kind === "table")
    return e.fields.every((f) => (!f.key || isLiteral(f.key)) && isEarly(f.value, assigned));
  return isLiteral(e) || isLibraryFunction(e);
}

/** Evaluating it does nothing and cannot fail: it may be dropped if its value is not wanted. */
export function isPure(e: Expression): boolean {
  switch (e.kind) {
    case "table":
      return e.fields.every((f) => (!f.key || (isLiteral(f.key) && f.key.kind !== "nil")) && isPure(f.value));
    case "unary":
      return e.operator === "not" && isPure(e.operand);
    case "binary":
      return !canRaise(e.operator) && isPure(e.left) && isPure(e.right);
    case "index":
      return isLibraryFunction(e);
    case "single":
      return e.expression.kind === "dots";
    case "call":
    case "method":
      return false;
    default:
      return true;
  }
}

/** Its value is the same wherever in its scope it is evaluated. */
export function isFixed(e: Expression, facts: Facts): boolean {
  if (e.kind === "name") return facts.get(e.variable)?.writes === 0;
  return isLiteral(e) || isLibraryFunction(e);
}

/** A name, or a path of fields of a global: `tmr.ALARM_AUTO`. */
function isGlobalPath(e: Expression): boolean {
  return e.kind === "global" || (e.kind === "index" && e.key.kind === "string" && isGlobalPath(e.object));
}

/**
 * Evaluating it runs no code of this chunk: functions that exist but were never handed out cannot be called
 * meanwhile. May raise an error. (Metamethods are taken to have no effects.)
 */
function isQuiet(e: Expression): boolean {
  switch (e.kind) {
    case "call": {
      const { callee } = e;
      if (!isGlobalPath(callee)) return false;
      const safe = (callee.kind === "global" && harmless.has(callee.name)) || runsNothing(callee);
      return e.args.every((a) => isQuiet(a) && (safe || isPlain(a)));
    }
    case "method":
      return false;
    case "function":
      return true;
    default:
      return children(e).every(isQuiet);
  }
}

/** A function of the library that calls no other. */
function runsNothing(e: Expression): boolean {
  if (!isLibraryFunction(e) || e.kind !== "index" || e.object.kind !== "global") return false;
  return e.object.name !== "coroutine" && !(e.key.kind === "string" && callers.has(e.key.value));
}

/** Holds no function or table of ours. */
function isPlain(e: Expression): boolean {
  return isLiteral(e) || isGlobalPath(e) || (e.kind === "binary" && isPlain(e.left) && isPlain(e.right));
}

/** Tells whether a statement declares or sets something and runs no code of this chunk meanwhile. */
export function isQuietStatement(s: Statement): boolean {
  switch (s.kind) {
    case "local":
      return s.values.every(isQuiet);
    case "localfunction":
      return true;
    case "assign":
      return (
        s.values.every(isQuiet) &&
        s.targets.every(
          (t) => t.kind === "name" || (t.kind === "index" && isQuiet(t.key) && t.object.kind === "name"),
        )
      );
    default:
      return false;
  }
}

/** Locals that a function declares, the functions in it left out. */
export function countLocals(block: Block): number {
  let count = 0;
  visitBlock(block, {
    statement(s) {
      if (s.kind === "local" || s.kind === "forin") count += s.variables.length;
      if (s.kind === "localfunction" || s.kind === "for") count++;
    },
    expression: (e) => e.kind !== "function",
  });
  return count;
}

/** Everything a function mentions but does not declare. */
export function freeVariables(f: Func): Set<Variable> {
  const own = new Set<Variable>(f.parameters);
  const free = new Set<Variable>();
  const declare = (s: Statement): void => {
    if (s.kind === "local" || s.kind === "forin") for (const v of s.variables) own.add(v);
    if (s.kind === "localfunction" || s.kind === "for") own.add(s.variable);
  };
  visitBlock(f.body, {
    statement: declare,
    expression(e) {
      if (e.kind === "function") for (const p of e.parameters) own.add(p);
    },
  });
  visitBlock(f.body, {
    expression(e) {
      if (e.kind === "name" && !own.has(e.variable)) free.add(e.variable);
    },
  });
  return free;
}

/** Is the variable mentioned in here? */
export function mentions(node: Expression | Statement | Block, variable: Variable): boolean {
  let found = false;
  const visitor = {
    expression(e: Expression) {
      if (e.kind === "name" && e.variable === variable) found = true;
      return !found;
    },
  };
  const list: (Expression | Statement)[] = Array.isArray(node) ? node : [node];
  for (const n of list) {
    if (isStatement(n)) visitBlock([n], visitor);
    else visitBlock([{ kind: "return", values: [n] }], visitor);
  }
  return found;
}

const statementKinds = new Set<string>([
  "local",
  "localfunction",
  "assign",
  "callstatement",
  "do",
  "if",
  "while",
  "repeat",
  "for",
  "forin",
  "return",
  "break",
  "goto",
  "label",
]);

function isStatement(n: Expression | Statement): n is Statement {
  return statementKinds.has(n.kind);
}

/** Does control never reach the statement after this one? */
export function leaves(s: Statement | undefined): boolean {
  if (!s) return false;
  if (s.kind === "return" || s.kind === "break" || s.kind === "goto") return true;
  if (s.kind === "do") return leaves(s.body.at(-1));
  if (s.kind !== "if" || !s.otherwise) return false;
  return leaves(s.otherwise.at(-1)) && s.clauses.every((c) => leaves(c.body.at(-1)));
}

/** Has this function, without the functions in it, a label or a `goto`? */
export function hasLabels(block: Block): boolean {
  let found = false;
  visitBlock(block, {
    statement(s) {
      if (s.kind === "label" || s.kind === "goto") found = true;
    },
    expression: (e) => e.kind !== "function",
  });
  return found;
}
