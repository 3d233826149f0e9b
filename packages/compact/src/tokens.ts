// A tree as the tokens of Lua: what must be written, before anybody decides about spaces and lines.
import { printNumber, printString } from "./literal.ts";
import { BINARY, type BinaryOperator, canRaise, isLogical, UNARY_POWER } from "./operators.ts";
import { isIdentifier } from "./scope.ts";
import { isLibraryFunction } from "./simplify/facts.ts";
import {
  type Block,
  blocks,
  type Call,
  type Expression,
  type Field,
  type Func,
  type If,
  type MethodCall,
  type Position,
  type Statement,
  type Target,
  type Variable,
} from "./tree.ts";

export interface Token {
  text: string;
  position?: Position | undefined;
  /** What the author called it, if that is not what is written. */
  name?: string | undefined;
  /** The innermost function with a name of its own. */
  owner?: Func | undefined;
  /** An error in what is computed here is reported on this token's line. */
  raises: boolean;
  /** First token of a statement. */
  starts: boolean;
  /** …and another stands before it in its block. */
  follows: boolean;
  /** First token of a part of a statement that may come from a line of its own: a value, an argument, an operand, a field. */
  item: boolean;
  /** Not a token but a hint for the readable layout. */
  mark?: Mark | undefined;
}

/**
 * How people like it: a space; nothing, a space or always a line break where a group is too long for its line; the
 * bounds of a group and of what is indented in it.
 */
export type Mark = "space" | "soft" | "line" | "hard" | "indent" | "dedent" | "open" | "close";

/**
 * Flattens a tree to tokens. Parentheses are put only where the grammar needs them.
 * @param fields what the author called the fields that were renamed
 * @param spell how a string is written
 */
export function tokens(
  chunk: Block,
  compact: boolean,
  fields?: ReadonlyMap<string, string>,
  spell: (bytes: string) => string = (bytes) => printString(bytes, compact),
): Token[] {
  const list: Token[] = [];
  const owners: Func[] = [];
  let starting = false;
  let following = false;
  let itemNext = false;

  const put = (text: string, position?: Position, raises = false, name?: string): void => {
    const owner = owners.at(-1);
    list.push({
      text,
      position,
      raises,
      starts: starting,
      follows: starting && following,
      item: itemNext,
      owner,
      name,
    });
    starting = false;
    itemNext = false;
  };
  const putVariable = (v: Variable, position?: Position): void =>
    put(v.text, position, false, v.text === v.name ? undefined : v.name);
  const putField = (key: string, position?: Position, raises = false): void =>
    put(key, position, raises, fields?.get(key));
  const mark = (...marks: Mark[]): void => {
    if (!compact)
      for (const m of marks)
        list.push({ text: "", raises: false, starts: false, follows: false, item: false, mark: m });
  };
  const commas = <T>(items: readonly T[], print: (item: T) => void, between: Mark = "space"): void => {
    for (const [i, item] of items.entries()) {
      if (i > 0) {
        put(",");
        mark(between);
      }
      print(item);
    }
  };
  const equals = (): void => {
    mark("space");
    put("=");
    mark("space");
  };
  const parens = (e: Expression): void => {
    put("(", e.position);
    expression(e);
    put(")");
  };

  const binary = (e: Expression & { kind: "binary" }): void => {
    const { left: level, right } = BINARY[e.operator];
    const fromRight = right < level;
    const logical = isLogical(e.operator);
    const chained = inChain === e.operator;
    if (!chained) mark("open", "indent");
    inChain = fromRight ? undefined : e.operator;
    operand(e.left, fromRight ? level + 1 : level, e.operator === "^");
    if (e.operator !== "^") mark("space");
    put(e.operator, e.position, canRaise(e.operator));
    // Lua finds the left operand on the line of the operator.
    if (e.operator !== "^") mark("line");
    itemNext = true;
    // `a and (b and c)` is `a and b and c`: the same values in the same order.
    const same = logical && e.right.kind === "binary" && e.right.operator === e.operator;
    inChain = fromRight || same ? e.operator : undefined;
    if (e.right.kind === "unary" || isNegative(e.right)) expression(e.right);
    else operand(e.right, fromRight || same ? level : level + 1, false);
    if (!chained) mark("dedent", "close");
  };
  const operand = (e: Expression, least: number, ofPower: boolean): void => {
    const own =
      e.kind === "binary"
        ? BINARY[e.operator].left
        : e.kind === "unary" || isNegative(e)
          ? ofPower
            ? UNARY_POWER
            : 20
          : 20;
    if (own < least) parens(e);
    else expression(e);
  };
  /** The operator of the chain being printed: its operands share one group. */
  let inChain: BinaryOperator | undefined;

  /** What may stand before `.`, `[`, `:` or a call. */
  const prefix = (e: Expression): void => {
    const bare =
      e.kind === "name" ||
      e.kind === "global" ||
      e.kind === "index" ||
      e.kind === "call" ||
      e.kind === "method";
    if (bare || e.kind === "single") expression(e);
    else parens(e);
  };

  const args = (e: Call | MethodCall): void => {
    const [only] = e.args;
    if (compact && e.args.length === 1 && only && (only.kind === "string" || only.kind === "table")) {
      if (only.kind === "string") put(spell(only.value), e.position, true);
      else table(only.fields, only.position ?? e.position, true);
      return;
    }
    put("(", e.position, true);
    inside(e.args, (a) => {
      itemNext = true;
      expression(a);
    });
    put(")");
  };

  /** A list in brackets: on one line, or one item a line. */
  const inside = <T>(items: readonly T[], print: (item: T) => void): void => {
    const last = items.at(-1) as Expression | undefined;
    // `f(a, function() … end)` stays where it is; only what is inside the function is indented.
    if (items.length === 0 || (last && last.kind === "function")) {
      commas(items, print);
      return;
    }
    mark("open", "indent", "soft");
    commas(items, print, "line");
    mark("dedent", "soft", "close");
  };

  const table = (fields: readonly Field[], position?: Position, raises = false): void => {
    put("{", position, raises);
    inside(fields, (f) => {
      itemNext = true;
      if (f.key?.kind === "string" && isIdentifier(f.key.value)) {
        putField(f.key.value, f.key.position);
        equals();
      } else if (f.key) {
        put("[");
        expression(f.key);
        put("]", undefined, true);
        equals();
      }
      expression(f.value);
    });
    put("}");
  };

  const body = (f: Func, end?: Position, oneLine = false): void => {
    if (f.title) owners.push(f);
    put("(");
    commas(f.parameters, (p) => putVariable(p, p.position));
    if (f.dots) {
      if (f.parameters.length > 0) {
        put(",");
        mark("space");
      }
      put("...");
    }
    put(")");
    if (f.body.length === 0) mark("space");
    else if (oneLine && f.body.length === 1 && f.body[0]!.kind === "return") {
      mark("open", "indent", "line");
      statement(f.body[0]!);
      mark("dedent", "line", "close");
    } else block(f.body);
    put("end", end, end !== undefined);
    if (f.title) owners.pop();
  };

  const expression = (e: Expression): void => {
    switch (e.kind) {
      case "nil":
      case "true":
      case "false":
        put(e.kind, e.position);
        return;
      case "dots":
        put("...", e.position);
        return;
      case "number":
        if (isNegative(e)) put("-", e.position);
        if (Number.isFinite(e.value)) put(printNumber(Math.abs(e.value), compact), e.position);
        else for (const t of ["(", Number.isNaN(e.value) ? "0" : "1", "/", "0", ")"]) put(t, e.position);
        return;
      case "string":
        put(spell(e.value), e.position);
        return;
      case "function":
        put("function", e.position);
        body(e, undefined, true);
        return;
      case "table":
        table(e.fields, e.position);
        return;
      case "unary": {
        put(e.operator, e.position, e.operator !== "not");
        if (e.operator === "not") mark("space");
        const low = e.operand.kind === "binary" && BINARY[e.operand.operator].left < UNARY_POWER;
        if (low) parens(e.operand);
        else expression(e.operand);
        return;
      }
      case "binary":
        binary(e);
        return;
      case "call":
        prefix(e.callee);
        args(e);
        return;
      case "method":
        prefix(e.object);
        put(":");
        putField(e.name, e.position, true);
        args(e);
        return;
      case "name":
        putVariable(e.variable, e.position);
        return;
      case "global":
        put(e.name, e.position);
        return;
      case "index":
        prefix(e.object);
        if (e.key.kind === "string" && isIdentifier(e.key.value)) {
          itemNext = true;
          put(".");
          putField(e.key.value, e.key.position ?? e.position, !isLibraryFunction(e));
          return;
        }
        put("[");
        expression(e.key);
        put("]", e.position, true);
        return;
      case "single":
        parens(e.expression);
        return;
    }
  };

  /** `function a.b.c()` needs a plain path. */
  const path = (t: Target): (() => void)[] | undefined => {
    if (t.kind === "name") return [() => putVariable(t.variable)];
    if (t.kind === "global") return isIdentifier(t.name) ? [() => put(t.name)] : undefined;
    const { key } = t;
    if (key.kind !== "string" || !isIdentifier(key.value)) return undefined;
    const outer =
      t.object.kind === "name" || t.object.kind === "global" || t.object.kind === "index"
        ? path(t.object)
        : undefined;
    return outer && [...outer, () => putField(key.value)];
  };

  const ifStatement = (s: If): void => {
    for (const [i, clause] of s.clauses.entries()) {
      put(i === 0 ? "if" : "elseif", clause.condition.position);
      mark("space");
      expression(clause.condition);
      mark("space");
      put("then");
      block(clause.body);
    }
    if (s.otherwise) {
      put("else");
      block(s.otherwise);
    }
    put("end");
  };

  const statement = (s: Statement): void => {
    switch (s.kind) {
      case "local":
        put("local", s.position);
        mark("space");
        commas(s.variables, (v) => putVariable(v, v.position));
        if (s.values.length > 0) {
          equals();
          commas(s.values, (value) => {
            itemNext = value !== s.values[0];
            expression(value);
          });
        }
        return;
      case "localfunction":
        put("local", s.position);
        mark("space");
        put("function", s.position ?? s.func.position);
        mark("space");
        putVariable(s.variable, s.variable.position);
        body(s.func);
        return;
      case "assign": {
        const [value] = s.values;
        const names =
          s.targets.length === 1 && s.values.length === 1 && value?.kind === "function"
            ? path(s.targets[0]!)
            : undefined;
        if (names && value?.kind === "function") {
          put("function", s.position ?? value.position);
          mark("space");
          for (const [i, n] of names.entries()) {
            if (i > 0) put(".");
            n();
          }
          body(value, names.length > 1 ? s.position : undefined);
          return;
        }
        commas(s.targets, (t) => {
          expression(t);
          if (t.kind === "index") list.at(-1)!.raises = true;
        });
        equals();
        commas(s.values, expression);
        return;
      }
      case "callstatement":
        expression(s.call);
        return;
      case "do":
        put("do", s.position);
        block(s.body);
        put("end");
        return;
      case "if":
        ifStatement(s);
        return;
      case "while":
        put("while", s.position);
        mark("space");
        expression(s.condition);
        mark("space");
        put("do");
        block(s.body);
        put("end");
        return;
      case "repeat":
        put("repeat", s.position);
        block(s.body);
        put("until", s.condition.position);
        mark("space");
        expression(s.condition);
        return;
      case "for":
        put("for", s.position);
        mark("space");
        putVariable(s.variable, s.variable.position);
        equals();
        commas(s.step ? [s.start, s.limit, s.step] : [s.start, s.limit], expression);
        mark("space");
        put("do", s.position, true);
        block(s.body);
        put("end");
        return;
      case "forin":
        put("for", s.position);
        mark("space");
        commas(s.variables, (v) => putVariable(v, v.position));
        mark("space");
        put("in");
        mark("space");
        commas(s.values, expression);
        mark("space");
        put("do", s.position, true);
        block(s.body);
        put("end");
        return;
      case "return":
        put("return", s.position);
        if (s.values.length > 0) mark("space");
        commas(s.values, expression);
        return;
      case "break":
        put("break", s.position);
        return;
      case "goto":
        put("goto", s.position);
        mark("space");
        put(s.label);
        return;
      case "label":
        put("::", s.position);
        put(s.label);
        put("::");
        return;
    }
  };

  const block = (b: Block, nested = true): void => {
    if (nested) mark("indent");
    for (const [i, s] of b.entries()) {
      if (nested || i > 0) mark("hard");
      if (!nested && i > 0 && (isLong(s) || isLong(b[i - 1]!))) mark("hard");
      starting = true;
      following = i > 0;
      const first = list.length;
      statement(s);
      if (list[first]) list[first].position ??= s.position;
    }
    starting = false;
    if (nested) mark("dedent", "hard");
  };
  block(chunk, false);
  return list;
}

/** A statement that people set apart by empty lines. */
function isLong(s: Statement): boolean {
  if (s.kind === "localfunction" || blocks(s).length > 0) return true;
  return s.kind === "assign" && s.values.some((v) => v.kind === "function");
}

function isNegative(e: Expression): boolean {
  return e.kind === "number" && (e.value < 0 || Object.is(e.value, -0));
}
