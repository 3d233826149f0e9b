// Prints a tree as tokens and lays them out: without a needless byte, or for people.
import { printNumber, printString } from "./literal.ts";
import { isIdentifier } from "./scope.ts";
import {
  type BinaryOperator,
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
} from "./tree.ts";

export const precedence: Record<BinaryOperator, number> = {
  or: 1,
  and: 2,
  "<": 3,
  ">": 3,
  "<=": 3,
  ">=": 3,
  "~=": 3,
  "==": 3,
  "|": 4,
  "~": 5,
  "&": 6,
  "<<": 7,
  ">>": 7,
  "..": 9,
  "+": 10,
  "-": 10,
  "*": 11,
  "/": 11,
  "//": 11,
  "%": 11,
  "^": 14,
};
export const unaryPrecedence = 12;

export interface Token {
  text: string;
  position?: Position | undefined;
  /** An error in what is computed here is reported on this token's line. */
  raises: boolean;
  /** First token of a statement. */
  starts: boolean;
  /** …and another stands before it in its block. */
  follows: boolean;
  /** Not a token but a hint for the readable layout. */
  mark?: Mark | undefined;
}

/**
 * How people like it: a space; nothing, a space or always a line break where a group is too long for its line; the
 * bounds of a group and of what is indented in it.
 */
export type Mark = "space" | "soft" | "line" | "hard" | "indent" | "dedent" | "open" | "close";

/** Where a piece of the output came from. `line` is 1-based, `column` 0-based. */
export interface Mapping {
  line: number;
  column: number;
  original: Position;
}

export interface Printed {
  code: string;
  mappings: Mapping[];
  /** Newlines that stand only so that an error's line tells the TypeScript line. */
  extraNewlines: number;
}

/** Flattens a tree to tokens. Parentheses are put only where the grammar needs them. */
export function tokens(chunk: Block, compact: boolean): Token[] {
  const list: Token[] = [];
  let starting = false;
  let following = false;

  const put = (text: string, position?: Position, raises = false): void => {
    list.push({ text, position, raises, starts: starting, follows: starting && following });
    starting = false;
  };
  const mark = (...marks: Mark[]): void => {
    if (!compact)
      for (const m of marks) list.push({ text: "", raises: false, starts: false, follows: false, mark: m });
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
    const level = precedence[e.operator];
    const fromRight = e.operator === ".." || e.operator === "^";
    const logical = e.operator === "and" || e.operator === "or";
    const chained = inChain === e.operator;
    if (!chained) mark("open", "indent");
    inChain = fromRight ? undefined : e.operator;
    operand(e.left, fromRight ? level + 1 : level, e.operator === "^");
    if (e.operator !== "^") mark("line");
    put(e.operator, e.position, !logical && e.operator !== "==" && e.operator !== "~=");
    if (e.operator !== "^") mark("space");
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
        ? precedence[e.operator]
        : e.kind === "unary" || isNegative(e)
          ? ofPower
            ? unaryPrecedence
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
      if (only.kind === "string") put(printString(only.value, true), e.position, true);
      else table(only.fields, only.position ?? e.position, true);
      return;
    }
    put("(", e.position, true);
    inside(e.args, expression);
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
      if (f.key?.kind === "string" && isIdentifier(f.key.value)) {
        put(f.key.value, f.key.position);
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
    put("(");
    commas(f.parameters, (p) => put(p.text, p.position));
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
        put(printString(e.value, compact), e.position);
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
        const low = e.operand.kind === "binary" && precedence[e.operand.operator] < unaryPrecedence;
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
        put(e.name, e.position, true);
        args(e);
        return;
      case "name":
        put(e.variable.text, e.position);
        return;
      case "global":
        put(e.name, e.position);
        return;
      case "index":
        prefix(e.object);
        if (e.key.kind === "string" && isIdentifier(e.key.value)) {
          put(".");
          put(e.key.value, e.key.position ?? e.position, true);
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
  const path = (t: Target): string[] | undefined => {
    if (t.kind === "name") return [t.variable.text];
    if (t.kind === "global") return isIdentifier(t.name) ? [t.name] : undefined;
    if (t.key.kind !== "string" || !isIdentifier(t.key.value)) return undefined;
    const outer =
      t.object.kind === "name" || t.object.kind === "global" || t.object.kind === "index"
        ? path(t.object)
        : undefined;
    return outer && [...outer, t.key.value];
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
        commas(s.variables, (v) => put(v.text, v.position));
        if (s.values.length > 0) {
          equals();
          commas(s.values, expression);
        }
        return;
      case "localfunction":
        put("local", s.position);
        mark("space");
        put("function");
        mark("space");
        put(s.variable.text, s.variable.position);
        body(s.func);
        return;
      case "assign": {
        const [value] = s.values;
        const names =
          s.targets.length === 1 && s.values.length === 1 && value?.kind === "function"
            ? path(s.targets[0]!)
            : undefined;
        if (names && value?.kind === "function") {
          put("function", s.position);
          mark("space");
          for (const [i, n] of names.entries()) {
            if (i > 0) put(".");
            put(n);
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
        put(s.variable.text, s.variable.position);
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
        commas(s.variables, (v) => put(v.text, v.position));
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

const wordEnd = /[A-Za-z0-9_]$/;
const wordStart = /^[A-Za-z0-9_]/;
const number = /^\.?[0-9]/;

/** Must there be something between these two tokens, lest they be read as others? */
export function needsSeparator(a: string, b: string): boolean {
  if (wordEnd.test(a) && wordStart.test(b)) return true;
  // A number swallows a dot that follows, and `..` one that follows it.
  if (number.test(a) && b.startsWith(".")) return true;
  if (a.endsWith(".") && (b.startsWith(".") || (a === "." && /^[0-9]/.test(b)))) return true;
  if (a === "-" && b.startsWith("-")) return true;
  if (a === "[" && b.startsWith("[")) return true;
  return false;
}

/** After these no expression can go on, so a statement may begin with a parenthesis. */
const closed = new Set(["end", "do", "then", "else", "repeat", ";", "break", "return"]);

/** Every byte counts. */
export function layoutCompact(list: readonly Token[]): Printed {
  const pieces: string[] = [];
  const mappings: Mapping[] = [];
  let line = 1;
  let column = 0;
  let extraNewlines = 0;
  /** What an error on the current line means so far. */
  let owner: Position | undefined;
  let first: Position | undefined;
  let lineStart = 0;

  const endLine = (): void => {
    // An error message has no column: what lies at the start of a line answers for it.
    const answer = owner ?? first;
    if (answer) mappings.splice(lineStart, 0, { line, column: 0, original: answer });
    lineStart = mappings.length;
    owner = undefined;
    first = undefined;
  };
  const emit = (text: string): void => {
    pieces.push(text);
    const parts = text.split("\n");
    column = parts.length > 1 ? parts.at(-1)!.length : column + text.length;
    line += parts.length - 1;
  };
  const newline = (): void => {
    endLine();
    emit("\n");
  };
  /** The first thing that can raise in the statement that starts at `i`, if no separator comes before it. */
  const raisesHere = (i: number): Position | undefined => {
    for (let j = i; j < list.length; j++) {
      const token = list[j]!;
      if (j > i && (token.starts || needsSeparator(list[j - 1]!.text, token.text))) return undefined;
      if (token.raises) return token.position;
    }
    return undefined;
  };
  const sameLine = (a: Position, b: Position): boolean => a.source === b.source && a.line === b.line;

  for (const [i, token] of list.entries()) {
    const before = list[i - 1];
    if (before) {
      if (needsSeparator(before.text, token.text)) newline();
      else if (token.starts) {
        if (token.text === "(" && token.follows && !closed.has(before.text)) emit(";");
        const next = owner && raisesHere(i);
        if (owner && next && !sameLine(owner, next)) {
          extraNewlines++;
          newline();
        }
      }
    }
    if (token.position) {
      first ??= token.position;
      if (token.raises) owner ??= token.position;
      mappings.push({ line, column, original: token.position });
    }
    if (token.text.includes("\n")) {
      endLine();
      emit(token.text);
    } else emit(token.text);
  }
  endLine();
  return { code: pieces.join(""), mappings, extraNewlines };
}

const width = 100;

/** For people: indented, one statement a line, long lists broken. */
export function layoutReadable(list: readonly Token[]): Printed {
  const pieces: string[] = [];
  const mappings: Mapping[] = [];
  let line = 1;
  let column = 0;
  let indent = 0;
  let atStart = true;
  /** For every open group: is it broken over several lines? */
  const groups: boolean[] = [];
  /** For every open indentation: does it count? */
  const levels: boolean[] = [];

  const emit = (text: string): void => {
    if (atStart && text !== "") {
      pieces.push("  ".repeat(indent));
      column = 2 * indent;
      atStart = false;
    }
    pieces.push(text);
    column += text.length;
  };
  const newline = (): void => {
    pieces.push("\n");
    line++;
    column = 0;
    atStart = true;
  };
  /** Would everything up to the end of the group at `i` and what must follow it fit on this line? */
  const fits = (i: number): boolean => {
    let room = width - (atStart ? 2 * indent : column);
    let depth = 0;
    for (let j = i; j < list.length && room >= 0; j++) {
      const { mark, text } = list[j]!;
      if (mark === "open") depth++;
      else if (mark === "close") depth--;
      else if (mark === "hard") return depth <= 0 || isFunctionBody(j);
      else if (depth <= 0 && (mark === "line" || mark === "soft")) return true;
      else if (mark === "space" || mark === "line") room--;
      room -= text.length;
    }
    return room >= 0;
  };
  /** A group may hold a function that goes on over lines, if all up to its first line fits. */
  const isFunctionBody = (hard: number): boolean =>
    list[hard - 2]?.text === ")" && list[hard - 1]?.mark === "indent";

  for (const [i, token] of list.entries()) {
    switch (token.mark) {
      case "space":
        emit(" ");
        break;
      case "hard":
        newline();
        break;
      case "open":
        groups.push(!fits(i));
        break;
      case "close":
        groups.pop();
        break;
      case "indent":
        if (groups.length === 0 || groups.at(-1) || list[i + 1]?.mark === "hard") indent++;
        levels.push(groups.length === 0 || groups.at(-1) === true || list[i + 1]?.mark === "hard");
        break;
      case "dedent":
        if (levels.pop()) indent--;
        break;
      case "line":
      case "soft":
        if (groups.at(-1)) newline();
        else if (token.mark === "line") emit(" ");
        break;
      default: {
        const before = list[i - 1];
        if (token.follows && token.text === "(") {
          const previous = list.slice(0, i).findLast((t) => !t.mark)?.text;
          if (previous !== undefined && !closed.has(previous)) emit(";");
        } else if (before && !before.mark && needsSeparator(before.text, token.text)) emit(" ");
        if (token.position)
          mappings.push({ line, column: atStart ? 2 * indent : column, original: token.position });
        emit(token.text);
      }
    }
  }
  if (!atStart) newline();
  return { code: pieces.join(""), mappings, extraNewlines: 0 };
}
