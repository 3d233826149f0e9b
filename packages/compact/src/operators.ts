// The operators of Lua, in one table: how each is written, how tightly it binds its operands, what an error in it means, and which
// node of TypeScriptToLua stands for it. The parser, the printer and the passes that compute take what they need from here.
import type { SyntaxKind } from "typescript-to-lua/dist/LuaAST.js";

interface Binary {
  /**
   * How tightly it binds what is on its left and on its right, as in Lua's own parser (`priority` in lparser.c of 5.3). An operator that
   * binds its right operand less groups from the right: `a..b..c` is `a..(b..c)`.
   */
  readonly left: number;
  readonly right: number;
  /** The name of TypeScriptToLua's node. */
  readonly node: keyof typeof SyntaxKind;
  /** It evaluates its right operand only if the left one does not decide the result. */
  readonly logical?: true;
  /** It gives true or false: whether its operands are equal, or how they are ordered. */
  readonly compares?: "equality" | "order";
}

/** Operators between two operands. All raise an error for operands that they cannot take, except the logical ones and those of equality. */
export const BINARY = {
  or: { left: 1, right: 1, node: "OrOperator", logical: true },
  and: { left: 2, right: 2, node: "AndOperator", logical: true },
  "<": { left: 3, right: 3, node: "LessThanOperator", compares: "order" },
  ">": { left: 3, right: 3, node: "GreaterThanOperator", compares: "order" },
  "<=": { left: 3, right: 3, node: "LessEqualOperator", compares: "order" },
  ">=": { left: 3, right: 3, node: "GreaterEqualOperator", compares: "order" },
  "~=": { left: 3, right: 3, node: "InequalityOperator", compares: "equality" },
  "==": { left: 3, right: 3, node: "EqualityOperator", compares: "equality" },
  "|": { left: 4, right: 4, node: "BitwiseOrOperator" },
  "~": { left: 5, right: 5, node: "BitwiseExclusiveOrOperator" },
  "&": { left: 6, right: 6, node: "BitwiseAndOperator" },
  "<<": { left: 7, right: 7, node: "BitwiseLeftShiftOperator" },
  ">>": { left: 7, right: 7, node: "BitwiseRightShiftOperator" },
  "..": { left: 9, right: 8, node: "ConcatOperator" },
  "+": { left: 10, right: 10, node: "AdditionOperator" },
  "-": { left: 10, right: 10, node: "SubtractionOperator" },
  "*": { left: 11, right: 11, node: "MultiplicationOperator" },
  "/": { left: 11, right: 11, node: "DivisionOperator" },
  "//": { left: 11, right: 11, node: "FloorDivisionOperator" },
  "%": { left: 11, right: 11, node: "ModuloOperator" },
  "^": { left: 14, right: 13, node: "PowerOperator" },
} as const satisfies Record<string, Binary>;

export type BinaryOperator = keyof typeof BINARY;

/**
 * Operators before one operand, with the names of TypeScriptToLua's nodes. All but `not` raise an error for an operand that they cannot
 * take.
 */
export const UNARY = {
  "-": "NegationOperator",
  not: "NotOperator",
  "#": "LengthOperator",
  "~": "BitwiseNotOperator",
} as const satisfies Record<string, keyof typeof SyntaxKind>;

export type UnaryOperator = keyof typeof UNARY;

/** How tightly every unary operator binds: less than `^`, more than all others. */
export const UNARY_POWER = 12;

const row = (operator: BinaryOperator): Binary => BINARY[operator];

/** Tells whether a text is a binary operator. */
export function isBinaryOperator(text: string): text is BinaryOperator {
  return Object.hasOwn(BINARY, text);
}

/** Tells whether an operator is `and` or `or`. */
export function isLogical(operator: BinaryOperator): boolean {
  return row(operator).logical === true;
}

/** Tells whether an operator gives true or false by comparing, and what it compares; undefined for all others. */
export function comparison(operator: BinaryOperator): Binary["compares"] {
  return row(operator).compares;
}

/** Tells whether an operator can raise an error, for operands that it cannot take. */
export function canRaise(operator: BinaryOperator): boolean {
  return !isLogical(operator) && comparison(operator) !== "equality";
}
