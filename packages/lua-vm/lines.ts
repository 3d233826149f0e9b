// Line information as NodeMCU's Lua packs it (5.1: app/lua/lcode.c, ldebug.c; 5.3: app/lua53/lcode.c): a run of records, each the step to
// a line, if it is not the next one, and how many instructions are on it. Before the first the line is 0.
//   1..126          instructions on the line (5.3: up to 127)
//   0x80 | 6 bits   the line is that many and two more ahead; with 0x40 that many back; further bytes hold 7 bits each
//   0               the end

const STEP = 0x80;
const BACK = 0x40;
const FIRST_BITS = 6;
const FURTHER_BITS = 7;
const MOST_INSTRUCTIONS = 126;

/**
 * Packs the lines of a function's instructions.
 * @param lines of each instruction
 * @param firstLines where the firmware's compiler had put it first: when it takes a record back and the line before it turns out to be the
 *   right one, it begins a new record for that line instead of counting on (Lua 5.1)
 * @param most instructions of a record: 127 with Lua 5.3
 * @returns the records and the 0 behind them; nothing at all if there are no lines
 */
export function packLines(
  lines: readonly number[],
  firstLines = lines,
  most: number = MOST_INSTRUCTIONS,
): Buffer {
  if (lines.length === 0) return Buffer.alloc(0);
  const records: { line: number; count: number }[] = [];
  for (const [i, line] of lines.entries()) {
    const first = firstLines[i]!;
    const record = records.at(-1);
    if (first === record?.line && record.count < most) record.count++;
    else records.push({ line: first, count: 1 });
    if (line === first) continue;
    const moved = records.at(-1)!;
    if (moved.count > 1) moved.count--;
    else records.pop();
    records.push({ line, count: 1 });
  }
  const packed: number[] = [];
  let last = 0;
  for (const { line, count } of records) {
    if (line !== last + 1) {
      const isBack = line <= last;
      let step = isBack ? last - line : line - last - 2;
      packed.push(STEP | (isBack ? BACK : 0) | (step & (2 ** FIRST_BITS - 1)));
      for (step >>>= FIRST_BITS; step > 0; step >>>= FURTHER_BITS)
        packed.push(STEP | (step & (2 ** FURTHER_BITS - 1)));
    }
    packed.push(count);
    last = line;
  }
  packed.push(0);
  return Buffer.from(packed);
}

/** The line of each instruction. */
export function unpackLines(packed: Buffer): number[] {
  const lines: number[] = [];
  let line = 0;
  for (let at = 0; at < packed.length && packed[at] !== 0; at++) {
    if (packed[at]! & STEP) {
      const isBack = (packed[at]! & BACK) !== 0;
      let step = packed[at++]! & (2 ** FIRST_BITS - 1);
      for (let shift = FIRST_BITS; at < packed.length && packed[at]! & STEP; at++, shift += FURTHER_BITS)
        step += (packed[at]! & (2 ** FURTHER_BITS - 1)) * 2 ** shift;
      line += isBack ? -step : step + 2;
    } else line++;
    for (let count = packed[at] ?? 0; count > 0; count--) lines.push(line);
  }
  return lines;
}
