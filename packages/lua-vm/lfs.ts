// An LFS image from Lua files: what `npm run lfs` does, without files and without a VM of its own.
import { basename } from "node:path";
import { type Compiler, compile51 } from "./compile51.ts";
import { compressLfs, type LfsImage, MOST_MODULES, moduleName, writeLfs51 } from "./lfs51.ts";
import { BytecodeError, type NumberKind, strip } from "./proto.ts";

/** The largest region that a firmware can have [bytes]. */
export const LARGEST_REGION = 256 * 1024;

export interface LuaFile {
  /** Messages name it; its base name is the chunk's name, from which the module's is made. */
  path: string;
  source: Buffer;
}

export interface LfsOptions {
  numbers: NumberKind;
  /** When the image was made: node.LFS.time [s since 1970]. */
  time: number;
  /** false: errors in the modules tell no lines. */
  lines?: boolean;
  /** Bytes of flash that the image may take; as much as any firmware can have if left out. */
  most?: number;
  compiler: Compiler;
}

export interface LfsFile extends LfsImage {
  /** What the board loads. */
  file: Buffer;
  names: string[];
}

/**
 * Compiles files and makes one image of them, each a module of it in the order given.
 * @throws BytecodeError that says which file cannot be in it and why
 */
export function makeLfs(files: readonly LuaFile[], options: LfsOptions): LfsFile {
  const names = moduleNames(files.map(({ path }) => path));
  const modules = files.map(({ path, source }, i) => {
    if (source[0] === 0x1b) throw new BytecodeError(`${path} is bytecode; an image is made of Lua source`);
    const main = compile51(source, `@${basename(path)}`, options.compiler);
    return { name: names[i]!, main: options.lines === false ? strip(main, "lines") : main };
  });
  const image = writeLfs51(modules, options.numbers, options.time);
  const most = options.most ?? LARGEST_REGION;
  if (image.size > most) {
    const largest = names
      .map((name, i) => ({ name, share: image.shares[i]! }))
      .sort((a, b) => b.share - a.share)
      .slice(0, 3)
      .map(({ name, share }) => `${name} ${share}`);
    throw new BytecodeError(
      `the image takes ${image.size} bytes of flash, ${image.size - most} more than there are (${most}); the largest ` +
        `modules: ${largest.join(", ")}`,
    );
  }
  return { ...image, file: compressLfs(image.payload), names };
}

/** The names that files have as modules of one image. @throws BytecodeError if there are too many, or two have the same */
export function moduleNames(paths: readonly string[]): string[] {
  if (paths.length > MOST_MODULES)
    throw new BytecodeError(
      `${paths.length} files are too many for one image, which holds ${MOST_MODULES} modules`,
    );
  const known = new Map<string, string>();
  return paths.map((path) => {
    const name = moduleName(path);
    const other = known.get(name);
    if (other !== undefined)
      throw new BytecodeError(
        `${other} and ${path} would both be the module "${name}" (a name ends at its first dot): rename one of them`,
      );
    known.set(name, path);
    return name;
  });
}
