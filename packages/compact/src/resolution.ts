// Which file each `require` of a program means. TypeScriptToLua has resolved them (paths, npm packages, resolvers of
// other plugins) and written the result into the text it printed; the syntax tree still has what the author wrote.
// Both have the same requires in the same order.
import { resolve as resolvePath, sep } from "node:path";
import * as ts from "typescript";
import type * as tstl from "typescript-to-lua";
import { findLuaRequires } from "typescript-to-lua/dist/transpilation/find-lua-requires.js";
import { getEmitPathRelativeToOutDir } from "typescript-to-lua/dist/transpilation/transpiler.js";
import { formatPathToLuaPath } from "typescript-to-lua/dist/utils.js";
import { LIBRARY } from "./library.ts";

/** A file of the emit plan; one without a tree is Lua that was there already. */
export interface PlannedFile {
  fileName: string;
  code: string;
  outputPath: string;
  luaAst?: tstl.File;
  sourceFiles?: ts.SourceFile[];
}

/** The file that a request in another file means. */
export type Resolve = (request: string, from: string) => string | undefined;

export interface Resolver {
  file: Resolve;
  /** What TypeScriptToLua wrote in the place of a request. */
  written(request: string, from: string): string | undefined;
}

function allRequests(tree: tstl.File): string[] {
  const found: string[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) node.forEach(visit);
    else if (node && typeof node === "object") {
      const { expression, params } = node as {
        expression?: { text?: string };
        params?: { value?: unknown }[];
      };
      const [only] = params ?? [];
      if (expression?.text === "require" && params?.length === 1 && typeof only?.value === "string") {
        found.push(only.value);
      }
      for (const value of Object.values(node)) visit(value);
    }
  };
  visit(tree.statements);
  return found;
}

/** The texts of `require("…")` in a tree, in the order they are printed in; the library is not among them. */
export function requestsIn(tree: tstl.File): string[] {
  return allRequests(tree).filter((request) => request !== LIBRARY);
}

/** Does the program itself require this? */
export function asksFor(tree: tstl.File, module: string): boolean {
  return allRequests(tree).includes(module);
}

/** The name that `require` finds a file by, as TypeScriptToLua writes it. */
function requireName(fileName: string, program: ts.Program): string {
  const path = getEmitPathRelativeToOutDir(fileName, program);
  return formatPathToLuaPath(
    path
      .replace(/\.[^.]*$/, "")
      .split(sep)
      .join("/"),
  );
}

/** Finds files as the program's own requires do; what TypeScriptToLua did not resolve as TypeScript would. */
export function resolverOf(
  files: readonly PlannedFile[],
  program: ts.Program,
  options: ts.CompilerOptions,
): Resolver {
  const byName = new Map(files.map((f) => [requireName(f.fileName, program), resolvePath(f.fileName)]));
  const known = new Map<string, Map<string, { file: string | undefined; written: string }>>();
  for (const f of files) {
    const resolved = findLuaRequires(f.code)
      .map((r) => r.requirePath)
      .filter((path) => path !== LIBRARY);
    // A file of Lua has only what was written into it.
    const asked = f.luaAst ? requestsIn(f.luaAst) : resolved;
    if (asked.length !== resolved.length) continue;
    const own = new Map(
      asked.map((request, i) => [request, { file: byName.get(resolved[i]!), written: resolved[i]! }]),
    );
    known.set(resolvePath(f.fileName), own);
  }
  return {
    file: (request, from) => known.get(from)?.get(request)?.file ?? findModule(request, from, options),
    written: (request, from) => known.get(from)?.get(request)?.written,
  };
}

/** The file that an import means, as TypeScript finds it. */
export function findModule(
  request: string,
  from: string,
  options: ts.CompilerOptions,
  system: ts.ModuleResolutionHost = ts.sys,
): string | undefined {
  const found = ts.resolveModuleName(request, from, options, system).resolvedModule?.resolvedFileName;
  return found === undefined ? undefined : resolvePath(found);
}
