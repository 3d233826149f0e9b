// Lua 5.1 source to a function, by a VM that the caller has: what chunks and images are made of.
import { readPuc } from "./chunk51.ts";
import { withFirstLines } from "./history.ts";
import { BytecodeError, type Proto, strip } from "./proto.ts";

/**
 * Parses source and dumps it with all its debug information, in PUC's form. The VM must count in what the firmware counts in, for
 * it computes constants ahead.
 * @returns the chunk, or the parser's message
 */
export type Compiler = (source: Buffer, name: string) => Buffer | string;

/**
 * @param name "@" and the file's name, which error messages show
 * @returns the function with its lines, without names of locals and upvalues, as the firmware's compiler leaves it
 * @throws BytecodeError with the parser's message
 */
export function compile51(source: Buffer, name: string, compiler: Compiler): Proto {
  // the first line of a script for Unix is none of Lua's
  const end = source.indexOf("\n");
  const text = source[0] === 0x23 ? (end < 0 ? Buffer.alloc(0) : source.subarray(end)) : source;
  const chunk = compiler(text, name);
  if (typeof chunk === "string") throw new BytecodeError(chunk);
  return strip(withFirstLines(readPuc(chunk).main, text), "names");
}
