// The tests of an app, run by Node's own test runner. They may be TypeScript: transpiled as they are loaded (typescript-hooks.ts), not
// checked, which "nodemcu types" does.
import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Mistake } from "../command/mistake.ts";
import { shipped } from "../command/place.ts";

/** Where tests are, and what they are called. */
const FOLDER = "test";
const TEST = /\.test\.(ts|mts|js|mjs|cjs)$/;

/** What the command line says. */
export interface TestOptions {
  /** Only tests whose names match. */
  name?: string;
  watch?: true;
}

/** The files of tests below a folder. */
function testsIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => TEST.test(file) && !file.includes("node_modules"))
    .map((file) => join(folder, file))
    .sort();
}

/** What Node loads before the tests. */
function loader(): string {
  return pathToFileURL(shipped("typescript-loader.js") ?? join(import.meta.dirname, "typescript-loader.ts"))
    .href;
}

/**
 * Runs tests; their exit code becomes ours.
 * @param files named on the command line; none: all below test/
 * @throws Mistake if there is none
 */
export async function runTests(files: readonly string[], { name, watch }: TestOptions): Promise<void> {
  const missing = files.find((file) => !existsSync(file));
  if (missing !== undefined) throw new Mistake(`there is no file ${missing}`);
  const tests = files.length > 0 ? files : testsIn(FOLDER);
  if (tests.length === 0)
    throw new Mistake(
      `there is no test: write one to ${FOLDER}/app.test.ts (docs/testing.md shows how), or name a file`,
    );
  const options = [
    ...(name === undefined ? [] : [`--test-name-pattern=${name}`]),
    ...(watch ? ["--watch"] : []),
  ];
  const child = spawn(
    process.execPath,
    // the loader of a clone that runs its TypeScript stays
    [...process.execArgv, "--import", loader(), "--enable-source-maps", "--test", ...options, ...tests],
    { stdio: "inherit" },
  );
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => child.kill(signal));
  process.exitCode = await new Promise<number>((ended) => {
    child.once("exit", (code) => ended(code ?? 1));
  });
}
