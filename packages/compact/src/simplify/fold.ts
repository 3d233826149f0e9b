// Expressions: what can be computed now, chains of `..`, negations.
import { isLiteral, isPure } from "../analysis/facts.ts";
import { MOST } from "../lua-limits.ts";
import { type BinaryOperator, comparison, isLogical as isLogicalOperator } from "../operators.ts";
import { type Block, type Expression, rewriteBlock, type Statement, type Text } from "../tree.ts";

const opposite: Partial<Record<BinaryOperator, BinaryOperator>> = { "==": "~=", "~=": "==" };

/** Whole numbers that every Lua we know holds exactly: doubles, and 32-bit integers. */
const isWhole = (n: number): boolean => Number.isInteger(n) && Math.abs(n) <= 0x7fffffff && !Object.is(n, -0);

/** Certainly neither nil nor false. */
function isTruthy(e: Expression): boolean {
  return ["number", "string", "true", "function", "table"].includes(e.kind);
}
const isFalsy = (e: Expression): boolean => e.kind === "nil" || e.kind === "false";

/** The value is true or false, nothing else. */
export function isBoolean(e: Expression): boolean {
  if (e.kind === "true" || e.kind === "false") return true;
  if (e.kind === "unary") return e.operator === "not";
  if (e.kind !== "binary") return false;
  if (e.operator === "and" || e.operator === "or") return isBoolean(e.left) && isBoolean(e.right);
  return comparison(e.operator) !== undefined;
}

/** Makes the expression that is true exactly if a condition is not: by the opposite comparison if there is one, else by `not`. */
export function negate(e: Expression): Expression {
  if (e.kind === "unary" && e.operator === "not" && isBoolean(e.operand)) return e.operand;
  if (e.kind === "true" || e.kind === "false") return { ...e, kind: e.kind === "true" ? "false" : "true" };
  const other = e.kind === "binary" && opposite[e.operator];
  if (e.kind === "binary" && other) return { ...e, operator: other };
  return { kind: "unary", operator: "not", operand: e, position: e.position };
}

/** The same where only its truth counts, as in a condition. */
function asCondition(e: Expression): Expression {
  // What is never false holds unless it is nil.
  if (e.kind === "binary" && e.sure && e.operator === "~=") return asCondition(e.left);
  if (e.kind === "unary" && e.operator === "not") {
    const inner = asCondition(e.operand);
    if (cost(inner) < 4) return inverted(inner);
    if (inner !== e.operand) return negate(inner);
  }
  if (e.kind === "binary" && (e.operator === "and" || e.operator === "or")) {
    const left = asCondition(e.left);
    const right = asCondition(e.right);
    if (left !== e.left || right !== e.right) return { ...e, left, right };
  }
  return e;
}

const isComparison = (e: Expression): boolean => e.kind === "binary" && comparison(e.operator) === "order";

/** Bytes that the opposite of a condition takes more than the condition. */
export function cost(e: Expression): number {
  if (e.kind === "unary" && e.operator === "not") return e.operand.kind === "binary" ? -5 : -4;
  if (e.kind === "binary" && opposite[e.operator]) return 0;
  if (isComparison(e)) return 5;
  if (e.kind === "binary" && isLogical(e)) return Math.min(5, inside(e));
  return e.kind === "binary" ? 5 : 4;
}

/** …when `not` goes to both sides of `and` or `or`. */
function inside(e: Expression & { kind: "binary" }): number {
  // An `and` that becomes an `or` needs parentheses beside another `and`, and the reverse spares them.
  const side = (x: Expression): number => {
    const nested = x.kind === "binary" && isLogical(x) && x.operator !== e.operator && inside(x) <= 5;
    return cost(x) + (nested ? (e.operator === "or" ? 2 : -2) : 0);
  };
  return side(e.left) + side(e.right) + (e.operator === "or" ? 1 : -1);
}

/** `inverted` where the value counts: it must still be true or false. */
function asValue(e: Expression): Expression {
  const other = inverted(e);
  return isBoolean(other) ? other : negate(e);
}

/** The condition under which `e` does not hold, in the fewest bytes. */
export function inverted(e: Expression): Expression {
  if (e.kind === "unary" && e.operator === "not") return e.operand;
  if (e.kind === "binary" && isLogical(e) && inside(e) <= 5) {
    return {
      ...e,
      operator: e.operator === "and" ? "or" : "and",
      left: inverted(e.left),
      right: inverted(e.right),
    };
  }
  return negate(e);
}

const isLogical = (e: Expression): boolean => e.kind === "binary" && isLogicalOperator(e.operator);

/** The operands of a chain of `..`, from left to right. */
function chain(e: Expression): Expression[] {
  return e.kind === "binary" && e.operator === ".." ? [...chain(e.left), ...chain(e.right)] : [e];
}

/** What a constant is as a piece of a string. */
function piece(e: Expression): string | undefined {
  if (e.kind === "string") return e.value;
  return e.kind === "number" && isWhole(e.value) ? String(e.value) : undefined;
}

const isToString = (e: Expression): boolean =>
  e.kind === "call" && e.callee.kind === "global" && e.callee.name === "tostring";

function concat(e: Expression & { kind: "binary" }): Expression {
  const operands: Expression[] = [];
  for (const next of chain(e)) {
    const last = operands.at(-1);
    const a = last && piece(last);
    const b = piece(next);
    if (a !== undefined && b !== undefined) {
      const joined: Text = { kind: "string", value: a + b, position: last!.position ?? next.position };
      operands[operands.length - 1] = joined;
    } else operands.push(next);
  }
  // "" does nothing beside two other pieces; beside one it makes a string of a number.
  for (let i = operands.length - 1; i >= 0 && operands.length > 2; i--) {
    if (piece(operands[i]!) === "") operands.splice(i, 1);
  }
  // tostring(x).."" is a string already.
  const [only, empty] = operands;
  if (operands.length === 2 && piece(empty!) === "" && isToString(only!)) return only!;
  const join = (list: Expression[]): Expression =>
    list.reduceRight((right, left) => ({
      kind: "binary",
      operator: "..",
      left,
      right,
      position: e.position,
    }));
  const groups: Expression[] = [];
  while (operands.length > MOST.concatenated) groups.push(join(operands.splice(0, MOST.concatenated)));
  if (groups.length === 0) return join(operands);
  const rest = operands.length > 0 ? [join(operands)] : [];
  return [...groups, ...rest].reduce((left, right) => ({
    kind: "binary",
    operator: "..",
    left,
    right,
    position: e.position,
  }));
}

function arithmetic(operator: BinaryOperator, a: number, b: number): number | undefined {
  if (!isWhole(a) || !isWhole(b)) return undefined;
  let result: number | undefined;
  if (operator === "+") result = a + b;
  else if (operator === "-") result = a - b;
  else if (operator === "*") result = a * b;
  else if (operator === "%" && b !== 0) result = a - Math.floor(a / b) * b;
  return result !== undefined && isWhole(result) ? result : undefined;
}

function binary(e: Expression & { kind: "binary" }): Expression {
  const { left, right, operator } = e;
  switch (operator) {
    case "..":
      return concat(e);
    case "and":
      if (isTruthy(left) && isPure(left)) return right;
      if (isFalsy(left)) return left;
      break;
    case "or":
      if (isTruthy(left)) return left;
      if (isFalsy(left)) return right;
      break;
    case "==":
    case "~=":
      if (e.sure && operator === "==" && right.kind === "nil") {
        return { kind: "unary", operator: "not", operand: left, position: e.position };
      }
      if (isLiteral(left) && isLiteral(right)) {
        const equal =
          left.kind === right.kind &&
          (!("value" in left) || left.value === (right as { value: unknown }).value);
        return { kind: equal === (operator === "==") ? "true" : "false", position: e.position };
      }
      break;
    case "<":
    case ">":
    case "<=":
    case ">=":
      if (left.kind === "number" && right.kind === "number" && isWhole(left.value) && isWhole(right.value)) {
        const [a, b] = [left.value, right.value];
        const holds =
          operator === "<" ? a < b : operator === ">" ? a > b : operator === "<=" ? a <= b : a >= b;
        return { kind: holds ? "true" : "false", position: e.position };
      }
      break;
    default:
      if (left.kind === "number" && right.kind === "number") {
        const value = arithmetic(operator, left.value, right.value);
        if (value !== undefined) return { kind: "number", value, position: e.position };
      }
  }
  return e;
}

function foldExpression(e: Expression): Expression {
  if (e.kind === "binary") return binary(e);
  if (e.kind === "unary") {
    const { operand } = e;
    if (e.operator === "not") {
      if (isTruthy(operand) && isPure(operand)) return { kind: "false", position: e.position };
      if (isFalsy(operand)) return { kind: "true", position: e.position };
      const inner = asCondition(operand);
      return cost(inner) < 4 ? asValue(inner) : negate(inner);
    }
    if (e.operator === "#" && operand.kind === "string") {
      return { kind: "number", value: operand.value.length, position: e.position };
    }
    if (e.operator === "-" && operand.kind === "number" && isWhole(operand.value) && operand.value !== 0) {
      return { kind: "number", value: -operand.value, position: e.position };
    }
  }
  return e;
}

/** Parentheses around a call where only one value counts anyway. */
const one = (e: Expression): Expression => (e.kind === "single" ? e.expression : e);

/** All of a list but the last give one value; `room` is how many values are wanted, if that is known. */
function list(values: Expression[], room = Number.POSITIVE_INFINITY): Expression[] {
  return values.map((e, i) => (i < values.length - 1 || room <= values.length ? one(e) : e));
}

function operands(e: Expression): Expression {
  switch (e.kind) {
    case "unary":
      e.operand = one(e.operand);
      break;
    case "binary":
      e.left = one(e.left);
      e.right = one(e.right);
      break;
    case "index":
      e.object = one(e.object);
      e.key = one(e.key);
      break;
    case "call":
      e.callee = one(e.callee);
      e.args = list(e.args);
      break;
    case "method":
      e.object = one(e.object);
      e.args = list(e.args);
      break;
    case "table":
      for (const [i, f] of e.fields.entries()) {
        if (f.key || i < e.fields.length - 1) f.value = one(f.value);
        if (f.key) f.key = one(f.key);
      }
  }
  return e;
}

function lists(s: Statement): void {
  if (s.kind === "local") s.values = list(s.values, s.variables.length);
  if (s.kind === "assign") s.values = list(s.values, s.targets.length);
  if (s.kind === "return" || s.kind === "forin") s.values = list(s.values);
  if (s.kind === "if") for (const c of s.clauses) c.condition = one(c.condition);
  if (s.kind === "while" || s.kind === "repeat") s.condition = one(s.condition);
  if (s.kind === "for") {
    s.start = one(s.start);
    s.limit = one(s.limit);
    if (s.step) s.step = one(s.step);
  }
}

/** Computes what is known before the program runs, in all expressions of a chunk, and shortens its conditions. */
export function fold(chunk: Block): Block {
  return rewriteBlock(chunk, {
    expression: (e) => foldExpression(operands(e)),
    statement(s) {
      lists(s);
      if (s.kind === "if") for (const c of s.clauses) c.condition = asCondition(c.condition);
      if (s.kind === "while" || s.kind === "repeat") s.condition = asCondition(s.condition);
      return [s];
    },
  });
}
