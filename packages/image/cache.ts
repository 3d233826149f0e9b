// Compiled programs under build/cache. One is taken only if the compiler is the same, and every question that it has asked the
// file system still has the same answer: contents of files, also of those that were missing, and lists of folders.
import { createHash } from "node:crypto";
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { Compiled, CompileOptions } from "../compact/src/compile.ts";
import { isCurrent } from "../compact/src/inputs.ts";
import { CACHE, compilerVersion } from "./compiler.ts";

/** A program without errors. */
export interface Kept extends Omit<Compiled, "diagnostics"> {
  /** The compiler's warnings as text, or "". */
  warnings: string;
}

/** How many programs are kept: those that were used last. */
const MOST = 100;

/**
 * Gives the file for a program: its name tells all that decides about the result beside the sources. The working directory is among it,
 * because warnings have paths relative to it.
 */
function pathOf(options: CompileOptions): string {
  const decisive = JSON.stringify([compilerVersion(), process.cwd(), options]);
  return join(CACHE, `${options.name}-${createHash("sha1").update(decisive).digest("hex")}.json`);
}

/** The program as it was compiled last, unless it would be compiled otherwise now. */
export function recall(options: CompileOptions): Kept | undefined {
  const path = pathOf(options);
  let kept: Kept;
  try {
    kept = JSON.parse(readFileSync(path, "utf8"));
  } catch {
    // There is no such file, or the process that wrote it was stopped in the middle.
    return undefined;
  }
  if (!isCurrent(kept.inputs)) return undefined;
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch {
    // Another process has just removed it.
  }
  return kept;
}

/** Keeps a compiled program, and forgets those that were not used for longest. @throws Error if build/cache cannot be written */
export function remember(options: CompileOptions, kept: Kept): void {
  const path = pathOf(options);
  mkdirSync(CACHE, { recursive: true });
  // Another process may read the file at the same time, so it appears under its name only when it is whole.
  writeFileSync(`${path}.${process.pid}`, JSON.stringify(kept));
  renameSync(`${path}.${process.pid}`, path);
  forget();
}

function forget(): void {
  const files = readdirSync(CACHE).filter((f) => f.endsWith(".json"));
  if (files.length <= MOST) return;
  const used = (path: string) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const paths = files.map((f) => join(CACHE, f)).map((path) => ({ path, time: used(path) }));
  for (const { path } of paths.sort((a, b) => b.time - a.time).slice(MOST)) rmSync(path, { force: true });
}
