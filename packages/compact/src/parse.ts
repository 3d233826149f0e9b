// Reads Lua text into the tree: for what exists only as text, the library of TypeScriptToLua and `.lua` files that
// stand beside the TypeScript. What TypeScriptToLua compiles never comes through here.
import { toBytes } from "./literal.ts";
import { BINARY, isBinaryOperator, UNARY, UNARY_POWER, type UnaryOperator } from "./operators.ts";
import { reserved, Scope } from "./scope.ts";
import {
  type Block,
  type Call,
  type Clause,
  CompactError,
  type Expression,
  type Field,
  type Func,
  isMulti,
  type MethodCall,
  type Position,
  type Statement,
  type Target,
  Variable,
} from "./tree.ts";

interface Token {
  kind: "name" | "keyword" | "string" | "number" | "symbol" | "end";
  text: string;
  position: Position;
}

const space = /^\s+/;
const word = /^[A-Za-z_][A-Za-z0-9_]*/;
const numeral = /^(?:0[xX][0-9a-fA-F]+|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)/;
/** What is no word: operators and punctuation, the longest first, as Lua reads them. */
const symbols = [...Object.keys(BINARY), ...Object.keys(UNARY), "...", "::", ..."=(){}[];:,."]
  .filter((text) => !word.test(text))
  .sort((a, b) => b.length - a.length);
const longOpen = /^\[(=*)\[/;
const escapes: Record<string, string> = {
  n: "\n",
  r: "\r",
  t: "\t",
  a: "\x07",
  b: "\b",
  f: "\f",
  v: "\v",
  "\n": "\n",
};

function scan(code: string, source: number): Token[] {
  const result: Token[] = [];
  let at = 0;
  let line = 1;
  let lineStart = 0;
  const fail = (message: string): never => {
    throw new CompactError(message, { source, line, column: at - lineStart });
  };
  const advance = (length: number): string => {
    const piece = code.slice(at, at + length);
    for (let i = 0; i < piece.length; i++) {
      if (piece[i] !== "\n") continue;
      line++;
      lineStart = at + i + 1;
    }
    at += length;
    return piece;
  };
  const longText = (): string | undefined => {
    const open = longOpen.exec(code.slice(at, at + 100));
    if (!open) return undefined;
    const close = code.indexOf(`]${open[1]}]`, at + open[0].length);
    if (close < 0) fail("unfinished long string");
    const body = code.slice(at + open[0].length, close).replace(/\r\n?/g, "\n");
    advance(close + open[0].length - at);
    return body.startsWith("\n") ? body.slice(1) : body;
  };
  const quoted = (): string => {
    const quote = code[at]!;
    let value = "";
    advance(1);
    for (;;) {
      const c = code[at];
      if (c === undefined || c === "\n") return fail("unfinished string");
      if (c === quote) {
        advance(1);
        return value;
      }
      if (c !== "\\") {
        const char = String.fromCodePoint(code.codePointAt(at)!);
        value += toBytes(advance(char.length));
        continue;
      }
      advance(1);
      const decimal = /^[0-9]{1,3}/.exec(code.slice(at, at + 3));
      const hex = /^x([0-9a-fA-F]{2})/.exec(code.slice(at, at + 3));
      if (decimal) value += String.fromCharCode(Number(advance(decimal[0].length)));
      else if (hex) {
        value += String.fromCharCode(Number.parseInt(hex[1]!, 16));
        advance(3);
      } else if (code[at] === "z") {
        advance(1);
        advance(space.exec(code.slice(at))?.[0].length ?? 0);
      } else {
        const e = advance(1);
        value += escapes[e] ?? e;
      }
    }
  };

  if (code.startsWith("#")) advance(code.indexOf("\n"));
  for (;;) {
    const rest = code.slice(at, at + 200);
    const blank = space.exec(rest);
    if (blank) {
      advance(blank[0].length);
      continue;
    }
    if (rest.startsWith("--")) {
      advance(2);
      if (longText() === undefined) {
        const newline = code.indexOf("\n", at);
        advance((newline < 0 ? code.length : newline) - at);
      }
      continue;
    }
    const position: Position = { source, line, column: at - lineStart };
    const put = (kind: Token["kind"], text: string) => result.push({ kind, text, position });
    if (rest === "") {
      put("end", "<eof>");
      return result;
    }
    const long = longText();
    if (long !== undefined) {
      put("string", toBytes(long));
      continue;
    }
    if (rest[0] === '"' || rest[0] === "'") {
      put("string", quoted());
      continue;
    }
    const name = word.exec(rest)?.[0];
    if (name !== undefined) {
      put(reserved.has(name) && name !== "goto" ? "keyword" : "name", advance(name.length));
      continue;
    }
    const digits = numeral.exec(rest)?.[0];
    if (digits !== undefined) {
      put("number", advance(digits.length));
      continue;
    }
    const symbol = symbols.find((text) => rest.startsWith(text));
    if (symbol === undefined) fail(`unexpected "${rest[0]}"`);
    else put("symbol", advance(symbol.length));
  }
}

export interface Parsed {
  body: Block;
  /** Variables of the outermost block by name. */
  scope: ReadonlyMap<string, Variable>;
}

/** Parses Lua 5.1 to 5.3 (numbers as doubles). `outer` holds variables the text may use without declaring them. */
export function parse(code: string, source: number, outer?: Scope): Parsed {
  const list = scan(code, source);
  let at = 0;
  let scope = new Scope(outer);

  const peek = (): Token => list[at]!;
  const next = (): Token => list[at++]!;
  const is = (text: string): boolean => {
    const t = peek();
    return (t.kind === "symbol" || t.kind === "keyword") && t.text === text;
  };
  const accept = (text: string): boolean => is(text) && at++ >= 0;
  const expect = (text: string): Token => {
    if (!is(text)) throw new CompactError(`"${text}" expected near "${peek().text}"`, peek().position);
    return next();
  };
  const word = (): Token => {
    if (peek().kind !== "name")
      throw new CompactError(`name expected near "${peek().text}"`, peek().position);
    return next();
  };
  const scoped = <T>(work: () => T): T => {
    const before = scope;
    scope = new Scope(before);
    const result = work();
    scope = before;
    return result;
  };
  const declare = (t: Token): Variable => {
    const variable = new Variable(t.text, t.position);
    scope.variables.set(t.text, variable);
    return variable;
  };

  const block = (): Block => scoped(statements);
  const statements = (): Block => {
    const result: Block = [];
    while (!["end", "else", "elseif", "until"].some(is) && peek().kind !== "end") {
      if (accept(";")) continue;
      const last = is("return") || is("break");
      result.push(statement());
      accept(";");
      if (last && result.at(-1)!.kind === "return") break;
    }
    return result;
  };

  const func = (position: Position, self: boolean, title?: string): Func =>
    scoped(() => {
      const parameters: Variable[] = [];
      let dots = false;
      if (self) parameters.push(declare({ kind: "name", text: "self", position }));
      expect("(");
      while (!is(")")) {
        if (accept("...")) dots = true;
        else parameters.push(declare(word()));
        if (!accept(",")) break;
      }
      expect(")");
      const body = block();
      expect("end");
      return { kind: "function", parameters, dots, body, title, position };
    });

  const expressions = (): Expression[] => {
    const result = [expression()];
    while (accept(",")) result.push(expression());
    return result;
  };
  const identifier = (t: Token): Expression => {
    const variable = scope.find(t.text);
    return variable
      ? { kind: "name", variable, position: t.position }
      : { kind: "global", name: t.text, position: t.position };
  };

  const table = (): Expression => {
    const { position } = expect("{");
    const fields: Field[] = [];
    while (!is("}")) {
      if (accept("[")) {
        const key = expression();
        expect("]");
        expect("=");
        fields.push({ key, value: expression() });
      } else if (peek().kind === "name" && list[at + 1]!.text === "=" && list[at + 1]!.kind === "symbol") {
        const t = next();
        expect("=");
        fields.push({ key: { kind: "string", value: t.text, position: t.position }, value: expression() });
      } else fields.push({ value: expression() });
      if (!accept(",") && !accept(";")) break;
    }
    expect("}");
    return { kind: "table", fields, position };
  };

  const suffixed = (): Expression => {
    let e: Expression;
    const { position } = peek();
    if (accept("(")) {
      const inner = expression();
      expect(")");
      e = isMulti(inner) ? { kind: "single", expression: inner, position } : inner;
    } else e = identifier(word());
    for (;;) {
      const t = peek();
      if (accept(".")) {
        const key = word();
        e = { kind: "index", object: e, key: { kind: "string", value: key.text }, position: key.position };
      } else if (accept("[")) {
        e = { kind: "index", object: e, key: expression(), position: t.position };
        expect("]");
      } else if (accept(":")) {
        const name = word();
        e = { kind: "method", object: e, name: name.text, args: args(), position: name.position };
      } else if (is("(") || is("{") || t.kind === "string") {
        e = { kind: "call", callee: e, args: args(), position: t.position };
      } else return e;
    }
  };
  const args = (): Expression[] => {
    const t = peek();
    if (t.kind === "string") return [{ kind: "string", value: next().text, position: t.position }];
    if (is("{")) return [table()];
    expect("(");
    const result = is(")") ? [] : expressions();
    expect(")");
    return result;
  };

  const simple = (): Expression => {
    const t = peek();
    if (t.kind === "number") return { kind: "number", value: Number(next().text), position: t.position };
    if (t.kind === "string") return { kind: "string", value: next().text, position: t.position };
    for (const kind of ["nil", "true", "false"] as const)
      if (accept(kind)) return { kind, position: t.position };
    if (accept("...")) return { kind: "dots", position: t.position };
    if (is("{")) return table();
    if (accept("function")) return func(t.position, false);
    return suffixed();
  };
  const expression = (limit = 0): Expression => {
    const t = peek();
    let left: Expression;
    const operator = (Object.keys(UNARY) as UnaryOperator[]).find(is);
    if (operator) {
      next();
      left = { kind: "unary", operator, operand: expression(UNARY_POWER), position: t.position };
    } else left = simple();
    for (;;) {
      const { kind, text, position } = peek();
      if ((kind !== "symbol" && kind !== "keyword") || !isBinaryOperator(text)) return left;
      const power = BINARY[text];
      if (power.left <= limit) return left;
      next();
      left = { kind: "binary", operator: text, left, right: expression(power.right), position };
    }
  };

  const statement = (): Statement => {
    const t = peek();
    const { position } = t;
    if (accept("do")) {
      const body = block();
      expect("end");
      return { kind: "do", body, position };
    }
    if (accept("while")) {
      const condition = expression();
      expect("do");
      const body = block();
      expect("end");
      return { kind: "while", condition, body, position };
    }
    if (accept("repeat")) {
      return scoped(() => {
        const body = statements();
        expect("until");
        return { kind: "repeat", body, condition: expression(), position };
      });
    }
    if (accept("if")) {
      const clauses: Clause[] = [];
      let otherwise: Block | undefined;
      do {
        const condition = expression();
        expect("then");
        clauses.push({ condition, body: block() });
      } while (accept("elseif"));
      if (accept("else")) otherwise = block();
      expect("end");
      return { kind: "if", clauses, otherwise, position };
    }
    if (accept("for")) return forStatement(position);
    if (accept("function")) {
      const first = word();
      let target = identifier(first);
      let title = first.text;
      let self = false;
      while (is(".") || is(":")) {
        self = next().text === ":";
        const key = word();
        title += `.${key.text}`;
        target = {
          kind: "index",
          object: target,
          key: { kind: "string", value: key.text },
          position: key.position,
        };
        if (self) break;
      }
      return { kind: "assign", targets: [target as Target], values: [func(position, self, title)], position };
    }
    if (accept("local")) {
      if (accept("function")) {
        const variable = declare(word());
        return { kind: "localfunction", variable, func: func(position, false, variable.name), position };
      }
      const names = [word()];
      while (accept(",")) names.push(word());
      const values = accept("=") ? expressions() : [];
      return { kind: "local", variables: names.map(declare), values, position };
    }
    if (accept("return")) {
      const ends = ["end", "else", "elseif", "until", ";"].some(is) || peek().kind === "end";
      return { kind: "return", values: ends ? [] : expressions(), position };
    }
    if (accept("break")) return { kind: "break", position };
    if (accept("::")) {
      const label = word().text;
      expect("::");
      return { kind: "label", label, position };
    }
    if (t.kind === "name" && t.text === "goto" && list[at + 1]!.kind === "name") {
      next();
      return { kind: "goto", label: word().text, position };
    }
    const first = suffixed();
    if (is("=") || is(",")) {
      const targets = [first as Target];
      while (accept(",")) targets.push(suffixed() as Target);
      expect("=");
      return { kind: "assign", targets, values: expressions(), position };
    }
    if (first.kind !== "call" && first.kind !== "method") {
      throw new CompactError(`unexpected expression near "${peek().text}"`, position);
    }
    return { kind: "callstatement", call: first as Call | MethodCall, position };
  };

  const forStatement = (position: Position): Statement => {
    const names = [word()];
    while (accept(",")) names.push(word());
    if (names.length === 1 && accept("=")) {
      const start = expression();
      expect(",");
      const limit = expression();
      const step = accept(",") ? expression() : undefined;
      expect("do");
      return scoped(() => {
        const variable = declare(names[0]!);
        const body = statements();
        expect("end");
        return { kind: "for", variable, start, limit, step, body, position };
      });
    }
    expect("in");
    const values = expressions();
    expect("do");
    return scoped(() => {
      const variables = names.map(declare);
      const body = statements();
      expect("end");
      return { kind: "forin", variables, values, body, position };
    });
  };

  const body = statements();
  if (peek().kind !== "end") throw new CompactError(`unexpected "${peek().text}"`, peek().position);
  return { body, scope: scope.variables };
}
