// What only TypeScript's types tell: a number or a string needs no `tostring` beside `..`, and what cannot be `false`
// is undefined exactly if it does not hold.
import * as ts from "typescript";
import * as lua from "typescript-to-lua/dist/LuaAST.js";
import type { Visitors } from "typescript-to-lua/dist/transformation/context/index.js";

const joinable = ts.TypeFlags.StringLike | ts.TypeFlags.NumberLike;

function isJoinable(checker: ts.TypeChecker, type: ts.Type): boolean {
  const known = checker.getBaseConstraintOfType(type) ?? type;
  if (known.flags & joinable) return true;
  if (known.isUnion()) return known.types.every((t) => isJoinable(checker, t));
  return known.isIntersection() && known.types.some((t) => isJoinable(checker, t));
}

/** The operand of `..` without the `tostring` around it, if TypeScript knows it as a number or a string. */
function bare(operand: lua.Expression, node: ts.Expression, checker: ts.TypeChecker): lua.Expression {
  if (!lua.isCallExpression(operand) || operand.params.length !== 1) return operand;
  if (!lua.isIdentifier(operand.expression) || operand.expression.text !== "tostring") return operand;
  // The author's own `tostring(x)` or the one that TypeScriptToLua put around `x`.
  let inner = node;
  while (ts.isParenthesizedExpression(inner)) inner = inner.expression;
  if (
    ts.isCallExpression(inner) &&
    ts.isIdentifier(inner.expression) &&
    inner.expression.text === "tostring"
  ) {
    const [argument] = inner.arguments;
    if (inner.arguments.length !== 1 || !argument) return operand;
    inner = argument;
  }
  const [value] = operand.params as [lua.Expression];
  return isJoinable(checker, checker.getTypeAtLocation(inner)) ? value : operand;
}

/** Nodes that compare something with nil that can be anything but `false`. */
const comparisons = new WeakSet<lua.Node>();

/** Is this `x == nil` or `x ~= nil` with an `x` that is never `false`? */
export const isSureComparison = (node: lua.Node): boolean => comparisons.has(node);

function canBeFalse(checker: ts.TypeChecker, type: ts.Type): boolean {
  const known = checker.getBaseConstraintOfType(type) ?? type;
  if (known.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return true;
  if (known.isUnion()) return known.types.some((t) => canBeFalse(checker, t));
  if (known.flags & ts.TypeFlags.BooleanLiteral) return checker.typeToString(known) !== "true";
  return (known.flags & (ts.TypeFlags.Boolean | ts.TypeFlags.TypeParameter)) !== 0;
}

const equalities = new Set([
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
  ts.SyntaxKind.EqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsToken,
]);

function noteComparison(node: ts.BinaryExpression, result: lua.Expression, checker: ts.TypeChecker): void {
  if (!equalities.has(node.operatorToken.kind) || !lua.isBinaryExpression(result)) return;
  if (!lua.isNilLiteral(result.right) || canBeFalse(checker, checker.getTypeAtLocation(node.left))) return;
  comparisons.add(result);
}

function isConcat(e: lua.Node | undefined): e is lua.BinaryExpression {
  return (
    e !== undefined &&
    lua.isBinaryExpression(e as lua.Expression) &&
    (e as lua.BinaryExpression).operator === lua.SyntaxKind.ConcatOperator
  );
}

/** Visitors that replace those of TypeScriptToLua. */
export const visitors: Visitors = {
  [ts.SyntaxKind.BinaryExpression]: (node, context) => {
    const result = context.superTransformExpression(node);
    noteComparison(node, result, context.checker);
    if (node.operatorToken.kind === ts.SyntaxKind.PlusToken && isConcat(result)) {
      result.left = bare(result.left, node.left, context.checker);
      result.right = bare(result.right, node.right, context.checker);
    }
    return result;
  },
  [ts.SyntaxKind.TemplateExpression]: (node, context) => {
    const result = context.superTransformExpression(node);
    // The pieces hang on the left, the last one outermost; empty texts are left out.
    const pieces: (ts.Expression | undefined)[] = node.head.text.length > 0 ? [undefined] : [];
    for (const span of node.templateSpans) {
      pieces.push(span.expression);
      if (span.literal.text.length > 0) pieces.push(undefined);
    }
    let rest = result;
    for (let i = pieces.length - 1; i > 0 && isConcat(rest); i--) {
      const [first, piece] = [pieces[0], pieces[i]];
      if (piece) rest.right = bare(rest.right, piece, context.checker);
      if (i === 1 && first) rest.left = bare(rest.left, first, context.checker);
      rest = rest.left;
    }
    return result;
  },
  [ts.SyntaxKind.ExpressionStatement]: (node, context) => {
    const result = context.superTransformStatements(node);
    const { expression } = node;
    if (
      !ts.isBinaryExpression(expression) ||
      expression.operatorToken.kind !== ts.SyntaxKind.PlusEqualsToken
    ) {
      return result;
    }
    const last = result.at(-1);
    const value = last && lua.isAssignmentStatement(last) ? last.right[0] : undefined;
    if (isConcat(value)) {
      value.left = bare(value.left, expression.left, context.checker);
      value.right = bare(value.right, expression.right, context.checker);
    }
    return result;
  },
};
