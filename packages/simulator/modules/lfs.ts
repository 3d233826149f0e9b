// node.LFS and its old names: the functions in the Lua flash store, and how an image comes there. What lies in flash takes no heap:
// it is in the VM before the board's heap is counted, strings included.
import { writePuc } from "../../lua-vm/chunk51.ts";
import { readPuc53, writePuc53 } from "../../lua-vm/chunk53.ts";
import type { Lfs53Content } from "../../lua-vm/lfs53.ts";
import { LuaType, type LuaVm, VmAbandoned } from "../../lua-vm/vm/lua.ts";
import type { Hardware } from "../hardware.ts";
import type { Host } from "../host.ts";
import { LFS_ADDRESS, LFS_MAPPED, type LfsRegion } from "../lfs/region.ts";
import { content53, start53 } from "../lfs/region53.ts";
import { type Functions, pushFields, pushTable } from "./binding.ts";
import { FirmwareModule } from "./module.ts";

/** With 5.3 also what is said of a file that is not there. */
const NO_STORE = "No LFS partition allocated";

/** Where the store is and how much of it is used, as node.info("lfs") tells it [bytes]. */
export function lfsConfig(
  board: Hardware,
): Record<"lfs_base" | "lfs_mapped" | "lfs_size" | "lfs_used", number> {
  const { lfs } = board;
  if (!lfs) return { lfs_base: 0, lfs_mapped: 0, lfs_size: 0, lfs_used: 0 };
  return {
    lfs_base: LFS_ADDRESS,
    lfs_mapped: LFS_MAPPED,
    lfs_size: lfs.size,
    lfs_used: usedOf(lfs, board),
  };
}

function usedOf(lfs: LfsRegion, { options }: Hardware): number {
  if (options.lua === "5.3") return content53(lfs) ? lfs.size : 0;
  return typeof lfs.start(options.numbers ?? "double") === "string" ? 0 : lfs.used;
}

/** The index of an image of Lua 5.3: a function that gives a module's for its name, and for anything else time and names. */
function index53(vm: LuaVm, { modules, time }: Lfs53Content): Buffer {
  const names = modules.map(({ name }) => JSON.stringify(name));
  const branches = names.map((name) => `if n == ${name} then return function() return _ENV end end\n`);
  const message = vm.load(
    vm.L,
    `local n = ...\n${branches.join("")}return ${time}, { ${names.join()} }`,
    "=(luac)",
  );
  if (message !== undefined) throw new Error(message);
  const index = readPuc53(vm.dump(vm.L));
  vm.pop(vm.L);
  const protos = modules.map(({ main }) => ({
    ...main,
    // its environment is the index's
    upvalues: main.upvalues.map((upvalue, i) => (i === 0 ? { ...upvalue, isLocal: 0, index: 0 } : upvalue)),
  }));
  return writePuc53({ ...index, protos });
}

class Lfs extends FirmwareModule {
  /** Registry reference to the image's index: a function of a module's name. */
  #index: number | undefined;

  readonly #functions: Functions = {
    list: (L) => this.#list(L),
    get: (L) => this.#get(L),
    reload: (L) => this.#reload(L),
  };

  override install(): void {
    const { vm } = this;
    const { L } = vm;
    vm.getGlobal("node");
    pushTable(vm, this.#functions);
    vm.api.lua_createtable!(L, 0, 1);
    vm.pushFunction(L, (thread) => this.#field(thread));
    vm.setField(L, -2, "__index");
    vm.api.lua_setmetatable!(L, -2);
    vm.setField(L, -2, "LFS");
    vm.pushFunction(L, (thread) => this.#get(thread));
    vm.setField(L, -2, "flashindex");
    vm.pushFunction(L, (thread) => {
      this.host.print(
        "Warning, deprecated API! node.flashreload. It will be removed soon. Use node.LFS interface instead. " +
          "See documentation for details.\n",
      );
      return this.#reload(thread);
    });
    vm.setField(L, -2, "flashreload");
    vm.pop(L);
  }

  /** Puts the image's functions into the VM. @returns what the firmware says when it starts; "" for nothing */
  load(): string {
    const { vm, board } = this;
    if (!board.lfs) return "";
    let message = "";
    if (vm.version === "5.3") {
      // a board that is to load an image looks at nothing else
      const content = board.imageToLoad === undefined && start53(board.lfs, (text) => (message += text));
      if (content) this.#keep(index53(vm, content));
      return message;
    }
    const content = board.lfs.start(vm.numbers);
    if (typeof content === "string") return content;
    this.#keep(writePuc(content.index, "double"));
    return "";
  }

  #keep(chunk: Buffer): void {
    const { vm } = this;
    vm.load(vm.L, chunk, "=(luac)");
    this.#index = vm.ref(vm.L, -1);
    vm.pop(vm.L);
  }

  /** Calls the index with `count` values on the stack. @returns whether there is one; else the values are gone */
  #callIndex(L: number, count: number, results: number): boolean {
    const { vm } = this;
    if (this.#index === undefined) {
      vm.pop(L, count);
      return false;
    }
    vm.pushRef(L, this.#index);
    vm.api.lua_insert!(L, -count - 1);
    vm.callUnprotected(L, count, results);
    return true;
  }

  /** Pushes the function of the name on top of the stack, instead of it; nil if there is none. */
  #pushFunction(L: number): number {
    const { vm } = this;
    if (this.#callIndex(L, 1, 1)) {
      if (vm.type(L, -1) === LuaType.function) return 1;
      vm.pop(L);
    }
    return this.results(L, undefined);
  }

  #get(L: number): number {
    this.vm.api.lua_settop!(L, 1);
    return this.#pushFunction(L);
  }

  #list(L: number): number {
    const { vm } = this;
    vm.api.lua_settop!(L, 0);
    if (!this.#callIndex(L, 0, 2)) return this.results(L, undefined);
    vm.getGlobal("table", L);
    if (vm.type(L, -1) === LuaType.table) {
      vm.getField(L, -1, "sort");
      vm.api.lua_pushvalue!(L, 2);
      vm.callUnprotected(L, 1, 0);
    }
    vm.api.lua_settop!(L, 2);
    return 1;
  }

  /** A field of node.LFS that is none of its functions: config, time, or the name of a module. */
  #field(L: number): number {
    const { vm } = this;
    const name = vm.string(L, 2);
    if (name === "config") {
      pushFields(vm, L, lfsConfig(this.board));
      return 1;
    }
    if (name === "time") {
      if (!this.#callIndex(L, 0, 1)) vm.pushValue(L, undefined);
      return 1;
    }
    vm.api.lua_settop!(L, 2);
    return this.#pushFunction(L);
  }

  /** Takes a file as the new image. @returns only if it is refused, with what is wrong, or with 5.3 before the board restarts */
  #reload(L: number): number {
    const { vm, board } = this;
    vm.api.lua_settop!(L, 1);
    if (!board.lfs) return this.results(L, NO_STORE);
    vm.collect();
    const name = vm.string(L, 1) ?? "";
    const file = board.files.read(name);
    if (vm.version === "5.3") {
      if (!file) return this.results(L, NO_STORE);
      board.imageToLoad = name;
      this.host.after(0, () => board.restart("node.restart"));
      return this.results(L, true);
    }
    const problem = board.lfs.reload(file, vm.numbers, this.host.heapFree);
    if (problem !== undefined) return this.results(L, problem);
    // it runs in circles until the watchdog bites
    this.host.print("LFS region updated.  Restarting.");
    throw new VmAbandoned("the Lua flash store has changed");
  }
}

/** Gives Lua node.LFS, if the firmware has a store. @returns what the firmware says when it starts; "" for nothing */
export function lfs(host: Host): string {
  const { board } = host;
  // the recorded ESP32 has none
  if (board.options.chip !== "esp8266" && !board.lfs) return "";
  const module = new Lfs(host);
  const message = module.load();
  module.install();
  return message;
}
