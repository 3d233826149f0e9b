// Decompresses as the firmware does it (app/uzlib/uzlib_inflate.c): byte after byte, with what was written last as its only memory, so
// that its mistakes come in the firmware's order. Node's own would not tell what it had before it found something wrong.

/** What inflate() asks of its caller. */
export interface Stream {
  /** The next byte of the file. */
  get(): number;
  put(byte: number): void;
  /** A byte that was written so many bytes ago. */
  recall(distance: number): number;
}

/** The file is not what it should be. */
export class DataError extends Error {}

const LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const Flag = { headerSum: 0x02, extra: 0x04, name: 0x08, comment: 0x10, reserved: 0xe0 } as const;
const END_OF_BLOCK = 256;
/** Symbols of the longest length and of one that has no bits behind it. */
const LONGEST = 285;
const MOST_BITS = 15;

/** Counts of codes by length, and the symbols in the order of their codes. */
interface Tree {
  counts: number[];
  symbols: number[];
}

function treeOf(lengths: readonly number[]): Tree {
  const counts = new Array<number>(MOST_BITS + 1).fill(0);
  for (const length of lengths) counts[length]!++;
  counts[0] = 0;
  const symbols = [...lengths.keys()]
    .filter((symbol) => lengths[symbol]! > 0)
    .sort((a, b) => lengths[a]! - lengths[b]! || a - b);
  return { counts, symbols };
}

const repeat = (count: number, length: number) => new Array<number>(count).fill(length);
const FIXED_LITERALS = treeOf([...repeat(144, 8), ...repeat(112, 9), ...repeat(24, 7), ...repeat(8, 8)]);
const FIXED_DISTANCES = treeOf(repeat(30, 5));

/**
 * Decompresses a gzip member.
 * @returns the sum that stands behind it
 * @throws DataError, and what the stream throws
 */
export function inflate(stream: Stream): number {
  let buffer = 0;
  let available = 0;
  const bits = (count: number): number => {
    let value = 0;
    for (let i = 0; i < count; i++) {
      if (available === 0) {
        buffer = stream.get();
        available = 8;
      }
      value |= (buffer & 1) << i;
      buffer >>= 1;
      available--;
    }
    return value;
  };
  const word16 = () => stream.get() | (stream.get() << 8);
  const symbolOf = ({ counts, symbols }: Tree): number => {
    let [code, first, index] = [0, 0, 0];
    for (let length = 1; length <= MOST_BITS; length++) {
      code |= bits(1);
      const count = counts[length]!;
      if (code - count < first) return symbols[index + code - first]!;
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    throw new DataError("no such code");
  };

  header();
  for (let isLast = 0; isLast === 0; ) {
    isLast = bits(1);
    const type = bits(2);
    if (type === 0) stored();
    else if (type === 1) compressed(FIXED_LITERALS, FIXED_DISTANCES);
    else if (type === 2) compressed(...trees());
    else throw new DataError("no such block");
  }
  return (word16() | (word16() << 16)) >>> 0;

  function header(): void {
    if (stream.get() !== 0x1f || stream.get() !== 0x8b || stream.get() !== 8) throw new DataError("no gzip");
    const flags = stream.get();
    if (flags & Flag.reserved) throw new DataError("unknown flags");
    for (let i = 0; i < 6; i++) stream.get();
    if (flags & Flag.extra) for (let left = word16(); left > 0; left--) stream.get();
    for (const text of [Flag.name, Flag.comment]) if (flags & text) while (stream.get() !== 0);
    if (flags & Flag.headerSum) word16();
  }

  function stored(): void {
    available = 0;
    const length = word16();
    if (word16() !== (~length & 0xffff)) throw new DataError("no such length");
    for (let i = 0; i < length; i++) stream.put(stream.get());
  }

  function trees(): [Tree, Tree] {
    const [literalCount, distanceCount, lengthCount] = [257 + bits(5), 1 + bits(5), 4 + bits(4)];
    const lengthLengths = repeat(LENGTH_ORDER.length, 0);
    for (let i = 0; i < lengthCount; i++) lengthLengths[LENGTH_ORDER[i]!] = bits(3);
    const lengthTree = treeOf(lengthLengths);
    const lengths: number[] = [];
    const wanted = literalCount + distanceCount;
    while (lengths.length < wanted) {
      const symbol = symbolOf(lengthTree);
      if (symbol < 16) lengths.push(symbol);
      else if (symbol === 16) lengths.push(...repeat(3 + bits(2), lengths.at(-1) ?? 0));
      else lengths.push(...repeat(symbol === 17 ? 3 + bits(3) : 11 + bits(7), 0));
    }
    return [treeOf(lengths.slice(0, literalCount)), treeOf(lengths.slice(literalCount, wanted))];
  }

  function compressed(literals: Tree, distances: Tree): void {
    for (;;) {
      const symbol = symbolOf(literals);
      if (symbol === END_OF_BLOCK) return;
      if (symbol < END_OF_BLOCK) {
        stream.put(symbol);
        continue;
      }
      const length = lengthOf(symbol);
      const slot = symbolOf(distances);
      const extra = slot < 4 ? 0 : (slot - 2) >> 1;
      const distance = (slot < 4 ? slot + 1 : ((2 + (slot & 1)) << extra) + 1) + bits(extra);
      for (let i = 0; i < length; i++) stream.put(stream.recall(distance));
    }
  }

  function lengthOf(symbol: number): number {
    if (symbol >= LONGEST) return 258;
    const slot = symbol - END_OF_BLOCK - 1;
    const extra = slot < 8 ? 0 : (slot - 4) >> 2;
    return (slot < 8 ? slot + 3 : ((4 + (slot & 3)) << extra) + 3) + bits(extra);
  }
}
