// Compiles one TypeScript module (a folder with an `index.ts`) to one Lua chunk.
import { dirname, join, resolve as resolvePath } from "node:path";
import * as ts from "typescript";
import * as tstl from "typescript-to-lua";
import { affected } from "./affected.ts";
import { compileChunk, type Form } from "./chunk.ts";
import { byteWarnings, diagnostic, report as problem } from "./diagnostics.ts";
import { type Answers, changes, Inputs, textOf } from "./inputs.ts";
import { pathsFrom, sourceMap } from "./map.ts";
import { missing, withEquivalent } from "./missing.ts";
import { outsideNames, outsideNamesIn } from "./outside.ts";
import { emptyReport, type Report, report } from "./report.ts";
import { compilerHost, notingSystem } from "./system.ts";
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
  /** What it was made from: while these answers are the same, so is the rest. */
  inputs: Answers;
}

/** What one file of a program gives, as long as neither it nor what it imports changes. */
interface FileResult {
  diagnostics: readonly ts.Diagnostic[];
  transpiled: tstl.ProcessedFile | undefined;
  /** Names of fields that keep their spelling because of it; undefined: nobody has asked yet. */
  kept: ReadonlySet<string> | undefined;
}

interface Transpiled {
  /** Names of fields that keep their spelling. */
  keptFields: Set<string>;
  files: tstl.ProcessedFile[];
  diagnostics: ts.Diagnostic[];
}

/** What the last call compiled, and what of it the next can take over. */
interface Build {
  inputs: Inputs;
  config: ts.ParsedCommandLine;
  options: tstl.CompilerOptions;
  program: ts.Program;
  sources: Map<string, Source>;
  results: Map<ts.SourceFile, FileResult>;
  /** There are errors that belong to no file: which file will have caused them is not known. */
  hasGlobalErrors: boolean;
  result: Transpiled;
}

const earlier = new Map<string, Build>();

interface Source {
  content: string;
  file: ts.SourceFile;
}

/** TypeScript's own library is the same for every program, and most of what a program has to parse. */
const library = new Map<string, Source>();

/** Gives a file as it was parsed last, for as long as its content is the same. @param known by what decides how a file is parsed */
function parseOnce(
  known: Map<string, Source>,
  key: string,
  content: string,
  parse: () => ts.SourceFile | undefined,
): ts.SourceFile | undefined {
  const last = known.get(key);
  if (last?.content === content) return last.file;
  const file = parse();
  if (file) known.set(key, { content, file });
  return file;
}

/** TypeScriptToLua prints every file, but only its tree is used here. */
const withoutPrinting: tstl.Plugin = {
  visitors,
  printer: () => ({ code: "", sourceMap: "" }) as ReturnType<NonNullable<tstl.Plugin["printer"]>>,
};

/** @param sourceFiles undefined: all of the program */
function transpileFiles(
  system: ts.System,
  program: ts.Program,
  sourceFiles: ts.SourceFile[] | undefined,
): { diagnostics: readonly ts.Diagnostic[]; transpiledFiles: tstl.ProcessedFile[] } {
  try {
    return tstl.getProgramTranspileResult(system, () => {}, {
      program,
      plugins: [withoutPrinting],
      ...(sourceFiles && { sourceFiles }),
    });
  } catch (error) {
    // What it cannot compile it may say in this way, without a place.
    const message = `TypeScriptToLua has stopped: ${(error as Error).message}`;
    return { diagnostics: [problem("cannotCompile", message)], transpiledFiles: [] };
  }
}

/** Transpiles with TypeScriptToLua; what does not depend on files that changed since the last call is taken from there. */
function transpile(entry: string, project: string, firmware: boolean): Build {
  const key = `${project}\n${entry}\n${firmware}\n${process.cwd()}`;
  const before = earlier.get(key);
  const changed = before && changes(before.inputs.answers);
  if (before && changed?.length === 0) return before;
  // Where only the texts of the program's files are different, every name still means the same file.
  const isEdit = (question: string): boolean => {
    const path = textOf(question);
    return path !== undefined && before?.program.getSourceFile(path) !== undefined;
  };
  const last = changed?.every(isEdit) ? before : undefined;
  const inputs = last?.inputs ?? new Inputs();
  if (last) inputs.forget(changed!);
  const system = notingSystem(inputs);
  const config = last?.config ?? tstl.parseConfigFileWithSystem(project, {}, system);
  const options: tstl.CompilerOptions = last?.options ?? {
    ...config.options,
    noEmit: false,
    declaration: false,
    composite: false,
  };
  const sources = last?.sources ?? new Map();
  const host = compilerHost(options, system);
  const libraryFolder = `${host.getDefaultLibLocation!()}/`;
  host.getSourceFile = (fileName, language) => {
    const content = inputs.note("text", fileName);
    const parse = () => {
      const text = host.readFile(fileName);
      return text === undefined ? undefined : ts.createSourceFile(fileName, text, language);
    };
    return fileName.startsWith(libraryFolder)
      ? parseOnce(library, `${fileName}\n${JSON.stringify(language)}`, content, parse)
      : parseOnce(sources, fileName, content, parse);
  };
  const declarations = config.fileNames.filter((f) => f.endsWith(".d.ts"));
  const programAfter = (oldProgram: ts.Program | undefined): ts.Program =>
    ts.createProgram({
      rootNames: [entry, ...declarations],
      options,
      host,
      ...(oldProgram && { oldProgram }),
    });
  let program = programAfter(last?.program);

  const again = last && !last.hasGlobalErrors ? affected(last.program, program) : undefined;
  const names = again && new Set([...again].map((f) => f.fileName));
  const isFresh = (file: ts.SourceFile): boolean =>
    !names || names.has(file.fileName) || !last!.results.has(file);
  // TypeScriptToLua keeps with the nodes of a tree what it has found of the functions that they call.
  const used = program
    .getSourceFiles()
    .filter((f) => !f.isDeclarationFile && isFresh(f) && last?.results.has(f));
  if (used.length > 0) {
    for (const { fileName } of used) sources.delete(fileName);
    program = programAfter(program);
  }
  const fresh = program.getSourceFiles().filter(isFresh);
  // First what TypeScript says, then what is made of it.
  const checked = new Map(
    fresh.map((f) => [f, [...program.getSyntacticDiagnostics(f), ...program.getSemanticDiagnostics(f)]]),
  );
  const global = [
    ...config.errors,
    ...program.getConfigFileParsingDiagnostics(),
    ...program.getOptionsDiagnostics(),
    ...program.getGlobalDiagnostics(),
  ];
  const { diagnostics: said, transpiledFiles } = transpileFiles(
    system,
    program,
    names && fresh.filter((f) => !f.isDeclarationFile),
  );
  const own = new Set(program.getSourceFiles());
  const placeless = said.filter((d) => !d.file || !own.has(d.file));
  const byFile = new Map(transpiledFiles.map((f) => [resolvePath(f.fileName), f]));
  const results = new Map(
    program.getSourceFiles().map((file): [ts.SourceFile, FileResult] => {
      const old = isFresh(file) ? undefined : last?.results.get(file);
      if (old) return [file, old];
      const transpiled = byFile.get(resolvePath(file.fileName));
      const diagnostics = [
        ...checked.get(file)!.map((d) => (firmware ? withEquivalent(d) : d)),
        ...(firmware ? missing(program, file) : []),
        ...said.filter((d) => d.file === file),
        ...(transpiled ? byteWarnings([transpiled]) : []),
      ];
      return [file, { diagnostics, transpiled, kept: undefined }];
    }),
  );
  const all = [...results.values()];
  const result: Transpiled = {
    files: all.flatMap((r) => r.transpiled ?? []),
    diagnostics: [
      ...ts.sortAndDeduplicateDiagnostics([...global, ...placeless, ...all.flatMap((r) => r.diagnostics)]),
    ],
    keptFields: outsideNames(program, (file) => {
      const known = results.get(file)!;
      known.kept ??= outsideNamesIn(program, file);
      return known.kept;
    }),
  };
  const hasGlobalErrors = global.length + placeless.length > 0;
  const build = { inputs, config, options, program, sources, results, hasGlobalErrors, result };
  earlier.set(key, build);
  return build;
}

/** Compiles a module. Errors of the TypeScript, and what cannot be linked, come back as diagnostics. */
export async function compileModule(options: CompileOptions): Promise<Compiled> {
  return compileModuleSync(options);
}

/** The same for a caller that cannot wait: nothing in it is asynchronous. */
export function compileModuleSync(options: CompileOptions): Compiled {
  const project = resolvePath(options.project);
  const entry = resolvePath(options.entry);
  const output = resolvePath(options.output ?? join(dirname(project), "build", `${options.name}.lua`));
  const firmware = options.firmware === true;
  const { inputs, options: compilerOptions, result } = transpile(entry, project, firmware);
  const { files, diagnostics, keptFields } = result;
  const failed = (all: ts.Diagnostic[]): Compiled => ({
    code: "",
    map: "",
    diagnostics: all,
    report: emptyReport,
    inputs: inputs.answers,
  });
  if (diagnostics.some((d) => d.category === ts.DiagnosticCategory.Error)) return failed(diagnostics);
  try {
    const chunk = compileChunk({
      files,
      entry,
      form: options.form,
      options: compilerOptions,
      keptFields,
      firmware,
      system: notingSystem(inputs),
    });
    return {
      code: chunk.code,
      map: sourceMap(`${options.name}.lua`, pathsFrom(dirname(output), chunk.sources), chunk),
      diagnostics,
      report: report(chunk, pathsFrom(dirname(project), chunk.sources)),
      inputs: inputs.answers,
    };
  } catch (error) {
    if (!(error instanceof CompactError)) throw error;
    return failed([...diagnostics, diagnostic(error, files)]);
  }
}
