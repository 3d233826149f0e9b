// Images for the Lua flash store (LFS) of firmware with Lua 5.1, byte for byte what luac.cross -f makes of the same functions at the
// same time (app/lua/luac_cross/lflashimg.c; app/lua/lflash.c loads them). An image is what the board maps into its memory: 32-bit
// words, little endian.
//   header      8 words
//   hash table  of all strings, by which the board finds one that it already has
//   strings     each once
//   functions   an inner one before the one around it; last the index, which gives a module's function by its name
// Addresses are word offsets in it. Behind it stands a bitmap of the words that are addresses, so that the board can make real ones
// of them wherever the image comes to lie. The file on the board is image and bitmap, compressed.
import { gunzipSync, gzipSync } from "node:zlib";
import { ByteWriter } from "./binary.ts";
import { tableOrder } from "./host-table.ts";
import { packLines, unpackLines } from "./lines.ts";
import { BytecodeError, type Constant, type NumberKind, type Proto, toIntegers } from "./proto.ts";

/** A function of the image and the name by which a program asks for it. */
export interface LfsModule {
  name: string;
  main: Proto;
}

export interface LfsImage {
  /** Image and bitmap: what luac.cross compresses. */
  payload: Buffer;
  /** Bytes of the image in the board's flash. */
  size: number;
  /** Bytes of each module: its functions, and the strings that no module before it has. */
  shares: number[];
  /** Bytes of the header, the hash table, the index, and its strings. */
  overhead: number;
}

/** Most modules of an image: its index is one list of Lua's. */
export const MOST_MODULES = 50;
/** The loader refuses files that are not larger than this [bytes]. */
const LEAST_FILE = 200;
/**
 * The board's loader remembers 2^14 bytes of what it has unpacked. It refuses a file that was packed with more, such as Node's default of
 * 2^15.
 */
const WINDOW_BITS = 14;

const HEADER_WORDS = 8;
/** What an image begins with: it tells version 1 of the format, and whether a value of Lua takes 12 bytes (doubles) or 8 (integers). */
export const SIGNATURE: Record<NumberKind, number> = { double: 0xfafaa154, integer: 0xfafaa152 };
const VALUE_BYTES: Record<NumberKind, number> = { double: 12, integer: 8 };
const Tag = { nil: 0, boolean: 1, number: 3, string: 4 } as const;
/** Type and mark of a string that lies in flash. */
const STRING_IN_FLASH = 0x4004;
/** Words of a string before its bytes. */
const STRING_WORDS = 4;
const WORD = 4;
const OPCODE = {
  loadK: 1,
  newTable: 10,
  jump: 22,
  equal: 23,
  return: 30,
  setList: 34,
  closure: 36,
} as const;
/** An operand with this bit is the number of a constant, without it the number of a register. */
const CONSTANT = 0x100;
const NO_JUMP = 0x1ffff;

/** Lua's hash of a string: of one longer than 31 bytes not every byte counts. */
function hashOf(bytes: Buffer): number {
  let hash = bytes.length;
  const step = (bytes.length >>> 5) + 1;
  for (let left = bytes.length; left >= step; left -= step)
    hash = (hash ^ ((hash << 5) + (hash >>> 2) + bytes[left - 1]!)) >>> 0;
  return hash;
}

/**
 * The name of a file's module in an image: after the last slash, without dots before it, up to the first dot after that.
 * (luac.cross: corename().)
 */
export function moduleName(path: string): string {
  const base = path.slice(path.lastIndexOf("/") + 1).replace(/^\.+/, "");
  return base.split(".")[0] || path;
}

/**
 * Makes an image.
 * @param modules in the order in which node.LFS.list() names them; names of locals and upvalues are left out as luac.cross does it
 * @param time when it was made [s since 1970]: node.LFS.time
 * @throws BytecodeError for too many modules, or a constant that the firmware's numbers cannot be
 */
export function writeLfs51(modules: readonly LfsModule[], numbers: NumberKind, time: number): LfsImage {
  if (modules.length === 0) throw new BytecodeError("an image needs at least one module");
  if (modules.length > MOST_MODULES)
    throw new BytecodeError(
      `${modules.length} modules are too many for one image, which holds ${MOST_MODULES}`,
    );
  const mains = modules.map(({ main }) =>
    numbers === "integer" ? toIntegers(main, { least: -0x80000000, most: 0x7fffffff }) : main,
  );
  const index = indexOf(
    modules.map(({ name }) => name),
    numbers === "integer" ? time | 0 : time,
  );

  const strings = new Strings();
  strings.collect(index, undefined);
  const shares = mains.map((main) => strings.collect(main, undefined));
  const image = new ImageWriter(numbers);
  image.strings(strings.all);
  const addresses = mains.map((main, i) => {
    const start = image.length;
    const address = image.functionOf(main, undefined);
    shares[i]! += image.length - start;
    return address;
  });
  const indexAddress = image.functionOf(index, undefined, addresses);
  image.header(indexAddress, strings.all.length);
  const size = image.length;
  return { payload: image.done(), size, shares, overhead: size - shares.reduce((sum, share) => sum + share) };
}

/** Where gzip has the time of a file (RFC 1952). The firmware does not look at it. */
const GZIP_TIME = 4;

/**
 * The file that a board loads: node.LFS.reload().
 * @param time of the image; the file tells it, too, so that Lua on the board can compare it with node.LFS.time
 */
export function compressLfs(payload: Buffer, time = 0): Buffer {
  let file = gzipSync(payload, { windowBits: WINDOW_BITS, level: 9, memLevel: 9 });
  // Without compression the file is larger than its payload, and so large enough.
  if (file.length <= LEAST_FILE) file = gzipSync(payload, { windowBits: WINDOW_BITS, level: 0 });
  file.writeUInt32LE(time >>> 0, GZIP_TIME);
  return file;
}

/** What is in such a file. @throws if it is none */
export function decompressLfs(file: Buffer): Buffer {
  return gunzipSync(file);
}

/** What an image holds. */
export interface LfsContent {
  /** Gives a module's function for its name, for anything else the time and the list of names; the modules are the functions in it. */
  index: Proto;
}

/**
 * Reads an image.
 * @param mapped where it lies in memory, if addresses in it have been made real ones
 * @throws BytecodeError for an address outside
 */
export function readLfs51(image: Buffer, mapped?: number): LfsContent {
  const word = (index: number): number => {
    if (!Number.isInteger(index) || index < 0 || index * WORD + WORD > image.length)
      throw new BytecodeError("an address points out of the image");
    return image.readUInt32LE(index * WORD);
  };
  const addressAt = (index: number): number => {
    const value = word(index);
    return mapped === undefined || value === 0 ? value : (value - mapped) / WORD;
  };
  const numbers = (word(0) & 0x02) === 0 ? "double" : "integer";
  const stringAt = (address: number): Buffer => {
    const start = (address + STRING_WORDS) * WORD;
    return Buffer.from(image.subarray(start, start + word(address + 3)));
  };
  const bytesAt = (address: number): Buffer => {
    const start = address * WORD;
    const end = image.indexOf(0, start);
    return image.subarray(start, end + 1);
  };
  const list = <T>(at: number, count: number, words: number, read: (index: number) => T): T[] => {
    // Reading the last word of the vector shows whether the image is long enough for all of it.
    if (count > 0) word(at + count * words - 1);
    return Array.from({ length: count }, (_, i) => read(at + i * words));
  };
  const valueWords = VALUE_BYTES[numbers] / WORD;
  const value = (at: number): Constant => {
    switch (word(at + valueWords - 1)) {
      case Tag.nil:
        return null;
      case Tag.boolean:
        return word(at) !== 0;
      case Tag.number:
        return numbers === "double" ? image.readDoubleLE(at * WORD) : word(at) | 0;
      default:
        return stringAt(addressAt(at));
    }
  };
  const functionAt = (at: number): Proto => {
    const counts = word(at + 17);
    const lines = addressAt(at + 5);
    const source = addressAt(at + 8);
    return {
      source: source === 0 ? undefined : stringAt(source),
      lineDefined: word(at + 14),
      lastLineDefined: word(at + 15),
      upvalueCount: counts & 0xff,
      parameterCount: (counts >>> 8) & 0xff,
      varargFlags: (counts >>> 16) & 0xff,
      stackSize: counts >>> 24,
      code: list(addressAt(at + 3), word(at + 11), 1, word),
      constants: list(addressAt(at + 2), word(at + 10), valueWords, value),
      protos: list(addressAt(at + 4), word(at + 12), 1, (index) => functionAt(addressAt(index))),
      lines: lines === 0 ? [] : unpackLines(bytesAt(lines)),
      locals: [],
      upvalues: [],
    };
  };
  return { index: functionAt(addressAt(2)) };
}

/** All strings of an image, in the order in which luac.cross comes upon them. */
class Strings {
  readonly all: Buffer[] = [];
  readonly #known = new Set<string>();

  /** Collects the strings of a function and of those inside it. @returns the bytes that the new ones take */
  collect(proto: Proto, parent: Buffer | undefined): number {
    let bytes = 0;
    const add = (text: Buffer | undefined) => {
      if (!text) return;
      const key = text.toString("latin1");
      if (this.#known.has(key)) return;
      this.#known.add(key);
      this.all.push(text);
      bytes += STRING_WORDS * WORD + paddedLength(text.length + 1);
    };
    const source = proto.source ?? parent;
    add(source);
    if (proto.lines.length > 0) add(linesOf(proto));
    for (const value of proto.constants) if (Buffer.isBuffer(value)) add(value);
    for (const inner of proto.protos) bytes += this.collect(inner, source);
    return bytes;
  }
}

/** Packed line information as a string, which ends without saying so. */
function linesOf(proto: Proto): Buffer {
  return packLines(proto.lines, proto.firstLines).subarray(0, -1);
}

function paddedLength(length: number): number {
  return (length + WORD - 1) & -WORD;
}

class ImageWriter {
  readonly #words: number[] = new Array(HEADER_WORDS).fill(0);
  readonly #isAddress = new Set<number>();
  readonly #strings = new Map<string, number>();
  readonly #numbers: NumberKind;

  constructor(numbers: NumberKind) {
    this.#numbers = numbers;
  }

  /** Bytes so far. */
  get length(): number {
    return this.#words.length * WORD;
  }

  #address(target: number): void {
    if (target !== 0) this.#isAddress.add(this.#words.length);
    this.#words.push(target);
  }
  #setAddress(at: number, target: number): void {
    this.#isAddress.add(at);
    this.#words[at] = target;
  }
  #bytes(bytes: Uint8Array): void {
    const padded = Buffer.alloc(paddedLength(bytes.length));
    padded.set(bytes);
    for (let at = 0; at < padded.length; at += WORD) this.#words.push(padded.readUInt32LE(at));
  }

  /** The hash table and the strings. */
  strings(all: readonly Buffer[]): void {
    const hashes = all.map(hashOf);
    const table = this.#words.length;
    const slots = 2 * 2 ** Math.floor(Math.log2(all.length));
    for (let i = 0; i < slots; i++) this.#words.push(0);
    for (const i of tableOrder(hashes)) {
      const slot = table + (hashes[i]! & (slots - 1));
      const at = this.#words.length;
      this.#address(this.#words[slot]!);
      this.#setAddress(slot, at);
      this.#words.push(STRING_IN_FLASH, hashes[i]!, all[i]!.length);
      this.#bytes(Buffer.concat([all[i]!, Buffer.alloc(1)]));
      this.#strings.set(all[i]!.toString("latin1"), at);
    }
    this.#setAddress(3, table);
    this.#words[5] = slots;
  }

  #stringAt(text: Buffer): number {
    return this.#strings.get(text.toString("latin1"))!;
  }

  /** @returns the address of the function's record */
  functionOf(proto: Proto, parent: Buffer | undefined, innerAddresses?: readonly number[]): number {
    const source = proto.source ?? parent;
    const inner = innerAddresses ?? proto.protos.map((child) => this.functionOf(child, source));
    const list = (count: number, write: () => void) => {
      if (count === 0) return 0;
      const at = this.#words.length;
      write();
      return at;
    };
    const protos = list(inner.length, () => {
      for (const address of inner) this.#address(address);
    });
    const constants = list(proto.constants.length, () => {
      for (const value of proto.constants) this.#value(value);
    });
    const code = list(proto.code.length, () => {
      for (const instruction of proto.code) this.#words.push(instruction);
    });
    const record = this.#words.length;
    this.#words.push(0, 0);
    this.#address(constants);
    this.#address(code);
    this.#address(protos);
    this.#address(proto.lines.length === 0 ? 0 : this.#stringAt(linesOf(proto)) + STRING_WORDS);
    // names of locals and of upvalues
    this.#words.push(0, 0);
    this.#address(source ? this.#stringAt(source) : 0);
    this.#words.push(0, proto.constants.length, proto.code.length, inner.length, 0);
    this.#words.push(proto.lineDefined, proto.lastLineDefined, 0);
    this.#bytes(Uint8Array.of(proto.upvalueCount, proto.parameterCount, proto.varargFlags, proto.stackSize));
    return record;
  }

  #value(value: Constant): void {
    const end = this.#words.length + VALUE_BYTES[this.#numbers] / WORD - 1;
    let tag: number = Tag.nil;
    if (typeof value === "boolean") {
      tag = Tag.boolean;
      this.#words.push(value ? 1 : 0);
    } else if (typeof value === "number") {
      tag = Tag.number;
      if (this.#numbers === "integer") this.#words.push(value >>> 0);
      else {
        const bytes = Buffer.alloc(8);
        bytes.writeDoubleLE(value);
        this.#bytes(bytes);
      }
    } else if (value) {
      tag = Tag.string;
      this.#address(this.#stringAt(value));
    }
    while (this.#words.length < end) this.#words.push(0);
    this.#words.push(tag);
  }

  header(index: number, stringCount: number): void {
    this.#words[0] = SIGNATURE[this.#numbers];
    this.#words[1] = this.length;
    this.#setAddress(2, index);
    this.#words[4] = stringCount;
  }

  /** The image and its bitmap of addresses. */
  done(): Buffer {
    const bitmap = new Array<number>(Math.ceil(this.#words.length / 32)).fill(0);
    for (const at of this.#isAddress) bitmap[at >>> 5]! |= 1 << (at & 31);
    const writer = new ByteWriter();
    for (const word of [...this.#words, ...bitmap]) writer.word(word);
    return writer.done();
  }
}

/** The index: a function that gives a module's function for its name, and for anything else the time and the names. */
function indexOf(names: readonly string[], time: number): Proto {
  const instruction = (opcode: number, a: number, b: number, c: number) =>
    (opcode | (a << 6) | (c << 14) | (b << 23)) >>> 0;
  const wide = (opcode: number, a: number, b: number) => (opcode | (a << 6) | (b << 14)) >>> 0;
  const count = names.length;
  return {
    source: Buffer.from("=(luac)"),
    lineDefined: 0,
    lastLineDefined: 0,
    upvalueCount: 0,
    parameterCount: 1,
    varargFlags: 0,
    stackSize: count + 3,
    code: [
      ...names.flatMap((_, i) => [
        instruction(OPCODE.equal, 0, 0, CONSTANT + i),
        wide(OPCODE.jump, 0, NO_JUMP + 2),
        wide(OPCODE.closure, 1, i),
        instruction(OPCODE.return, 1, 2, 0),
      ]),
      wide(OPCODE.loadK, 1, count),
      instruction(OPCODE.newTable, 2, floatingByte(count), 0),
      ...names.map((_, i) => wide(OPCODE.loadK, i + 3, i)),
      instruction(OPCODE.setList, 2, count, 1),
      instruction(OPCODE.return, 1, 3, 0),
      instruction(OPCODE.return, 0, 1, 0),
    ],
    constants: [...names.map((name) => Buffer.from(name, "latin1")), time],
    protos: [],
    lines: [],
    locals: [],
    upvalues: [],
  };
}

/** A size as Lua writes it into an instruction: three bits and an exponent, rounded up. */
function floatingByte(size: number): number {
  let exponent = 0;
  let mantissa = size;
  while (mantissa >= 16) {
    mantissa = (mantissa + 1) >> 1;
    exponent++;
  }
  return mantissa < 8 ? mantissa : ((exponent + 1) << 3) | (mantissa - 8);
}
