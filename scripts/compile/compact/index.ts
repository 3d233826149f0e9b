// The plugin for TypeScriptToLua. In tstl.json:
//   "tstl": { "luaPlugins": [{ "name": "./scripts/compile/compact/index.ts" }] }
import { basename, dirname, relative, resolve as resolvePath, sep } from "node:path";
import type * as ts from "typescript";
import type * as tstl from "typescript-to-lua";
import { byteWarnings, compileChunk, diagnostic, type Form, findModule } from "./chunk.ts";
import { sourceMap } from "./map.ts";
import { CompactError } from "./tree.ts";
import { visitors } from "./types.ts";

export interface PluginOptions {
  /** Default "compact". */
  form?: Form;
  /**
   * The modules that get a file of Lua of their own, relative to the configuration. Default: every file that no
   * other imports, and what several of these share.
   */
  entries?: string[];
}

type EmitFile = Parameters<NonNullable<tstl.Plugin["beforeEmit"]>>[3][number] & {
  fileName?: string;
  luaAst?: tstl.File;
};
type Transpiled = EmitFile & { fileName: string; luaAst: tstl.File };

/** Which files each file imports. */
function imports(files: readonly Transpiled[], options: ts.CompilerOptions): Map<string, Set<string>> {
  const all = new Set(files.map((f) => resolvePath(f.fileName)));
  return new Map(
    files.map((f) => {
      const found = new Set<string>();
      const visit = (node: unknown): void => {
        if (Array.isArray(node)) node.forEach(visit);
        else if (node && typeof node === "object") {
          // A call of `require` with one text.
          const { expression, params } = node as {
            expression?: { text?: string };
            params?: { value?: unknown }[];
          };
          if (expression?.text === "require" && typeof params?.[0]?.value === "string") {
            const path = findModule(params[0].value, f.fileName, options);
            if (path !== undefined && all.has(path)) found.add(path);
          }
          for (const value of Object.values(node)) visit(value);
        }
      };
      visit(f.luaAst.statements);
      return [resolvePath(f.fileName), found];
    }),
  );
}

/** The files that get a chunk: those that nobody imports, and those that several chunks would otherwise share. */
function findEntries(graph: ReadonlyMap<string, ReadonlySet<string>>): Set<string> {
  const imported = new Set([...graph.values()].flatMap((list) => [...list]));
  const entries = new Set([...graph.keys()].filter((f) => !imported.has(f)));
  const owners = (): Map<string, Set<string>> => {
    const result = new Map<string, Set<string>>();
    for (const entry of entries) {
      const queue = [entry];
      for (let f = queue.pop(); f !== undefined; f = queue.pop()) {
        const known = result.get(f) ?? new Set();
        result.set(f, known);
        if (known.has(entry)) continue;
        known.add(entry);
        for (const next of graph.get(f)!) if (!entries.has(next)) queue.push(next);
      }
    }
    return result;
  };
  for (;;) {
    // Modules that only import each other in a circle have no beginning: the first is one.
    const owned = owners();
    const lost = [...graph.keys()].find((f) => !owned.has(f));
    const shared = [...graph.keys()].find(
      (f) =>
        (owned.get(f)?.size ?? 0) > 1 &&
        [...graph].some(([from, to]) => to.has(f) && owned.get(from)?.size === 1),
    );
    const next = lost ?? shared;
    if (next === undefined) return entries;
    entries.add(next);
  }
}

/** `folder/index.lua` becomes `folder.lua`: the file system of a board is flat. */
function outputOf(path: string, root: string): string {
  const folder = dirname(path);
  return basename(path) === "index.lua" && resolvePath(folder) !== resolvePath(root) ? `${folder}.lua` : path;
}

export default function compact({ form = "compact", entries }: PluginOptions = {}): tstl.Plugin {
  return {
    visitors,
    beforeEmit(_program, options, _host, result) {
      const files = (result as EmitFile[]).filter(
        (f): f is Transpiled => f.fileName !== undefined && f.luaAst !== undefined,
      );
      const diagnostics = byteWarnings(files);
      const config =
        typeof options.configFilePath === "string" ? dirname(options.configFilePath) : process.cwd();
      const root = options.outDir ?? config;
      const chosen = entries
        ? new Set(entries.map((e) => resolvePath(config, e)))
        : findEntries(imports(files, options));
      const outputs = new Map(files.map((f) => [resolvePath(f.fileName), outputOf(f.outputPath, root)]));
      const chunks: EmitFile[] = [];
      const joined = new Set<string>();
      for (const entry of chosen) {
        const file = files.find((f) => resolvePath(f.fileName) === entry);
        try {
          const chunk = compileChunk({
            files,
            entry,
            form,
            options,
            chunkName: (fileName) => {
              const output = chosen.has(fileName) ? outputs.get(fileName) : undefined;
              return (
                output &&
                relative(root, output)
                  .replace(/\.lua$/, "")
                  .split(sep)
                  .join(".")
              );
            },
          });
          for (const m of chunk.modules) joined.add(m);
          const outputPath = outputs.get(entry)!;
          const sources = chunk.sources.map((s) => relative(dirname(outputPath), s).split(sep).join("/"));
          chunks.push({
            outputPath,
            code: chunk.code,
            sourceMap: sourceMap(basename(outputPath), sources, chunk),
            sourceFiles: file?.sourceFiles ?? [],
          });
        } catch (error) {
          if (!(error instanceof CompactError)) throw error;
          diagnostics.push(diagnostic(error, files));
        }
      }
      // The library is part of the chunks; files of Lua that were joined need no copy.
      const rest = (result as EmitFile[]).filter(
        (f) =>
          !f.luaAst &&
          basename(f.outputPath) !== "lualib_bundle.lua" &&
          !joined.has(resolvePath(f.fileName ?? f.outputPath)),
      );
      result.splice(0, result.length, ...chunks, ...rest);
      return diagnostics;
    },
  };
}
