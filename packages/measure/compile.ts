// How the compiler's time grows with the program: 1, 4, 16 and 48 copies of httpserver in one chunk.
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import * as ts from "typescript";
import * as tstl from "typescript-to-lua";
import { compileChunk, type Form } from "../compact/src/chunk.ts";
import { sourceMap } from "../compact/src/map.ts";
import { visitors } from "../compact/src/types.ts";

const ROOT = resolve(import.meta.dirname, "../..");

export interface Growth {
  copies: number;
  lines: number;
  /** CPU time of TypeScript and TypeScriptToLua in one compilation [ms]. */
  transpile: number;
  /** CPU time from their tree to the text of the chunk, by form [ms]. */
  forms: Record<Form, number>;
  /** CPU time of the source map [ms]. */
  map: number;
}

/** CPU that a piece of work takes, the fastest of some runs [ms]. */
function cpu(work: () => void, runs: number): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < runs; i++) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1000);
  }
  return best;
}

/**
 * Measures how long a program of several copies of our server takes to compile.
 * @param runs the quickest of so many counts
 * @throws Error if the copies do not compile
 */
export function growth(copies: number, runs = 3): Growth {
  const folder = mkdtempSync(join(tmpdir(), "growth-"));
  try {
    const names = Array.from({ length: copies }, (_, i) => `server${i}`);
    for (const name of names) cpSync(join(ROOT, "src/httpserver"), join(folder, name), { recursive: true });
    const entry = join(folder, "index.ts");
    writeFileSync(entry, names.map((n) => `export * as ${n} from "./${n}";\n`).join(""));
    const config = tstl.parseConfigFileWithSystem(join(ROOT, "src/tsconfig.json"));
    const options: tstl.CompilerOptions = { ...config.options, noEmit: false, rootDir: folder };
    const declarations = config.fileNames.filter((f) => f.endsWith(".d.ts"));
    const host = ts.createCompilerHost(options);
    // TypeScript looks for types from here: they lie beside the configuration, not beside the copies.
    host.getCurrentDirectory = () => dirname(config.options.configFilePath as string);
    let files: tstl.ProcessedFile[] = [];
    const transpile = cpu(() => {
      const program = ts.createProgram({ rootNames: [entry, ...declarations], options, host });
      const result = tstl.getProgramTranspileResult(ts.sys, () => {}, { program, plugins: [{ visitors }] });
      const errors = [...ts.getPreEmitDiagnostics(program), ...result.diagnostics].filter(
        (d) => d.category === ts.DiagnosticCategory.Error,
      );
      if (errors[0]) throw new Error(ts.flattenDiagnosticMessageText(errors[0].messageText, "\n"));
      files = result.transpiledFiles;
    }, 1);
    let lines = 0;
    for (const f of files) lines += f.sourceFiles![0]!.getLineStarts().length;
    const compile = (form: Form) => compileChunk({ files, entry, form, options, keptFields: new Set() });
    const forms = { compact: 0, readable: 0 };
    for (const form of ["compact", "readable"] as const) forms[form] = cpu(() => compile(form), runs);
    const chunk = compile("compact");
    const map = cpu(() => sourceMap("index.lua", chunk.sources, chunk), runs);
    return { copies, lines, transpile, forms, map };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
