// Bytecode of Lua 5.1 without debug information, as `luac -s` and `node.compile` leave it: what a chunk costs on
// the board's flash, and roughly in its heap.

/** Reads a chunk made by `string.dump` or `lua_dump`; sizes of its types are in its header. */
class Reader {
  at = 0;
  readonly little: boolean;
  readonly int: number;
  readonly size: number;
  readonly number: number;

  constructor(readonly bytes: Buffer) {
    if (bytes.toString("latin1", 0, 4) !== "\x1bLua" || bytes[4] !== 0x51) {
      throw new Error("not a chunk of Lua 5.1");
    }
    this.little = bytes[6] === 1;
    [this.int, this.size, this.number] = [bytes[7]!, bytes[8]!, bytes[10]!];
    if (bytes[9] !== 4) throw new Error("instructions are not of four bytes");
    this.at = 12;
  }

  integer(width = this.int): number {
    const value = this.little
      ? this.bytes.readUIntLE(this.at, Math.min(width, 6))
      : this.bytes.readUIntBE(this.at, width);
    this.at += width;
    return value;
  }
  skip(count: number): void {
    this.at += count;
  }
  string(): void {
    this.skip(this.integer(this.size));
  }
}

/** The chunk without line numbers, names of locals and upvalues, and the name of its source. */
export function stripBytecode(bytes: Buffer): Buffer {
  const reader = new Reader(bytes);
  const pieces: Buffer[] = [];
  let from = 0;
  const keep = () => pieces.push(bytes.subarray(from, reader.at));
  const drop = (work: () => void, zeros: number) => {
    keep();
    work();
    from = reader.at;
    pieces.push(Buffer.alloc(zeros));
  };

  const func = (): void => {
    drop(() => reader.string(), reader.size);
    // linedefined, lastlinedefined; upvalues, parameters, vararg, stack
    reader.skip(2 * reader.int + 4);
    reader.skip(4 * reader.integer());
    for (let constants = reader.integer(); constants > 0; constants--) {
      const type = reader.integer(1);
      if (type === 1) reader.skip(1);
      else if (type === 3) reader.skip(reader.number);
      else if (type === 4) reader.string();
    }
    for (let functions = reader.integer(); functions > 0; functions--) func();
    drop(() => {
      reader.skip(reader.int * reader.integer());
      for (let locals = reader.integer(); locals > 0; locals--) {
        reader.string();
        reader.skip(2 * reader.int);
      }
      for (let upvalues = reader.integer(); upvalues > 0; upvalues--) reader.string();
    }, 3 * reader.int);
  };
  func();
  keep();
  return Buffer.concat(pieces);
}
