// How chunks come in: loadfile, dofile and require's searchers (path "?.lc;?.lua", so a .lc goes first), load and loadstring;
// and how they go out: string.dump.

import { SIGNATURE } from "../../lua-vm/chunk51.ts";
import { BytecodeError } from "../../lua-vm/proto.ts";
import { type HostFunction, LuaError, LuaType } from "../../lua-vm/vm/lua.ts";
import type { Host } from "../host.ts";
import { type Functions, raise, setFields } from "./binding.ts";
import { dumpForFlash, loadChunk, type StripLevel } from "./chunk.ts";
import { FirmwareModule } from "./module.ts";

class Loader extends FirmwareModule {
  /** Lua's own load, a C function. */
  #ownLoad = 0;

  readonly #globals: Functions = {
    loadfile: (L) => this.#pushLoaded(L, this.#loadFile(L, this.vm.checkString(L, 1))),
    dofile: (L) => {
      const { vm } = this;
      const before = vm.api.lua_gettop!(L);
      const message = this.#loadFile(L, vm.checkString(L, 1));
      if (message !== undefined) {
        vm.push(L, message);
        vm.api.lua_error!(L);
      }
      vm.callUnprotected(L, 0, -1);
      return vm.api.lua_gettop!(L) - before;
    },
    loadstring: (L) => {
      const { vm } = this;
      const source = vm.checkBytes(L, 1);
      const name = vm.type(L, 2) === LuaType.string ? vm.checkString(L, 2) : source.toString("latin1");
      return this.#pushLoaded(L, loadChunk(vm, L, source, name));
    },
    load: (L) => this.#load(L),
  };

  /**
   * What package.loaders has after the one for package.preload: a file, and two for C, which find nothing, so that programs put
   * their own in their place.
   */
  readonly #searchers: HostFunction[] = [(L) => this.#searchFile(L), () => 0, () => 0];

  override install(): void {
    const { vm } = this;
    const { L } = vm;
    vm.getGlobal("load");
    this.#ownLoad = vm.api.lua_tocfunction!(L, -1);
    vm.pop(L);
    for (const [name, fn] of Object.entries(this.#globals)) {
      vm.pushFunction(L, fn);
      vm.setGlobal(name);
    }
    vm.getGlobal("string");
    vm.pushFunction(L, (thread) => this.#dump(thread));
    vm.setField(L, -2, "dump");
    vm.pop(L);
    this.#installRequire();
  }

  /** require takes first a global table of that name, for that is how the firmware's modules are found; then it asks the searchers. */
  #installRequire(): void {
    const { vm } = this;
    const { L } = vm;
    vm.getGlobal("package");
    vm.getField(L, -1, "preload");
    vm.api.lua_createtable!(L, 0, 1);
    vm.pushFunction(L, (thread) => this.#searchGlobal(thread));
    vm.setField(L, -2, "__index");
    vm.api.lua_setmetatable!(L, -2);
    vm.pop(L);
    vm.getField(L, -1, "loaders");
    for (const [i, search] of this.#searchers.entries()) {
      vm.pushFunction(L, search);
      vm.api.lua_rawseti!(L, -2, 2 + i);
    }
    vm.pop(L);
    setFields(vm, L, { path: "?.lc;?.lua", cpath: "" });
    vm.pop(L);
  }

  /** Pushes the file's function. @returns undefined, or what went wrong */
  #loadFile(L: number, name: string): string | undefined {
    const content = this.board.files.read(name);
    if (!content) return `cannot open ${name}`;
    return loadChunk(this.vm, L, content, `@${name}`);
  }

  /** Ends a Lua function with the function that is on the stack, or with nil and what went wrong. */
  #pushLoaded(L: number, message: string | undefined): number {
    return message === undefined ? 1 : this.results(L, undefined, message);
  }

  /** load takes a function's pieces, with 5.3 also a string; chunks are rewritten before Lua's own sees them. */
  #load(L: number): number {
    const { vm } = this;
    const isText = vm.version === "5.3" && vm.type(L, 1) === LuaType.string;
    const chunk = isText ? vm.checkBytes(L, 1) : this.#readPieces(L);
    const name =
      vm.type(L, 2) > LuaType.nil ? vm.checkString(L, 2) : isText ? chunk.toString("latin1") : "=(load)";
    if (chunk[0] !== SIGNATURE.charCodeAt(0) && vm.version === "5.3")
      return this.#loadSource53(L, chunk, name);
    return this.#pushLoaded(L, loadChunk(vm, L, chunk, name));
  }

  /** Mode and environment are the business of Lua's own load. */
  #loadSource53(L: number, chunk: Buffer, name: string): number {
    const { vm } = this;
    const count = vm.api.lua_gettop!(L);
    vm.api.lua_pushcclosure!(L, this.#ownLoad, 0);
    vm.push(L, chunk);
    vm.push(L, name);
    for (let i = 3; i <= count; i++) vm.api.lua_pushvalue!(L, i);
    vm.callUnprotected(L, Math.max(2, count), 2);
    if (vm.type(L, -2) === LuaType.nil) return 2;
    vm.pop(L);
    return 1;
  }

  #readPieces(L: number): Buffer {
    const { vm } = this;
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

  #dump(L: number): number {
    const { vm } = this;
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
      return this.results(L, dumpForFlash(vm, L, level));
    } catch (error) {
      // a function of the firmware, or a number that its own writer refuses
      if (error instanceof LuaError || error instanceof BytecodeError) raise("unable to dump given function");
      throw error;
    }
  }

  /** Gives a loader for the global table of the name at 2, if there is one. */
  #searchGlobal(L: number): number {
    const { vm } = this;
    vm.getGlobal(vm.checkString(L, 2), L);
    if (vm.type(L, -1) !== LuaType.table) return this.results(L, undefined);
    const module = vm.ref(L, -1);
    vm.pushFunction(L, (thread) => {
      vm.pushRef(thread, module);
      return 1;
    });
    return 1;
  }

  /** Loads the file of the module whose name is at 1, or says which files are not there. */
  #searchFile(L: number): number {
    const { vm } = this;
    const module = vm.checkString(L, 1);
    const path = module.replaceAll(".", "/");
    for (const name of [`${path}.lc`, `${path}.lua`]) {
      if (!this.board.files.read(name)) continue;
      const message = this.#loadFile(L, name);
      if (message !== undefined) raise(`error loading module '${module}' from file '${name}':\n\t${message}`);
      return 1;
    }
    return this.results(L, `\n\tno file '${path}.lc'\n\tno file '${path}.lua'`);
  }
}

/** Gives Lua the functions that load and dump chunks. */
export function loader(host: Host): void {
  new Loader(host).install();
}
