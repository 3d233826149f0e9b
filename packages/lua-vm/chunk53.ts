// Precompiled chunks of Lua 5.3 with 32-bit numbers: PUC's, which our VM dumps and loads, and NodeMCU's, which is what a .lc file on a
// board is (app/lua53/ldump.c, lundump.c). NodeMCU's is packed: sizes and integers take as few bytes as they can, line information is
// that of lines.ts, and what an inner function shares with the one around it is not said again.
import { ByteReader, ByteWriter } from "./binary.ts";
import { packLines, unpackLines } from "./lines.ts";
import { BytecodeError } from "./proto.ts";

/** A number that is a float: in Lua 5.3 the constant 2.0 is not the constant 2. */
export interface Float {
  float: number;
}
export type Constant53 = null | boolean | number | Float | Buffer;

export interface Upvalue53 {
  name: Buffer | undefined;
  /** 1: it is a local of the function around; 0: it is one of the upvalues of that function. */
  isLocal: number;
  index: number;
}

export interface Proto53 {
  /** undefined: that of the function around it. */
  source: Buffer | undefined;
  lineDefined: number;
  lastLineDefined: number;
  parameterCount: number;
  isVararg: number;
  stackSize: number;
  code: readonly number[];
  constants: readonly Constant53[];
  upvalues: readonly Upvalue53[];
  protos: readonly Proto53[];
  /** The line of each instruction; empty if not kept. */
  lines: readonly number[];
  locals: readonly { name: Buffer | undefined; start: number; end: number }[];
}

/**
 * Gives the function, and those inside it, without some debug information: the names of locals and upvalues; these and lines; these and
 * the chunk's name.
 */
export function strip53(proto: Proto53, part: "names" | "lines" | "all"): Proto53 {
  return {
    ...proto,
    ...(part === "all" ? { source: undefined } : {}),
    ...(part === "names" ? {} : { lines: [] }),
    locals: [],
    upvalues: proto.upvalues.map((upvalue) => ({ ...upvalue, name: undefined })),
    protos: proto.protos.map((inner) => strip53(inner, part)),
  };
}

/** Signature and version, then a byte that tells the form, then what shows a damaged file. */
const START = Buffer.from("\x1bLua\x53", "latin1");
const PROOF = Buffer.from("\x19\x93\r\n\x1a\n", "latin1");
const Format = { puc: 0, chunk: 10, image: 11 } as const;
const PROOF_INTEGER = 0x5678;
const PROOF_FLOAT = 370.5;
/** Lua keeps equal strings up to this length only once, and writes them under a type of their own [bytes]. */
const LONGEST_SHORT = 40;
/** Types of constants in PUC's form. */
const Tag = { nil: 0, boolean: 1, float: 3, integer: 0x13, shortString: 4, longString: 0x14 } as const;
/** Types in NodeMCU's form, in bits 4 to 6; a value's highest bits lie in the four below. */
const Kind = {
  nil: 0x00,
  boolean: 0x10,
  float: 0x20,
  positive: 0x30,
  negative: 0x40,
  shortString: 0x50,
  longString: 0x60,
  mask: 0x70,
} as const;
const VALUE_BITS = 0x0f;
const MORE = 0x80;
const LINE_RUN = 127;

function float(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}

/** Reads what string.dump of our VM wrote. @throws BytecodeError */
export function readPuc53(chunk: Buffer): Proto53 {
  const reader = new ByteReader(chunk);
  const expected = Buffer.concat([START, Buffer.of(Format.puc), PROOF, Buffer.of(4, 4, 4, 4, 4)]);
  if (!reader.take(expected.length).equals(expected)) throw new BytecodeError("bad header");
  // An integer and a float by which a loader notices that its numbers are others, then the count of the main function's upvalues.
  reader.take(4 + 4 + 1);
  const string = () => {
    const short = reader.byte();
    const size = short === 0xff ? reader.integer() : short;
    return size === 0 ? undefined : Buffer.from(reader.take(size - 1));
  };
  const constant = (): Constant53 => {
    const tag = reader.byte();
    if (tag === Tag.nil) return null;
    if (tag === Tag.boolean) return reader.byte() !== 0;
    if (tag === Tag.float) return { float: reader.take(4).readFloatLE() };
    if (tag === Tag.integer) return reader.take(4).readInt32LE();
    if (tag === Tag.shortString || tag === Tag.longString) return string() ?? Buffer.alloc(0);
    throw new BytecodeError("bad constant");
  };
  const body = (): Proto53 => {
    const source = string();
    const [lineDefined, lastLineDefined] = [reader.integer(), reader.integer()];
    const [parameterCount, isVararg, stackSize] = [reader.byte(), reader.byte(), reader.byte()];
    const code = reader.words(reader.integer());
    const constants = reader.list(constant);
    const upvalues = reader.list(() => ({ isLocal: reader.byte(), index: reader.byte() }));
    const protos = reader.list(body);
    const lines = reader.words(reader.integer());
    const locals = reader.list(() => ({ name: string(), start: reader.integer(), end: reader.integer() }));
    const names = reader.list(string);
    return {
      source,
      lineDefined,
      lastLineDefined,
      parameterCount,
      isVararg,
      stackSize,
      code,
      constants,
      upvalues: upvalues.map((upvalue, i) => ({ ...upvalue, name: names[i] })),
      protos,
      lines,
      locals,
    };
  };
  return body();
}

/** Writes a chunk as our VM loads it. */
export function writePuc53(main: Proto53): Buffer {
  const writer = new ByteWriter();
  for (const part of [START, Buffer.of(Format.puc), PROOF, Buffer.of(4, 4, 4, 4, 4)]) writer.bytes(part);
  writer.word(PROOF_INTEGER);
  writer.bytes(float(PROOF_FLOAT));
  writer.byte(main.upvalues.length);
  const string = (bytes: Buffer | undefined) => {
    const size = bytes ? bytes.length + 1 : 0;
    if (size < 0xff) writer.byte(size);
    else {
      writer.byte(0xff);
      writer.word(size);
    }
    if (bytes) writer.bytes(bytes);
  };
  const constant = (value: Constant53) => {
    if (value === null) writer.byte(Tag.nil);
    else if (typeof value === "boolean") writer.bytes(Buffer.of(Tag.boolean, value ? 1 : 0));
    else if (typeof value === "number") {
      writer.byte(Tag.integer);
      writer.word(value);
    } else if (Buffer.isBuffer(value)) {
      writer.byte(value.length > LONGEST_SHORT ? Tag.longString : Tag.shortString);
      string(value);
    } else {
      writer.byte(Tag.float);
      writer.bytes(float(value.float));
    }
  };
  const body = (proto: Proto53): void => {
    string(proto.source);
    writer.word(proto.lineDefined);
    writer.word(proto.lastLineDefined);
    writer.bytes(Buffer.of(proto.parameterCount, proto.isVararg, proto.stackSize));
    writer.list(proto.code, (instruction) => writer.word(instruction));
    writer.list(proto.constants, constant);
    writer.list(proto.upvalues, ({ isLocal, index }) => writer.bytes(Buffer.of(isLocal, index)));
    writer.list(proto.protos, body);
    writer.list(proto.lines, (line) => writer.word(line));
    writer.list(proto.locals, ({ name, start, end }) => {
      string(name);
      writer.word(start);
      writer.word(end);
    });
    const hasNames = proto.upvalues.some(({ name }) => name);
    writer.list(hasNames ? proto.upvalues : [], ({ name }) => string(name));
  };
  body(main);
  return writer.done();
}

/** Writes NodeMCU's packed form. In images a string is written as its number in the image's list of strings. */
export class PackedWriter extends ByteWriter {
  /** Gives the number that is written for a string; undefined: the string itself is written. */
  numberOf: (text: Buffer) => number | undefined = () => undefined;
  /**
   * Whether each upvalue has a place for its name, if only an empty one. The firmware's compiler writes it so unless it is told to leave
   * names out.
   */
  hasNames = true;

  start(format: "chunk" | "image"): void {
    for (const part of [START, Buffer.of(Format[format]), PROOF, Buffer.of(4, 4, 4, 4)]) this.bytes(part);
    this.byte(Kind.float);
    this.bytes(float(PROOF_FLOAT));
  }

  /** A count or a size: seven bits a byte, the highest first. */
  count(value: number): void {
    this.bytes(sevens(value));
  }
  #typed(kind: number, value: number): void {
    const bytes = sevens(value);
    const hasRoom = (bytes[0]! & Kind.mask) === 0;
    const all = hasRoom ? bytes : Buffer.concat([Buffer.of(MORE), bytes]);
    all[0]! |= kind;
    this.bytes(all);
  }
  integer(value: number): void {
    if (value < 0) this.#typed(Kind.negative, -(value + 1));
    else this.#typed(Kind.positive, value);
  }
  string(text: Buffer | undefined): void {
    if (!text) {
      this.byte(Kind.shortString);
      return;
    }
    const kind = text.length > LONGEST_SHORT ? Kind.longString : Kind.shortString;
    const number = this.numberOf(text);
    if (number !== undefined) {
      this.#typed(kind, number);
      return;
    }
    this.#typed(kind, text.length + 1);
    this.bytes(text);
  }
  constant(value: Constant53): void {
    if (value === null) this.byte(Kind.nil);
    else if (typeof value === "boolean") this.byte(Kind.boolean + (value ? 1 : 0));
    else if (typeof value === "number") this.integer(value);
    else if (Buffer.isBuffer(value)) this.string(value);
    else {
      this.byte(Kind.float);
      this.bytes(float(value.float));
    }
  }

  /** @param parent the source of the function around it */
  function(proto: Proto53, parent: Buffer | undefined): void {
    const source = proto.source ?? parent;
    this.string(parent && source?.equals(parent) ? undefined : source);
    this.count(proto.lineDefined);
    this.count(proto.lastLineDefined);
    this.bytes(Buffer.of(proto.parameterCount, proto.isVararg, proto.stackSize));
    this.count(proto.protos.length);
    for (const inner of proto.protos) this.function(inner, source);
    this.count(proto.code.length);
    for (const instruction of proto.code) this.word(instruction);
    this.count(proto.constants.length);
    for (const value of proto.constants) this.constant(value);
    this.byte(this.hasNames ? 1 : 0);
    this.count(proto.upvalues.length);
    for (const { name, isLocal, index } of proto.upvalues) {
      if (this.hasNames) this.string(name);
      this.bytes(Buffer.of(isLocal, index));
    }
    const lines = packLines(proto.lines, proto.lines, LINE_RUN);
    this.count(lines.length);
    this.bytes(lines);
    this.count(proto.locals.length);
    for (const { name, start, end } of proto.locals) {
      this.string(name);
      this.count(start);
      this.count(end);
    }
  }
}

/** Seven bits a byte, the highest first; all but the last say that more follow. */
function sevens(value: number): Buffer {
  const bytes = [value & 0x7f];
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) bytes.unshift(MORE | (rest & 0x7f));
  return Buffer.from(bytes);
}

/**
 * A .lc file, with the debug information that the function has.
 * @param hasNames false leaves the place for names of upvalues out too
 */
export function writeNodeMcu53(main: Proto53, hasNames = true): Buffer {
  const writer = new PackedWriter();
  writer.hasNames = hasNames;
  writer.start("chunk");
  writer.byte(main.upvalues.length);
  writer.function(main, undefined);
  return writer.done();
}

/** Reads NodeMCU's packed form. @throws BytecodeError with the firmware's own words */
export class PackedReader {
  /** Gives the string of a number; undefined: strings stand there themselves. */
  textOf: ((number: number) => Buffer) | undefined;
  readonly #reader: ByteReader;
  readonly #length: number;

  constructor(chunk: Buffer) {
    this.#reader = new ByteReader(chunk);
    this.#length = chunk.length;
  }

  take(count: number): Buffer {
    if (count > this.#length - this.#reader.at) throw new BytecodeError("truncated");
    return this.#reader.take(count);
  }
  expect(bytes: Buffer, what: string): void {
    if (!this.take(bytes.length).equals(bytes)) throw new BytecodeError(what);
  }
  start(format: "chunk" | "image"): void {
    this.expect(START.subarray(0, 4), "not a");
    this.expect(START.subarray(4), "version mismatch in");
    this.expect(Buffer.of(Format[format]), "format mismatch in");
    this.expect(PROOF, "corrupted");
    for (const type of ["int", "Instruction", "lua_Integer", "lua_Number"])
      this.expect(Buffer.of(4), `${type} size mismatch in`);
    this.byte();
    this.expect(float(PROOF_FLOAT), "float format mismatch in");
  }
  byte(): number {
    return this.take(1)[0]!;
  }
  count(start = 0): number {
    let value = start;
    for (;;) {
      const next = this.byte();
      value = (value << 7) + (next & 0x7f);
      if (!(next & MORE)) return value;
    }
  }
  #value(first: number): number {
    return first & MORE ? this.count(first & VALUE_BITS) : first & VALUE_BITS;
  }
  /** A string that stands there. */
  text(first = this.byte()): Buffer | undefined {
    const size = this.#value(first);
    return size === 0 ? undefined : Buffer.from(this.take(size - 1));
  }
  #string(first = this.byte()): Buffer | undefined {
    if (!this.textOf) return this.text(first);
    const number = this.#value(first);
    return number === 0 ? undefined : this.textOf(number);
  }
  #list<T>(read: () => T): T[] {
    const items: T[] = [];
    for (let left = this.count(); left > 0; left--) items.push(read());
    return items;
  }
  constant(): Constant53 {
    const first = this.byte();
    switch (first & Kind.mask) {
      case Kind.nil:
        return null;
      case Kind.boolean:
        return first !== Kind.boolean;
      case Kind.float:
        return { float: this.take(4).readFloatLE() };
      case Kind.positive:
        return this.#value(first);
      case Kind.negative:
        return -this.#value(first) - 1;
      case Kind.shortString:
      case Kind.longString:
        return this.#string(first) ?? Buffer.alloc(0);
      default:
        throw new BytecodeError("corrupted");
    }
  }
  function(): Proto53 {
    const source = this.#string();
    const [lineDefined, lastLineDefined] = [this.count(), this.count()];
    const [parameterCount, isVararg, stackSize] = [this.byte(), this.byte(), this.byte()];
    const protos = this.#list(() => this.function());
    const code = this.#list(() => this.take(4).readUInt32LE());
    const constants = this.#list(() => this.constant());
    const hasNames = this.byte() !== 0;
    const upvalues = this.#list(() => ({
      name: hasNames ? this.#string() : undefined,
      isLocal: this.byte(),
      index: this.byte(),
    }));
    const lines = unpackLines(this.take(this.count()));
    const locals = this.#list(() => ({ name: this.#string(), start: this.count(), end: this.count() }));
    return {
      source,
      lineDefined,
      lastLineDefined,
      parameterCount,
      isVararg,
      stackSize,
      code,
      constants,
      upvalues,
      protos,
      lines,
      locals,
    };
  }
}

/** Reads a .lc file. @throws BytecodeError with the firmware's own words */
export function readNodeMcu53(chunk: Buffer): Proto53 {
  const reader = new PackedReader(chunk);
  reader.start("chunk");
  reader.byte();
  return reader.function();
}
