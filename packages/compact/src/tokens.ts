// A tree as the tokens of Lua: what must be written, before anybody decides about spaces and lines.
import { isLibraryFunction } from "./analysis/facts.ts";
import { printNumber, printString } from "./literal.ts";
import { isIdentifier } from "./names.ts";
import { BINARY, type BinaryOperator, canRaise, isLogical, UNARY_POWER } from "./operators.ts";
import { type Token, TokenList } from "./token-list.ts";
import {
  type Assign,
  type Binary,
  type Block,
  blocks,
  type Call,
  type Expression,
  type Field,
  type Func,
  type GenericFor,
  type If,
  type Index,
  type Local,
  type LocalFunction,
  type MethodCall,
  type Numeric,
  type NumericFor,
  type Position,
  type Statement,
  type Target,
  type Unary,
} from "./tree.ts";

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
  const list = new TreeTokens(compact, fields, spell);
  list.chunk(chunk);
  return list.tokens;
}

/** The tokens of one tree: a method for each construct of Lua. */
class TreeTokens extends TokenList {
  readonly #spell: (bytes: string) => string;
  /** The operator of the chain being written: its operands share one group. */
  #inChain: BinaryOperator | undefined;

  constructor(
    compact: boolean,
    fields: ReadonlyMap<string, string> | undefined,
    spell: (bytes: string) => string,
  ) {
    super(compact, fields);
    this.#spell = spell;
  }

  chunk(b: Block): void {
    for (const [i, s] of b.entries()) {
      if (i > 0) this.mark("hard");
      if (i > 0 && (isLong(s) || isLong(b[i - 1]!))) this.mark("hard");
      this.#startStatement(s, i > 0);
    }
    this.startNothing();
  }

  #block(b: Block): void {
    this.mark("indent");
    for (const [i, s] of b.entries()) {
      this.mark("hard");
      this.#startStatement(s, i > 0);
    }
    this.startNothing();
    this.mark("dedent", "hard");
  }

  #startStatement(s: Statement, following: boolean): void {
    this.start(following);
    const first = this.tokens.length;
    this.#statement(s);
    const token = this.tokens[first];
    if (token) token.position ??= s.position;
  }

  #statement(s: Statement): void {
    switch (s.kind) {
      case "local":
        this.#local(s);
        return;
      case "localfunction":
        this.#localFunction(s);
        return;
      case "assign":
        this.#assign(s);
        return;
      case "callstatement":
        this.#expression(s.call);
        return;
      case "do":
        this.put("do", s.position);
        this.#block(s.body);
        this.put("end");
        return;
      case "if":
        this.#if(s);
        return;
      case "while":
        this.put("while", s.position);
        this.mark("space");
        this.#expression(s.condition);
        this.mark("space");
        this.put("do");
        this.#block(s.body);
        this.put("end");
        return;
      case "repeat":
        this.put("repeat", s.position);
        this.#block(s.body);
        this.put("until", s.condition.position);
        this.mark("space");
        this.#expression(s.condition);
        return;
      case "for":
        this.#for(s);
        return;
      case "forin":
        this.#forIn(s);
        return;
      case "return":
        this.put("return", s.position);
        if (s.values.length > 0) this.mark("space");
        this.#list(s.values);
        return;
      case "break":
        this.put("break", s.position);
        return;
      case "goto":
        this.put("goto", s.position);
        this.mark("space");
        this.put(s.label);
        return;
      case "label":
        this.put("::", s.position);
        this.put(s.label);
        this.put("::");
        return;
    }
  }

  #local(s: Local): void {
    this.put("local", s.position);
    this.mark("space");
    this.commas(s.variables, (v) => this.putVariable(v, v.position));
    if (s.values.length === 0) return;
    this.equals();
    this.commas(s.values, (value) => {
      this.itemNext = value !== s.values[0];
      this.#expression(value);
    });
  }

  #localFunction(s: LocalFunction): void {
    this.put("local", s.position);
    this.mark("space");
    this.put("function", s.position ?? s.func.position);
    this.mark("space");
    this.putVariable(s.variable, s.variable.position);
    this.#body(s.func);
  }

  #assign(s: Assign): void {
    const [value] = s.values;
    const names =
      s.targets.length === 1 && s.values.length === 1 && value?.kind === "function"
        ? this.#path(s.targets[0]!)
        : undefined;
    if (names && value?.kind === "function") {
      this.put("function", s.position ?? value.position);
      this.mark("space");
      for (const [i, putName] of names.entries()) {
        if (i > 0) this.put(".");
        putName();
      }
      this.#body(value, names.length > 1 ? s.position : undefined);
      return;
    }
    this.commas(s.targets, (t) => {
      this.#expression(t);
      if (t.kind === "index") this.tokens.at(-1)!.raises = true;
    });
    this.equals();
    this.#list(s.values);
  }

  /** `function a.b.c()` needs a plain path: what writes each of its names, or undefined if the target is not one. */
  #path(t: Target): (() => void)[] | undefined {
    if (t.kind === "name") return [() => this.putVariable(t.variable)];
    if (t.kind === "global") return isIdentifier(t.name) ? [() => this.put(t.name)] : undefined;
    const { key } = t;
    if (key.kind !== "string" || !isIdentifier(key.value)) return undefined;
    const outer =
      t.object.kind === "name" || t.object.kind === "global" || t.object.kind === "index"
        ? this.#path(t.object)
        : undefined;
    return outer && [...outer, () => this.putField(key.value)];
  }

  #if(s: If): void {
    for (const [i, clause] of s.clauses.entries()) {
      this.put(i === 0 ? "if" : "elseif", clause.condition.position);
      this.mark("space");
      this.#expression(clause.condition);
      this.mark("space");
      this.put("then");
      this.#block(clause.body);
    }
    if (s.otherwise) {
      this.put("else");
      this.#block(s.otherwise);
    }
    this.put("end");
  }

  #for(s: NumericFor): void {
    this.put("for", s.position);
    this.mark("space");
    this.putVariable(s.variable, s.variable.position);
    this.equals();
    this.#list(s.step ? [s.start, s.limit, s.step] : [s.start, s.limit]);
    this.mark("space");
    this.put("do", s.position, true);
    this.#block(s.body);
    this.put("end");
  }

  #forIn(s: GenericFor): void {
    this.put("for", s.position);
    this.mark("space");
    this.commas(s.variables, (v) => this.putVariable(v, v.position));
    this.mark("space");
    this.put("in");
    this.mark("space");
    this.#list(s.values);
    this.mark("space");
    this.put("do", s.position, true);
    this.#block(s.body);
    this.put("end");
  }

  #expression(e: Expression): void {
    switch (e.kind) {
      case "nil":
      case "true":
      case "false":
        this.put(e.kind, e.position);
        return;
      case "dots":
        this.put("...", e.position);
        return;
      case "number":
        this.#number(e);
        return;
      case "string":
        this.put(this.#spell(e.value), e.position);
        return;
      case "function":
        this.put("function", e.position);
        this.#body(e, undefined, true);
        return;
      case "table":
        this.#table(e.fields, e.position);
        return;
      case "unary":
        this.#unary(e);
        return;
      case "binary":
        this.#binary(e);
        return;
      case "call":
        this.#prefix(e.callee);
        this.#arguments(e);
        return;
      case "method":
        this.#prefix(e.object);
        this.put(":");
        this.putField(e.name, e.position, true);
        this.#arguments(e);
        return;
      case "name":
        this.putVariable(e.variable, e.position);
        return;
      case "global":
        this.put(e.name, e.position);
        return;
      case "index":
        this.#index(e);
        return;
      case "single":
        this.#parens(e.expression);
        return;
    }
  }

  #list(values: readonly Expression[]): void {
    this.commas(values, (e) => this.#expression(e));
  }

  #number(e: Numeric): void {
    if (isNegative(e)) this.put("-", e.position);
    if (Number.isFinite(e.value)) this.put(printNumber(Math.abs(e.value), this.compact), e.position);
    else for (const t of ["(", Number.isNaN(e.value) ? "0" : "1", "/", "0", ")"]) this.put(t, e.position);
  }

  #unary(e: Unary): void {
    this.put(e.operator, e.position, e.operator !== "not");
    if (e.operator === "not") this.mark("space");
    const low = e.operand.kind === "binary" && BINARY[e.operand.operator].left < UNARY_POWER;
    if (low) this.#parens(e.operand);
    else this.#expression(e.operand);
  }

  #binary(e: Binary): void {
    const { left: level, right } = BINARY[e.operator];
    const fromRight = right < level;
    const logical = isLogical(e.operator);
    const chained = this.#inChain === e.operator;
    if (!chained) this.mark("open", "indent");
    this.#inChain = fromRight ? undefined : e.operator;
    this.#operand(e.left, fromRight ? level + 1 : level, e.operator === "^");
    if (e.operator !== "^") this.mark("space");
    this.put(e.operator, e.position, canRaise(e.operator));
    // Lua finds the left operand on the line of the operator.
    if (e.operator !== "^") this.mark("line");
    this.itemNext = true;
    // `a and (b and c)` is `a and b and c`: the same values in the same order.
    const same = logical && e.right.kind === "binary" && e.right.operator === e.operator;
    this.#inChain = fromRight || same ? e.operator : undefined;
    if (e.right.kind === "unary" || isNegative(e.right)) this.#expression(e.right);
    else this.#operand(e.right, fromRight || same ? level : level + 1, false);
    if (!chained) this.mark("dedent", "close");
  }

  #operand(e: Expression, least: number, ofPower: boolean): void {
    const own =
      e.kind === "binary"
        ? BINARY[e.operator].left
        : e.kind === "unary" || isNegative(e)
          ? ofPower
            ? UNARY_POWER
            : 20
          : 20;
    if (own < least) this.#parens(e);
    else this.#expression(e);
  }

  #index(e: Index): void {
    this.#prefix(e.object);
    if (e.key.kind === "string" && isIdentifier(e.key.value)) {
      this.itemNext = true;
      this.put(".");
      this.putField(e.key.value, e.key.position ?? e.position, !isLibraryFunction(e));
      return;
    }
    this.put("[");
    this.#expression(e.key);
    this.put("]", e.position, true);
  }

  #parens(e: Expression): void {
    this.put("(", e.position);
    this.#expression(e);
    this.put(")");
  }

  /** What may stand before `.`, `[`, `:` or a call. */
  #prefix(e: Expression): void {
    const bare =
      e.kind === "name" ||
      e.kind === "global" ||
      e.kind === "index" ||
      e.kind === "call" ||
      e.kind === "method";
    if (bare || e.kind === "single") this.#expression(e);
    else this.#parens(e);
  }

  #arguments(e: Call | MethodCall): void {
    const [only] = e.args;
    if (this.compact && e.args.length === 1 && only && (only.kind === "string" || only.kind === "table")) {
      if (only.kind === "string") this.put(this.#spell(only.value), e.position, true);
      else this.#table(only.fields, only.position ?? e.position, true);
      return;
    }
    this.put("(", e.position, true);
    this.#inside(e.args, (a) => {
      this.itemNext = true;
      this.#expression(a);
    });
    this.put(")");
  }

  #table(fields: readonly Field[], position?: Position, raises = false): void {
    this.put("{", position, raises);
    this.#inside(fields, (f) => {
      this.itemNext = true;
      if (f.key?.kind === "string" && isIdentifier(f.key.value)) {
        this.putField(f.key.value, f.key.position);
        this.equals();
      } else if (f.key) {
        this.put("[");
        this.#expression(f.key);
        this.put("]", undefined, true);
        this.equals();
      }
      this.#expression(f.value);
    });
    this.put("}");
  }

  /** A list in brackets: on one line, or one item a line. */
  #inside<T>(items: readonly T[], print: (item: T) => void): void {
    const last = items.at(-1) as Expression | undefined;
    // `f(a, function() … end)` stays where it is; only what is inside the function is indented.
    if (items.length === 0 || (last && last.kind === "function")) {
      this.commas(items, print);
      return;
    }
    this.mark("open", "indent", "soft");
    this.commas(items, print, "line");
    this.mark("dedent", "soft", "close");
  }

  #body(f: Func, end?: Position, oneLine = false): void {
    if (f.title) this.owners.push(f);
    this.put("(");
    this.commas(f.parameters, (p) => this.putVariable(p, p.position));
    if (f.dots) {
      if (f.parameters.length > 0) {
        this.put(",");
        this.mark("space");
      }
      this.put("...");
    }
    this.put(")");
    if (f.body.length === 0) this.mark("space");
    else if (oneLine && f.body.length === 1 && f.body[0]!.kind === "return") {
      this.mark("open", "indent", "line");
      this.#statement(f.body[0]!);
      this.mark("dedent", "line", "close");
    } else this.#block(f.body);
    this.put("end", end, end !== undefined);
    if (f.title) this.owners.pop();
  }
}

/** A statement that people set apart by empty lines. */
function isLong(s: Statement): boolean {
  if (s.kind === "localfunction" || blocks(s).length > 0) return true;
  return s.kind === "assign" && s.values.some((v) => v.kind === "function");
}

function isNegative(e: Expression): boolean {
  return e.kind === "number" && (e.value < 0 || Object.is(e.value, -0));
}
