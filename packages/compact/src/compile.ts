// Compiles one TypeScript module (a folder with an `index.ts`) to one Lua chunk.
import { dirname, join, relative, resolve as resolvePath, sep } from "node:path";
import * as ts from "typescript";
import * as tstl from "typescript-to-lua";
import { compileChunk, type Form } from "./chunk.ts";
import { byteWarnings, diagnostic } from "./diagnostics.ts";
import { sourceMap } from "./map.ts";
import { missing, withEquivalent } from "./missing.ts";
import { outsideNames } from "./outside.ts";
import { emptyReport, type Report, report } from "./report.ts";
import { CompactError } from "./tree.ts";
import { visitors } from "./types.ts";

export type { Form, Report };

export interface CompileOptions {
  /** The module's entry, e.g. `src/httpserver/index.ts`. */
  entry: string;
  /** What Lua code requires it as: `httpserver` becomes `httpserver.lua`. */
  name: string;
  /** The configuration of TypeScriptToLua. */
  project: string;
  form: Form;
  /** For NodeMCU firmware: small errors without a stack, and words for what JavaScript has and the firmware lacks. Default false. */
  firmware?: boolean;
  /** Where the Lua will be written: paths in the map are relative to it. Default `build/<name>.lua` beside the configuration. */
  output?: string;
}

export interface Compiled {
  /** Empty if there are errors. Strings in it may have any character: write it as UTF-8. */
  code: string;
  /** A source map (version 3), as JSON. */
  map: string;
  diagnostics: ts.Diagnostic[];
  report: Report;
}

interface Transpiled {
  /** Names of fields that keep their spelling. */
  keptFields: Set<string>;
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
        ...ts.getPreEmitDiagnostics(program).map(withEquivalent),
        ...missing(program),
        ...diagnostics,
        ...byteWarnings(transpiledFiles),
      ]),
    ],
    options,
    keptFields: outsideNames(program),
  };
  earlier.set(key, { program, result });
  return result;
}

/** Compiles a module for the firmware. Errors of the TypeScript, and what cannot be linked, come back as diagnostics. */
export async function compileModule(options: CompileOptions): Promise<Compiled> {
  const project = resolvePath(options.project);
  const entry = resolvePath(options.entry);
  const output = resolvePath(options.output ?? join(dirname(project), "build", `${options.name}.lua`));
  const { files, diagnostics, options: compilerOptions, keptFields } = transpile(entry, project);
  if (diagnostics.some((d) => d.category === ts.DiagnosticCategory.Error)) {
    return { code: "", map: "", diagnostics, report: emptyReport };
  }
  try {
    const chunk = compileChunk({
      files,
      entry,
      form: options.form,
      options: compilerOptions,
      keptFields,
      firmware: true,
    });
    const pathsFrom = (folder: string) => chunk.sources.map((s) => relative(folder, s).split(sep).join("/"));
    return {
      code: chunk.code,
      map: sourceMap(`${options.name}.lua`, pathsFrom(dirname(output)), chunk),
      diagnostics,
      report: report(chunk, pathsFrom(dirname(project))),
    };
  } catch (error) {
    if (!(error instanceof CompactError)) throw error;
    return {
      code: "",
      map: "",
      diagnostics: [...diagnostics, diagnostic(error, files)],
      report: emptyReport,
    };
  }
}
