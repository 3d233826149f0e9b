// Reads Lua text into the tree: for what exists only as text, the library of TypeScriptToLua and `.lua` files that
// stand beside the TypeScript. What TypeScriptToLua compiles never comes through here.
import { Scope } from "./analysis/scope.ts";
import { BINARY, isBinaryOperator, UNARY, UNARY_POWER, type UnaryOperator } from "./operators.ts";
import { scan, type Token } from "./scan.ts";
import {
  type Block,
  type Clause,
  CompactError,
  type Expression,
  type Field,
  type Func,
  isMulti,
  type Position,
  type Statement,
  type Target,
  Variable,
} from "./tree.ts";

export interface Parsed {
  body: Block;
  /** Variables of the outermost block by name. */
  scope: ReadonlyMap<string, Variable>;
}

/**
 * Parses Lua 5.1 to 5.3 (numbers as doubles).
 * @param source the number of the text among the sources
 * @param outer holds variables the text may use without declaring them
 * @throws CompactError for what is no Lua, with its place
 */
export function parse(code: string, source: number, outer?: Scope): Parsed {
  return new Parser(scan(code, source), outer).chunk();
}

/** Goes once over the tokens of a text: a method for each construct of Lua. */
class Parser {
  readonly #list: readonly Token[];
  #at = 0;
  #scope: Scope;

  constructor(list: readonly Token[], outer?: Scope) {
    this.#list = list;
    this.#scope = new Scope(outer);
  }

  chunk(): Parsed {
    const body = this.#statements();
    const { kind, text, position } = this.#peek();
    if (kind !== "end") throw new CompactError(`unexpected "${text}"`, position);
    return { body, scope: this.#scope.variables };
  }

  #peek(): Token {
    return this.#list[this.#at]!;
  }

  #next(): Token {
    return this.#list[this.#at++]!;
  }

  #is(text: string): boolean {
    const t = this.#peek();
    return (t.kind === "symbol" || t.kind === "keyword") && t.text === text;
  }

  #accept(text: string): boolean {
    return this.#is(text) && this.#at++ >= 0;
  }

  #expect(text: string): Token {
    if (!this.#is(text))
      throw new CompactError(`"${text}" expected near "${this.#peek().text}"`, this.#peek().position);
    return this.#next();
  }

  #word(): Token {
    if (this.#peek().kind !== "name")
      throw new CompactError(`name expected near "${this.#peek().text}"`, this.#peek().position);
    return this.#next();
  }

  #scoped<T>(work: () => T): T {
    const before = this.#scope;
    this.#scope = new Scope(before);
    const result = work();
    this.#scope = before;
    return result;
  }

  #declare(t: Token): Variable {
    const variable = new Variable(t.text, t.position);
    this.#scope.variables.set(t.text, variable);
    return variable;
  }

  #block(): Block {
    return this.#scoped(() => this.#statements());
  }

  #statements(): Block {
    const result: Block = [];
    while (!this.#atBlockEnd()) {
      if (this.#accept(";")) continue;
      const last = this.#is("return") || this.#is("break");
      result.push(this.#statement());
      this.#accept(";");
      if (last && result.at(-1)!.kind === "return") break;
    }
    return result;
  }

  #atBlockEnd(): boolean {
    const { kind } = this.#peek();
    return kind === "end" || ["end", "else", "elseif", "until"].some((text) => this.#is(text));
  }

  #func(position: Position, self: boolean, title?: string): Func {
    return this.#scoped(() => {
      const parameters: Variable[] = [];
      let dots = false;
      if (self) parameters.push(this.#declare({ kind: "name", text: "self", position }));
      this.#expect("(");
      while (!this.#is(")")) {
        if (this.#accept("...")) dots = true;
        else parameters.push(this.#declare(this.#word()));
        if (!this.#accept(",")) break;
      }
      this.#expect(")");
      const body = this.#block();
      this.#expect("end");
      return { kind: "function", parameters, dots, body, title, position };
    });
  }

  #expressions(): Expression[] {
    const result = [this.#expression()];
    while (this.#accept(",")) result.push(this.#expression());
    return result;
  }

  #identifier(t: Token): Expression {
    const variable = this.#scope.find(t.text);
    return variable
      ? { kind: "name", variable, position: t.position }
      : { kind: "global", name: t.text, position: t.position };
  }

  #table(): Expression {
    const { position } = this.#expect("{");
    const fields: Field[] = [];
    while (!this.#is("}")) {
      if (this.#accept("[")) {
        const key = this.#expression();
        this.#expect("]");
        this.#expect("=");
        fields.push({ key, value: this.#expression() });
      } else if (
        this.#peek().kind === "name" &&
        this.#list[this.#at + 1]!.text === "=" &&
        this.#list[this.#at + 1]!.kind === "symbol"
      ) {
        const t = this.#next();
        this.#expect("=");
        fields.push({
          key: { kind: "string", value: t.text, position: t.position },
          value: this.#expression(),
        });
      } else fields.push({ value: this.#expression() });
      if (!this.#accept(",") && !this.#accept(";")) break;
    }
    this.#expect("}");
    return { kind: "table", fields, position };
  }

  #suffixed(): Expression {
    let e: Expression;
    const { position } = this.#peek();
    if (this.#accept("(")) {
      const inner = this.#expression();
      this.#expect(")");
      e = isMulti(inner) ? { kind: "single", expression: inner, position } : inner;
    } else e = this.#identifier(this.#word());
    for (;;) {
      const t = this.#peek();
      if (this.#accept(".")) {
        const key = this.#word();
        e = { kind: "index", object: e, key: { kind: "string", value: key.text }, position: key.position };
      } else if (this.#accept("[")) {
        e = { kind: "index", object: e, key: this.#expression(), position: t.position };
        this.#expect("]");
      } else if (this.#accept(":")) {
        const name = this.#word();
        e = { kind: "method", object: e, name: name.text, args: this.#args(), position: name.position };
      } else if (this.#is("(") || this.#is("{") || t.kind === "string") {
        e = { kind: "call", callee: e, args: this.#args(), position: t.position };
      } else return e;
    }
  }

  #args(): Expression[] {
    const t = this.#peek();
    if (t.kind === "string") return [{ kind: "string", value: this.#next().text, position: t.position }];
    if (this.#is("{")) return [this.#table()];
    this.#expect("(");
    const result = this.#is(")") ? [] : this.#expressions();
    this.#expect(")");
    return result;
  }

  #simple(): Expression {
    const t = this.#peek();
    if (t.kind === "number")
      return { kind: "number", value: Number(this.#next().text), position: t.position };
    if (t.kind === "string") return { kind: "string", value: this.#next().text, position: t.position };
    for (const kind of ["nil", "true", "false"] as const)
      if (this.#accept(kind)) return { kind, position: t.position };
    if (this.#accept("...")) return { kind: "dots", position: t.position };
    if (this.#is("{")) return this.#table();
    if (this.#accept("function")) return this.#func(t.position, false);
    return this.#suffixed();
  }

  #expression(limit = 0): Expression {
    const t = this.#peek();
    let left: Expression;
    const operator = (Object.keys(UNARY) as UnaryOperator[]).find((text) => this.#is(text));
    if (operator) {
      this.#next();
      left = { kind: "unary", operator, operand: this.#expression(UNARY_POWER), position: t.position };
    } else left = this.#simple();
    for (;;) {
      const { kind, text, position } = this.#peek();
      if ((kind !== "symbol" && kind !== "keyword") || !isBinaryOperator(text)) return left;
      const power = BINARY[text];
      if (power.left <= limit) return left;
      this.#next();
      left = { kind: "binary", operator: text, left, right: this.#expression(power.right), position };
    }
  }

  #statement(): Statement {
    const t = this.#peek();
    const { position } = t;
    if (this.#accept("do")) return { kind: "do", body: this.#blockToEnd(), position };
    if (this.#accept("while")) return this.#while(position);
    if (this.#accept("repeat")) return this.#repeat(position);
    if (this.#accept("if")) return this.#if(position);
    if (this.#accept("for")) return this.#for(position);
    if (this.#accept("function")) return this.#namedFunction(position);
    if (this.#accept("local")) return this.#local(position);
    if (this.#accept("return")) return this.#return(position);
    if (this.#accept("break")) return { kind: "break", position };
    if (this.#accept("::")) return this.#label(position);
    if (t.kind === "name" && t.text === "goto" && this.#list[this.#at + 1]!.kind === "name") {
      this.#next();
      return { kind: "goto", label: this.#word().text, position };
    }
    return this.#assignmentOrCall(position);
  }

  #blockToEnd(): Block {
    const body = this.#block();
    this.#expect("end");
    return body;
  }

  #while(position: Position): Statement {
    const condition = this.#expression();
    this.#expect("do");
    return { kind: "while", condition, body: this.#blockToEnd(), position };
  }

  #repeat(position: Position): Statement {
    return this.#scoped(() => {
      const body = this.#statements();
      this.#expect("until");
      return { kind: "repeat", body, condition: this.#expression(), position };
    });
  }

  #if(position: Position): Statement {
    const clauses: Clause[] = [];
    let otherwise: Block | undefined;
    do {
      const condition = this.#expression();
      this.#expect("then");
      clauses.push({ condition, body: this.#block() });
    } while (this.#accept("elseif"));
    if (this.#accept("else")) otherwise = this.#block();
    this.#expect("end");
    return { kind: "if", clauses, otherwise, position };
  }

  #for(position: Position): Statement {
    const names = this.#words();
    if (names.length === 1 && this.#accept("=")) {
      const start = this.#expression();
      this.#expect(",");
      const limit = this.#expression();
      const step = this.#accept(",") ? this.#expression() : undefined;
      this.#expect("do");
      return this.#scoped(() => {
        const variable = this.#declare(names[0]!);
        const body = this.#statements();
        this.#expect("end");
        return { kind: "for", variable, start, limit, step, body, position };
      });
    }
    this.#expect("in");
    const values = this.#expressions();
    this.#expect("do");
    return this.#scoped(() => {
      const variables = names.map((t) => this.#declare(t));
      const body = this.#statements();
      this.#expect("end");
      return { kind: "forin", variables, values, body, position };
    });
  }

  #namedFunction(position: Position): Statement {
    const first = this.#word();
    let target = this.#identifier(first);
    let title = first.text;
    let self = false;
    while (this.#is(".") || this.#is(":")) {
      self = this.#next().text === ":";
      const key = this.#word();
      title += `.${key.text}`;
      target = {
        kind: "index",
        object: target,
        key: { kind: "string", value: key.text },
        position: key.position,
      };
      if (self) break;
    }
    const value = this.#func(position, self, title);
    return { kind: "assign", targets: [target as Target], values: [value], position };
  }

  #local(position: Position): Statement {
    if (this.#accept("function")) {
      const variable = this.#declare(this.#word());
      const func = this.#func(position, false, variable.name);
      return { kind: "localfunction", variable, func, position };
    }
    const names = this.#words();
    const values = this.#accept("=") ? this.#expressions() : [];
    return { kind: "local", variables: names.map((t) => this.#declare(t)), values, position };
  }

  #words(): Token[] {
    const names = [this.#word()];
    while (this.#accept(",")) names.push(this.#word());
    return names;
  }

  #return(position: Position): Statement {
    const values = this.#atBlockEnd() || this.#is(";") ? [] : this.#expressions();
    return { kind: "return", values, position };
  }

  #label(position: Position): Statement {
    const label = this.#word().text;
    this.#expect("::");
    return { kind: "label", label, position };
  }

  #assignmentOrCall(position: Position): Statement {
    const first = this.#suffixed();
    if (this.#is("=") || this.#is(",")) {
      const targets = [first as Target];
      while (this.#accept(",")) targets.push(this.#suffixed() as Target);
      this.#expect("=");
      return { kind: "assign", targets, values: this.#expressions(), position };
    }
    if (first.kind !== "call" && first.kind !== "method") {
      throw new CompactError(`unexpected expression near "${this.#peek().text}"`, position);
    }
    return { kind: "callstatement", call: first, position };
  }
}
