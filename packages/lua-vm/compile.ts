// Lua source to a function, by a VM that the caller has: what chunks and images are made of.
import { readPuc } from "./chunk51.ts";
import { type Proto53, readPuc53, strip53 } from "./chunk53.ts";
import { withFirstLines } from "./history.ts";
import { BytecodeError, type Proto, strip } from "./proto.ts";

/**
 * Parses source and dumps it with all its debug information, in PUC's form. The VM must have the firmware's Lua and count in what the
 * firmware counts in, for it computes constants ahead.
 * @returns the chunk, or the parser's message
 */
export type Compiler = (source: Buffer, name: string) => Buffer | string;

/**
 * Compiles source for Lua 5.1.
 * @param name "@" and the file's name, which error messages show
 * @returns the function with its lines, without names of locals and upvalues, as the firmware's compiler leaves it
 * @throws BytecodeError with the parser's message
 */
export function compile51(source: Buffer, name: string, compiler: Compiler): Proto {
  const text = withoutFirstLine(source);
  return strip(withFirstLines(readPuc(compile(text, name, compiler)).main, text), "names");
}

/** Compiles source for Lua 5.3, as compile51 does for 5.1. @throws BytecodeError with the parser's message */
export function compile53(source: Buffer, name: string, compiler: Compiler): Proto53 {
  return strip53(readPuc53(compile(withoutFirstLine(source), name, compiler)), "names");
}

/**
 * Takes away the first line if it begins with #, as in a script for Unix: it is no Lua. Its end stays, so that the lines below keep their
 * numbers.
 */
function withoutFirstLine(source: Buffer): Buffer {
  if (source[0] !== 0x23) return source;
  const end = source.indexOf("\n");
  return end < 0 ? Buffer.alloc(0) : source.subarray(end);
}

function compile(source: Buffer, name: string, compiler: Compiler): Buffer {
  const chunk = compiler(source, name);
  if (typeof chunk === "string") throw new BytecodeError(chunk);
  return chunk;
}
