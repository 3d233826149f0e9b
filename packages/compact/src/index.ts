// The plugin for TypeScriptToLua. In tstl.json:
//   "tstl": { "luaPlugins": [{ "name": "tstl-compact" }] }
import { basename, dirname, join, relative, resolve as resolvePath, sep } from "node:path";
import * as ts from "typescript";
import * as tstl from "typescript-to-lua";
import { createPrinter } from "typescript-to-lua/dist/LuaPrinter.js";
import { type ChunkOutput, compileChunks } from "./chunk.ts";
import {
  byteWarnings,
  checkOptions,
  diagnostic,
  type PluginOptions,
  report,
  unsupported,
} from "./diagnostics.ts";
import { findEntries, importsOf } from "./entries.ts";
import { LIBRARY } from "./library.ts";
import { pathsFrom, sourceMap } from "./map.ts";
import { missing } from "./missing.ts";
import { outsideNames } from "./outside.ts";
import { type PlannedFile, resolverOf } from "./resolution.ts";
import { visitors } from "./types.ts";

export type { PluginOptions };

type EmitFile = Parameters<NonNullable<tstl.Plugin["beforeEmit"]>>[3][number];
type Transpiled = PlannedFile & { luaAst: tstl.File; sourceFiles: ts.SourceFile[] };

/** What a program's files became in earlier builds: a watching compiler transpiles only those that changed. */
const earlier = new Map<string, Map<string, PlannedFile>>();

/** The whole program: what was transpiled now, and from earlier what did not change. */
function wholeProgram(program: ts.Program, now: readonly PlannedFile[]): PlannedFile[] {
  const key = String(program.getCompilerOptions().configFilePath ?? program.getRootFileNames().join("\n"));
  const before = earlier.get(key) ?? new Map<string, PlannedFile>();
  const all = new Map<string, PlannedFile>();
  for (const [path, f] of before) {
    const isCurrent = f.luaAst ? program.getSourceFile(path) === f.sourceFiles?.[0] : ts.sys.fileExists(path);
    if (isCurrent) all.set(path, f);
  }
  for (const f of now) all.set(resolvePath(f.fileName), f);
  earlier.set(key, all);
  return [...all.values()];
}

/** How TypeScriptToLua prints without plugins. */
const print = createPrinter([]);

/** The text as it was before TypeScriptToLua wrote the names of files into it. */
const withoutRequires = (code: string): string => code.replace(/\brequire\("[^"]*"\)/g, "require()");

const otherText = (fileName: string, hook: string): ts.Diagnostic =>
  report(
    "otherPlugin",
    `another plugin has changed the text of ${basename(fileName)} (${hook}), but this one compiles the syntax tree and that text would be lost; ` +
      "let that plugin change the tree (visitors), put it after this one in luaPlugins, or leave one of them out",
  );

/** `folder/index.lua` becomes `folder.lua`: the file system of a board is flat. */
function outputOf(path: string, root: string): string {
  const folder = dirname(path);
  const [, extension] = /^index(\..*)$/.exec(basename(path)) ?? [];
  return extension !== undefined && resolvePath(folder) !== resolvePath(root) ? folder + extension : path;
}

/** Makes the plugin that TypeScriptToLua calls. @param given what the project wants other than the defaults (options.md) */
export default function compact(given: PluginOptions = {}): tstl.Plugin {
  const { form = "compact", entries, mangleFields = true, trustTypes = true, firmware = false } = given;
  /** The bundle that the project asks for: made here, not by TypeScriptToLua. */
  let bundle: { file: string; entry: string } | undefined;
  const printed = new Map<string, string>();
  const problems: ts.Diagnostic[] = [];
  return {
    ...(trustTypes && { visitors }),

    beforeTransform(program, options) {
      problems.push(...checkOptions(given, options), ...unsupported(options));
      if (firmware) problems.push(...program.getSourceFiles().flatMap((f) => missing(program, f)));
    },

    afterPrint(program, options, host, result) {
      for (const f of result) {
        printed.set(resolvePath(f.fileName), withoutRequires(f.code));
        if ((options.luaPlugins?.length ?? 0) < 2 || !f.luaAst) continue;
        const { code } = print(program, host, f.fileName, f.luaAst);
        if (code !== f.code) problems.push(otherText(f.fileName, "printer"));
      }
      if (options.luaBundle === undefined || options.luaBundleEntry === undefined) return;
      bundle = { file: options.luaBundle, entry: options.luaBundleEntry };
      // Until `beforeEmit`: every file is to be resolved and kept as it is.
      delete options.luaBundle;
    },

    beforeEmit(program, options, _host, result) {
      if (bundle) options.luaBundle = bundle.file;
      for (const f of result as PlannedFile[]) {
        const before = f.luaAst && printed.get(resolvePath(f.fileName));
        if (before !== undefined && before !== withoutRequires(f.code)) {
          problems.push(otherText(f.fileName, "beforeEmit"));
        }
      }
      const diagnostics = problems.splice(0);
      if (diagnostics.some((d) => d.category === ts.DiagnosticCategory.Error)) {
        result.length = 0;
        return diagnostics;
      }
      const files = wholeProgram(program, result as PlannedFile[]);
      const transpiled = files.filter((f): f is Transpiled => f.luaAst !== undefined);
      const root = tstl.getProjectRoot(program);
      const outDir = tstl.getEmitOutDir(program);
      const resolver = resolverOf(files, program, options);
      diagnostics.push(...byteWarnings(transpiled));

      const chosen = new Set<string>();
      if (bundle) chosen.add(resolvePath(root, bundle.entry));
      else if (entries) for (const e of entries) chosen.add(resolvePath(root, e));
      else for (const e of findEntries(importsOf(transpiled, resolver.file))) chosen.add(e);
      for (const entry of chosen) {
        if (transpiled.some((f) => resolvePath(f.fileName) === entry)) continue;
        const option = bundle ? "luaBundleEntry" : "entries";
        diagnostics.push(
          report(
            "noEntry",
            `"${option}" names ${relative(root, entry)}, which is no file of the program; take the path of a .ts file relative to ${root}`,
          ),
        );
        chosen.delete(entry);
      }

      const extension = `.${(options.extension ?? "lua").trim().replace(/^\./, "")}`;
      const outputs = new Map(
        transpiled.map((f) => [resolvePath(f.fileName), outputOf(f.outputPath, outDir)]),
      );
      if (bundle) for (const entry of chosen) outputs.set(entry, resolvePath(outDir, bundle.file));
      const moduleName = (output: string): string =>
        relative(outDir, output.endsWith(extension) ? output.slice(0, -extension.length) : output)
          .split(sep)
          .join(".");
      const { chunks, errors } = compileChunks({
        files,
        entries: [...chosen],
        form,
        options,
        resolver,
        firmware,
        chunkName: (entry) => moduleName(outputs.get(entry)!),
        keptFields: mangleFields ? outsideNames(program) : undefined,
      });
      diagnostics.push(...errors.map((e) => diagnostic(e, files)));
      const isLibrary = (f: EmitFile): boolean => basename(f.outputPath) === LIBRARY + extension;
      const joined = new Set(chunks.flatMap((c) => c.modules));
      const rest = (result as (EmitFile & PlannedFile)[]).filter(
        (f) => !f.luaAst && !isLibrary(f) && !joined.has(resolvePath(f.fileName)),
      );
      const made = chunks.map((chunk): EmitFile => {
        const { entry } = chunk;
        const outputPath = entry === undefined ? join(outDir, LIBRARY + extension) : outputs.get(entry)!;
        return emitFile(chunk, outputPath, options, transpiled);
      });
      result.splice(0, result.length, ...made, ...rest);
      return diagnostics;
    },
  };
}

function emitFile(
  chunk: ChunkOutput,
  outputPath: string,
  options: tstl.CompilerOptions,
  files: readonly Transpiled[],
): EmitFile {
  const map = sourceMap(basename(outputPath), pathsFrom(dirname(outputPath), chunk.sources), chunk);
  const comment = options.inlineSourceMap
    ? `\n--# sourceMappingURL=data:application/json;base64,${Buffer.from(map).toString("base64")}\n`
    : "";
  return {
    outputPath,
    code: chunk.code + comment,
    sourceMap: map,
    sourceFiles: files.find((f) => resolvePath(f.fileName) === chunk.entry)?.sourceFiles ?? [],
  };
}
