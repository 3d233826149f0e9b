// The Lua flash store of firmware with Lua 5.1: a region of the board's flash that survives restarts, what the firmware checks before
// it writes there, and what it checks of what is there when it starts (app/lua/lflash.c; its texts are the firmware's own).
import { crc32 } from "node:zlib";
import { type LfsContent, readLfs51, SIGNATURE } from "../../lua-vm/lfs51.ts";
import type { NumberKind } from "../../lua-vm/proto.ts";
import { DataError, inflate } from "./inflate.ts";

/** Where the region begins in flash, and where the chip sees it in its memory. */
export const LFS_ADDRESS = 0x090000;
export const LFS_MAPPED = 0x40200000 + LFS_ADDRESS;

/** Pages are erased, blocks are written [bytes]. */
export const PAGE = 4096;
export const BLOCK = 2048;
export const ERASED = 0xff;
/** A file is read in pieces of this size [bytes]. */
const READ = 1024;
/** More than any image has: what goes on for longer never ends [bytes]. */
const MOST_OUTPUT = 1024 * 1024;
const WORD = 4;
const WINDOW = 16384;
/** Files that are not larger are no images. */
const LEAST_FILE = 200;

const ABSOLUTE = 0x01;
const IN_PROGRESS = 0x08;
const VERSION_MASK = 0xf00;
const PACKED_MASK = 0x04;

/**
 * Free heap that the loader needs: its nine blocks; the state of its decompression, whose lack it takes for a bad file; the bitmap of
 * addresses [bytes].
 */
const HEAP = { blocks: 22 * 1024, state: 23 * 1024, bitmap: 24985 } as const;

/** Free heap that the loader needs in all for an image of so many bytes. */
export function loadingHeap(size: number): number {
  return HEAP.bitmap + Math.ceil(size / 32);
}

/** What the loader says of a file that it does not take; the region is as it was. */
class Refusal extends Error {}

/** A file that the first pass has let through. */
interface Checked {
  /** Image and bitmap. */
  payload: Buffer;
  /** Bytes of the image. */
  size: number;
}

export class LfsRegion {
  readonly bytes: Buffer;
  /** Asked before every change; false: nothing changes (the power has failed). */
  onChange: ((operation: "erase" | "write", at: number) => boolean) | undefined;

  /** @param size 65536, 131072 or 262144 [bytes] */
  constructor(readonly size: number) {
    this.bytes = Buffer.alloc(size, ERASED);
  }

  /**
   * Checks a file, and if it is an image for this firmware writes it. The board restarts then in any case.
   * @param file undefined if there is none
   * @param heap free bytes
   * @returns why it was refused: nothing has changed; undefined when it was written
   */
  reload(file: Buffer | undefined, numbers: NumberKind, heap: number): string | undefined {
    try {
      this.#write(check(file, this.size, numbers, heap));
      return undefined;
    } catch (error) {
      if (error instanceof Refusal) return error.message;
      throw error;
    }
  }

  #write({ payload, size }: Checked): void {
    for (let at = 0; at < size; at += PAGE) if (!this.erase(at)) return;
    const image = Buffer.from(payload.subarray(0, size));
    for (let word = 0; word < size / WORD; word++) {
      const flags = payload.readUInt32LE(size + WORD * (word >>> 5));
      if ((flags >>> (word & 31)) & 1)
        image.writeUInt32LE((WORD * image.readUInt32LE(WORD * word) + LFS_MAPPED) >>> 0, WORD * word);
    }
    const signature = image.readUInt32LE(0);
    // only when all is there the mark goes that it is not
    image.writeUInt32LE((signature | IN_PROGRESS) >>> 0, 0);
    for (let at = 0; at < size; at += BLOCK) if (!this.write(at, image.subarray(at, at + BLOCK))) return;
    const mark = Buffer.alloc(WORD);
    mark.writeUInt32LE(signature);
    this.write(0, mark);
  }

  /** Erases a page. @returns false if the power has failed */
  erase(at: number): boolean {
    if (this.onChange?.("erase", at) === false) return false;
    this.bytes.fill(ERASED, at, at + PAGE);
    return true;
  }

  /** @returns false if the power has failed */
  write(at: number, bytes: Buffer): boolean {
    if (this.onChange?.("write", at) === false) return false;
    bytes.copy(this.bytes, at);
    return true;
  }

  /** Bytes of the image that is there. */
  get used(): number {
    return this.bytes.readUInt32LE(WORD);
  }

  /** What the firmware finds when it starts: modules, or what it says. @throws BytecodeError where the chip would crash */
  start(numbers: NumberKind): LfsContent | string {
    const word = (index: number) => this.bytes.readUInt32LE(WORD * index);
    const hex = (value: number) => `0x${(value >>> 0).toString(16).padStart(8, "0")}`;
    if (word(0) === 0 || word(0) === 0xffffffff) return "No LFS image loaded\n";
    const signature = (word(0) & ~ABSOLUTE) >>> 0;
    if (signature !== SIGNATURE[numbers])
      return `Flash sig not correct: ${hex(signature)} vs ${hex(SIGNATURE[numbers])}\n`;
    const main = (word(2) - LFS_MAPPED) >>> 0;
    if (word(3) === 0xffffffff || main >= word(1))
      return `Flash size check failed: ${hex(word(3))} vs 0xFFFFFFFF; ${hex(main)} >= ${hex(word(1))}\n`;
    return readLfs51(this.bytes, LFS_MAPPED);
  }
}

/** The loader's first pass. @throws Refusal */
function check(file: Buffer | undefined, region: number, numbers: NumberKind, heap: number): Checked {
  if (!file) throw new Refusal("LFS image file not found");
  if (file.length <= LEAST_FILE) throw new Refusal("read error on LFS image file");
  if (heap < HEAP.blocks) throw new Refusal("Memory allocation error");
  if (heap < HEAP.state) throw new Refusal("read error on LFS image file");
  const length = file.readUInt32LE(file.length - WORD);
  const output: number[] = [];
  let size = 0;
  let read = 0;
  const lastRead = Math.floor((file.length - 1) / READ) * READ;
  let sum: number;
  try {
    sum = inflate({
      get() {
        // behind its end the firmware goes on with the first byte of what it has read last
        return read < file.length ? file[read++]! : file[lastRead]!;
      },
      put(byte) {
        output.push(byte);
        if (output.length === Math.min(BLOCK, length)) {
          size = checkHeader(Buffer.from(output), length, region, numbers);
          if (heap < loadingHeap(size)) throw new Refusal("Memory allocation error");
        }
        if (output.length > MOST_OUTPUT) throw new DataError("no end");
      },
      recall(distance) {
        if (distance > WINDOW || distance >= output.length + 1)
          throw new Refusal("invalid dictionary offset on inflate");
        return output[output.length - distance]!;
      },
    });
  } catch (error) {
    if (error instanceof DataError) throw new Refusal("read error on LFS image file");
    throw error;
  }
  const payload = Buffer.from(output);
  if (payload.length !== length || crc32(payload) !== sum)
    throw new Refusal("checksum error on LFS image file");
  return { payload, size };
}

/** @returns bytes of the image */
function checkHeader(block: Buffer, length: number, region: number, numbers: NumberKind): number {
  const [signature, size] = [block.readUInt32LE(0), block.readUInt32LE(WORD)];
  const own = SIGNATURE[numbers];
  if ((signature & VERSION_MASK) !== (own & VERSION_MASK)) throw new Refusal("Incorrect LFS header version");
  if ((signature & PACKED_MASK) !== (own & PACKED_MASK)) throw new Refusal("Incorrect LFS build type");
  if ((signature & ~ABSOLUTE) >>> 0 !== own) throw new Refusal("incorrect LFS header signature");
  if (size > region) throw new Refusal("LFS Image too big for configured LFS region");
  const bitmap = 1 + Math.floor((size / WORD - 1) / 32);
  if (size % WORD !== 0 || Math.trunc((length - size) / WORD) !== bitmap)
    throw new Refusal("LFS length mismatch");
  return size;
}
