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

/** A source map as JSON, and the file of Lua that it is for. */
interface Compiled {
  map: string;
  output: string;
}

/**
 * Numbers and where they are, for a message.
 * @param file the file of Lua that somebody has written, or what it was compiled from
 */
export function placesOf(numbers: readonly UnfitNumber[], file: string | Compiled): string {
  const trace = typeof file === "string" ? undefined : new TraceMap(file.map);
  const place = ({ line, column }: UnfitNumber) => {
    if (typeof file === "string") return { source: file, line };
    const original = originalPositionFor(trace!, { line, column });
    return original.source == null
      ? undefined
      : { source: resolve(dirname(file.output), original.source), line: original.line };
  };
  const listed = numbers.slice(0, LISTED).map((number) => {
    const found = place(number);
    if (!found) return number.text;
    const path = relative(process.cwd(), found.source);
    return `${number.text} (${path.split(sep).join("/")}:${found.line})`;
  });
  const more = numbers.length - listed.length;
  return `${listed.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
