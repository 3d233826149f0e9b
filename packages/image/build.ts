// From folders of TypeScript to the Lua files of build/: our own module, and apps (app.ts).
import { isUtf8 } from "node:buffer";
import { mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { Mistake } from "../command/mistake.ts";
import { ROOT } from "../command/place.ts";
import { readWanted } from "../command/reading.ts";
import type { CompileOptions, Form } from "../compact/src/compile.ts";
import { emptyReport } from "../compact/src/report.ts";
import { CompactError } from "../compact/src/tree.ts";
import { type Kept, recall, remember } from "./cache.ts";
import { loadCompiler } from "./compiler.ts";
import { placesOf, type UnfitNumber, unfitNumbers } from "./integers.ts";
import { readyServer } from "./ready.ts";

export type { Kept as Compiled };

export { ROOT };
/** Where compiled Lua, its source maps and what is kept of earlier runs go: in the folder from which a command is run. */
export const BUILD = resolve("build");

/** A module of Lua: what it is made from, and the name that Lua requires it by. */
export interface Source {
  /** Its folder; of an app the one that has its public/. */
  folder: string;
  /** Where it begins: an index.ts, or a file of Lua, which is taken as it is. */
  entry: string;
  name: string;
  /** The configuration of TypeScript; a file of Lua has none. */
  project?: string;
  /** It runs on firmware that counts in integers, too: a number that such firmware cannot have is an error. */
  integers?: true;
}

export const HTTPSERVER: Source & { project: string } = {
  folder: join(ROOT, "src/httpserver"),
  entry: join(ROOT, "src/httpserver/index.ts"),
  name: "httpserver",
  project: join(ROOT, "src/tsconfig.json"),
  integers: true,
};

/**
 * Compiles, unless nothing has changed since it was compiled last (cache.ts). Warnings are printed.
 * @throws Mistake with TypeScript's own messages if the source has errors
 */
export async function compile(source: Source, form: Form): Promise<Kept> {
  return compileNow(source, form);
}

/** The same for a caller that cannot wait. */
export function compileNow(source: Source, form: Form): Kept {
  if (source.project === undefined) return plainLua(source);
  const options: CompileOptions = {
    entry: source.entry,
    name: source.name,
    project: source.project,
    form,
    firmware: true,
    output: outputPath(source, form),
  };
  const ready = source === HTTPSERVER ? readyServer(form, options.output!) : undefined;
  const compiled = ready ?? recall(options) ?? compileAnew(source, options);
  if (compiled.warnings !== "") console.error(compiled.warnings);
  if (source.integers) checkIntegers(source, compiled, form);
  return compiled;
}

/** A file of Lua as if it had been compiled: it stays what it is, and its errors have its own lines. @throws Mistake */
function plainLua({ entry }: Source): Kept {
  const bytes = readWanted(entry, "the app");
  if (!isUtf8(bytes))
    throw new Mistake(
      `${basename(entry)} has bytes that are no UTF-8: save it as UTF-8 (Lua can write any byte as \\ddd)`,
    );
  const report = { ...emptyReport, bytes: bytes.length };
  return { code: bytes.toString("utf8"), map: "", report, inputs: {}, warnings: "" };
}

function compileAnew(source: Source, options: CompileOptions): Kept {
  const { compiler, typescript: ts } = loadCompiler();
  const { diagnostics, ...compiled } = compiler.compileModuleSync(options);
  const host = {
    getCurrentDirectory: () => process.cwd(),
    getCanonicalFileName: (name: string) => name,
    getNewLine: () => "\n",
  };
  const format = process.stderr.isTTY ? ts.formatDiagnosticsWithColorAndContext : ts.formatDiagnostics;
  const errors = diagnostics.filter(({ category }) => category === ts.DiagnosticCategory.Error);
  if (errors.length > 0)
    throw new Mistake(`${basename(source.folder)} does not compile\n${format(errors, host).trimEnd()}`);
  // Only the warnings of our plugin are shown. Those of TypeScriptToLua are about conditions that test a number or a string, which code
  // for the chip does on purpose.
  const warnings = ts.formatDiagnostics(
    diagnostics.filter(({ source: from }) => from === "compact"),
    host,
  );
  const kept = { ...compiled, warnings: warnings.trimEnd() };
  remember(options, kept);
  return kept;
}

/** Unfit numbers; of what cannot be read as Lua 5.1 none, because whoever compiles it says more about that. */
function numbersIn(code: string): UnfitNumber[] {
  try {
    return unfitNumbers(code);
  } catch (error) {
    if (!(error instanceof CompactError)) throw error;
    return [];
  }
}

/** What firmware that counts in integers could not take of a compiled program, for a message; undefined: it is fit. */
export function unfitForIntegers(
  source: Source,
  { code, map }: Pick<Kept, "code" | "map">,
  form: Form,
): string | undefined {
  const numbers = numbersIn(code);
  if (numbers.length === 0) return undefined;
  return placesOf(
    numbers,
    source.project === undefined ? source.entry : { map, output: outputPath(source, form) },
  );
}

/**
 * Makes sure that a program runs on firmware that counts in integers.
 * @throws Mistake that names the numbers it cannot have, and where they are
 */
export function checkIntegers(source: Source, compiled: Pick<Kept, "code" | "map">, form: Form): void {
  const unfit = unfitForIntegers(source, compiled, form);
  if (unfit === undefined) return;
  throw new Mistake(
    `${basename(source.folder)} has numbers that firmware which counts in 32-bit integers cannot have: ${unfit}. There a number is whole and at most 0x7ffffffe; a firmware built without LUA_NUMBER_INTEGRAL has fractions`,
  );
}

/** Where the Lua of a module is written; a file of Lua stays where it is. */
export function outputPath(source: Source, form: Form): string {
  if (source.project === undefined) return source.entry;
  return join(BUILD, form === "readable" ? "readable" : "", `${source.name}.lua`);
}

/** Compiles and writes the Lua file and its source map; a file of Lua stays where it is. @throws Mistake as compile */
export async function build(source: Source, form: Form): Promise<Kept> {
  const compiled = await compile(source, form);
  if (source.project === undefined) return compiled;
  const output = outputPath(source, form);
  mkdirSync(dirname(output), { recursive: true });
  writeFileSync(output, compiled.code);
  writeFileSync(`${output}.map`, compiled.map);
  return compiled;
}
