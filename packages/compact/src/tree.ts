// The tree every pass works on: TypeScriptToLua's Lua syntax tree with its names resolved.
//
// A `Name` points at a `Variable` object and a `Global` at a name in the environment, so no pass can confuse two
// variables that happen to be spelled alike, and the text of a local is chosen only by the pass that names them.
// Strings are byte strings: one character, one byte (0-255).
import type { BinaryOperator, UnaryOperator } from "./operators.ts";

export interface Position {
  /** Index into the list of source files of the compilation. */
  readonly source: number;
  /** 1-based, as in a Lua error. */
  readonly line: number;
  /** 0-based. */
  readonly column: number;
}

/** A local variable, parameter or loop variable. Its spelling is decided when the chunk is named. */
export class Variable {
  /** Set by the naming pass. */
  text: string;
  constructor(
    /** The name in the source, for people. */
    public name: string,
    /** Where it was declared. */
    readonly position?: Position,
  ) {
    this.text = name;
  }
}

interface Node {
  position?: Position | undefined;
}

export interface Nil extends Node {
  kind: "nil";
}
export interface Boolean extends Node {
  kind: "true" | "false";
}
export interface Dots extends Node {
  kind: "dots";
}
export interface Numeric extends Node {
  kind: "number";
  value: number;
}
export interface Text extends Node {
  kind: "string";
  value: string;
}
export interface Func extends Node {
  kind: "function";
  parameters: Variable[];
  dots: boolean;
  body: Block;
  /** What a person calls it: for messages and for the size report. */
  title?: string | undefined;
}
export interface Field {
  key?: Expression | undefined;
  value: Expression;
}
export interface Table extends Node {
  kind: "table";
  fields: Field[];
}
export interface Unary extends Node {
  kind: "unary";
  operator: UnaryOperator;
  operand: Expression;
}
export interface Binary extends Node {
  kind: "binary";
  operator: BinaryOperator;
  left: Expression;
  right: Expression;
  /** A comparison with nil of something that is never `false`. */
  sure?: true | undefined;
}
export interface Call extends Node {
  kind: "call";
  callee: Expression;
  args: Expression[];
}
export interface MethodCall extends Node {
  kind: "method";
  object: Expression;
  name: string;
  args: Expression[];
}
export interface Name extends Node {
  kind: "name";
  variable: Variable;
}
export interface Global extends Node {
  kind: "global";
  name: string;
  /** A library that the chunk asks for, or changes. */
  doubted?: true | undefined;
}
export interface Index extends Node {
  kind: "index";
  object: Expression;
  key: Expression;
}
/** Parentheses that cut several values to one; others are the printer's business. */
export interface Single extends Node {
  kind: "single";
  expression: Call | MethodCall | Dots;
}

export type Expression =
  | Nil
  | Boolean
  | Dots
  | Numeric
  | Text
  | Func
  | Table
  | Unary
  | Binary
  | Call
  | MethodCall
  | Name
  | Global
  | Index
  | Single;

export type Target = Name | Global | Index;
export type Block = Statement[];

export interface Local extends Node {
  kind: "local";
  variables: Variable[];
  values: Expression[];
}
/** `local function f`: the name is visible inside the function. */
export interface LocalFunction extends Node {
  kind: "localfunction";
  variable: Variable;
  func: Func;
}
export interface Assign extends Node {
  kind: "assign";
  targets: Target[];
  values: Expression[];
}
export interface CallStatement extends Node {
  kind: "callstatement";
  call: Call | MethodCall;
}
export interface Do extends Node {
  kind: "do";
  body: Block;
}
export interface Clause {
  condition: Expression;
  body: Block;
}
export interface If extends Node {
  kind: "if";
  clauses: Clause[];
  otherwise?: Block | undefined;
}
export interface While extends Node {
  kind: "while";
  condition: Expression;
  body: Block;
}
export interface Repeat extends Node {
  kind: "repeat";
  body: Block;
  /** Sees the locals of the body. */
  condition: Expression;
}
export interface NumericFor extends Node {
  kind: "for";
  variable: Variable;
  start: Expression;
  limit: Expression;
  step?: Expression | undefined;
  body: Block;
}
export interface GenericFor extends Node {
  kind: "forin";
  variables: Variable[];
  values: Expression[];
  body: Block;
}
export interface Return extends Node {
  kind: "return";
  values: Expression[];
}
export interface Break extends Node {
  kind: "break";
}
export interface Goto extends Node {
  kind: "goto";
  label: string;
}
export interface Label extends Node {
  kind: "label";
  label: string;
}

export type Statement =
  | Local
  | LocalFunction
  | Assign
  | CallStatement
  | Do
  | If
  | While
  | Repeat
  | NumericFor
  | GenericFor
  | Return
  | Break
  | Goto
  | Label;

/** What cannot be compiled, with the place in the TypeScript. */
export class CompactError extends Error {
  constructor(
    message: string,
    readonly position?: Position,
  ) {
    super(message);
  }
}

/** Makes an expression that is a variable. */
export const name = (variable: Variable, position?: Position): Name => ({ kind: "name", variable, position });
/** Makes a string. @param value its bytes, a character for each */
export const text = (value: string, position?: Position): Text => ({ kind: "string", value, position });
/** Makes the expression `object.key`. */
export const member = (object: Expression, key: string, position?: Position): Index => ({
  kind: "index",
  object,
  key: text(key, position),
  position,
});

/** Is this an expression that can give several values where the last of a list stands? */
export function isMulti(e: Expression): e is Call | MethodCall | Dots {
  return e.kind === "call" || e.kind === "method" || e.kind === "dots";
}

/** The expressions directly inside an expression, in the order Lua evaluates them (a function's body is not one). */
export function children(e: Expression): Expression[] {
  switch (e.kind) {
    case "table":
      return e.fields.flatMap((f) => (f.key ? [f.key, f.value] : [f.value]));
    case "unary":
      return [e.operand];
    case "binary":
      return [e.left, e.right];
    case "call":
      return [e.callee, ...e.args];
    case "method":
      return [e.object, ...e.args];
    case "index":
      return [e.object, e.key];
    case "single":
      return [e.expression];
    default:
      return [];
  }
}

/** The expressions directly inside a statement. */
export function expressions(s: Statement): Expression[] {
  switch (s.kind) {
    case "local":
    case "return":
      return s.values;
    case "localfunction":
      return [s.func];
    case "assign":
      return [...s.targets, ...s.values];
    case "callstatement":
      return [s.call];
    case "if":
      return s.clauses.map((c) => c.condition);
    case "while":
    case "repeat":
      return [s.condition];
    case "for":
      return s.step ? [s.start, s.limit, s.step] : [s.start, s.limit];
    case "forin":
      return s.values;
    default:
      return [];
  }
}

/** The blocks directly inside a statement (not those of functions in its expressions). */
export function blocks(s: Statement): Block[] {
  switch (s.kind) {
    case "do":
    case "while":
    case "repeat":
    case "for":
    case "forin":
      return [s.body];
    case "if":
      return s.otherwise ? [...s.clauses.map((c) => c.body), s.otherwise] : s.clauses.map((c) => c.body);
    default:
      return [];
  }
}

/** The variables a statement declares in the block it stands in. */
export function declared(s: Statement): Variable[] {
  return s.kind === "local" ? s.variables : s.kind === "localfunction" ? [s.variable] : [];
}

export interface Visitor {
  /** Before what is inside; return false to leave that out. */
  expression?(e: Expression): unknown;
  statement?(s: Statement): unknown;
}

/** Shows a visitor an expression, then all that is inside it, the bodies of functions included. */
export function visitExpression(e: Expression, visitor: Visitor): void {
  if (visitor.expression?.(e) === false) return;
  // Without the lists of `children`: every pass visits every node.
  switch (e.kind) {
    case "function":
      visitBlock(e.body, visitor);
      break;
    case "table":
      for (const f of e.fields) {
        if (f.key) visitExpression(f.key, visitor);
        visitExpression(f.value, visitor);
      }
      break;
    case "unary":
      visitExpression(e.operand, visitor);
      break;
    case "binary":
      visitExpression(e.left, visitor);
      visitExpression(e.right, visitor);
      break;
    case "call":
      visitExpression(e.callee, visitor);
      for (const a of e.args) visitExpression(a, visitor);
      break;
    case "method":
      visitExpression(e.object, visitor);
      for (const a of e.args) visitExpression(a, visitor);
      break;
    case "index":
      visitExpression(e.object, visitor);
      visitExpression(e.key, visitor);
      break;
    case "single":
      visitExpression(e.expression, visitor);
      break;
  }
}

/** Shows a visitor a statement, then its expressions, then its blocks. */
export function visitStatement(s: Statement, visitor: Visitor): void {
  if (visitor.statement?.(s) === false) return;
  for (const e of expressions(s)) visitExpression(e, visitor);
  for (const b of blocks(s)) visitBlock(b, visitor);
}

/** Shows a visitor every statement of a block, in order. */
export function visitBlock(block: Block, visitor: Visitor): void {
  for (const s of block) visitStatement(s, visitor);
}

export interface Rewriter {
  /** After what is inside; the result takes the expression's place. */
  expression?(e: Expression): Expression;
  /** After what is inside; the results take the statement's place. */
  statement?(s: Statement): Statement[];
  /** After every statement of the block. */
  block?(b: Block): Block;
}

function cut(e: Expression, wasMulti: boolean): Expression {
  // A rewritten call must not start to give several values where one stood, and `(f())` whose inside became a
  // plain expression needs no cutting any more.
  if (e.kind === "single" && !isMulti(e.expression)) return e.expression;
  return wasMulti || !isMulti(e) ? e : { kind: "single", expression: e, position: e.position };
}

/**
 * Rewrites an expression from the inside to the outside. The tree is changed; where one value stood, one stays, also if it is rewritten to
 * what can give several.
 * @returns what takes the place of the expression
 */
export function rewriteExpression(e: Expression, r: Rewriter): Expression {
  switch (e.kind) {
    case "function":
      e.body = rewriteBlock(e.body, r);
      break;
    case "table":
      for (const f of e.fields) {
        if (f.key) f.key = rewriteExpression(f.key, r);
        f.value = cut(rewriteExpression(f.value, r), isMulti(f.value) || f.key !== undefined);
      }
      break;
    case "unary":
      e.operand = rewriteExpression(e.operand, r);
      break;
    case "binary":
      e.left = rewriteExpression(e.left, r);
      e.right = rewriteExpression(e.right, r);
      break;
    case "call":
      e.callee = rewriteExpression(e.callee, r);
      e.args = rewriteList(e.args, r);
      break;
    case "method":
      e.object = rewriteExpression(e.object, r);
      e.args = rewriteList(e.args, r);
      break;
    case "index":
      e.object = rewriteExpression(e.object, r);
      e.key = rewriteExpression(e.key, r);
      break;
    case "single": {
      const inner = rewriteExpression(e.expression, r);
      if (!isMulti(inner)) return r.expression ? r.expression(inner) : inner;
      e.expression = inner;
      break;
    }
  }
  return r.expression ? r.expression(e) : e;
}

function rewriteList(list: Expression[], r: Rewriter): Expression[] {
  let result = list;
  for (const [i, e] of list.entries()) {
    const now = cut(rewriteExpression(e, r), isMulti(e) || i < list.length - 1);
    if (now === e) continue;
    if (result === list) result = list.slice();
    result[i] = now;
  }
  return result;
}

function rewriteInside(s: Statement, r: Rewriter): void {
  switch (s.kind) {
    case "local":
    case "return":
    case "forin":
      s.values = rewriteList(s.values, r);
      break;
    case "localfunction":
      s.func = rewriteExpression(s.func, r) as Func;
      break;
    case "assign":
      s.targets = s.targets.map((t) => rewriteExpression(t, r) as Target);
      s.values = rewriteList(s.values, r);
      break;
    case "callstatement": {
      const call = rewriteExpression(s.call, r);
      if (call.kind === "single") s.call = call.expression as Call;
      else s.call = call as Call;
      break;
    }
    case "if":
      for (const c of s.clauses) c.condition = rewriteExpression(c.condition, r);
      break;
    case "while":
    case "repeat":
      s.condition = rewriteExpression(s.condition, r);
      break;
    case "for":
      s.start = rewriteExpression(s.start, r);
      s.limit = rewriteExpression(s.limit, r);
      if (s.step) s.step = rewriteExpression(s.step, r);
      break;
  }
  switch (s.kind) {
    case "do":
    case "while":
    case "repeat":
    case "for":
    case "forin":
      s.body = rewriteBlock(s.body, r);
      break;
    case "if":
      for (const c of s.clauses) c.body = rewriteBlock(c.body, r);
      if (s.otherwise) s.otherwise = rewriteBlock(s.otherwise, r);
      break;
  }
}

/** Rewrites the statements of a block, each from the inside to the outside. @returns what takes the place of the block */
export function rewriteBlock(block: Block, r: Rewriter): Block {
  const result: Block = [];
  for (const s of block) {
    rewriteInside(s, r);
    if (r.statement) for (const now of r.statement(s)) result.push(now);
    else result.push(s);
  }
  return r.block ? r.block(result) : result;
}
