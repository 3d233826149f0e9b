// From TypeScriptToLua's tree (`luaAst`) to ours: resolves every identifier to the variable it means, and keeps the
// TypeScript position of each node.
import * as lua from "typescript-to-lua/dist/LuaAST.js";
import { toBytes } from "./literal.ts";
import { BINARY, type BinaryOperator, UNARY, type UnaryOperator } from "./operators.ts";
import { Scope } from "./scope.ts";
import {
  type Block,
  CompactError,
  type Expression,
  type Func,
  type If,
  isMulti,
  type Position,
  type Statement,
  type Target,
  Variable,
} from "./tree.ts";
import { isSureComparison } from "./types.ts";

export interface Module {
  /** Absolute path of the file it came from. */
  readonly fileName: string;
  /** Its index in the list of source files. */
  readonly source: number;
  body: Block;
  /** The names of the lualib features it asks for. */
  readonly features: ReadonlySet<string>;
  /** Variables of the file's outermost block by name, the last of each. */
  readonly scope: ReadonlyMap<string, Variable>;
}

const K = lua.SyntaxKind;
/** An operator of ours by TypeScriptToLua's number for its node. */
const byNode = <T extends string>(
  operators: readonly (readonly [T, keyof typeof K])[],
): ReadonlyMap<number, T> => new Map(operators.map(([operator, node]) => [K[node], operator]));
const unary = byNode(Object.entries(UNARY) as [UnaryOperator, keyof typeof K][]);
const binary = byNode(
  (Object.keys(BINARY) as BinaryOperator[]).map((operator) => [operator, BINARY[operator].node] as const),
);

/** Reads one file. Nodes are copied: the tree of TypeScriptToLua is left as it was. */
export function read(file: lua.File, fileName: string, source: number): Module {
  const here = (node: lua.Node, outer?: Position): Position | undefined =>
    node.line === undefined ? outer : { source, line: node.line + 1, column: node.column ?? 0 };

  const declare = (scope: Scope, id: lua.Identifier, position?: Position): Variable => {
    const variable = new Variable(id.text, here(id, position));
    scope.variables.set(id.text, variable);
    return variable;
  };

  const identifier = (id: lua.Identifier, scope: Scope, at?: Position): Expression => {
    const variable = scope.find(id.text);
    const position = here(id, at);
    return variable ? { kind: "name", variable, position } : { kind: "global", name: id.text, position };
  };

  const func = (node: lua.FunctionExpression, scope: Scope, at?: Position, title?: string): Func => {
    const position = here(node, at);
    const inner = new Scope(scope);
    const parameters = (node.params ?? []).map((p) => declare(inner, p, position));
    return {
      kind: "function",
      parameters,
      dots: node.dots !== undefined,
      body: statements(node.body.statements, inner, position),
      title,
      position,
    };
  };

  const many = (list: readonly lua.Expression[] | undefined, scope: Scope, at?: Position) =>
    (list ?? []).map((e) => expression(e, scope, at));

  const expression = (node: lua.Expression, scope: Scope, at?: Position): Expression => {
    const position = here(node, at);
    const go = (e: lua.Expression) => expression(e, scope, position);
    if (lua.isStringLiteral(node)) return { kind: "string", value: toBytes(node.value), position };
    if (lua.isNumericLiteral(node)) return { kind: "number", value: node.value, position };
    if (lua.isNilLiteral(node)) return { kind: "nil", position };
    if (lua.isDotsLiteral(node)) return { kind: "dots", position };
    if (lua.isArgLiteral(node)) return { kind: "global", name: "arg", position };
    if (lua.isBooleanLiteral(node)) {
      return { kind: node.kind === K.TrueKeyword ? "true" : "false", position };
    }
    if (lua.isFunctionExpression(node)) return func(node, scope, at);
    if (lua.isTableExpression(node)) {
      const fields = node.fields.map((f) => {
        const value = go(f.value);
        // A function in a table is called by its key.
        if (value.kind === "function" && f.key && lua.isStringLiteral(f.key)) value.title ??= f.key.value;
        return { key: f.key && go(f.key), value };
      });
      return { kind: "table", fields, position };
    }
    if (lua.isUnaryExpression(node)) {
      return { kind: "unary", operator: unary.get(node.operator)!, operand: go(node.operand), position };
    }
    if (lua.isBinaryExpression(node)) {
      const operator = binary.get(node.operator)!;
      const sure = isSureComparison(node) || undefined;
      return { kind: "binary", operator, left: go(node.left), right: go(node.right), sure, position };
    }
    if (lua.isCallExpression(node)) {
      return {
        kind: "call",
        callee: go(node.expression),
        args: many(node.params, scope, position),
        position,
      };
    }
    if (lua.isMethodCallExpression(node)) {
      const args = many(node.params, scope, position);
      return { kind: "method", object: go(node.prefixExpression), name: node.name.text, args, position };
    }
    if (lua.isIdentifier(node)) return identifier(node, scope, at);
    if (lua.isTableIndexExpression(node)) {
      return { kind: "index", object: go(node.table), key: go(node.index), position };
    }
    if (lua.isParenthesizedExpression(node)) {
      const inner = go(node.expression);
      return isMulti(inner) ? { kind: "single", expression: inner, position } : inner;
    }
    throw new CompactError(`${K[node.kind]} cannot be compiled for Lua 5.1`, position);
  };

  const ifStatement = (node: lua.IfStatement, scope: Scope, at?: Position): If => {
    const position = here(node, at);
    const result: If = { kind: "if", clauses: [], otherwise: undefined, position };
    let rest: lua.IfStatement | undefined = node;
    while (rest) {
      const condition = expression(rest.condition, scope, here(rest, position));
      result.clauses.push({
        condition,
        body: statements(rest.ifBlock.statements, new Scope(scope), position),
      });
      const orElse: lua.Block | lua.IfStatement | undefined = rest.elseBlock;
      rest = undefined;
      if (orElse && lua.isIfStatement(orElse)) rest = orElse;
      else if (orElse) result.otherwise = statements(orElse.statements, new Scope(scope), position);
    }
    result.position ??= result.clauses[0]!.condition.position;
    return result;
  };

  const statement = (node: lua.Statement, scope: Scope, at?: Position): Statement => {
    const position = here(node, at);
    const go = (e: lua.Expression) => expression(e, scope, position);
    const inner = (list: lua.Statement[]) => statements(list, new Scope(scope), position);
    if (lua.isDoStatement(node)) return { kind: "do", body: inner(node.statements), position };
    if (lua.isVariableDeclarationStatement(node)) {
      const [only] = node.right ?? [];
      // One function in one variable is printed as `local function` by TypeScriptToLua, so its name means itself.
      if (only && node.left.length === 1 && node.right!.length === 1 && lua.isFunctionExpression(only)) {
        const variable = declare(scope, node.left[0]!, position);
        return {
          kind: "localfunction",
          variable,
          func: func(only, scope, position, variable.name),
          position,
        };
      }
      const values = many(node.right, scope, position);
      return {
        kind: "local",
        values,
        variables: node.left.map((i) => declare(scope, i, position)),
        position,
      };
    }
    if (lua.isAssignmentStatement(node)) {
      const targets = node.left.map(go) as Target[];
      const values = node.right.map((e, i) => {
        const target = node.left[i];
        return lua.isFunctionExpression(e) ? func(e, scope, position, target && title(target)) : go(e);
      });
      return { kind: "assign", targets, values, position };
    }
    if (lua.isIfStatement(node)) return ifStatement(node, scope, at);
    if (lua.isWhileStatement(node)) {
      const condition = go(node.condition);
      return {
        kind: "while",
        condition,
        body: inner(node.body.statements),
        position: position ?? condition.position,
      };
    }
    if (lua.isRepeatStatement(node)) {
      const body = new Scope(scope);
      const list = statements(node.body.statements, body, position);
      return { kind: "repeat", body: list, condition: expression(node.condition, body, position), position };
    }
    if (lua.isForStatement(node)) {
      const start = go(node.controlVariableInitializer);
      const limit = go(node.limitExpression);
      const step = node.stepExpression && go(node.stepExpression);
      const body = new Scope(scope);
      const variable = declare(body, node.controlVariable, position);
      return {
        kind: "for",
        variable,
        start,
        limit,
        step,
        body: statements(node.body.statements, body, position),
        position,
      };
    }
    if (lua.isForInStatement(node)) {
      const values = many(node.expressions, scope, position);
      const body = new Scope(scope);
      const variables = node.names.map((n) => declare(body, n, position));
      return {
        kind: "forin",
        variables,
        values,
        body: statements(node.body.statements, body, position),
        position,
      };
    }
    if (lua.isGotoStatement(node)) return { kind: "goto", label: node.label, position };
    if (lua.isLabelStatement(node)) return { kind: "label", label: node.name, position };
    if (lua.isReturnStatement(node))
      return { kind: "return", values: many(node.expressions, scope, position), position };
    if (lua.isBreakStatement(node)) return { kind: "break", position };
    if (lua.isExpressionStatement(node)) {
      const e = expression(node.expression, scope, position);
      if (e.kind === "call" || e.kind === "method") {
        return { kind: "callstatement", call: e, position: e.position ?? position };
      }
      if (e.kind === "single" && e.expression.kind !== "dots") {
        return { kind: "callstatement", call: e.expression, position };
      }
      // TypeScriptToLua wraps a value used as a statement into `local ____ = value`; anything else is not Lua.
      return { kind: "local", variables: [new Variable("____", position)], values: [e], position };
    }
    throw new CompactError(`${K[node.kind]} cannot be compiled for Lua 5.1`, position);
  };

  const statements = (list: readonly lua.Statement[], scope: Scope, at?: Position): Block => {
    const block: Block = [];
    for (const node of list) {
      block.push(statement(node, scope, at));
      // As TypeScriptToLua prints: what follows in the block can never run, and Lua 5.1 would refuse it.
      if (lua.isReturnStatement(node) || lua.isBreakStatement(node)) break;
    }
    return block;
  };

  const top = new Scope();
  const body = statements(file.statements, top);
  return { fileName, source, body, features: new Set(file.luaLibFeatures), scope: top.variables };
}

/** What a person would call the function assigned to this target. */
function title(target: lua.Expression): string | undefined {
  if (lua.isIdentifier(target)) return target.text;
  if (lua.isTableIndexExpression(target) && lua.isStringLiteral(target.index)) {
    const table = title(target.table);
    return table === undefined || table === "____exports"
      ? target.index.value
      : `${table}.${target.index.value}`;
  }
  return undefined;
}
