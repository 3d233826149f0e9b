// TypeScript's file system, with a note of every question.
import { resolve as resolvePath } from "node:path";
import * as ts from "typescript";
import type { Inputs } from "./inputs.ts";

/** Where a search for files that match a pattern begins. */
function searched(folder: string, patterns: readonly string[] | undefined): string[] {
  return (patterns ?? ["**/*"]).map((pattern) => {
    const wild = pattern.search(/[*?]/);
    return resolvePath(folder, wild < 0 ? pattern : pattern.slice(0, wild).replace(/[^/\\]*$/, ""));
  });
}

/** Gives a file system for TypeScript that answers as the real one and notes each question, so that a later build can ask it again. */
export function notingSystem(inputs: Inputs): ts.System {
  const { sys } = ts;
  return {
    ...sys,
    readFile(path, encoding) {
      inputs.note("text", path);
      return sys.readFile(path, encoding);
    },
    fileExists(path) {
      inputs.note("file", path);
      return sys.fileExists(path);
    },
    directoryExists(path) {
      inputs.note("folder", path);
      return sys.directoryExists(path);
    },
    getDirectories(path) {
      inputs.note("folders", path);
      return sys.getDirectories(path);
    },
    realpath(path) {
      inputs.note("real", path);
      return sys.realpath!(path);
    },
    readDirectory(path, extensions, exclude, include, depth) {
      for (const from of searched(path, include)) {
        inputs.note("folder", from);
        inputs.note("below", from, extensions ?? [""]);
        inputs.note("file", from);
      }
      return sys.readDirectory(path, extensions, exclude, include, depth);
    },
  };
}

/** How TypeScript makes a program of files that this file system has. */
export function compilerHost(options: ts.CompilerOptions, system: ts.System): ts.CompilerHost {
  return {
    ...ts.createCompilerHost(options),
    readFile: system.readFile,
    fileExists: system.fileExists,
    directoryExists: system.directoryExists,
    getDirectories: system.getDirectories,
    realpath: system.realpath!,
    readDirectory: system.readDirectory,
  };
}
