// The Lua flash store of firmware with Lua 5.3 (app/lua53/lnodemcu.c): a board is told the name of a file, restarts, erases the store
// and only then looks at the file, once. It lays the image out itself; what is kept here is the file, behind a mark that it is whole.
import { type Lfs53Content, readLfs53 } from "../../lua-vm/lfs53.ts";
import { BytecodeError } from "../../lua-vm/proto.ts";
import { BLOCK, ERASED, LFS_ADDRESS, type LfsRegion, PAGE } from "./region.ts";

/** Written last. */
const WHOLE = 0xfafaa153;
const HEADER = 8;

/**
 * Erases the store and loads a file into it.
 * @param print gets what the firmware says meanwhile
 * @returns what is wrong with the file, of which nothing is left then; undefined: the board restarts
 */
export function load53(region: LfsRegion, file: Buffer, print: (text: string) => void): string | undefined {
  erase53(region, print);
  try {
    readLfs53(file);
  } catch (error) {
    if (error instanceof BytecodeError) return `${error.message} precompiled chunk`;
    throw error;
  }
  if (HEADER + file.length > region.size) return "the image is larger than the store of the simulated board";
  for (let at = 0; at < file.length; at += BLOCK)
    if (!region.write(HEADER + at, file.subarray(at, at + BLOCK))) return undefined;
  const header = Buffer.alloc(HEADER);
  header.writeUInt32LE(WHOLE, 0);
  header.writeUInt32LE(file.length, 4);
  region.write(0, header);
  return undefined;
}

/** Pages that are erased already are left out. */
function erase53(region: LfsRegion, print: (text: string) => void): void {
  const hex = (address: number) => `0x${address.toString(16).padStart(6, "0")}`;
  print(`\nErasing LFS from flash addr ${hex(LFS_ADDRESS)}`);
  for (let at = 0; at < region.size; at += PAGE) {
    if (region.bytes.subarray(at, at + PAGE).every((byte) => byte === ERASED)) continue;
    if (!region.erase(at)) return;
    print(".");
  }
  print(` to ${hex(LFS_ADDRESS + region.size - 1)}\n`);
}

/** What the firmware finds when it starts; undefined if the store is empty or holds no whole image, which is erased. */
export function start53(region: LfsRegion, print: (text: string) => void): Lfs53Content | undefined {
  const mark = region.bytes.readUInt32LE(0);
  if (mark === WHOLE) {
    print("LFS image loaded\n");
    return content53(region);
  }
  if (mark !== 0 && mark !== 0xffffffff) {
    print("LFS image corrupted.\n");
    erase53(region, print);
  }
  return undefined;
}

/** The image that is there; undefined if there is none. */
export function content53(region: LfsRegion): Lfs53Content | undefined {
  if (region.bytes.readUInt32LE(0) !== WHOLE) return undefined;
  return readLfs53(region.bytes.subarray(HEADER, HEADER + region.bytes.readUInt32LE(4)));
}
