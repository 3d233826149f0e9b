// Precompiled chunks of Lua 5.1 in the two forms that matter here: PUC's, which our VM's string.dump writes and its loader takes,
// and NodeMCU's, which is what a .lc file on a board is (app/lua/ldump.c, lundump.c). They differ in three things: in NodeMCU's
// code and line information begin at a multiple of four bytes behind the header, line information is packed (lines.ts), and
// numbers may be 32-bit integers. Little endian, with 32-bit integers and sizes, as both VM and boards have them.
import { ByteReader, ByteWriter } from "./binary.ts";
import { packLines, unpackLines } from "./lines.ts";
import { BytecodeError, type Constant, type NumberKind, type Proto, toIntegers } from "./proto.ts";

/** How every precompiled chunk begins. */
export const SIGNATURE = "\x1bLua";
export const HEADER_SIZE = 12;
const VERSION = 0x51;
/** What the header tells after Lua's version: format 0, little endian, and the sizes of int, size_t and an instruction [bytes]. */
const SIZES = [0, 1, 4, 4, 4];
/** Size of a number, and whether it is an integer. */
const NUMBER: Record<NumberKind, readonly [size: number, isInteger: number]> = {
  double: [8, 0],
  integer: [4, 1],
};
const Tag = { nil: 0, boolean: 1, number: 3, string: 4 } as const;

interface Form {
  /** Code and lines are aligned, and lines are packed. */
  isNodeMcu: boolean;
  numbers: NumberKind;
}

/** A chunk and what numbers it is for. */
export interface Chunk {
  main: Proto;
  numbers: NumberKind;
}

/** The first bytes of a chunk for this kind of numbers. */
function header(numbers: NumberKind): Buffer {
  return Buffer.from([...Buffer.from(SIGNATURE, "latin1"), VERSION, ...SIZES, ...NUMBER[numbers]]);
}

/** What kind of numbers a chunk is for. @throws BytecodeError if it is none of Lua 5.1 */
export function numbersOf(chunk: Buffer): NumberKind {
  for (const kind of ["double", "integer"] as const)
    if (chunk.subarray(0, HEADER_SIZE).equals(header(kind))) return kind;
  throw new BytecodeError("bad header");
}

/** Reads what string.dump of our VM wrote. @throws BytecodeError */
export function readPuc(chunk: Buffer): Chunk {
  return read(chunk, false);
}
/** Reads a .lc file. @throws BytecodeError with the firmware's own words */
export function readNodeMcu(chunk: Buffer): Chunk {
  return read(chunk, true);
}
/** Writes a chunk as our VM with such numbers loads it. */
export function writePuc(main: Proto, numbers: NumberKind): Buffer {
  return write(main, { isNodeMcu: false, numbers });
}
/**
 * Writes a .lc file for a firmware with such numbers, with the debug information that the function has (strip() takes it away).
 * @throws BytecodeError for a constant that the firmware's numbers cannot be
 */
export function writeNodeMcu(main: Proto, numbers: NumberKind): Buffer {
  return write(numbers === "integer" ? toIntegers(main) : main, { isNodeMcu: true, numbers });
}

function read(chunk: Buffer, isNodeMcu: boolean): Chunk {
  const numbers = numbersOf(chunk);
  const reader = new ByteReader(chunk.subarray(HEADER_SIZE));
  const align = () => {
    if (isNodeMcu) reader.take(-reader.at & 3);
  };
  const string = () => {
    const size = reader.integer();
    return size === 0 ? undefined : Buffer.from(reader.take(size).subarray(0, size - 1));
  };
  const constant = (): Constant => {
    switch (reader.byte()) {
      case Tag.nil:
        return null;
      case Tag.boolean:
        return reader.byte() !== 0;
      case Tag.number:
        return numbers === "double" ? reader.take(8).readDoubleLE() : reader.take(4).readInt32LE();
      case Tag.string:
        return string() ?? Buffer.alloc(0);
      default:
        throw new BytecodeError("bad constant");
    }
  };
  const lines = (): number[] => {
    const size = reader.integer();
    align();
    return isNodeMcu ? unpackLines(reader.take(size)) : reader.words(size);
  };
  const body = (): Proto => {
    const source = string();
    const [lineDefined, lastLineDefined] = [reader.integer(), reader.integer()];
    const [upvalueCount, parameterCount, varargFlags, stackSize] = reader.take(4) as unknown as number[];
    const instructions = reader.integer();
    align();
    return {
      source,
      lineDefined,
      lastLineDefined,
      upvalueCount: upvalueCount!,
      parameterCount: parameterCount!,
      varargFlags: varargFlags!,
      stackSize: stackSize!,
      code: reader.words(instructions),
      constants: reader.list(constant),
      protos: reader.list(body),
      lines: lines(),
      locals: reader.list(() => ({ name: string(), start: reader.integer(), end: reader.integer() })),
      upvalues: reader.list(string),
    };
  };
  return { main: body(), numbers };
}

function write(main: Proto, { isNodeMcu, numbers }: Form): Buffer {
  const writer = new ByteWriter();
  writer.bytes(header(numbers));
  const align = () => {
    if (isNodeMcu) writer.align(4, HEADER_SIZE);
  };
  const string = (bytes: Buffer | undefined) => {
    writer.word(bytes ? bytes.length + 1 : 0);
    if (bytes) {
      writer.bytes(bytes);
      writer.byte(0);
    }
  };
  const constant = (value: Constant) => {
    if (value === null) writer.byte(Tag.nil);
    else if (typeof value === "boolean") {
      writer.byte(Tag.boolean);
      writer.byte(value ? 1 : 0);
    } else if (typeof value === "number") {
      writer.byte(Tag.number);
      if (numbers === "double") writer.double(value);
      else writer.word(value);
    } else {
      writer.byte(Tag.string);
      string(value);
    }
  };
  const body = (proto: Proto, parent: Buffer | undefined): void => {
    // Only a function whose chunk is not that of the function around it tells the chunk's name.
    string(parent && proto.source?.equals(parent) ? undefined : proto.source);
    writer.word(proto.lineDefined);
    writer.word(proto.lastLineDefined);
    for (const byte of [proto.upvalueCount, proto.parameterCount, proto.varargFlags, proto.stackSize])
      writer.byte(byte);
    writer.word(proto.code.length);
    align();
    for (const instruction of proto.code) writer.word(instruction);
    writer.list(proto.constants, constant);
    writer.list(proto.protos, (inner) => body(inner, proto.source ?? parent));
    const lines = isNodeMcu ? packLines(proto.lines, proto.firstLines) : undefined;
    writer.word(lines ? lines.length : proto.lines.length);
    align();
    if (lines) writer.bytes(lines);
    else for (const line of proto.lines) writer.word(line);
    writer.list(proto.locals, ({ name, start, end }) => {
      string(name);
      writer.word(start);
      writer.word(end);
    });
    writer.list(proto.upvalues, string);
  };
  body(main, undefined);
  return writer.done();
}
