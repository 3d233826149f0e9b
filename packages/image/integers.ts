// Firmware can be built to count in 32-bit integers (Lua 5.1 with LUA_NUMBER_INTEGRAL). Its parser refuses fractions, and its
// bytecode holds no number above 0x7ffffffe. What of a compiled program such firmware cannot take is found here, on the computer.
import { dirname, relative, resolve, sep } from "node:path";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import { printNumber } from "../compact/src/literal.ts";
import { parse } from "../compact/src/parse.ts";
import { type Position, visitBlock } from "../compact/src/tree.ts";
import { INTEGER_CONSTANT } from "../lua-vm/proto.ts";

/** A number that firmware which counts in integers cannot have. */
export interface UnfitNumber {
  /** As it is written in Lua. */
  text: string;
  /** 1-based, in the Lua. */
  line: number;
  /** 0-based. */
  column: number;
}

/**
 * Numbers above 0x7ffffffe, fractions, and divisions by a zero that is written there (infinity, not a number).
 * @param code Lua
 * @throws CompactError if it is no Lua
 */
export function unfitNumbers(code: string): UnfitNumber[] {
  const found: UnfitNumber[] = [];
  const add = (text: string, { line, column }: Position) => found.push({ text, line, column });
  visitBlock(parse(code, 0).body, {
    expression: (e) => {
      if (e.kind === "number" && !(Number.isInteger(e.value) && e.value <= INTEGER_CONSTANT.most))
        add(printNumber(e.value, false), e.position!);
      else if (e.kind === "binary" && (e.operator === "/" || e.operator === "%")) {
        if (e.right.kind === "number" && e.right.value === 0) add(`${e.operator}0`, e.right.position!);
      }
    },
  });
  return found;
}

/** So many are listed in a message. */
const LISTED = 5;

/**
 * Numbers and where they are in the TypeScript, for a message.
 * @param map the source map of the Lua, as JSON
 * @param output the file of Lua that the map is for
 */
export function placesOf(numbers: readonly UnfitNumber[], map: string, output: string): string {
  const trace = new TraceMap(map);
  const listed = numbers.slice(0, LISTED).map(({ text, line, column }) => {
    const original = originalPositionFor(trace, { line, column });
    if (original.source == null) return text;
    const path = relative(process.cwd(), resolve(dirname(output), original.source));
    return `${text} (${path.split(sep).join("/")}:${original.line})`;
  });
  const more = numbers.length - listed.length;
  return `${listed.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
