// The dependency of a project on nodemcu-httpserver, so that it can be installed from where this program runs: the version on npm, or the
// tarball or clone that it came from.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

const NAME = "nodemcu-httpserver";

/** The entry for package.json. */
export function dependency(): Record<string, string> {
  return { [NAME]: origin(import.meta.dirname) };
}

interface Manifest {
  name?: string;
  version?: string;
}

interface Installed {
  packages?: Record<string, { resolved?: string; link?: boolean } | undefined>;
}

const read = <T>(path: string): T | undefined =>
  existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined;

/**
 * @param folder of this program
 * @returns a version for npm, or a path that npm takes as a dependency
 */
function origin(folder: string): string {
  const { root, version } = packageAbove(folder);
  const modules = dirname(root);
  const isInstalled = modules.endsWith("node_modules");
  if (!isInstalled) return `file:${root}`;
  const known = read<Installed>(join(modules, ".package-lock.json"));
  const resolved = known?.packages?.[`node_modules/${NAME}`]?.resolved;
  if (resolved?.startsWith("file:"))
    return `file:${resolve(dirname(modules), resolved.slice("file:".length))}`;
  return `^${version}`;
}

/** The package that this program is a part of; the package that only makes projects has the version of the other one. */
function packageAbove(folder: string): { root: string; version: string } {
  const manifest = read<Manifest>(join(folder, "package.json"));
  // in a clone it is a folder of the package that the project needs
  const isMaker = manifest?.name === `create-${NAME}`;
  const isOfClone = isMaker && read<Manifest>(join(folder, "../../package.json"))?.name === NAME;
  if (!isOfClone && (manifest?.name === NAME || isMaker)) return { root: folder, version: manifest.version! };
  if (dirname(folder) === folder) throw new Error(`${NAME} does not lie in its package`);
  return packageAbove(dirname(folder));
}
