// Where this program lies: a clone that runs its TypeScript, or a package that npm has installed, compiled, in one folder (dist/). Nothing
// else looks for files by the place of its own source.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The name of the package on npm, by which its root is known. */
export const PACKAGE_NAME = "nodemcu-httpserver";

interface Manifest {
  name?: string;
  version: string;
}

/** The package's package.json. */
function manifestIn(folder: string): Manifest | undefined {
  const path = join(folder, "package.json");
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined;
}

function rootAbove(folder: string): string {
  if (manifestIn(folder)?.name === PACKAGE_NAME) return folder;
  if (dirname(folder) === folder) throw new Error(`${PACKAGE_NAME} does not lie in its package`);
  return rootAbove(dirname(folder));
}

/** The root of the clone or of the installed package, where src/, types/ and tstl.json are. */
export const ROOT = rootAbove(import.meta.dirname);

/** The version of this package. */
export const VERSION = manifestIn(ROOT)!.version;

/**
 * A file that was made for the package on npm when it was packed.
 * @returns its path; undefined in a clone, where the same is made when it is needed
 */
export function shipped(name: string): string | undefined {
  const path = join(import.meta.dirname, name);
  return existsSync(path) ? path : undefined;
}
