// What the declarations say of a chip, in Lua's terms: names, kinds, constants' values, arguments, types of results.
import * as ts from "typescript";
import { type Entry, entryFile } from "./project.ts";

/** What `type` tells in Lua; a userdata with the name of its metatable; "any" for all of them. */
export type LuaKind = string;

export interface Parameter {
  name: string;
  optional: boolean;
  rest: boolean;
  type: ts.Type;
}

export interface Signature {
  parameters: Parameter[];
  /** Alternatives: the kinds of each result. Undefined: the function does not return. */
  results: LuaKind[][][] | undefined;
}

export interface Declared {
  /** "table": a table with members, of which `members` has the names. */
  kind: "function" | "constant" | "table";
  /** A literal type's value. */
  value?: string | number | boolean;
  /** May be absent. */
  optional: boolean;
  /** The module that it belongs to; none for the Lua library. */
  module?: string;
  signatures: Signature[];
}

export interface DeclaredChip {
  checker: ts.TypeChecker;
  /** By name with its place, "wifi.sta.getip", and "tmr.timer:start" for methods of the metatable "tmr.timer". */
  names: Map<string, Declared>;
  /** The same of the Lua library. */
  library: Map<string, Declared>;
  modules: Set<string>;
}

/** Metatables that the surface calls by the name of a macro in the source. */
const METATABLES: Record<string, string> = {
  NET_TABLE_TCP_SERVER: "net.tcpserver",
  NET_TABLE_TCP_CLIENT: "net.tcpsocket",
  NET_TABLE_UDP_SOCKET: "net.udpsocket",
};

const read = new Map<string, DeclaredChip>();

export function readDeclared(chip: Exclude<Entry, "portable">): DeclaredChip {
  const declared = read.get(chip) ?? readAnew(chip);
  read.set(chip, declared);
  return declared;
}

function readAnew(chip: Exclude<Entry, "portable">): DeclaredChip {
  const entry = entryFile(chip);
  const program = ts.createProgram([entry], {
    target: ts.ScriptTarget.ESNext,
    lib: ["lib.esnext.d.ts"],
    types: [],
    strict: true,
    noEmit: true,
  });
  const checker = program.getTypeChecker();
  const chipDeclared: DeclaredChip = { checker, names: new Map(), library: new Map(), modules: new Set() };

  for (const file of program.getSourceFiles()) {
    const isLibrary = /[/\\](types[/\\]lua[/\\][^/\\]+|lua-types[/\\].*)$/.test(file.fileName);
    const isChip = file.fileName === entry.replaceAll("\\", "/");
    for (const statement of file.statements) {
      if (isLibrary) addLibrary(checker, "", statement, chipDeclared.library);
      if (isChip && ts.isVariableStatement(statement)) addModule(checker, statement, chipDeclared);
      if (ts.isModuleDeclaration(statement)) addObjects(checker, chip, statement, chipDeclared.names);
      if (isLibrary && ts.isInterfaceDeclaration(statement) && statement.name.text === "LuaFile")
        addMembers(checker, "io", "FILE*:", checker.getTypeAtLocation(statement.name), chipDeclared.names);
    }
  }
  return chipDeclared;
}

function addModule(checker: ts.TypeChecker, statement: ts.VariableStatement, chip: DeclaredChip): void {
  const luaName = tags(statement, "customName")[0];
  for (const declaration of statement.declarationList.declarations) {
    const name = luaName ?? declaration.name.getText();
    chip.modules.add(name);
    chip.names.set(name, { kind: "table", optional: false, module: name, signatures: [] });
    addMembers(checker, name, `${name}.`, checker.getTypeAtLocation(declaration.name), chip.names);
  }
}

/** The members of a module's type, and of the tables in it. */
function addMembers(
  checker: ts.TypeChecker,
  module: string,
  place: string,
  type: ts.Type,
  names: Map<string, Declared>,
): void {
  for (const property of checker.getPropertiesOfType(type)) {
    const member = checker.getNonNullableType(checker.getTypeOfSymbol(property));
    const name = `${place}${property.name}`;
    const signatures = member.getCallSignatures();
    const optional = (property.flags & ts.SymbolFlags.Optional) !== 0;
    if (signatures.length > 0) {
      const all = signatures.map((one) => signatureOf(checker, one));
      names.set(name, { kind: "function", optional, module, signatures: all });
    } else if (isConstant(member)) {
      const literal = member.isLiteral() ? { value: member.value as string | number } : {};
      names.set(name, { kind: "constant", optional, module, signatures: [], ...literal });
    } else {
      names.set(name, { kind: "table", optional, module, signatures: [] });
      addMembers(checker, module, `${name}.`, member, names);
    }
  }
}

/** Numbers and strings, those with a group, and handles. */
function isConstant(type: ts.Type): boolean {
  if (type.flags & (ts.TypeFlags.NumberLike | ts.TypeFlags.StringLike | ts.TypeFlags.Any)) return true;
  if (type.isUnionOrIntersection()) return type.types.some(isConstant);
  return type.getProperty("__handle") !== undefined;
}

/** The methods of the interfaces that stand for userdata. */
function addObjects(
  checker: ts.TypeChecker,
  chip: string,
  module: ts.ModuleDeclaration,
  names: Map<string, Declared>,
): void {
  if (!module.body || !ts.isModuleBlock(module.body)) return;
  for (const statement of module.body.statements) {
    if (!ts.isInterfaceDeclaration(statement)) continue;
    const metatable = metatableOf(statement, chip);
    if (metatable === undefined) continue;
    const name = module.name.text;
    names.set(`${metatable}:`, { kind: "table", optional: false, module: name, signatures: [] });
    addMembers(checker, name, `${metatable}:`, checker.getTypeAtLocation(statement.name), names);
  }
}

function metatableOf(node: ts.Node, chip?: string): string | undefined {
  for (const tag of tags(node, "userdata")) {
    const [name = "", only] = tag.split(/\s+/);
    if (chip === undefined || only === undefined || only === chip) return METATABLES[name] ?? name;
  }
  return undefined;
}

function addLibrary(
  checker: ts.TypeChecker,
  place: string,
  statement: ts.Statement,
  names: Map<string, Declared>,
): void {
  if (ts.isFunctionDeclaration(statement) && statement.name) {
    const signature = checker.getSignatureFromDeclaration(statement);
    const name = `${place}${statement.name.text}`;
    const old = names.get(name)?.signatures ?? [];
    const added = signature ? [signatureOf(checker, signature)] : [];
    names.set(name, { kind: "function", optional: false, signatures: [...old, ...added] });
  } else if (ts.isVariableStatement(statement)) {
    for (const { name, type } of statement.declarationList.declarations) {
      // an operator of the compiler, no name in Lua
      if (type?.getText().startsWith("LuaModulo<")) continue;
      names.set(`${place}${name.getText()}`, { kind: "constant", optional: false, signatures: [] });
    }
  } else if (ts.isModuleDeclaration(statement) && statement.body && ts.isModuleBlock(statement.body)) {
    const name = statement.name.text;
    if (name === "global") return;
    names.set(`${place}${name}`, { kind: "table", optional: false, signatures: [] });
    for (const inner of statement.body.statements) addLibrary(checker, `${place}${name}.`, inner, names);
  }
}

function signatureOf(checker: ts.TypeChecker, signature: ts.Signature): Signature {
  const parameters = signature.parameters.map((symbol): Parameter => {
    const declaration = symbol.valueDeclaration;
    const isParameter = declaration !== undefined && ts.isParameter(declaration);
    const rest = isParameter && declaration.dotDotDotToken !== undefined;
    const optional = rest || (isParameter && checker.isOptionalParameter(declaration));
    return { name: symbol.name, optional, rest, type: checker.getTypeOfSymbol(symbol) };
  });
  return { parameters, results: resultsOf(checker, signature.getReturnType()) };
}

function resultsOf(checker: ts.TypeChecker, type: ts.Type): LuaKind[][][] | undefined {
  if (type.flags & ts.TypeFlags.Never) return undefined;
  if (type.flags & ts.TypeFlags.Void) return [[]];
  const alternatives = type.isUnion() ? type.types : [type];
  const several = alternatives.map((one) => tupleOf(checker, one));
  if (several.every((tuple) => tuple !== undefined)) {
    return several.map((tuple) =>
      checker.isTupleType(tuple) ? tupleKinds(checker, tuple as ts.TupleTypeReference) : [],
    );
  }
  return [[kindsOf(checker, type)]];
}

function tupleKinds(checker: ts.TypeChecker, tuple: ts.TupleTypeReference): LuaKind[][] {
  return checker.getTypeArguments(tuple).map((one, i) => {
    const isRequired = ((tuple.target.elementFlags[i] ?? 0) & ts.ElementFlags.Required) !== 0;
    return isRequired ? kindsOf(checker, one) : [...kindsOf(checker, one), "nil"];
  });
}

/** The tuple of a LuaMultiReturn. */
function tupleOf(checker: ts.TypeChecker, type: ts.Type): ts.Type | undefined {
  if (!type.isIntersection()) return undefined;
  return type.types.find((part) => checker.isTupleType(part) || checker.isArrayType(part));
}

/** What a value of a type can be in Lua. */
export function kindsOf(checker: ts.TypeChecker, type: ts.Type): LuaKind[] {
  if (type.isUnion()) return [...new Set(type.types.flatMap((one) => kindsOf(checker, one)))];
  const { flags } = type;
  if (flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.TypeParameter)) return ["any"];
  if (flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Null | ts.TypeFlags.Void)) return ["nil"];
  if (flags & ts.TypeFlags.BooleanLike) return ["boolean"];
  if (flags & ts.TypeFlags.NumberLike) return ["number"];
  if (flags & ts.TypeFlags.StringLike) return ["string"];
  if (type.isIntersection()) {
    const kinds = type.types.map((one) => kindsOf(checker, one)).filter((one) => one[0] !== "table");
    return kinds[0] ?? ["table"];
  }
  if (type.getCallSignatures().length > 0) return ["function"];
  const symbol = type.getSymbol();
  const metatable = (symbol?.declarations ?? []).map((node) => metatableOf(node)).find(Boolean);
  if (metatable !== undefined) return [metatable];
  if (symbol?.name === "LuaFile") return ["FILE*"];
  for (const base of type.isClassOrInterface() ? checker.getBaseTypes(type) : []) {
    const kinds = kindsOf(checker, base);
    if (kinds[0] !== "table") return kinds;
  }
  return ["table"];
}

function tags(node: ts.Node, tag: string): string[] {
  return ts
    .getJSDocTags(node)
    .filter((candidate) => candidate.tagName.text === tag)
    .map((candidate) => ts.getTextOfJSDocComment(candidate.comment)?.trim() ?? "");
}
