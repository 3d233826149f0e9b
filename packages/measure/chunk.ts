// What each function of a precompiled chunk costs in it. Reads stripped chunks of Lua 5.1 in the chip's form
// (packages/lua-vm/chunk51.ts tells how it differs from PUC's).

const HEADER = 12;
const INSTRUCTION = 4;
const NUMBER = 8;
const Constant = { nil: 0, boolean: 1, number: 3, string: 4 } as const;

export interface ChunkFunction {
  /** Bytes of it in the chunk, without the functions inside it. */
  bytes: number;
  instructions: number;
  constants: number;
  upvalues: number;
  inner: ChunkFunction[];
}

/** The main function; its bytes include the chunk's header. */
export function readChunk(chunk: Buffer): ChunkFunction {
  let at = HEADER;
  const integer = () => {
    at += 4;
    return chunk.readUInt32LE(at - 4);
  };
  const string = () => {
    const length = integer();
    at += length;
  };
  const align = () => {
    at += (HEADER - at) & 3;
  };
  const constant = () => {
    const type = chunk[at++];
    if (type === Constant.boolean) at++;
    else if (type === Constant.number) at += NUMBER;
    else if (type === Constant.string) string();
    else if (type !== Constant.nil) throw new Error("not a chunk of Lua 5.1 in the chip's form");
  };
  const times = (count: number, read: () => void) => {
    for (let i = 0; i < count; i++) read();
  };
  const func = (begin: number): ChunkFunction => {
    string();
    at += 2 * 4;
    const upvalues = chunk[at]!;
    at += 4;
    const instructions = integer();
    align();
    at += instructions * INSTRUCTION;
    const constants = integer();
    times(constants, constant);
    const inner: ChunkFunction[] = [];
    times(integer(), () => inner.push(func(at)));
    const lines = integer();
    align();
    at += lines * 4;
    times(integer(), () => {
      string();
      at += 8;
    });
    times(integer(), string);
    const bytes = at - begin - inner.reduce((sum, f) => sum + total(f), 0);
    return { bytes, instructions, constants, upvalues, inner };
  };
  const main = func(0);
  if (at !== chunk.length) throw new Error("bytes after the chunk");
  return main;
}

/** Bytes of a function and of those inside it. */
function total(f: ChunkFunction): number {
  return f.inner.reduce((sum, inner) => sum + total(inner), f.bytes);
}
