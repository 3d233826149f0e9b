// The compiler of packages/compact as one file of plain JavaScript under build/, made anew when its sources have changed. Loaded so,
// with TypeScript by `require`, it starts in less than half of the time that a loader for TypeScript takes for its files.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { setFlagsFromString } from "node:v8";
import type * as ts from "typescript";
import type * as compact from "../compact/src/compile.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const SOURCES = join(ROOT, "packages/compact/src");
export const CACHE = join(ROOT, "build/cache");
/** Packages that decide what a compiled program looks like: with another version of one of them everything is compiled anew. */
const PACKAGES = ["typescript", "typescript-to-lua", "@jridgewell/gen-mapping", "@jridgewell/trace-mapping"];

const require = createRequire(import.meta.url);

let known: string | undefined;

/** What tells one compiler from another: its sources, and the versions of what it is made of. */
export function compilerVersion(): string {
  if (known !== undefined) return known;
  const hash = createHash("sha1");
  const files = readdirSync(SOURCES, { recursive: true, encoding: "utf8" }).filter((f) => f.endsWith(".ts"));
  for (const file of files.sort()) hash.update(`${file}\n`).update(readFileSync(join(SOURCES, file)));
  for (const name of PACKAGES) hash.update(readFileSync(require.resolve(`${name}/package.json`)));
  known = hash.digest("hex").slice(0, 16);
  return known;
}

/** Loads the compiler, and the TypeScript that its diagnostics are of; where its sources have changed it is bundled first. */
export function loadCompiler(): { compiler: typeof compact; typescript: typeof ts } {
  const bundle = join(CACHE, `compiler-${compilerVersion()}.cjs`);
  if (!existsSync(bundle)) {
    mkdirSync(CACHE, { recursive: true });
    for (const file of readdirSync(CACHE))
      if (/^compiler-.*\.cjs$/.test(file)) rmSync(join(CACHE, file), { force: true });
    const unfinished = `${bundle}.${process.pid}`;
    const { buildSync } = require("esbuild") as typeof import("esbuild");
    buildSync({
      entryPoints: [join(SOURCES, "compile.ts")],
      outfile: unfinished,
      bundle: true,
      packages: "external",
      platform: "node",
      format: "cjs",
      target: "node20",
      logLevel: "error",
    });
    renameSync(unfinished, bundle);
  }
  // V8 optimises code that runs often. For a compilation that lasts a second or two this took two fifths of the CPU time and hardly paid,
  // so V8 is told to wait longer.
  setFlagsFromString("--interrupt-budget=1000000");
  return { compiler: require(bundle), typescript: require("typescript") };
}
