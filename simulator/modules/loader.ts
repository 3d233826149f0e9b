// How chunks come from flash: loadfile, dofile and require's searchers (path "?.lc;?.lua", so a .lc goes first).
import type { Firmware } from "../firmware.ts";
import { fromChip, SIGNATURE } from "../vm/chunk.ts";
import { LuaType } from "../vm/lua.ts";
import { raise } from "./binding.ts";

export function loader(firmware: Firmware): void {
  const { vm, board } = firmware;

  /** Pushes the file's function. @returns undefined, or what went wrong */
  function loadFile(L: number, name: string): string | undefined {
    const content = board.files.read(name);
    if (!content) return `cannot open ${name}`;
    if (content.toString("latin1", 0, SIGNATURE.length) !== SIGNATURE) return vm.load(L, content, `@${name}`);
    try {
      return vm.load(L, fromChip(content), `@${name}`);
    } catch {
      return `${name}: bad code in precompiled chunk`;
    }
  }

  vm.pushFunction(vm.L, (L) => {
    const message = loadFile(L, vm.checkString(L, 1));
    if (message === undefined) return 1;
    vm.pushValue(L, undefined);
    vm.push(L, message);
    return 2;
  });
  vm.setGlobal("loadfile");

  vm.pushFunction(vm.L, (L) => {
    const before = vm.api.lua_gettop!(L);
    const message = loadFile(L, vm.checkString(L, 1));
    if (message !== undefined) {
      vm.push(L, message);
      vm.api.lua_error!(L);
    }
    vm.callUnprotected(L, 0, -1);
    return vm.api.lua_gettop!(L) - before;
  });
  vm.setGlobal("dofile");

  vm.pushFunction(vm.L, (L) => {
    const source = vm.checkBytes(L, 1);
    const name = vm.type(L, 2) === LuaType.string ? vm.checkString(L, 2) : source.toString("latin1");
    const message = vm.load(L, source, name);
    if (message === undefined) return 1;
    vm.pushValue(L, undefined);
    vm.push(L, message);
    return 2;
  });
  vm.setGlobal("loadstring");

  // require: first a global table of that name (that is how firmware modules are found), then a file
  const searchers = [
    (L: number) => {
      const name = vm.checkString(L, 1);
      vm.getGlobal(name, L);
      if (vm.type(L, -1) !== LuaType.table) {
        vm.push(L, `\n\tno module '${name}' in ROM`);
        return 1;
      }
      const module = vm.ref(L, -1);
      vm.pushFunction(L, (thread) => {
        vm.pushRef(thread, module);
        return 1;
      });
      return 1;
    },
    (L: number) => {
      const path = vm.checkString(L, 1).replaceAll(".", "/");
      for (const name of [`${path}.lc`, `${path}.lua`]) {
        if (!board.files.read(name)) continue;
        const message = loadFile(L, name);
        if (message !== undefined) {
          raise(`error loading module '${vm.checkString(L, 1)}' from file '${name}':\n\t${message}`);
        }
        return 1;
      }
      vm.push(L, `\n\tno file '${path}.lc'\n\tno file '${path}.lua'`);
      return 1;
    },
  ];
  vm.getGlobal("package");
  vm.getField(vm.L, -1, "loaders");
  for (const [i, searcher] of searchers.entries()) {
    vm.pushFunction(vm.L, searcher);
    vm.api.lua_rawseti!(vm.L, -2, 2 + i);
  }
  vm.pushValue(vm.L, undefined);
  vm.api.lua_rawseti!(vm.L, -2, 4);
  vm.pop(vm.L);
  for (const [key, value] of [
    ["path", "?.lc;?.lua"],
    ["cpath", ""],
  ] as const) {
    vm.push(vm.L, value);
    vm.setField(vm.L, -2, key);
  }
  vm.pop(vm.L);
}
