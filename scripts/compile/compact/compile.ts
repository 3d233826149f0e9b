// Compiles one TypeScript module (a folder with an `index.ts`) to one Lua chunk.
import { dirname, join, relative, resolve as resolvePath, sep } from "node:path";
import * as ts from "typescript";
import * as tstl from "typescript-to-lua";
import { visitors } from "./concat.ts";
import { layoutCompact, type Mapping, type Printed } from "./layout.ts";
import { library } from "./library.ts";
import { link } from "./link.ts";
import { mangle } from "./mangle.ts";
import { sourceMap } from "./map.ts";
import { parse } from "./parse.ts";
import { layoutReadable } from "./pretty.ts";
import { mangleFields } from "./private.ts";
import { type Module, read } from "./read.ts";
import { nameReadably } from "./readable.ts";
import { simplify, tidy } from "./simplify/index.ts";
import { tokens } from "./tokens.ts";
import { CompactError, type Position } from "./tree.ts";

export type Form = "compact" | "readable";

export interface CompileOptions {
  /** The module's entry, e.g. `src/httpserver/index.ts`. */
  entry: string;
  /** What Lua code requires it as: `httpserver` becomes `httpserver.lua`. */
  name: string;
  /** The configuration of TypeScriptToLua. */
  project: string;
  form: Form;
  /** Where the Lua will be written: paths in the map are relative to it. Default `build/<name>.lua`. */
  output?: string;
}

export interface Report {
  /** Bytes of the Lua source. */
  bytes: number;
  /** Bytes of the output that come from each TypeScript file. */
  files: { file: string; bytes: number }[];
  /** Bytes of the output by function, the largest first; functions that became part of another count there. */
  functions: { name: string; file: string; line: number; bytes: number }[];
  /** Newlines that are there only to tell errors of two TypeScript lines apart: one byte each. */
  newlines: number;
}

export interface Compiled {
  /** Empty if there are errors. */
  code: string;
  /** A source map (version 3), as JSON. */
  map: string;
  diagnostics: ts.Diagnostic[];
  report: Report;
}

interface Transpiled {
  files: tstl.ProcessedFile[];
  diagnostics: ts.Diagnostic[];
  options: tstl.CompilerOptions;
}

const sourceFiles = new Map<string, { text: string; file: ts.SourceFile }>();
const earlier = new Map<string, { program: ts.Program; result: Transpiled }>();

/** Transpiles with TypeScriptToLua; files that did not change since the last call are not parsed again. */
function transpile(entry: string, project: string): Transpiled {
  const config = tstl.parseConfigFileWithSystem(project);
  const options: tstl.CompilerOptions = {
    ...config.options,
    noEmit: false,
    declaration: false,
    composite: false,
  };
  const declarations = config.fileNames.filter((f) => f.endsWith(".d.ts"));
  const host = ts.createCompilerHost(options);
  const parse = host.getSourceFile;
  host.getSourceFile = (fileName, languageVersion, ...rest) => {
    const text = host.readFile(fileName);
    const known = sourceFiles.get(fileName);
    if (text !== undefined && known?.text === text) return known.file;
    const file = parse.call(host, fileName, languageVersion, ...rest);
    if (file && text !== undefined) sourceFiles.set(fileName, { text, file });
    return file;
  };
  const key = `${project}\n${entry}`;
  const before = earlier.get(key);
  const program = ts.createProgram({
    rootNames: [entry, ...declarations],
    options,
    host,
    ...(before && { oldProgram: before.program }),
  });
  const files = program.getSourceFiles();
  if (before && files.length === before.program.getSourceFiles().length) {
    if (files.every((f) => before.program.getSourceFile(f.fileName) === f)) return before.result;
  }
  const { diagnostics, transpiledFiles } = tstl.getProgramTranspileResult(ts.sys, () => {}, {
    program,
    plugins: [{ visitors }],
  });
  const result: Transpiled = {
    files: transpiledFiles,
    diagnostics: [
      ...ts.sortAndDeduplicateDiagnostics([
        ...config.errors,
        ...ts.getPreEmitDiagnostics(program),
        ...diagnostics,
      ]),
    ],
    options,
  };
  earlier.set(key, { program, result });
  return result;
}

/** Compiles a module. Errors of the TypeScript, and what cannot be linked, come back as diagnostics. */
export async function compileModule(options: CompileOptions): Promise<Compiled> {
  const project = resolvePath(options.project);
  const entry = resolvePath(options.entry);
  const output = resolvePath(options.output ?? join(dirname(project), "build", `${options.name}.lua`));
  const { files, diagnostics, options: compilerOptions } = transpile(entry, project);
  const empty: Report = { bytes: 0, files: [], functions: [], newlines: 0 };
  if (diagnostics.some((d) => d.category === ts.DiagnosticCategory.Error)) {
    return { code: "", map: "", diagnostics, report: empty };
  }
  const sources = files.map((f) => f.fileName);
  try {
    const printed = compileFiles(files, entry, options.form, compilerOptions, sources);
    const written = sources.map((s) => relative(dirname(output), s).split(sep).join("/"));
    return {
      code: printed.code,
      map: sourceMap(`${options.name}.lua`, written, printed.mappings),
      diagnostics,
      report: report(
        printed,
        sources.map((s) => relative(dirname(project), s).split(sep).join("/")),
      ),
    };
  } catch (error) {
    if (!(error instanceof CompactError)) throw error;
    return { code: "", map: "", diagnostics: [...diagnostics, diagnostic(error, files)], report: empty };
  }
}

function compileFiles(
  files: readonly tstl.ProcessedFile[],
  entry: string,
  form: Form,
  options: tstl.CompilerOptions,
  sources: string[],
): Printed {
  const modules = new Map<string, Module>();
  for (const [i, f] of files.entries()) {
    if (f.luaAst) modules.set(resolvePath(f.fileName), read(f.luaAst, resolvePath(f.fileName), i));
  }
  const addSource = (path: string): number => sources.push(path) - 1;
  const resolve = (from: Module, request: string): Module | undefined => {
    const found = ts.resolveModuleName(request, from.fileName, options, ts.sys).resolvedModule
      ?.resolvedFileName;
    if (found === undefined) return undefined;
    const known = modules.get(resolvePath(found));
    const lua = resolvePath(found.replace(/\.d\.ts$/, ".lua"));
    if (known || !found.endsWith(".d.ts") || !ts.sys.fileExists(lua)) return known ?? modules.get(lua);
    // A declaration beside a file of Lua: the Lua is the module.
    const source = addSource(lua);
    const { body } = parse(ts.sys.readFile(lua) ?? "", source);
    const module: Module = { fileName: lua, source, body, scope: new Map(), features: new Set() };
    modules.set(resolvePath(found), module);
    return module;
  };
  const main = modules.get(entry);
  if (!main) throw new CompactError(`${entry} gives no Lua`);
  const target = options.luaTarget ?? tstl.LuaTarget.Universal;
  const useLibrary = options.luaLibImport !== tstl.LuaLibImportKind.None;
  const chunk = link(main, resolve, (joined) =>
    library(new Set(useLibrary ? joined.flatMap((m) => [...m.features]) : []), target, addSource),
  );
  if (form === "readable") {
    const body = tidy(chunk.body);
    nameReadably(body);
    return layoutReadable(tokens(body, false));
  }
  const body = simplify(chunk.body);
  const fields = mangleFields(body, chunk.exports);
  mangle(body);
  return layoutCompact(tokens(body, true, fields));
}

/** Every byte belongs to the file of the mapping before it. */
function report(printed: Printed, files: readonly string[]): Report {
  const bytes = new Map<number, number>();
  const lines = printed.code.split("\n");
  const size = (line: number, from: number, to?: number) =>
    Buffer.byteLength(lines[line - 1]!.slice(from, to));
  let at: Mapping = {
    line: 1,
    column: 0,
    original: printed.mappings[0]?.original ?? { source: 0, line: 1, column: 0 },
  };
  const count = (next?: Mapping) => {
    let sum = 0;
    const end = next ?? { line: lines.length, column: lines.at(-1)!.length };
    if (end.line === at.line) sum = size(at.line, at.column, end.column);
    else {
      sum = size(at.line, at.column) + 1;
      for (let l = at.line + 1; l < end.line; l++) sum += size(l, 0) + 1;
      sum += size(end.line, 0, end.column);
    }
    bytes.set(at.original.source, (bytes.get(at.original.source) ?? 0) + sum);
  };
  for (const m of printed.mappings) {
    if (m.line === at.line && m.column === at.column) {
      at = m;
      continue;
    }
    count(m);
    at = m;
  }
  count();
  return {
    bytes: Buffer.byteLength(printed.code),
    files: [...bytes].filter(([, n]) => n > 0).map(([i, n]) => ({ file: files[i]!, bytes: n })),
    functions: [...printed.functions]
      .map(([f, n]) => ({
        name: f?.title ?? "(outside functions)",
        file: f?.position ? files[f.position.source]! : "",
        line: f?.position?.line ?? 0,
        bytes: n,
      }))
      .sort((a, b) => b.bytes - a.bytes),
    newlines: printed.extraNewlines,
  };
}

function diagnostic(error: CompactError, files: readonly tstl.ProcessedFile[]): ts.Diagnostic {
  const position: Position | undefined = error.position;
  const file = position && files[position.source]?.sourceFiles?.[0];
  return {
    category: ts.DiagnosticCategory.Error,
    code: 1,
    source: "compact",
    file,
    start:
      file && position ? file.getPositionOfLineAndCharacter(position.line - 1, position.column) : undefined,
    length: file ? 1 : undefined,
    messageText: error.message,
  };
}
