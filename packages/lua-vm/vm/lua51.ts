// Lua 5.1 with doubles: the WebAssembly half of the npm package wasmoon-lua5.1.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type CApi, caught, type DebugPart, type Dialect, type Instance } from "./dialect.ts";
import { CALL_SIZE, CLOSURE, GLOBAL, LOCAL_SIZE, POINTER_SIZE, PROTO, STATE, VALUE } from "./structures51.ts";

const FILE = "wasmoon-lua5.1/dist/liblua5.1.wasm";
const SHA256 = "cba969b97e8a319eba8996b5df488aed5cdd22a56f2de53b42598e474014e610";
const GLOBALS = -10002;

/** The module's bytes. @throws if they are not those that this was made for */
export function lua51Bytes(): Buffer<ArrayBuffer> {
  const bytes = readFileSync(createRequire(import.meta.url).resolve(FILE));
  const sum = createHash("sha256").update(bytes).digest("hex");
  if (sum !== SHA256) {
    throw new Error(
      `${FILE} is not the file this simulator was made with (sha256 ${sum}): run "npm ci" again`,
    );
  }
  return bytes;
}

function imports(instance: Instance, longjmp: symbol): Record<string, Record<string, unknown>> {
  return {
    env: {
      invoke_vii: (fn: number, a: number, b: number) => {
        const { api } = instance;
        const stack = api.stackSave!();
        const call = () => api.__indirect_function_table.get(fn)(a, b);
        if (caught(longjmp, call, () => api.stackRestore!(stack))) api.setThrew!(1, 0);
      },
      _emscripten_throw_longjmp: () => {
        throw longjmp;
      },
      emscripten_memcpy_js: (to: number, from: number, length: number) => {
        new Uint8Array(instance.api.memory.buffer).copyWithin(to, from, from + length);
      },
      emscripten_resize_heap: (size: number) => {
        const { memory } = instance.api;
        try {
          memory.grow((size - memory.buffer.byteLength + 65535) >>> 16);
          return 1;
        } catch {
          return 0;
        }
      },
      emscripten_date_now: () => 0,
    },
  };
}

function strip(
  api: CApi,
  L: number,
  part: Exclude<DebugPart, "nothing">,
  release: (block: number, bytes: number) => void,
): number {
  const view = new DataView(api.memory.buffer);
  const word = (address: number) => view.getUint32(address, true);
  const free = (proto: number, pointerAt: number, countAt: number, size: number) => {
    const bytes = word(proto + countAt) * size;
    release(word(proto + pointerAt), bytes);
    view.setUint32(proto + pointerAt, 0, true);
    view.setUint32(proto + countAt, 0, true);
    return bytes;
  };
  const stripProto = (proto: number): number => {
    let freed = free(proto, PROTO.locals, PROTO.localCount, LOCAL_SIZE);
    freed += free(proto, PROTO.upvalues, PROTO.upvalueCount, POINTER_SIZE);
    if (part !== "names") freed += free(proto, PROTO.lines, PROTO.lineCount, POINTER_SIZE);
    if (part === "all") view.setUint32(proto + PROTO.source, 0, true);
    const inner = word(proto + PROTO.protos);
    for (let i = 0; i < word(proto + PROTO.protoCount); i++)
      freed += stripProto(word(inner + i * POINTER_SIZE));
    return freed;
  };
  const freed = stripProto(word(api.lua_topointer!(L, -1) + CLOSURE.proto));
  const total = word(L + STATE.global) + GLOBAL.totalBytes;
  view.setUint32(total, word(total) - freed, true);
  return freed;
}

export const lua51: Dialect = {
  module: new WebAssembly.Module(lua51Bytes()),
  registry: -10000,
  firstUpvalue: -10003,
  libraries: [
    ["", "luaopen_base"],
    ...["package", "table", "string", "math", "debug"].map((name) => [name, `luaopen_${name}`] as const),
  ],
  messageHandler: "return debug.traceback",
  collectsItself: false,
  imports,
  start(api) {
    api.__wasm_call_ctors!();
    // the macros of lua.h
    api.lua_getglobal = (L, name) => api.lua_getfield!(L!, GLOBALS, name!);
    api.lua_pushfloat = api.lua_pushnumber!;
    api.lua_setglobal = (L, name) => api.lua_setfield!(L!, GLOBALS, name!);
  },
  openLibrary(api, L, name, slot) {
    api.lua_pushcclosure!(L, slot, 0);
    api.lua_pushstring!(L, name);
    api.lua_call!(L, 1, 0);
  },
  elasticBytes(api, L) {
    const view = new DataView(api.memory.buffer);
    const integer = (address: number) => view.getInt32(address, true);
    return (
      integer(L + STATE.stackSize) * VALUE.size +
      integer(L + STATE.callsSize) * CALL_SIZE +
      integer(integer(L + STATE.global) + GLOBAL.stringTableSize) * POINTER_SIZE
    );
  },
  strip,
};
