// node.LFS and its old names: the functions in the Lua flash store, and how an image comes there. What lies in flash takes no heap:
// it is in the VM before the board's heap is counted, strings included.
import { writePuc } from "../../packages/lua-vm/chunk51.ts";
import type { Board } from "../board.ts";
import type { Firmware } from "../firmware.ts";
import { LFS_ADDRESS, LFS_MAPPED } from "../lfs/region.ts";
import { LuaType, VmAbandoned } from "../vm/lua.ts";
import { pushTable } from "./binding.ts";

/** Where the store is and how much of it is used, as node.info("lfs") tells it [bytes]. */
export function lfsConfig(board: Board): Record<"lfs_base" | "lfs_mapped" | "lfs_size" | "lfs_used", number> {
  const { lfs } = board;
  if (!lfs) return { lfs_base: 0, lfs_mapped: 0, lfs_size: 0, lfs_used: 0 };
  const isThere = typeof lfs.start(board.options.numbers ?? "double") !== "string";
  return {
    lfs_base: LFS_ADDRESS,
    lfs_mapped: LFS_MAPPED,
    lfs_size: lfs.size,
    lfs_used: isThere ? lfs.used : 0,
  };
}

/** @returns what the firmware says when it starts; "" for nothing */
export function lfs(firmware: Firmware): string {
  const { vm, board } = firmware;
  // the recorded ESP32 has none
  if (board.options.chip !== "esp8266" && !board.lfs) return "";
  let index: number | undefined;
  let message = "";
  const content = board.lfs?.start(vm.numbers);
  if (typeof content === "string") message = content;
  else if (content) {
    vm.load(vm.L, writePuc(content.index, "double"), "=(luac)");
    index = vm.ref(vm.L, -1);
    vm.pop(vm.L);
  }

  /** Calls the index with `count` values on the stack. @returns whether there is one; else the values are gone */
  function callIndex(L: number, count: number, results: number): boolean {
    if (index === undefined) {
      vm.pop(L, count);
      return false;
    }
    vm.pushRef(L, index);
    vm.api.lua_insert!(L, -count - 1);
    vm.callUnprotected(L, count, results);
    return true;
  }
  /** Pushes the function of the name on top of the stack, instead of it; nil if there is none. */
  function pushFunction(L: number): number {
    if (callIndex(L, 1, 1)) {
      if (vm.type(L, -1) === LuaType.function) return 1;
      vm.pop(L);
    }
    vm.pushValue(L, undefined);
    return 1;
  }
  const get = (L: number) => {
    vm.api.lua_settop!(L, 1);
    return pushFunction(L);
  };
  const list = (L: number) => {
    vm.api.lua_settop!(L, 0);
    if (!callIndex(L, 0, 2)) {
      vm.pushValue(L, undefined);
      return 1;
    }
    vm.getGlobal("table", L);
    if (vm.type(L, -1) === LuaType.table) {
      vm.getField(L, -1, "sort");
      vm.api.lua_pushvalue!(L, 2);
      vm.callUnprotected(L, 1, 0);
    }
    vm.api.lua_settop!(L, 2);
    return 1;
  };
  const reload = (L: number) => {
    vm.api.lua_settop!(L, 1);
    if (!board.lfs) {
      vm.push(L, "No LFS partition allocated");
      return 1;
    }
    vm.collect();
    const file = board.files.read(vm.string(L, 1) ?? "");
    const problem = board.lfs.reload(file, vm.numbers, firmware.heapFree);
    if (problem !== undefined) {
      vm.push(L, problem);
      return 1;
    }
    // it runs in circles until the watchdog bites
    firmware.print("LFS region updated.  Restarting.");
    throw new VmAbandoned("the Lua flash store has changed");
  };

  const { L } = vm;
  vm.getGlobal("node");
  pushTable(vm, { list, get, reload });
  vm.api.lua_createtable!(L, 0, 1);
  vm.pushFunction(L, (thread) => {
    const name = vm.string(thread, 2);
    if (name === "config") {
      const config = lfsConfig(board);
      vm.api.lua_createtable!(thread, 0, Object.keys(config).length);
      for (const [key, value] of Object.entries(config)) {
        vm.pushValue(thread, value);
        vm.setField(thread, -2, key);
      }
      return 1;
    }
    if (name === "time") {
      if (!callIndex(thread, 0, 1)) vm.pushValue(thread, undefined);
      return 1;
    }
    vm.api.lua_settop!(thread, 2);
    return pushFunction(thread);
  });
  vm.setField(L, -2, "__index");
  vm.api.lua_setmetatable!(L, -2);
  vm.setField(L, -2, "LFS");
  vm.pushFunction(L, get);
  vm.setField(L, -2, "flashindex");
  vm.pushFunction(L, (thread) => {
    firmware.print(
      "Warning, deprecated API! node.flashreload. It will be removed soon. Use node.LFS interface instead. " +
        "See documentation for details.\n",
    );
    return reload(thread);
  });
  vm.setField(L, -2, "flashreload");
  vm.pop(L);
  return message;
}
