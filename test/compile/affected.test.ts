// Which files of a program have to be compiled again after one of them has changed.
import { strict as assert } from "node:assert";
import * as ts from "typescript";
import { affected } from "../../packages/compact/src/affected.ts";

const options: ts.CompilerOptions = {
  lib: [],
  types: [],
  noLib: true,
  strict: true,
  module: ts.ModuleKind.ESNext,
};

/** A program of these files; a file with the same text as in `before` is the same. */
function programOf(files: Record<string, string>, before?: ts.Program): ts.Program {
  const host = ts.createCompilerHost(options);
  host.fileExists = (path) => path in files;
  host.readFile = (path) => files[path];
  host.getSourceFile = (path, language) => {
    const text = files[path];
    if (text === undefined) return undefined;
    const known = before?.getSourceFile(path);
    return known?.text === text ? known : ts.createSourceFile(path, text, language);
  };
  return ts.createProgram({
    rootNames: Object.keys(files),
    options,
    host,
    ...(before && { oldProgram: before }),
  });
}

const files = {
  "/kinds.ts": "export interface First { first: 1 } export interface Second { second: 2 }",
  "/user.ts": `import { either } from "./either"; export const mine = either;`,
  "/either.ts": `import type { First, Second } from "./kinds"; declare function pick<A, B>(a: A, b: B): A | B;
    declare const first: First; declare const second: Second; export const either = pick(first, second);`,
};

/** The names of the files to compile again after some have other texts. */
function again(changes: Record<string, string>): string[] | undefined {
  const before = programOf(files);
  // As a build does: everything is checked, so TypeScript meets types in the order of the files.
  for (const file of before.getSourceFiles()) before.getSemanticDiagnostics(file);
  const names = affected(before, programOf({ ...files, ...changes }, before));
  return names && [...names].map((file) => file.fileName).sort();
}

describe("after a change in a file", () => {
  it("compiles again what imports it, if others see a change", () => {
    const text = files["/either.ts"].replace("pick(first, second)", "first");
    assert.deepEqual(again({ "/either.ts": text }), ["/either.ts", "/user.ts"]);
  });

  it("compiles only that file again, if what others see is the same", () => {
    assert.deepEqual(again({ "/either.ts": `${files["/either.ts"]}\neither;` }), ["/either.ts"]);
  });

  it("takes a union in another order for the same: TypeScript writes one in the order in which it met the types", () => {
    const swapped = files["/either.ts"].replace("pick(first, second)", "pick(second, first)");
    assert.deepEqual(again({ "/either.ts": swapped }), ["/either.ts"]);
  });

  it("compiles everything again, if a declaration has changed that needs no import", () => {
    assert.equal(
      again({ "/either.ts": `${files["/either.ts"]}\ndeclare global { interface Own { a: 1 } }` }),
      undefined,
    );
  });
});
