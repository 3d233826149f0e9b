// How chunks come in: loadfile, dofile and require's searchers (path "?.lc;?.lua", so a .lc goes first), load and loadstring;
// and how they go out: string.dump.

import { SIGNATURE } from "../../lua-vm/chunk51.ts";
import { BytecodeError } from "../../lua-vm/proto.ts";
import { LuaError, LuaType } from "../../lua-vm/vm/lua.ts";
import type { Host } from "../host.ts";
import { raise } from "./binding.ts";
import { dumpForFlash, loadChunk, type StripLevel } from "./chunk.ts";

export function loader(firmware: Host): void {
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

  // load: a function's pieces, with 5.3 also a string; chunks are rewritten before Lua's own sees them
  vm.getGlobal("load");
  const ownLoad = vm.api.lua_tocfunction!(vm.L, -1);
  vm.pop(vm.L);
  vm.pushFunction(vm.L, (L) => {
    const isText = vm.version === "5.3" && vm.type(L, 1) === LuaType.string;
    const chunk = isText ? vm.checkBytes(L, 1) : readPieces(L);
    const name =
      vm.type(L, 2) > LuaType.nil ? vm.checkString(L, 2) : isText ? chunk.toString("latin1") : "=(load)";
    if (chunk[0] !== SIGNATURE.charCodeAt(0) && vm.version === "5.3") {
      // mode and environment are its business
      const count = vm.api.lua_gettop!(L);
      vm.api.lua_pushcclosure!(L, ownLoad, 0);
      vm.push(L, chunk);
      vm.push(L, name);
      for (let i = 3; i <= count; i++) vm.api.lua_pushvalue!(L, i);
      vm.callUnprotected(L, Math.max(2, count), 2);
      if (vm.type(L, -2) === LuaType.nil) return 2;
      vm.pop(L);
      return 1;
    }
    const message = loadChunk(vm, L, chunk, name);
    if (message === undefined) return 1;
    vm.pushValue(L, undefined);
    vm.push(L, message);
    return 2;
  });
  vm.setGlobal("load");

  function readPieces(L: number): Buffer {
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
    vm.pop(L);
    return Buffer.concat(pieces);
  }

  vm.getGlobal("string");
  vm.pushFunction(vm.L, (L) => {
    // without a second argument 5.1 takes everything away, for it passes "the default" on as a number that is not 0
    let level: StripLevel = vm.type(L, 2) <= LuaType.nil ? 1 : vm.boolean(L, 2) ? 2 : 0;
    if (vm.type(L, 2) > LuaType.boolean) {
      const wanted = vm.number(L, 2);
      if (wanted < 0 || wanted > 2) vm.argumentError(L, 2, "strip out of range");
      level = wanted as StripLevel;
    }
    vm.checkFunction(L, 1);
    vm.api.lua_settop!(L, 1);
    try {
      vm.push(L, dumpForFlash(vm, L, level));
    } catch (error) {
      // a function of the firmware, or a number that its own writer refuses
      if (error instanceof LuaError || error instanceof BytecodeError) raise("unable to dump given function");
      throw error;
    }
    return 1;
  });
  vm.setField(vm.L, -2, "dump");
  vm.pop(vm.L);

  // require: first a global table of that name, for that is how the firmware's modules are found; then its loaders: what is in
  // package.preload, a file, and two for C, which find nothing, so that programs put their own in their place
  const rom = (L: number) => {
    vm.getGlobal(vm.checkString(L, 2), L);
    if (vm.type(L, -1) !== LuaType.table) {
      vm.pushValue(L, undefined);
      return 1;
    }
    const module = vm.ref(L, -1);
    vm.pushFunction(L, (thread) => {
      vm.pushRef(thread, module);
      return 1;
    });
    return 1;
  };
  const loaders = [
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
    () => 0,
    () => 0,
  ];
  vm.getGlobal("package");
  vm.getField(vm.L, -1, "preload");
  vm.api.lua_createtable!(vm.L, 0, 1);
  vm.pushFunction(vm.L, rom);
  vm.setField(vm.L, -2, "__index");
  vm.api.lua_setmetatable!(vm.L, -2);
  vm.pop(vm.L);
  vm.getField(vm.L, -1, "loaders");
  for (const [i, load] of loaders.entries()) {
    vm.pushFunction(vm.L, load);
    vm.api.lua_rawseti!(vm.L, -2, 2 + i);
  }
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
