// The tests in docs/testing.md, compiled and run as they stand there; only the package's name is replaced by its source.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as ts from "typescript";
import { describeInCi } from "../extent.ts";

const DOCS = new URL("../../docs/testing.md", import.meta.url);
const SOURCE = "../../packages/simulator/testing/index.ts";
const FOLDER = new URL("../../build/recipes/", import.meta.url);

const recipes = [...readFileSync(DOCS, "utf8").matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code!);

mkdirSync(FOLDER, { recursive: true });
const files = recipes.map((code, i) => {
  const file = new URL(`${process.pid}-${i}.ts`, FOLDER);
  writeFileSync(file, code.replace("nodemcu-httpserver/testing", SOURCE));
  return file;
});

describe("the recipes of docs/testing.md", () => {
  it("are an introduction and five more", () => {
    assert.equal(recipes.length, 6);
  });
});

describeInCi("the types in the recipes of docs/testing.md", () => {
  it("have no mistake", () => {
    const { config } = ts.readConfigFile(
      new URL("../../tsconfig.json", import.meta.url).pathname,
      ts.sys.readFile,
    );
    const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, ".");
    const program = ts.createProgram(
      files.map(({ pathname }) => pathname),
      options,
    );
    const problems = files.flatMap(({ pathname }) =>
      ts.getPreEmitDiagnostics(program, program.getSourceFile(pathname)),
    );
    assert.deepEqual(
      problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n")),
      [],
    );
  });
});

for (const file of files) await import(file.href);
