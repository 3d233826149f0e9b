// Images for the Lua flash store of firmware with Lua 5.3, as luac.cross -f of that version makes them (app/lua53/ldump.c, lundump.c):
// all strings, then the functions as in a .lc file, with numbers of strings instead of strings; the board lays them out itself.
import { type Constant53, PackedReader, PackedWriter, type Proto53 } from "./chunk53.ts";
import type { LfsImage } from "./lfs51.ts";
import { BytecodeError } from "./proto.ts";

export interface Lfs53Module {
  name: string;
  main: Proto53;
}

/** Strings that every board has, in the order in which the compiler numbers them; they are not in the image. */
const FIXED =
  "and break do else elseif end false for function goto if in local nil not or repeat return then true until while // .. ... " +
  "== >= <= ~= << >> :: <eof> <number> <integer> <name> <string>";
const FIXED_NAMES = [
  ...FIXED.split(" "),
  "not enough memory",
  "_ENV",
  ..."index newindex gc mode len eq add sub mul mod pow div idiv band bor bxor shl shr unm bnot lt le concat call"
    .split(" ")
    .map((event) => `__${event}`),
  "no value",
  "boolean",
  "userdata",
  "number",
  "string",
  "table",
  "thread",
  "proto",
];
/**
 * The loader has "userdata" twice, the second time after "table", so that what follows has other numbers than the compiler of the
 * firmware gives it: there the constant "thread" becomes "userdata". Of the two the later one is what type() gives.
 */
const SHIFTED: Record<string, number> = { userdata: 4, thread: 1, proto: 1 };

/** The loader's list of those strings. */
const LOADER_NAMES = FIXED_NAMES.toSpliced(FIXED_NAMES.indexOf("thread"), 0, "userdata");

const STRINGS = Buffer.from("\x19ss", "latin1");
const FUNCTIONS = Buffer.from("\x19pr", "latin1");
const LONGEST_SHORT = 40;
const INDEX_SOURCE = Buffer.from("=(luac.cross)");

export interface Lfs53Options {
  /** When it was made: node.LFS.time [s since 1970]. */
  time: number;
  /** What the board's hashes of strings begin with; any 32-bit number. */
  seed?: number;
  /** false: the numbers that the firmware's own compiler gives, with which "userdata" and "thread" come out wrong. */
  isCorrected?: boolean;
}

/**
 * Makes an image; its sizes are those of the file, for the board lays it out itself.
 * @throws BytecodeError without modules
 */
export function writeLfs53(modules: readonly Lfs53Module[], options: Lfs53Options): LfsImage {
  if (modules.length === 0) throw new BytecodeError("an image needs at least one module");
  const numbers = new Map<string, number>();
  const listed: Buffer[] = [];
  const fixed = new Map(FIXED_NAMES.map((name, i) => [name, i + 1]));
  const shares = modules.map(() => 0);
  const collect = (text: Buffer | undefined, add: (bytes: number) => void) => {
    if (!text) return;
    const key = text.toString("latin1");
    if (fixed.has(key) || numbers.has(key)) return;
    listed.push(text);
    numbers.set(key, listed.length);
    add(text.length + (text.length > 14 ? 2 : 1));
  };
  const scan = (proto: Proto53, parent: Buffer | undefined, add: (bytes: number) => void): void => {
    const source = proto.source ?? parent;
    collect(source, add);
    for (const value of proto.constants) if (Buffer.isBuffer(value)) collect(value, add);
    for (const { name } of proto.upvalues) collect(name, add);
    for (const { name } of proto.locals) collect(name, add);
    for (const inner of proto.protos) scan(inner, source, add);
  };
  collect(INDEX_SOURCE, () => {});
  for (const { name } of modules) collect(Buffer.from(name, "latin1"), () => {});
  for (const [i, { main }] of modules.entries())
    scan(main, undefined, (bytes) => {
      shares[i]! += bytes;
    });

  const writer = new PackedWriter();
  writer.start("image");
  writer.integer((options.seed ?? 0) | 0);
  writer.bytes(STRINGS);
  const all = [...listed, ...FIXED_NAMES.map((name) => Buffer.from(name))];
  const longCount = listed.filter((text) => text.length > LONGEST_SHORT).length;
  writer.count(Math.max(...all.map((text) => text.length)));
  writer.count(all.length - longCount);
  writer.count(longCount);
  writer.count(listed.length);
  for (const text of listed) writer.string(text);

  writer.numberOf = (text) => {
    const key = text.toString("latin1");
    const number = numbers.get(key);
    if (number !== undefined) return number;
    return listed.length + fixed.get(key)! + (options.isCorrected === false ? 0 : (SHIFTED[key] ?? 0));
  };
  writer.bytes(FUNCTIONS);
  writer.count(modules.length);
  for (const [i, { main }] of modules.entries()) {
    const start = writer.length;
    // the environment of a module's main function is no local of the index
    const [environment, ...upvalues] = main.upvalues;
    writer.function(
      { ...main, upvalues: environment ? [{ ...environment, isLocal: 0 }, ...upvalues] : [] },
      INDEX_SOURCE,
    );
    shares[i]! += writer.length - start;
  }
  const index: Constant53[] = [...modules.map(({ name }) => Buffer.from(name, "latin1")), options.time | 0];
  writer.count(index.length);
  for (const value of index) writer.constant(value);
  const payload = writer.done();
  const overhead = payload.length - shares.reduce((sum, share) => sum + share);
  return { payload, size: payload.length, shares, overhead };
}

/** What an image holds. */
export interface Lfs53Content {
  modules: Lfs53Module[];
  time: number;
}

/** Reads an image as the board does. @throws BytecodeError with the firmware's own words */
export function readLfs53(file: Buffer): Lfs53Content {
  const reader = new PackedReader(file);
  reader.start("image");
  reader.constant();
  reader.expect(STRINGS, "corrupted");
  // three sizes by which the board reserves room; nothing here needs them
  for (let i = 0; i < 3; i++) reader.count();
  const listed: Buffer[] = [];
  for (let left = reader.count(); left > 0; left--) listed.push(reader.text() ?? Buffer.alloc(0));
  const texts = [...listed, ...LOADER_NAMES.map((name) => Buffer.from(name))];
  reader.textOf = (number) => {
    const text = texts[number - 1];
    if (!text) throw new BytecodeError("corrupted");
    return text;
  };
  reader.expect(FUNCTIONS, "corrupted");
  const mains: Proto53[] = [];
  for (let left = reader.count(); left > 0; left--) mains.push(reader.function());
  const index: Constant53[] = [];
  for (let left = reader.count(); left > 0; left--) index.push(reader.constant());
  const time = index.pop();
  if (typeof time !== "number" || index.length !== mains.length) throw new BytecodeError("corrupted");
  return {
    time,
    modules: mains.map((main, i) => {
      const name = index[i]!;
      if (!Buffer.isBuffer(name)) throw new BytecodeError("corrupted");
      return { name: name.toString("latin1"), main };
    }),
  };
}
