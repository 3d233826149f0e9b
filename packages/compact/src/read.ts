// From TypeScriptToLua's tree (`luaAst`) to ours: resolves every identifier to the variable it means, and keeps the
// TypeScript position of each node.
import * as lua from "typescript-to-lua/dist/LuaAST.js";
import { Scope } from "./analysis/scope.ts";
import { toBytes } from "./literal.ts";
import { BINARY, type BinaryOperator, UNARY, type UnaryOperator } from "./operators.ts";
import {
  type Assign,
  type Block,
  type CallStatement,
  CompactError,
  type Expression,
  type Func,
  type GenericFor,
  type Global,
  type If,
  isMulti,
  type Local,
  type LocalFunction,
  type Name,
  type NumericFor,
  type Position,
  type Repeat,
  type Statement,
  type Table,
  type Target,
  Variable,
  type While,
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

/**
 * Reads one file. Nodes are copied: the tree of TypeScriptToLua is left as it was.
 * @param source the number of the file among the sources
 * @throws CompactError for a node that is not Lua 5.1's
 */
export function read(file: lua.File, fileName: string, source: number): Module {
  const scope = new Scope();
  const body = new Reader(source).statements(file.statements, scope);
  return { fileName, source, body, features: new Set(file.luaLibFeatures), scope: scope.variables };
}

/**
 * Copies the nodes of one file: a method for each construct of Lua. `at` is the position of the node around, for those that TypeScriptToLua
 * gave none.
 */
class Reader {
  readonly #source: number;

  constructor(source: number) {
    this.#source = source;
  }

  statements(list: readonly lua.Statement[], scope: Scope, at?: Position): Block {
    const block: Block = [];
    for (const node of list) {
      block.push(this.#statement(node, scope, at));
      // As TypeScriptToLua prints: what follows in the block can never run, and Lua 5.1 would refuse it.
      if (lua.isReturnStatement(node) || lua.isBreakStatement(node)) break;
    }
    return block;
  }

  #here(node: lua.Node, at?: Position): Position | undefined {
    return node.line === undefined
      ? at
      : { source: this.#source, line: node.line + 1, column: node.column ?? 0 };
  }

  #declare(scope: Scope, id: lua.Identifier, at?: Position): Variable {
    const variable = new Variable(id.text, this.#here(id, at));
    scope.variables.set(id.text, variable);
    return variable;
  }

  #statement(node: lua.Statement, scope: Scope, at?: Position): Statement {
    const position = this.#here(node, at);
    if (lua.isDoStatement(node)) {
      return { kind: "do", body: this.#inner(node, scope, position), position };
    }
    if (lua.isVariableDeclarationStatement(node)) return this.#local(node, scope, position);
    if (lua.isAssignmentStatement(node)) return this.#assignment(node, scope, position);
    if (lua.isIfStatement(node)) return this.#if(node, scope, position);
    if (lua.isWhileStatement(node)) return this.#while(node, scope, position);
    if (lua.isRepeatStatement(node)) return this.#repeat(node, scope, position);
    if (lua.isForStatement(node)) return this.#for(node, scope, position);
    if (lua.isForInStatement(node)) return this.#forIn(node, scope, position);
    if (lua.isGotoStatement(node)) return { kind: "goto", label: node.label, position };
    if (lua.isLabelStatement(node)) return { kind: "label", label: node.name, position };
    if (lua.isReturnStatement(node)) {
      return { kind: "return", values: this.#list(node.expressions, scope, position), position };
    }
    if (lua.isBreakStatement(node)) return { kind: "break", position };
    if (lua.isExpressionStatement(node)) return this.#expressionStatement(node, scope, position);
    throw new CompactError(`${K[node.kind]} cannot be compiled for Lua 5.1`, position);
  }

  /** The statements of a block with a scope of their own. */
  #inner(block: lua.Block | lua.DoStatement, scope: Scope, at?: Position): Block {
    return this.statements(block.statements, new Scope(scope), at);
  }

  #local(node: lua.VariableDeclarationStatement, scope: Scope, position?: Position): Local | LocalFunction {
    const [only] = node.right ?? [];
    // One function in one variable is printed as `local function` by TypeScriptToLua, so its name means itself.
    if (only && node.left.length === 1 && node.right!.length === 1 && lua.isFunctionExpression(only)) {
      const variable = this.#declare(scope, node.left[0]!, position);
      const func = this.#function(only, scope, position, variable.name);
      return { kind: "localfunction", variable, func, position };
    }
    const values = this.#list(node.right, scope, position);
    const variables = node.left.map((id) => this.#declare(scope, id, position));
    return { kind: "local", values, variables, position };
  }

  #assignment(node: lua.AssignmentStatement, scope: Scope, position?: Position): Assign {
    const targets = this.#list(node.left, scope, position) as Target[];
    const values = node.right.map((e, i) => {
      const target = node.left[i];
      return lua.isFunctionExpression(e)
        ? this.#function(e, scope, position, target && title(target))
        : this.#expression(e, scope, position);
    });
    return { kind: "assign", targets, values, position };
  }

  #if(node: lua.IfStatement, scope: Scope, position?: Position): If {
    const result: If = { kind: "if", clauses: [], otherwise: undefined, position };
    let rest: lua.IfStatement | undefined = node;
    while (rest) {
      const condition = this.#expression(rest.condition, scope, this.#here(rest, position));
      result.clauses.push({ condition, body: this.#inner(rest.ifBlock, scope, position) });
      const orElse: lua.Block | lua.IfStatement | undefined = rest.elseBlock;
      rest = undefined;
      if (orElse && lua.isIfStatement(orElse)) rest = orElse;
      else if (orElse) result.otherwise = this.#inner(orElse, scope, position);
    }
    result.position ??= result.clauses[0]!.condition.position;
    return result;
  }

  #while(node: lua.WhileStatement, scope: Scope, at?: Position): While {
    const condition = this.#expression(node.condition, scope, at);
    const body = this.#inner(node.body, scope, at);
    return { kind: "while", condition, body, position: at ?? condition.position };
  }

  #repeat(node: lua.RepeatStatement, scope: Scope, position?: Position): Repeat {
    const inside = new Scope(scope);
    const body = this.statements(node.body.statements, inside, position);
    return { kind: "repeat", body, condition: this.#expression(node.condition, inside, position), position };
  }

  #for(node: lua.ForStatement, scope: Scope, position?: Position): NumericFor {
    const start = this.#expression(node.controlVariableInitializer, scope, position);
    const limit = this.#expression(node.limitExpression, scope, position);
    const step = node.stepExpression && this.#expression(node.stepExpression, scope, position);
    const inside = new Scope(scope);
    const variable = this.#declare(inside, node.controlVariable, position);
    const body = this.statements(node.body.statements, inside, position);
    return { kind: "for", variable, start, limit, step, body, position };
  }

  #forIn(node: lua.ForInStatement, scope: Scope, position?: Position): GenericFor {
    const values = this.#list(node.expressions, scope, position);
    const inside = new Scope(scope);
    const variables = node.names.map((id) => this.#declare(inside, id, position));
    const body = this.statements(node.body.statements, inside, position);
    return { kind: "forin", variables, values, body, position };
  }

  #expressionStatement(
    node: lua.ExpressionStatement,
    scope: Scope,
    position?: Position,
  ): CallStatement | Local {
    const e = this.#expression(node.expression, scope, position);
    if (e.kind === "call" || e.kind === "method") {
      return { kind: "callstatement", call: e, position: e.position ?? position };
    }
    if (e.kind === "single" && e.expression.kind !== "dots") {
      return { kind: "callstatement", call: e.expression, position };
    }
    // TypeScriptToLua wraps a value used as a statement into `local ____ = value`; anything else is not Lua.
    return { kind: "local", variables: [new Variable("____", position)], values: [e], position };
  }

  #list(list: readonly lua.Expression[] | undefined, scope: Scope, at?: Position): Expression[] {
    return (list ?? []).map((e) => this.#expression(e, scope, at));
  }

  #expression(node: lua.Expression, scope: Scope, at?: Position): Expression {
    const position = this.#here(node, at);
    const inside = (e: lua.Expression) => this.#expression(e, scope, position);
    if (lua.isStringLiteral(node)) return { kind: "string", value: toBytes(node.value), position };
    if (lua.isNumericLiteral(node)) return { kind: "number", value: node.value, position };
    if (lua.isNilLiteral(node)) return { kind: "nil", position };
    if (lua.isDotsLiteral(node)) return { kind: "dots", position };
    if (lua.isArgLiteral(node)) return { kind: "global", name: "arg", position };
    if (lua.isBooleanLiteral(node)) {
      return { kind: node.kind === K.TrueKeyword ? "true" : "false", position };
    }
    if (lua.isFunctionExpression(node)) return this.#function(node, scope, at);
    if (lua.isTableExpression(node)) return this.#table(node, scope, position);
    if (lua.isUnaryExpression(node)) {
      return { kind: "unary", operator: unary.get(node.operator)!, operand: inside(node.operand), position };
    }
    if (lua.isBinaryExpression(node)) {
      const operator = binary.get(node.operator)!;
      const sure = isSureComparison(node) || undefined;
      return { kind: "binary", operator, left: inside(node.left), right: inside(node.right), sure, position };
    }
    if (lua.isCallExpression(node)) {
      const callee = inside(node.expression);
      return { kind: "call", callee, args: this.#list(node.params, scope, position), position };
    }
    if (lua.isMethodCallExpression(node)) {
      const args = this.#list(node.params, scope, position);
      return { kind: "method", object: inside(node.prefixExpression), name: node.name.text, args, position };
    }
    if (lua.isIdentifier(node)) return this.#identifier(node, scope, at);
    if (lua.isTableIndexExpression(node)) {
      return { kind: "index", object: inside(node.table), key: inside(node.index), position };
    }
    if (lua.isParenthesizedExpression(node)) {
      const expression = inside(node.expression);
      return isMulti(expression) ? { kind: "single", expression, position } : expression;
    }
    throw new CompactError(`${K[node.kind]} cannot be compiled for Lua 5.1`, position);
  }

  #identifier(id: lua.Identifier, scope: Scope, at?: Position): Name | Global {
    const variable = scope.find(id.text);
    const position = this.#here(id, at);
    return variable ? { kind: "name", variable, position } : { kind: "global", name: id.text, position };
  }

  #table(node: lua.TableExpression, scope: Scope, position?: Position): Table {
    const fields = node.fields.map((f) => {
      const value = this.#expression(f.value, scope, position);
      // A function in a table is called by its key.
      if (value.kind === "function" && f.key && lua.isStringLiteral(f.key)) value.title ??= f.key.value;
      return { key: f.key && this.#expression(f.key, scope, position), value };
    });
    return { kind: "table", fields, position };
  }

  #function(node: lua.FunctionExpression, scope: Scope, at?: Position, title?: string): Func {
    const position = this.#here(node, at);
    const inside = new Scope(scope);
    const parameters = (node.params ?? []).map((p) => this.#declare(inside, p, position));
    const body = this.statements(node.body.statements, inside, position);
    return { kind: "function", parameters, dots: node.dots !== undefined, body, title, position };
  }
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
