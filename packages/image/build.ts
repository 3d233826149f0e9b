// From folders of TypeScript to the Lua files of build/: our own module, and apps.
import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { Mistake } from "../command/mistake.ts";
import type { CompileOptions, Form } from "../compact/src/compile.ts";
import { type Kept, recall, remember } from "./cache.ts";
import { loadCompiler } from "./compiler.ts";
import { placesOf, unfitNumbers } from "./integers.ts";
import { APP_MODULE, SERVER_MODULE } from "./reserved.ts";

export type { Kept as Compiled };

export const ROOT = resolve(import.meta.dirname, "../..");
export const BUILD = join(ROOT, "build");

/** A module to compile: a folder with an index.ts, the name that Lua requires it by, and its configuration. */
export interface Source {
  folder: string;
  name: string;
  project: string;
  /** It runs on firmware that counts in integers, too: a number that such firmware cannot have is an error. */
  integers?: true;
}

export const HTTPSERVER: Source = {
  folder: join(ROOT, "src/httpserver"),
  name: SERVER_MODULE,
  project: join(ROOT, "src/tsconfig.json"),
  integers: true,
};

/**
 * An app's folder as a module called `app`. Its configuration is the nearest tsconfig.json above its index.ts.
 * @throws Mistake if there is no such folder, index.ts or configuration
 */
export function appSource(path: string): Source {
  const folder = resolve(path);
  if (!existsSync(folder)) throw new Mistake(`there is no app folder ${path}`);
  if (!statSync(folder).isDirectory())
    throw new Mistake(`${path} is a file; an app is a folder with an index.ts`);
  if (!existsSync(join(folder, "index.ts")))
    throw new Mistake(`${path} has no index.ts, where an app begins`);
  const project = configurationAbove(folder);
  if (!project)
    throw new Mistake(
      `neither ${path} nor a folder above it has a tsconfig.json that names the chip's types`,
    );
  return { folder, name: APP_MODULE, project };
}

function configurationAbove(folder: string): string | undefined {
  const path = join(folder, "tsconfig.json");
  if (existsSync(path)) return path;
  return dirname(folder) === folder ? undefined : configurationAbove(dirname(folder));
}

/**
 * Compiles, unless nothing has changed since it was compiled last (cache.ts). Warnings are printed.
 * @throws Mistake with TypeScript's own messages if the source has errors
 */
export async function compile(source: Source, form: Form): Promise<Kept> {
  const options: CompileOptions = {
    entry: join(source.folder, "index.ts"),
    name: source.name,
    project: source.project,
    form,
    firmware: true,
    output: outputPath(source, form),
  };
  const compiled = recall(options) ?? (await compileAnew(source, options));
  if (compiled.warnings !== "") console.error(compiled.warnings);
  if (source.integers) checkIntegers(source, compiled, form);
  return compiled;
}

async function compileAnew(source: Source, options: CompileOptions): Promise<Kept> {
  const { compiler, typescript: ts } = loadCompiler();
  const { diagnostics, ...compiled } = await compiler.compileModule(options);
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

/** What firmware that counts in integers could not take of a compiled program, for a message; undefined: it is fit. */
export function unfitForIntegers(
  source: Source,
  { code, map }: Pick<Kept, "code" | "map">,
  form: Form,
): string | undefined {
  const numbers = unfitNumbers(code);
  return numbers.length === 0 ? undefined : placesOf(numbers, map, outputPath(source, form));
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

/** Tells where the Lua of a module is written: under build/, or under build/readable/ in the form for people. */
export function outputPath(source: Source, form: Form): string {
  return join(BUILD, form === "readable" ? "readable" : "", `${source.name}.lua`);
}

/** Compiles and writes the Lua file and its source map. */
export async function build(source: Source, form: Form): Promise<Kept> {
  const compiled = await compile(source, form);
  const output = outputPath(source, form);
  mkdirSync(dirname(output), { recursive: true });
  writeFileSync(output, compiled.code);
  writeFileSync(`${output}.map`, compiled.map);
  return compiled;
}
