// The compiler of packages/compact as one file of plain JavaScript. The package on npm has it ready; in a clone it is made under
// build/, anew when its sources have changed: loaded so, with TypeScript by `require`, it starts in less than half of the time that a
// loader for TypeScript takes for its files.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { setFlagsFromString } from "node:v8";
import type * as ts from "typescript";
import { ROOT, shipped } from "../command/place.ts";
import type * as compact from "../compact/src/tools.ts";

const SOURCES = join(ROOT, "packages/compact/src");
/** The compiler where it is ready. */
const READY = shipped("compiler.cjs");
/** What is kept between runs of commands in the same folder. */
export const CACHE = resolve("build/cache");
/** Compiled programs depend on these packages by their versions. */
const PACKAGES = ["typescript", "typescript-to-lua", "@jridgewell/gen-mapping", "@jridgewell/trace-mapping"];

const require = createRequire(import.meta.url);

let known: string | undefined;

/** What tells one compiler from another: its sources, and the versions of what it is made of. */
export function compilerVersion(): string {
  if (known !== undefined) return known;
  const hash = createHash("sha1");
  if (READY !== undefined) hash.update(readFileSync(READY));
  else for (const file of sourceFiles()) hash.update(`${file}\n`).update(readFileSync(join(SOURCES, file)));
  for (const name of PACKAGES) hash.update(readFileSync(require.resolve(`${name}/package.json`)));
  known = hash.digest("hex").slice(0, 16);
  return known;
}

function sourceFiles(): string[] {
  const files = readdirSync(SOURCES, { recursive: true, encoding: "utf8" });
  return files.filter((file) => file.endsWith(".ts")).sort();
}

/** Makes the compiler from its sources. @returns its file */
function bundled(): string {
  const bundle = join(CACHE, `compiler-${compilerVersion()}.cjs`);
  if (existsSync(bundle)) return bundle;
  mkdirSync(CACHE, { recursive: true });
  for (const file of readdirSync(CACHE))
    if (/^compiler-.*\.cjs$/.test(file)) rmSync(join(CACHE, file), { force: true });
  const unfinished = `${bundle}.${process.pid}`;
  const { buildSync } = require("esbuild") as typeof import("esbuild");
  buildSync({
    entryPoints: [join(SOURCES, "tools.ts")],
    outfile: unfinished,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "cjs",
    target: "node20",
    logLevel: "error",
  });
  renameSync(unfinished, bundle);
  return bundle;
}

/** @returns the compiler, and the TypeScript that its diagnostics are of */
export function loadCompiler(): { compiler: typeof compact; typescript: typeof ts } {
  // Two fifths of a compilation's CPU went into optimising code that hardly ran again: V8 is to wait longer before it does that.
  setFlagsFromString("--interrupt-budget=1000000");
  return { compiler: require(READY ?? bundled()), typescript: require("typescript") };
}
