// From what TypeScriptToLua has transpiled to the text of one chunk.
import { resolve as resolvePath } from "node:path";
import * as ts from "typescript";
import * as tstl from "typescript-to-lua";
import { layoutCompact, type Printed } from "./layout.ts";
import { LIBRARY, type Library, library, libraryNames, withoutLibraryModule } from "./library.ts";
import { type Chunk, link } from "./link.ts";
import { toBytes } from "./literal.ts";
import { mangle } from "./mangle.ts";
import { parse } from "./parse.ts";
import { layoutReadable } from "./pretty.ts";
import { mangleFields } from "./private.ts";
import { type Module, read } from "./read.ts";
import { nameReadably } from "./readable.ts";
import { asksFor, findModule, type Resolver } from "./resolution.ts";
import { countsParameters, simplify, tidy } from "./simplify/index.ts";
import { tokens } from "./tokens.ts";
import {
  type Block,
  CompactError,
  type Expression,
  member,
  name,
  type Statement,
  text,
  Variable,
} from "./tree.ts";

/** For the chip, or for people. */
export type Form = "compact" | "readable";

/** What TypeScriptToLua made of one file. */
export interface TranspiledFile {
  fileName: string;
  /** A file without a tree is Lua that was there already: its text. */
  code?: string;
  luaAst?: tstl.File;
  sourceFiles?: ts.SourceFile[];
}

export interface ChunksInput {
  /** What TypeScriptToLua made of the program; files that no entry reaches are left out. */
  files: readonly TranspiledFile[];
  /** Absolute paths of the modules that get a chunk each. */
  entries: readonly string[];
  form: Form;
  options: tstl.CompilerOptions;
  /** Finds the file that a `require` in another means, and how one that stays is written. Default: as TypeScript does. */
  resolver?: Resolver;
  /** Where files of Lua are read from; TypeScript's own by default. */
  system?: ts.System;
  /** The name to require the chunk of an entry by. */
  chunkName?(entry: string): string | undefined;
  /** For NodeMCU firmware, whose `debug` and `math` lack functions that TypeScriptToLua's library calls. */
  firmware?: boolean;
  /** Names of fields that keep their spelling; undefined: all do. */
  keptFields: ReadonlySet<string> | undefined;
}

export interface ChunkOutput extends Printed {
  /** The module that the chunk is for; undefined: TypeScriptToLua's library, which several chunks share. */
  entry: string | undefined;
  /** The files that positions mean: the transpiled ones, then what of Lua was read as text. */
  sources: string[];
  /** The files that are part of the chunk, in the order they run. */
  modules: string[];
}

/** Compiles one program to one chunk. @throws CompactError for what cannot be linked */
export function compileChunk(
  input: Omit<ChunksInput, "entries" | "chunkName"> & { entry: string },
): ChunkOutput {
  const { chunks, errors } = compileChunks({ ...input, entries: [input.entry] });
  const [chunk] = chunks;
  if (errors[0] || !chunk) throw errors[0] ?? new CompactError(`${input.entry} gives no Lua`);
  return chunk;
}

/**
 * Compiles the chunks of a program. They may share objects, so their private fields have the same names, and what
 * several need of TypeScriptToLua's library exists once.
 */
export function compileChunks(input: ChunksInput): { chunks: ChunkOutput[]; errors: CompactError[] } {
  const { files, entries, form, options, keptFields } = input;
  const errors: CompactError[] = [];
  const system = input.system ?? ts.sys;
  const byTypeScript = (request: string, from: string) => findModule(request, from, options, system);
  const sources = files.map((f) => f.fileName);
  const addSource = (path: string): number => sources.push(path) - 1;
  const target = options.luaTarget ?? tstl.LuaTarget.Universal;
  const wantsLibrary = options.luaLibImport !== tstl.LuaLibImportKind.None;
  const isAsked = input.chunkName !== undefined && files.some((f) => f.luaAst && asksFor(f.luaAst, LIBRARY));
  const shared = entries.length > 1 || isAsked ? new Set<string>() : undefined;
  const sharedNames = new Set<string>();
  const libraryOptions = { target, firmware: input.firmware === true, addSource };
  const linked: { entry: string | undefined; chunk: Chunk }[] = [];
  for (const entry of entries) {
    try {
      linked.push({ entry, chunk: linkEntry(entry) });
    } catch (error) {
      if (!(error instanceof CompactError)) throw error;
      errors.push(error);
    }
  }
  if (shared && (shared.size > 0 || isAsked)) {
    const { body, names } = library(shared, { ...libraryOptions, used: sharedNames });
    const fields = [...names].map(([key, v]) => ({ key: text(key), value: name(v) }));
    body.push({ kind: "return", values: [{ kind: "table", fields }] });
    linked.push({ entry: undefined, chunk: { body, modules: [], exports: new Set() } });
  }

  const counts = linked.some(({ chunk }) => countsParameters(chunk.body));
  const bodies: Block[] = [];
  for (const { chunk } of linked) {
    bodies.push(form === "readable" ? tidy(chunk.body) : simplify(chunk.body, { countsParameters: counts }));
  }
  let fields = new Map<string, string>();
  if (form === "compact" && keptFields) {
    const exported = linked.flatMap(({ chunk }) => [...chunk.exports]);
    fields = mangleFields(bodies, new Set([...keptFields, ...exported]));
  }
  const chunks = linked.map(({ entry, chunk }, i): ChunkOutput => {
    const body = bodies[i]!;
    const modules = chunk.modules.map((m) => m.fileName);
    if (form === "readable") nameReadably(body);
    else mangle(body);
    const printed =
      form === "readable" ? layoutReadable(tokens(body, false)) : layoutCompact(tokens(body, true, fields));
    const source = files.find((f) => resolvePath(f.fileName) === entry)?.sourceFiles?.[0];
    return { ...withShebang(printed, source && ts.getShebang(source.text)), entry, sources, modules };
  });
  return { chunks, errors };

  function linkEntry(entry: string): Chunk {
    const modules = new Map<string, Module>();
    const open = (fileName: string): Module | undefined => {
      const known = modules.get(fileName);
      if (known) return known;
      const index = files.findIndex((f) => resolvePath(f.fileName) === fileName);
      const ast = files[index]?.luaAst;
      let module: Module | undefined;
      // Beside a declaration stands a file of Lua: the Lua is the module.
      const lua = fileName.replace(/\.d\.ts$/, ".lua");
      if (ast) module = read(ast, fileName, index);
      else if (lua.endsWith(".lua")) {
        const planned = files.find((f) => !f.luaAst && resolvePath(f.fileName) === lua)?.code;
        const content = planned ?? (system.fileExists(lua) ? system.readFile(lua) : undefined);
        if (content === undefined) return undefined;
        const source = addSource(lua);
        module = {
          fileName: lua,
          source,
          scope: new Map(),
          ...withoutLibraryModule(parseFile(lua, content, source), target),
        };
      }
      if (module) modules.set(fileName, module).set(module.fileName, module);
      return module;
    };
    const asked = new Map<string, string | undefined>();
    /** Requests are bytes, names of files text. */
    const find = (request: string, from: Module): string | undefined => {
      const key = `${from.fileName}\n${request}`;
      if (!asked.has(key)) {
        const spelled = Buffer.from(request, "latin1").toString("utf8");
        asked.set(key, (input.resolver?.file ?? byTypeScript)(spelled, from.fileName));
      }
      return asked.get(key);
    };
    const main = open(entry);
    if (!main) throw new CompactError(`${entry} gives no Lua`);
    return link(main, {
      resolve(from, request) {
        const found = find(request, from);
        const isOther = found !== entry && found !== undefined && entries.includes(found);
        return found === undefined || isOther ? undefined : open(found);
      },
      external(from, request) {
        const found = find(request, from);
        if (found !== undefined && entries.includes(found)) return input.chunkName?.(found);
        const spelled = Buffer.from(request, "latin1").toString("utf8");
        const written = input.resolver?.written(spelled, from.fileName);
        return written && toBytes(written);
      },
      library(joined, used) {
        const features = new Set(wantsLibrary ? joined.flatMap((m) => [...m.features]) : []);
        if (!shared) return library(features, { ...libraryOptions, used });
        for (const n of used) sharedNames.add(n);
        for (const feature of features) shared.add(feature);
        return required(
          LIBRARY,
          [...libraryNames(features, target)].filter((n) => used.has(n)),
        );
      },
    });
  }
}

/** @throws CompactError that names the file and the line of what is no Lua */
function parseFile(fileName: string, content: string, source: number): Block {
  try {
    return parse(content, source).body;
  } catch (error) {
    if (!(error instanceof CompactError)) throw error;
    throw new CompactError(`${fileName}:${error.position?.line ?? 1} is not Lua 5.1: ${error.message}`);
  }
}

/** The names of a library that another chunk holds. */
function required(module: string, names: readonly string[]): Library {
  if (names.length === 0) return { body: [], names: new Map() };
  const table = new Variable("____lualib");
  const variables = new Map(names.map((key) => [key, new Variable(key)]));
  const call: Expression = {
    kind: "call",
    callee: { kind: "global", name: "require" },
    args: [text(module)],
  };
  return {
    names: variables,
    body: [
      { kind: "local", variables: [table], values: [call] },
      ...[...variables].map(
        ([key, v]): Statement => ({ kind: "local", variables: [v], values: [member(name(table), key)] }),
      ),
    ],
  };
}

/** The first line of a script that Unix runs stays the first. */
function withShebang(printed: Printed, line: string | undefined): Printed {
  if (line === undefined) return printed;
  return {
    ...printed,
    code: `${line}\n${printed.code}`,
    mappings: printed.mappings.map((m) => ({ ...m, line: m.line + 1 })),
  };
}
