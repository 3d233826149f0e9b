// Precompiled chunks as the board has them: NodeMCU's form in flash and in strings, rewritten to the VM's own when they are
// loaded, and back when a function is dumped.
import { numbersOf, readNodeMcu, readPuc, SIGNATURE, writeNodeMcu, writePuc } from "../../lua-vm/chunk51.ts";
import { readNodeMcu53, readPuc53, strip53, writeNodeMcu53, writePuc53 } from "../../lua-vm/chunk53.ts";
import { BytecodeError, strip } from "../../lua-vm/proto.ts";
import type { LuaVm } from "../../lua-vm/vm/lua.ts";

/** A board's chunk in the form that the VM loads. @throws BytecodeError */
export function toVm(vm: LuaVm, chunk: Buffer): Buffer {
  if (vm.version === "5.3") return writePuc53(readNodeMcu53(chunk));
  // doubles are made of a chunk's integers, but never the reverse
  if (vm.numbers === "integer" && numbersOf(chunk) !== "integer") throw new BytecodeError("bad header");
  return writePuc(readNodeMcu(chunk).main, "double");
}

/**
 * Parses a chunk, source or precompiled, and pushes it as a function.
 * @param name "@file", "=name", or the source itself
 * @returns undefined, or what went wrong in the firmware's words (nothing pushed then)
 */
export function loadChunk(vm: LuaVm, L: number, chunk: Buffer, name: string): string | undefined {
  if (chunk[0] !== SIGNATURE.charCodeAt(0)) return vm.load(L, chunk, name);
  let own: Buffer;
  try {
    own = toVm(vm, chunk);
  } catch (error) {
    if (!(error instanceof BytecodeError)) throw error;
    const shown = /^[@=]/.test(name) ? name.slice(1) : name.startsWith("\x1b") ? "binary string" : name;
    return `${shown}: ${error.message}${vm.version === "5.1" ? " in" : ""} precompiled chunk`;
  }
  return vm.load(L, own, name);
}

/** How much debug information a chunk loses: 1 and 2 as lua_dump takes them. */
export type StripLevel = 0 | 1 | 2;

/**
 * The function on top of the stack as a precompiled chunk. With Lua 5.1 both levels take all debug information; with 5.3 the first takes
 * names and the second lines too.
 * @throws LuaError if it is none of Lua; BytecodeError for a number that its format has no room for
 */
export function dumpForFlash(vm: LuaVm, L: number, level: StripLevel): Buffer {
  if (vm.version === "5.3") {
    const main = readPuc53(vm.dump(L));
    if (level === 0) return writeNodeMcu53(main);
    return writeNodeMcu53(strip53(main, level === 1 ? "names" : "lines"), false);
  }
  const { main } = readPuc(vm.dump(L));
  return writeNodeMcu(level === 0 ? main : strip(main, "all"), vm.numbers);
}
