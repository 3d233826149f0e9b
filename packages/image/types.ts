// Checks the types of a project: the app, which becomes Lua, and its tests, which run on the computer, each by its own tsconfig.json.
import { existsSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import ts from "typescript";
import { Mistake } from "../command/mistake.ts";
import { appSource } from "./app.ts";

/** The lines that a TypeScriptToLua project of anybody's needs for the firmware's declarations. */
export function typeLines(chip: string): string {
  const compilerOptions = {
    types: [`nodemcu-httpserver/types/${chip}`, "nodemcu-httpserver/types/httpserver"],
  };
  return JSON.stringify({ extends: "nodemcu-httpserver/tstl.json", compilerOptions }, undefined, 2);
}

/** @throws Mistake with TypeScript's own messages if there are errors, or if the app is plain Lua */
export function checkTypes(folder: string): void {
  const { project } = appSource(folder);
  if (project === undefined) throw new Mistake(`${folder} is an app of plain Lua, which has no types`);
  const tests = resolve(folder, "test/tsconfig.json");
  const projects = [project, ...(existsSync(tests) ? [tests] : [])];
  const host: ts.FormatDiagnosticsHost = {
    getCurrentDirectory: () => process.cwd(),
    getCanonicalFileName: (name) => name,
    getNewLine: () => "\n",
  };
  const format = process.stdout.isTTY ? ts.formatDiagnosticsWithColorAndContext : ts.formatDiagnostics;
  for (const path of projects) {
    const { diagnostics, files } = check(path);
    if (diagnostics.length > 0)
      throw new Mistake(
        `${relative(process.cwd(), path)}: ${diagnostics.length} errors\n${format(diagnostics, host).trimEnd()}`,
      );
    console.log(`${relative(process.cwd(), path)}: no errors in ${files} files`);
  }
}

/** @returns what is wrong with a project, and how many files of its own it has */
function check(path: string): { diagnostics: readonly ts.Diagnostic[]; files: number } {
  const { config, error } = ts.readConfigFile(path, ts.sys.readFile);
  if (error) return { diagnostics: [error], files: 0 };
  const parsed = ts.parseJsonConfigFileContent(config, ts.sys, dirname(path), { noEmit: true }, path);
  const program = ts.createProgram(parsed.fileNames, parsed.options);
  return {
    diagnostics: [...parsed.errors, ...ts.getPreEmitDiagnostics(program)],
    files: parsed.fileNames.length,
  };
}
