// An LFS image from Lua files: what `npm run lfs` does, without files and without a VM of its own.
import { basename } from "node:path";
import { strip53 } from "./chunk53.ts";
import { type Compiler, compile51, compile53 } from "./compile.ts";
import { compressLfs, type LfsImage, MOST_MODULES, moduleName, writeLfs51 } from "./lfs51.ts";
import { writeLfs53 } from "./lfs53.ts";
import { BytecodeError, type NumberKind, strip } from "./proto.ts";

/** The largest region that a firmware can have [bytes]. */
export const LARGEST_REGION = 256 * 1024;

export interface LuaFile {
  /** The path of the file. Messages tell it; the chunk's name is its last part, and the module's name is made of that. */
  path: string;
  source: Buffer;
}

export interface LfsOptions {
  /** The firmware's Lua. */
  lua: "5.1" | "5.3";
  /** What Lua 5.1 counts in. */
  numbers: NumberKind;
  /** When the image was made: node.LFS.time [s since 1970]. */
  time: number;
  /** false: errors in the modules tell no lines. */
  lines?: boolean;
  /** Bytes of flash that an image of Lua 5.1 may take; as much as any firmware can have if left out. A board lays one of 5.3 out itself. */
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
  for (const { path, source } of files)
    if (source[0] === 0x1b) throw new BytecodeError(`${path} is bytecode; an image is made of Lua source`);
  const { numbers, time, compiler, lines = true } = options;
  const modules = <T>(
    compile: (source: Buffer, name: string, compiler: Compiler) => T,
    stripLines: (main: T, part: "lines") => T,
  ) =>
    files.map(({ path, source }, i) => {
      const main = compile(source, `@${basename(path)}`, compiler);
      return { name: names[i]!, main: lines ? main : stripLines(main, "lines") };
    });
  if (options.lua === "5.3") {
    const image = writeLfs53(modules(compile53, strip53), {
      time,
      // The seed stands near the beginning of the file, where boot.lua reads it and compares it with node.LFS.time.
      seed: time,
    });
    return { ...image, file: image.payload, names };
  }
  const image = writeLfs51(modules(compile51, strip), numbers, time);
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
  return { ...image, file: compressLfs(image.payload, time), names };
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
