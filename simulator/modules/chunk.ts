// Precompiled chunks as the board has them: NodeMCU's form in flash and in strings, rewritten to the VM's own when they are
// loaded, and back when a function is dumped.
// With Lua 5.3 they stay in PUC's form: what the firmware makes of it is not modelled.
import {
  numbersOf,
  readNodeMcu,
  readPuc,
  SIGNATURE,
  writeNodeMcu,
  writePuc,
} from "../../packages/lua-vm/chunk51.ts";
import { BytecodeError, type Stripped, strip } from "../../packages/lua-vm/proto.ts";
import type { LuaVm } from "../vm/lua.ts";

/**
 * Parses a chunk, source or precompiled, and pushes it as a function.
 * @param name "@file", "=name", or the source itself
 * @returns undefined, or what went wrong in the firmware's words (nothing pushed then)
 */
export function loadChunk(vm: LuaVm, L: number, chunk: Buffer, name: string): string | undefined {
  if (vm.version !== "5.1" || chunk.toString("latin1", 0, SIGNATURE.length) !== SIGNATURE)
    return vm.load(L, chunk, name);
  let own: Buffer;
  try {
    // doubles are made of a chunk's integers, but never the reverse
    if (vm.numbers === "integer" && numbersOf(chunk) !== "integer") throw new BytecodeError("bad header");
    own = writePuc(readNodeMcu(chunk).main, "double");
  } catch (error) {
    if (!(error instanceof BytecodeError)) throw error;
    const shown = /^[@=]/.test(name) ? name.slice(1) : name.startsWith("\x1b") ? "binary string" : name;
    return `${shown}: ${error.message} in precompiled chunk`;
  }
  return vm.load(L, own, name);
}

/** The function on top of the stack as a precompiled chunk. @throws LuaError if it is none of Lua */
export function dumpForFlash(vm: LuaVm, L: number, part?: Stripped): Buffer {
  if (vm.version !== "5.1") {
    if (part) vm.strip(L, part);
    return vm.dump(L);
  }
  const { main } = readPuc(vm.dump(L));
  return writeNodeMcu(part ? strip(main, part) : main, vm.numbers);
}
