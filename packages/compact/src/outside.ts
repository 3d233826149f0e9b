// The private names that are not the program's own, though they begin with an underscore: what a declaration file or
// `declare` says, what stands in JSON, what comes out of `any`, and what the program itself walks over by name. They
// keep their spelling.
import * as ts from "typescript";
import { isPrivate } from "./names.ts";

/** Property names of a text, as `_name:`, `_name?:`, `_name(` or `"_name":`. */
const property = /(?<![\w$])_[A-Za-z]\w*(?=["']?\]?\s*[?!]?\s*[:(<])/g;
const named = new WeakMap<ts.SourceFile, readonly string[]>();

function namesIn(file: ts.SourceFile): readonly string[] {
  let names = named.get(file);
  if (!names) named.set(file, (names = [...new Set(file.text.match(property) ?? [])].filter(isPrivate)));
  return names;
}

/** Functions that write their argument down by the names of its fields. */
const writers = /^(encode|stringify|serialize)/i;
/** Functions that go over the fields of their first argument. */
const walkers = new Set([
  "pairs",
  "next",
  "keys",
  "entries",
  "getOwnPropertyNames",
  "getOwnPropertyDescriptors",
]);

const isOwn = (file: ts.SourceFile): boolean => !file.isDeclarationFile && !file.fileName.endsWith(".json");

/**
 * Finds the names of private fields that code outside the program can see, and which therefore keep their spelling.
 * @param program checked; its types tell what comes from outside
 * @param inFile the names that must be kept because of one file, for callers that know them already
 * @returns names that must be kept
 */
export function outsideNames(
  program: ts.Program,
  inFile: (file: ts.SourceFile) => Iterable<string> = (file) => outsideNamesIn(program, file),
): Set<string> {
  const files = program.getSourceFiles();
  const own = files.filter(isOwn);
  const declared = files.filter((file) => !isOwn(file) && !program.isSourceFileDefaultLibrary(file));
  const kept = new Set(declared.flatMap(namesIn));
  // Without a private field in the program itself there is nothing to ask the types for.
  if (!own.some((file) => namesIn(file).length > 0)) return kept;
  for (const file of own) for (const name of inFile(file)) kept.add(name);
  return kept;
}

/** The names that must be kept because of what one file of the program does. */
export function outsideNamesIn(program: ts.Program, file: ts.SourceFile): Set<string> {
  const kept = new Set<string>();
  const checker = program.getTypeChecker();
  const seen = new Set<ts.Type>();
  /** Keeps the private fields of a type and of what hangs on it. */
  const keep = (type: ts.Type, at: ts.Node, depth = 0): void => {
    if (seen.has(type) || depth > 12) return;
    seen.add(type);
    if (type.isUnionOrIntersection()) for (const part of type.types) keep(part, at, depth);
    if (!(type.flags & ts.TypeFlags.Object)) return;
    if (type.symbol?.declarations?.some((d) => program.isSourceFileDefaultLibrary(d.getSourceFile()))) {
      for (const argument of checker.getTypeArguments(type as ts.TypeReference))
        keep(argument, at, depth + 1);
      return;
    }
    for (const p of type.getProperties()) {
      if (isPrivate(p.name)) kept.add(p.name);
      keep(checker.getTypeOfSymbolAtLocation(p, at), at, depth + 1);
    }
    for (const info of checker.getIndexInfosOfType(type)) keep(info.type, at, depth + 1);
    for (const s of type.getCallSignatures()) keep(s.getReturnType(), at, depth + 1);
  };
  const vague = ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.NonPrimitive;
  /** A value of no type of its own takes the type of the place where it goes: it was made elsewhere. */
  const flow = (value: ts.Expression, target: ts.Type | undefined): void => {
    let inner = value;
    while (
      ts.isAsExpression(inner) ||
      ts.isTypeAssertionExpression(inner) ||
      ts.isParenthesizedExpression(inner)
    ) {
      inner = inner.expression;
    }
    if (!target || target.flags & vague || inner.kind === ts.SyntaxKind.NullKeyword) return;
    if (checker.getTypeAtLocation(inner).flags & vague) keep(target, value);
  };
  const isDeclaredOnly = (node: ts.Node): boolean =>
    node.getSourceFile().isDeclarationFile ||
    ts.findAncestor(
      node,
      (n) =>
        ts.canHaveModifiers(n) && n.modifiers?.some((m) => m.kind === ts.SyntaxKind.DeclareKeyword) === true,
    ) !== undefined;

  const call = (node: ts.CallExpression): void => {
    const callee = node.expression;
    const name = ts.isPropertyAccessExpression(callee) ? callee.name.text : callee.getText();
    const signature = checker.getResolvedSignature(node);
    const declaration = signature?.declaration;
    if (!declaration || ts.isJSDocSignature(declaration) || !isDeclaredOnly(declaration)) return;
    const [first] = node.arguments;
    if (first && walkers.has(name)) {
      for (const p of checker.getTypeAtLocation(first).getProperties())
        if (isPrivate(p.name)) kept.add(p.name);
    }
    if (writers.test(name)) for (const a of node.arguments) keep(checker.getTypeAtLocation(a), a);
    if (program.isSourceFileDefaultLibrary(declaration.getSourceFile())) return;
    // `decode<T>(text): T`: T is only what the author says of the result.
    const isSaid = declaration.typeParameters?.some(
      ({ name: own }) =>
        !declaration.parameters.some((p) => new RegExp(`\\b${own.text}\\b`).test(p.type?.getText() ?? "")),
    );
    if (isSaid) keep(checker.getTypeAtLocation(node), node);
  };
  const ambient = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) || ts.isFunctionDeclaration(node))
      keep(checker.getTypeAtLocation(node), node);
    const { name } = node as { name?: ts.Node };
    if (name && (ts.isIdentifier(name) || ts.isStringLiteral(name)) && isPrivate(name.text))
      kept.add(name.text);
    ts.forEachChild(node, ambient);
  };
  const visit = (node: ts.Node): void => {
    if (ts.canHaveModifiers(node) && node.modifiers?.some((m) => m.kind === ts.SyntaxKind.DeclareKeyword)) {
      ambient(node);
      return;
    }
    if (ts.isAsExpression(node) || ts.isTypeAssertionExpression(node)) {
      flow(node.expression, checker.getTypeFromTypeNode(node.type));
    } else if (
      (ts.isVariableDeclaration(node) || ts.isPropertyDeclaration(node)) &&
      node.type &&
      node.initializer
    ) {
      flow(node.initializer, checker.getTypeFromTypeNode(node.type));
    } else if (ts.isReturnStatement(node) && node.expression) {
      flow(node.expression, checker.getContextualType(node.expression));
    } else if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) {
      flow(node.body, checker.getContextualType(node.body));
    } else if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
      flow(node.right, checker.getTypeAtLocation(node.left));
    } else if (ts.isPropertyAssignment(node)) {
      flow(node.initializer, checker.getContextualType(node.initializer));
    } else if (ts.isForInStatement(node)) {
      for (const p of checker.getTypeAtLocation(node.expression).getProperties()) {
        if (isPrivate(p.name)) kept.add(p.name);
      }
    } else if (ts.isCallExpression(node)) {
      call(node);
      for (const a of node.arguments) flow(a, checker.getContextualType(a));
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return kept;
}
