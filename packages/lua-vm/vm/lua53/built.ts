// Where the VM for Lua 5.3 is, and its building on demand (build.ts). The package on npm has it ready, beside its code.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
/** Its file in the package on npm. */
const READY = join(HERE, "lua53.wasm");

/** Files that make the result what it is: with another of them it is built anew. */
const INPUTS = ["build.ts", "host.c", "host.h", "package-lock.json"];

/** Only a clone can build it. */
const isClone = INPUTS.every((name) => existsSync(join(HERE, name)));

/** Where the VM is, once it is there. */
export function wasmPath(): string {
  if (!isClone) return READY;
  const hash = createHash("sha256");
  for (const name of INPUTS) hash.update(readFileSync(join(HERE, name)));
  return join(HERE, "../../../../.cache", `lua53-${hash.digest("hex").slice(0, 16)}.wasm`);
}

/**
 * Builds the VM unless it is there: about half a minute, and the first time npm fetches 101 MB. Says so on standard error.
 * @returns undefined, or why it cannot be built
 */
export function ensureBuilt(): string | undefined {
  if (existsSync(wasmPath())) return undefined;
  if (!isClone) return "it was not in the package when it was packed; a clone of the repository can build it";
  console.error("building Lua 5.3 for the simulated board; once, about half a minute …");
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
  const { status, stderr, error } = spawnSync(process.execPath, ["--import", tsx, join(HERE, "build.ts")], {
    encoding: "utf8",
  });
  return status === 0 ? undefined : (error?.message ?? stderr.trim());
}
