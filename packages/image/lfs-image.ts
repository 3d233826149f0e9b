// An image for the Lua flash store of a board, from files of Lua that a person names.
import { readFileSync, writeFileSync } from "node:fs";
import { Mistake } from "../command/mistake.ts";
import { table } from "../command/table.ts";
import { makeLfs } from "../lua-vm/lfs.ts";
import { BytecodeError, type NumberKind } from "../lua-vm/proto.ts";
import type { LuaVersion } from "../lua-vm/vm/dialect.ts";
import { compiler } from "./code.ts";

export interface LfsOptions {
  /** Where the image goes. */
  out: string;
  /** What node.LFS.time tells [s since 1970]. */
  time: number;
  lua: LuaVersion;
  numbers: NumberKind;
  /** With line numbers. */
  lines: boolean;
  /** Size of the board's region [bytes]. */
  max: number;
}

/** Writes an image and prints what each module takes of it. @throws Mistake for files that cannot be in one, or cannot be written */
export function writeImage(paths: readonly string[], options: LfsOptions): void {
  const { out, time, lua, numbers, lines, max } = options;
  const files = paths.map((path) => ({ path, source: read(path) }));
  try {
    const image = makeLfs(files, { lua, numbers, time, lines, most: max, compiler: compiler(numbers, lua) });
    write(out, image.file);
    const row = (name: string, bytes: number) => [
      name,
      String(bytes),
      `${((100 * bytes) / image.size).toFixed(1)} %`,
    ];
    console.log(
      table([
        ["module", "bytes", "share"],
        ...image.names.map((name, i) => row(name, image.shares[i]!)),
        row("index and table of strings", image.overhead),
        ["all", String(image.size), ""],
      ]),
    );
    const flash = lua === "5.1" ? `, ${image.size} of the LFS region` : "; the board lays them out itself";
    console.log(`${out}: ${image.file.length} bytes to load${flash}`);
  } catch (error) {
    if (error instanceof BytecodeError) throw new Mistake(error.message);
    throw error;
  }
}

function write(path: string, bytes: Buffer): void {
  try {
    writeFileSync(path, bytes);
  } catch (error) {
    throw new Mistake(`${path} cannot be written: ${(error as Error).message}`);
  }
}

function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Mistake(`${path} cannot be read: ${(error as Error).message}`);
  }
}
