// How many VM instructions each function of a module runs while a board answers a request.
import { LuaType, type LuaVm } from "../lua-vm/vm/lua.ts";

/** Where Lua 5.1 compiled for 32 bits keeps things in its structures LClosure and Proto [bytes]. */
const CLOSURE = { proto: 16 };
const PROTO = { protos: 16, count: 52 };
const POINTER = 4;

/** Where the main function of the module that is profiled is kept, and where its count is. */
const MODULE = "profiled";
const COUNTS = "counts";

/** What init.lua does instead of requiring the module. @param app Lua that requires it */
export const profiledInit = (module: string, app: string) =>
  `${MODULE} = loadfile("${module}.lc")\npackage.loaded["${module}"] = ${MODULE}()\n${app}`;

/**
 * Instructions of each function while `job` runs, in the order in which the functions begin in the source; the main
 * function is the first.
 */
export function profile(vm: LuaVm, job: () => void): number[] {
  const { api, L } = vm;
  // the firmware has no debug.sethook: the VM's library brings it back for the measurement
  const table = api.__indirect_function_table;
  const slot = table.grow(1);
  table.set(slot, api.luaopen_debug);
  api.lua_pushcclosure!(L, slot, 0);
  api.lua_call!(L, 0, 0);
  vm.run(`${COUNTS} = {}
    local counts, getinfo = ${COUNTS}, debug.getinfo
    debug.sethook(function()
      local f = getinfo(2, "f").func
      counts[f] = (counts[f] or 0) + 1
    end, "", 1)`);
  job();
  vm.run("debug.sethook()");
  const word = (address: number) => new DataView(api.memory.buffer).getUint32(address, true);
  const protos: number[] = [];
  const walk = (proto: number) => {
    protos.push(proto);
    for (let i = 0; i < word(proto + PROTO.count); i++) walk(word(word(proto + PROTO.protos) + i * POINTER));
  };
  vm.getGlobal(MODULE);
  walk(word(api.lua_topointer!(L, -1) + CLOSURE.proto));
  const counts = new Map<number, number>();
  vm.getGlobal(COUNTS);
  vm.pushValue(L, undefined);
  while (api.lua_next!(L, -2) !== 0) {
    if (vm.type(L, -2) === LuaType.function) {
      const proto = word(api.lua_topointer!(L, -2) + CLOSURE.proto);
      counts.set(proto, (counts.get(proto) ?? 0) + vm.number(L, -1));
    }
    vm.pop(L);
  }
  vm.pop(L, 2);
  return protos.map((proto) => counts.get(proto) ?? 0);
}
