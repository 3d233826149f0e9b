// From what TypeScriptToLua has transpiled to the text of one chunk.
import { resolve as resolvePath } from "node:path";
import * as ts from "typescript";
import * as tstl from "typescript-to-lua";
import { layoutCompact, type Printed } from "./layout.ts";
import { library } from "./library.ts";
import { link } from "./link.ts";
import { mangle } from "./mangle.ts";
import { parse } from "./parse.ts";
import { layoutReadable } from "./pretty.ts";
import { mangleFields } from "./private.ts";
import { type Module, read } from "./read.ts";
import { nameReadably } from "./readable.ts";
import { simplify, tidy } from "./simplify/index.ts";
import { tokens } from "./tokens.ts";
import { CompactError, type Position } from "./tree.ts";

/** For the chip, or for people. */
export type Form = "compact" | "readable";

export interface ChunkInput {
  /** What TypeScriptToLua made of the program; files that the entry does not reach are left out. */
  files: readonly { fileName: string; luaAst?: tstl.File; sourceFiles?: ts.SourceFile[] }[];
  /** Absolute path of the module that the chunk is for. */
  entry: string;
  form: Form;
  options: tstl.CompilerOptions;
  /** The name to require a file by that has a chunk of its own; undefined: it is joined into this one. */
  chunkName?(fileName: string): string | undefined;
}

export interface ChunkOutput extends Printed {
  /** The files that positions mean: the transpiled ones, then what of Lua was read as text. */
  sources: string[];
  /** The files that are part of the chunk, in the order they run. */
  modules: string[];
}

/** @throws CompactError for what cannot be linked */
export function compileChunk({ files, entry, form, options, chunkName }: ChunkInput): ChunkOutput {
  const sources = files.map((f) => f.fileName);
  const modules = new Map<string, Module>();
  const addSource = (path: string): number => sources.push(path) - 1;
  const open = (fileName: string): Module | undefined => {
    const known = modules.get(fileName);
    if (known) return known;
    const index = files.findIndex((f) => resolvePath(f.fileName) === fileName);
    const ast = files[index]?.luaAst;
    let module: Module | undefined;
    if (ast) module = read(ast, fileName, index);
    else if (fileName.endsWith(".d.ts")) {
      // A declaration beside a file of Lua: the Lua is the module.
      const lua = fileName.replace(/\.d\.ts$/, ".lua");
      const text = ts.sys.fileExists(lua) ? ts.sys.readFile(lua) : undefined;
      if (text === undefined) return undefined;
      const source = addSource(lua);
      module = {
        fileName: lua,
        source,
        body: parse(text, source).body,
        scope: new Map(),
        features: new Set(),
      };
    }
    if (module) modules.set(fileName, module);
    return module;
  };
  const main = open(entry);
  if (!main) throw new CompactError(`${entry} gives no Lua`);
  const target = options.luaTarget ?? tstl.LuaTarget.Universal;
  const chunk = link(main, {
    resolve(from, request) {
      const found = findModule(request, from.fileName, options);
      if (found === undefined || (found !== entry && chunkName?.(found) !== undefined)) return undefined;
      return open(found);
    },
    external(from, request) {
      const found = findModule(request, from.fileName, options);
      return found === undefined ? undefined : chunkName?.(found);
    },
    library(joined) {
      const wanted = options.luaLibImport !== tstl.LuaLibImportKind.None;
      return library(new Set(wanted ? joined.flatMap((m) => [...m.features]) : []), target, addSource);
    },
  });
  const joined = chunk.modules.map((m) => m.fileName);
  if (form === "readable") {
    const body = tidy(chunk.body);
    nameReadably(body);
    return { ...layoutReadable(tokens(body, false)), sources, modules: joined };
  }
  const body = simplify(chunk.body);
  const fields = mangleFields(body, chunk.exports);
  mangle(body);
  return { ...layoutCompact(tokens(body, true, fields)), sources, modules: joined };
}

/** The file that an import means, as TypeScript finds it. */
export function findModule(request: string, from: string, options: ts.CompilerOptions): string | undefined {
  const found = ts.resolveModuleName(request, from, options, ts.sys).resolvedModule?.resolvedFileName;
  return found === undefined ? undefined : resolvePath(found);
}

/** Warns of `"\xff"`: the author means a byte, TypeScriptToLua writes the character ÿ, which is two. */
export function byteWarnings(files: ChunkInput["files"]): ts.Diagnostic[] {
  const result: ts.Diagnostic[] = [];
  const visit = (node: ts.Node, file: ts.SourceFile): void => {
    const isText =
      ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node);
    const found = isText ? /(?<!\\)(?:\\\\)*(\\x[89a-f][0-9a-f])/i.exec(node.getText(file)) : null;
    if (found) {
      const start = node.getStart(file) + found.index + found[0].length - found[1]!.length;
      result.push({
        category: ts.DiagnosticCategory.Warning,
        code: 2,
        source: "compact",
        file,
        start,
        length: found[1]!.length,
        messageText: `${found[1]} is a character of two bytes in Lua (UTF-8), not the byte; string.char() makes that.`,
      });
    }
    ts.forEachChild(node, (child) => visit(child, file));
  };
  for (const f of files) for (const source of f.sourceFiles ?? []) visit(source, source);
  return result;
}

/** What could not be compiled, as TypeScript tells its own errors. */
export function diagnostic(error: CompactError, files: ChunkInput["files"]): ts.Diagnostic {
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
