// From folders of TypeScript to the Lua files of build/: our own module, and apps.
import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import * as ts from "typescript";
import { type Compiled, compileModule, type Form } from "../../packages/compact/src/compile.ts";
import { Mistake } from "../mistake.ts";
import { placesOf, unfitNumbers } from "./integers.ts";

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
  name: "httpserver",
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
  const project = ts.findConfigFile(folder, ts.sys.fileExists, "tsconfig.json");
  if (!project)
    throw new Mistake(
      `neither ${path} nor a folder above it has a tsconfig.json that names the chip's types`,
    );
  return { folder, name: "app", project };
}

/** @throws Mistake with TypeScript's own messages if the source has errors */
export async function compile(source: Source, form: Form): Promise<Compiled> {
  const compiled = await compileModule({
    entry: join(source.folder, "index.ts"),
    name: source.name,
    project: source.project,
    form,
    firmware: true,
    output: outputPath(source, form),
  });
  const errors = compiled.diagnostics.filter(({ category }) => category === ts.DiagnosticCategory.Error);
  if (errors.length > 0) {
    const host: ts.FormatDiagnosticsHost = {
      getCurrentDirectory: () => process.cwd(),
      getCanonicalFileName: (name) => name,
      getNewLine: () => "\n",
    };
    const format = process.stderr.isTTY ? ts.formatDiagnosticsWithColorAndContext : ts.formatDiagnostics;
    throw new Mistake(`${basename(source.folder)} does not compile\n${format(errors, host).trimEnd()}`);
  }
  if (source.integers) checkIntegers(source, compiled, form);
  return compiled;
}

/** What firmware that counts in integers could not take of a compiled program, for a message; undefined: it is fit. */
export function unfitForIntegers(
  source: Source,
  { code, map }: Pick<Compiled, "code" | "map">,
  form: Form,
): string | undefined {
  const numbers = unfitNumbers(code);
  return numbers.length === 0 ? undefined : placesOf(numbers, map, outputPath(source, form));
}

/** @throws Mistake that names the numbers that firmware which counts in integers cannot have, and where they are */
export function checkIntegers(source: Source, compiled: Pick<Compiled, "code" | "map">, form: Form): void {
  const unfit = unfitForIntegers(source, compiled, form);
  if (unfit === undefined) return;
  throw new Mistake(
    `${basename(source.folder)} has numbers that firmware which counts in 32-bit integers cannot have: ${unfit}. There a number is whole and at most 0x7ffffffe; a firmware built without LUA_NUMBER_INTEGRAL has fractions`,
  );
}

export function outputPath(source: Source, form: Form): string {
  return join(BUILD, form === "readable" ? "readable" : "", `${source.name}.lua`);
}

/** Compiles and writes the Lua file and its source map. */
export async function build(source: Source, form: Form): Promise<Compiled> {
  const compiled = await compile(source, form);
  const output = outputPath(source, form);
  mkdirSync(dirname(output), { recursive: true });
  writeFileSync(output, compiled.code);
  writeFileSync(`${output}.map`, compiled.map);
  return compiled;
}
