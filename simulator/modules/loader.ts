// How chunks come in: loadfile, dofile and require's searchers (path "?.lc;?.lua", so a .lc goes first), load and loadstring;
// and how they go out: string.dump.

import { BytecodeError } from "../../packages/lua-vm/proto.ts";
import type { Firmware } from "../firmware.ts";
import { LuaError, LuaType } from "../vm/lua.ts";
import { raise } from "./binding.ts";
import { dumpForFlash, loadChunk } from "./chunk.ts";

export function loader(firmware: Firmware): void {
  const { vm, board } = firmware;

  /** Pushes the file's function. @returns undefined, or what went wrong */
  function loadFile(L: number, name: string): string | undefined {
    const content = board.files.read(name);
    if (!content) return `cannot open ${name}`;
    return loadChunk(vm, L, content, `@${name}`);
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
    const message = loadChunk(vm, L, source, name);
    if (message === undefined) return 1;
    vm.pushValue(L, undefined);
    vm.push(L, message);
    return 2;
  });
  vm.setGlobal("loadstring");

  if (vm.version === "5.1") {
    vm.pushFunction(vm.L, (L) => {
      const name = vm.type(L, 2) <= LuaType.nil ? "=(load)" : vm.checkString(L, 2);
      vm.checkFunction(L, 1);
      const pieces: Buffer[] = [];
      for (;;) {
        vm.api.lua_pushvalue!(L, 1);
        vm.callUnprotected(L, 0, 1);
        if (vm.type(L, -1) === LuaType.nil) break;
        const piece = vm.bytes(L, -1) ?? raise("reader function must return a string");
        vm.pop(L);
        if (piece.length === 0) break;
        pieces.push(piece);
      }
      const message = loadChunk(vm, L, Buffer.concat(pieces), name);
      if (message === undefined) return 1;
      vm.pushValue(L, undefined);
      vm.push(L, message);
      return 2;
    });
    vm.setGlobal("load");

    vm.getGlobal("string");
    vm.pushFunction(vm.L, (L) => {
      // without a second argument everything is taken away, for the firmware passes "the default" on as a number that is not 0
      let isStripped = vm.type(L, 2) <= LuaType.nil || vm.boolean(L, 2);
      if (vm.type(L, 2) > LuaType.boolean) {
        const level = vm.number(L, 2);
        if (level < 0 || level > 2) vm.argumentError(L, 2, "strip out of range");
        isStripped = level !== 0;
      }
      vm.checkFunction(L, 1);
      vm.api.lua_settop!(L, 1);
      try {
        vm.push(L, dumpForFlash(vm, L, isStripped ? "all" : undefined));
      } catch (error) {
        // a function of the firmware, or a number that its own writer refuses
        if (error instanceof LuaError || error instanceof BytecodeError)
          raise("unable to dump given function");
        throw error;
      }
      return 1;
    });
    vm.setField(vm.L, -2, "dump");
    vm.pop(vm.L);
  }

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
