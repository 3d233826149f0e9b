// All WebAssembly that ready.ts finds ready in the package on npm, by the names of its files.
import { existsSync, readFileSync } from "node:fs";
import { hostBytes } from "./lua.ts";
import { integerBytes } from "./lua51-integer.ts";
import { wasmPath } from "./lua53/built.ts";

/** Makes it. Lua 5.3 is among it if it has been built in this clone. */
export function readyMade(): Record<string, Uint8Array> {
  return {
    "host.wasm": hostBytes(),
    "lua51-integer.wasm": integerBytes(),
    ...(existsSync(wasmPath()) ? { "lua53.wasm": readFileSync(wasmPath()) } : {}),
  };
}
