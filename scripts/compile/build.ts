// From folders of TypeScript to the Lua files of build/: our own module, and apps.
import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import * as ts from "typescript";
import { Mistake } from "../mistake.ts";
import { type Compiled, compileModule, type Form } from "./compact/compile.ts";

export const ROOT = resolve(import.meta.dirname, "../..");
export const BUILD = join(ROOT, "build");

/** A module to compile: a folder with an index.ts, the name that Lua requires it by, and its configuration. */
export interface Source {
  folder: string;
  name: string;
  project: string;
}

export const HTTPSERVER: Source = {
  folder: join(ROOT, "src/httpserver"),
  name: "httpserver",
  project: join(ROOT, "src/tsconfig.json"),
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
  return compiled;
}

export function outputPath(source: Source, form: Form): string {
  return join(BUILD, form === "readable" ? "readable" : "", `${source.name}.lua`);
}

/** Compiles and writes the Lua file and its source map. */
export async function build(source: Source, form: Form): Promise<Compiled> {
  const compiled = await compile(source, form);
  const output = outputPath(source, form);
  mkdirSync(dirname(output), { recursive: true });
  writeFileSync(output, Buffer.from(compiled.code, "latin1"));
  writeFileSync(`${output}.map`, compiled.map);
  return compiled;
}
