// Lua 5.3 with 32-bit integers and single floats, as the ESP32 firmware has it by default. lua53/build.ts builds it on demand.
import { existsSync, readFileSync } from "node:fs";
import { caught, type Dialect, type Instance } from "./dialect.ts";
import { wasmPath } from "./lua53/built.ts";

/** The parts of debug information, by the numbers that host.c gives them. */
const PARTS = { names: 1, lines: 2, all: 3 };
/** Errors of WASI: "this is no open file", which ends its search for files. */
const EBADF = 8;

let compiled: WebAssembly.Module | undefined;

function compile(): WebAssembly.Module {
  if (!existsSync(wasmPath()))
    throw new Error('Lua 5.3 for the simulated board is not built yet: run "npm run lua53"');
  return new WebAssembly.Module(readFileSync(wasmPath()));
}

function imports(instance: Instance, longjmp: symbol): Record<string, Record<string, unknown>> {
  return {
    env: {
      host_try: (fn: number, L: number, argument: number) => {
        const { api } = instance;
        const pointer = api.__stack_pointer as unknown as WebAssembly.Global<"i32">;
        const stack = pointer.value;
        const call = () => api.__indirect_function_table.get(fn)(L, argument);
        caught(longjmp, call, () => {
          pointer.value = stack;
        });
      },
      host_throw: () => {
        throw longjmp;
      },
    },
    wasi_snapshot_preview1: { fd_prestat_get: () => EBADF },
  };
}

export const lua53: Dialect = {
  get module() {
    return (compiled ??= compile());
  },
  registry: -1001000,
  firstUpvalue: -1001001,
  libraries: [
    ["_G", "luaopen_base"],
    ...["package", "coroutine", "table", "string", "math", "utf8", "debug"].map(
      (name) => [name, `luaopen_${name}`] as const,
    ),
  ],
  // debug.traceback would make a string of nil
  messageHandler: `local traceback = debug.traceback
    return function(message)
      if message ~= nil then message = traceback(message, 2) end
      return message
    end`,
  collectsItself: true,
  imports,
  start(api) {
    api._initialize!();
    // the macros of lua.h and lauxlib.h, and what they replaced in 5.1
    api.lua_call = (L, args, results) => api.lua_callk!(L!, args!, results!, 0, 0);
    api.lua_pcall = (L, args, results, handler) => api.lua_pcallk!(L!, args!, results!, handler!, 0, 0);
    api.lua_insert = (L, index) => api.lua_rotate!(L!, index!, 1);
    api.lua_remove = (L, index) => {
      api.lua_rotate!(L!, index!, -1);
      return api.lua_settop!(L!, -2);
    };
    api.lua_tonumber = (L, index) =>
      api.lua_isinteger!(L!, index!) ? api.lua_tointegerx!(L!, index!, 0) : api.lua_tonumberx!(L!, index!, 0);
    api.lua_objlen = (L, index) => api.lua_rawlen!(L!, index!);
    api.luaL_loadbuffer = (L, bytes, length, name) => api.luaL_loadbufferx!(L!, bytes!, length!, name!, 0);
    // The firmware's modules push whole numbers as integers, so a number that is whole and fits goes in as one.
    api.lua_pushfloat = api.lua_pushnumber!;
    api.lua_pushnumber = (L, value) =>
      (value! | 0) === value ? api.lua_pushinteger!(L!, value!) : api.lua_pushfloat!(L!, value!);
  },
  openLibrary(api, L, name, slot) {
    api.luaL_requiref!(L, name, slot, 1);
    api.lua_settop!(L, 0);
  },
  elasticBytes: (api, L, blockHeader) => api.host_elastic!(L, blockHeader),
  strip: (api, L, part) => api.host_strip!(L, PARTS[part]),
};
