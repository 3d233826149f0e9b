// The one difference between a chunk of PUC Lua 5.1 and one of NodeMCU's (app/lua/lundump.c, Align4): there, code and
// line information begin at a multiple of four bytes, counted from the end of the header. The rest is the same when the
// numbers are doubles. Files in flash are in the chip's form; the VM takes PUC's.
// A chunk of Lua 5.3 goes to flash in PUC's form too: what the firmware makes of it is not modelled.

const HEADER = 12;
/** The fifth byte of a chunk. */
const VERSION = { at: 4, lua53: 0x53 };
export const SIGNATURE = "\x1bLua";

/** PUC's form to the chip's. */
export function toChip(chunk: Buffer): Buffer {
  return convert(chunk, false);
}
/** The chip's form to PUC's. @throws if it is no chunk in the chip's form */
export function fromChip(chunk: Buffer): Buffer {
  return convert(chunk, true);
}

function convert(chunk: Buffer, padded: boolean): Buffer {
  if (chunk[VERSION.at] === VERSION.lua53) return chunk;
  const pieces: Buffer[] = [chunk.subarray(0, HEADER)];
  let at = HEADER;
  let from = HEADER;
  /** Bytes of the chip's form so far, without the header. */
  let total = 0;

  const skip = (count: number) => {
    at += count;
    total += count;
    if (at > chunk.length) throw new Error("truncated chunk");
  };
  const integer = () => {
    if (at + 4 > chunk.length) throw new Error("truncated chunk");
    const value = chunk.readUInt32LE(at);
    skip(4);
    return value;
  };
  const string = () => skip(integer());
  const align = () => {
    const padding = -total & 3;
    pieces.push(chunk.subarray(from, at));
    if (padded) at += padding;
    else pieces.push(Buffer.alloc(padding));
    total += padding;
    from = at;
  };
  const body = (): void => {
    string();
    skip(2 * 4 + 4);
    const instructions = integer();
    align();
    skip(4 * instructions);
    for (let constants = integer(); constants > 0; constants--) {
      const type = chunk[at]!;
      skip(1);
      if (type === 1) skip(1);
      else if (type === 3) skip(8);
      else if (type === 4) string();
      else if (type !== 0) throw new Error("bad constant");
    }
    for (let functions = integer(); functions > 0; functions--) body();
    const lines = integer();
    align();
    skip(4 * lines);
    for (let locals = integer(); locals > 0; locals--) {
      string();
      skip(8);
    }
    for (let upvalues = integer(); upvalues > 0; upvalues--) string();
  };
  body();
  if (at !== chunk.length) throw new Error("bytes after the chunk");
  pieces.push(chunk.subarray(from));
  return Buffer.concat(pieces);
}
