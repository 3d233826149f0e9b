// What only TypeScript's types tell: a number or a string needs no `tostring` beside `..`, and what cannot be `false`
// is undefined exactly if it does not hold.
import * as ts from "typescript";
import * as lua from "typescript-to-lua/dist/LuaAST.js";
import type { TransformationContext, Visitors } from "typescript-to-lua/dist/transformation/context/index.js";
import { isStringType } from "typescript-to-lua/dist/transformation/utils/typescript/types.js";

const joinable = ts.TypeFlags.StringLike | ts.TypeFlags.NumberLike;

function isJoinable(checker: ts.TypeChecker, type: ts.Type): boolean {
  const known = checker.getBaseConstraintOfType(type) ?? type;
  if (known.flags & joinable) return true;
  if (known.isUnion()) return known.types.every((t) => isJoinable(checker, t));
  return known.isIntersection() && known.types.some((t) => isJoinable(checker, t));
}

/**
 * Is the value really of the type that TypeScript gives it? Without `strictNullChecks` anything may be undefined,
 * without `noUncheckedIndexedAccess` what an index finds, and `!` and `as` are the author's word only.
 */
function isProven(node: ts.Expression, context: TransformationContext): boolean {
  const { checker, options } = context;
  if (!(options.strictNullChecks ?? options.strict)) return isLiteral(node);
  if (!isJoinable(checker, checker.getTypeAtLocation(node))) return false;
  const inner = asserted(node);
  if (inner) return isProven(inner, context);
  if (ts.isConditionalExpression(node)) {
    return isProven(node.whenTrue, context) && isProven(node.whenFalse, context);
  }
  return options.noUncheckedIndexedAccess === true || !isUnchecked(node, checker);
}

/** What the author only says more of: `(x)`, `x!`, `x as T`. */
function asserted(node: ts.Expression): ts.Expression | undefined {
  const says =
    ts.isParenthesizedExpression(node) ||
    ts.isNonNullExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isTypeAssertionExpression(node) ||
    ts.isSatisfiesExpression(node);
  return says ? node.expression : undefined;
}

/** Does it come from an index that may find nothing, by itself or by the variable it was put into? */
function isUnchecked(node: ts.Expression, checker: ts.TypeChecker, depth = 0): boolean {
  const inner = asserted(node);
  if (inner) return isUnchecked(inner, checker, depth);
  if (ts.isElementAccessExpression(node)) return true;
  if (ts.isPropertyAccessExpression(node)) {
    return (
      checker.getPropertyOfType(checker.getTypeAtLocation(node.expression), node.name.text) === undefined
    );
  }
  if (ts.isConditionalExpression(node)) {
    return isUnchecked(node.whenTrue, checker, depth) || isUnchecked(node.whenFalse, checker, depth);
  }
  if (!ts.isIdentifier(node) || depth > 20) return false;
  const declaration = checker.getSymbolAtLocation(node)?.valueDeclaration;
  if (!declaration) return false;
  if (ts.isBindingElement(declaration)) return ts.isArrayBindingPattern(declaration.parent);
  if (!ts.isVariableDeclaration(declaration) || !declaration.initializer) return false;
  return isUnchecked(declaration.initializer, checker, depth + 1);
}

function isLiteral(node: ts.Expression): boolean {
  return ts.isStringLiteralLike(node) || ts.isNumericLiteral(node) || ts.isTemplateExpression(node);
}

/** What the author made a string of: `x` in `tostring(x)`, `String(x)` and `x.toString()`. */
function madeString(node: ts.Expression): ts.Expression | undefined {
  if (!ts.isCallExpression(node)) return undefined;
  const { expression, arguments: list } = node;
  if (ts.isPropertyAccessExpression(expression)) {
    return expression.name.text === "toString" && list.length === 0 ? expression.expression : undefined;
  }
  const isMaker = ts.isIdentifier(expression) && ["tostring", "String"].includes(expression.text);
  return isMaker && list.length === 1 && !ts.isSpreadElement(list[0]!) ? list[0] : undefined;
}

/** The operand of `..` without the `tostring` around it, if what is inside is known to be a number or a string. */
function bare(operand: lua.Expression, node: ts.Expression, context: TransformationContext): lua.Expression {
  if (!lua.isCallExpression(operand) || operand.params.length !== 1) return operand;
  if (!lua.isIdentifier(operand.expression) || operand.expression.text !== "tostring") return operand;
  let inner: ts.Expression | undefined = node;
  while (ts.isParenthesizedExpression(inner)) inner = inner.expression;
  // TypeScriptToLua puts it around what is no string; around a string it can only be the author's.
  if (isStringType(context, context.checker.getTypeAtLocation(inner))) inner = madeString(inner);
  return inner && isProven(inner, context) ? operand.params[0]! : operand;
}

/** Nodes that compare something with nil that can be anything but `false`. */
const comparisons = new WeakSet<lua.Node>();

/** Is this `x == nil` or `x ~= nil` with an `x` that is never `false`? */
export const isSureComparison = (node: lua.Node): boolean => comparisons.has(node);

/** May a value of the type be `false`? Of what is not known it may. */
function canBeFalse(checker: ts.TypeChecker, type: ts.Type): boolean {
  const known = checker.getBaseConstraintOfType(type) ?? type;
  if (known.flags & (ts.TypeFlags.Any | ts.TypeFlags.Instantiable)) return true;
  return checker.isTypeAssignableTo(checker.getFalseType(), known);
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
      result.left = bare(result.left, node.left, context);
      result.right = bare(result.right, node.right, context);
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
      if (piece) rest.right = bare(rest.right, piece, context);
      if (i === 1 && first) rest.left = bare(rest.left, first, context);
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
      value.left = bare(value.left, expression.left, context);
      value.right = bare(value.right, expression.right, context);
    }
    return result;
  },
};
