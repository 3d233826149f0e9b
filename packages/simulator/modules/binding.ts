// How a firmware module is given to Lua: a table of functions and constants, and classes whose objects are full userdata.
import { type HostFunction, type LuaVm, PlainLuaError } from "../../lua-vm/vm/lua.ts";

export type Constants = Record<string, number | string>;
/** Functions of a table, or methods of a userdata, by their names in Lua. */
export type Functions = Record<string, HostFunction>;
/** What Lua can be given without making a table. */
export type Value = undefined | boolean | number | string | Buffer;

/** Makes a global table of functions and constants. */
export function defineModule(vm: LuaVm, name: string, functions: Functions, constants: Constants = {}): void {
  pushTable(vm, functions, constants);
  vm.setGlobal(name);
}

/** Puts a table of functions and constants into the global table `module`: net.dns, node.task. */
export function defineSubmodule(
  vm: LuaVm,
  module: string,
  name: string,
  functions: Functions,
  constants: Constants = {},
): void {
  vm.getGlobal(module);
  pushTable(vm, functions, constants);
  vm.setField(vm.L, -2, name);
  vm.pop(vm.L);
}

/** Pushes a table of functions and constants. */
export function pushTable(vm: LuaVm, functions: Functions, constants: Constants = {}): void {
  const { L } = vm;
  vm.api.lua_createtable!(L, 0, Object.keys(functions).length + Object.keys(constants).length);
  for (const [key, fn] of Object.entries(functions)) {
    vm.pushFunction(L, fn);
    vm.setField(L, -2, key);
  }
  setFields(vm, L, constants);
}

export type Fields = Record<string, string | number | boolean | Buffer>;

/** Sets fields of the table on top of the stack. */
export function setFields(vm: LuaVm, L: number, fields: Fields): void {
  for (const [key, value] of Object.entries(fields)) {
    vm.pushValue(L, value);
    vm.setField(L, -2, key);
  }
}

/** Pushes a new table of fields. */
export function pushFields(vm: LuaVm, L: number, fields: Fields): void {
  vm.api.lua_createtable!(L, 0, Object.keys(fields).length);
  setFields(vm, L, fields);
}

/** Pushes values. @returns how many they are */
export function pushValues(vm: LuaVm, L: number, values: readonly Value[]): number {
  for (const value of values) vm.pushValue(L, value);
  return values.length;
}

/** An error as luaL_error raises it: with the position of the Lua code that called. */
export function raise(message: string): never {
  throw new Error(message);
}

/** An error without a position. */
export function raisePlain(message: string): never {
  throw new PlainLuaError(message);
}

/** A class of userdata objects, each standing for one host object. */
export class UserdataClass<T> {
  readonly #vm: LuaVm;
  readonly #name: string;
  readonly #size: number;
  readonly #objects = new Map<number, T>();
  #next = 1;

  /**
   * @param name the metatable's name in the registry, as error messages show it
   * @param size bytes of the firmware's struct
   * @param collected told when Lua has collected an object
   */
  constructor(
    vm: LuaVm,
    name: string,
    size: number,
    methods: Functions,
    collected: (object: T) => void = () => {},
  ) {
    this.#vm = vm;
    this.#name = name;
    this.#size = Math.max(4, size);
    const { L } = vm;
    vm.api.luaL_newmetatable!(L, vm.cString(name));
    vm.api.lua_pushvalue!(L, -1);
    vm.setField(L, -2, "__index");
    for (const [key, fn] of Object.entries(methods)) {
      vm.pushFunction(L, fn);
      vm.setField(L, -2, key);
    }
    vm.pushFunction(L, (thread) => {
      const id = this.#id(thread, 1);
      const object = this.#objects.get(id);
      this.#objects.delete(id);
      if (object !== undefined) collected(object);
      return 0;
    });
    vm.setField(L, -2, "__gc");
    vm.pop(L);
  }

  /** Pushes a new userdata for `object`. @returns the address of its block */
  push(L: number, object: T): number {
    const pointer = this.#vm.api.lua_newuserdata!(L, this.#size);
    const id = this.#next++;
    new DataView(this.#vm.memory.buffer).setUint32(pointer, id, true);
    this.#objects.set(id, object);
    this.#vm.api.lua_getfield!(L, this.#vm.registry, this.#vm.cString(this.#name));
    this.#vm.api.lua_setmetatable!(L, -2);
    return pointer;
  }

  /** The object at `index`; raises the C API's "bad argument" error if it is something else. */
  check(L: number, index: number): T {
    this.#vm.api.luaL_checkudata!(L, index, this.#vm.cString(this.#name));
    return this.#objects.get(this.#id(L, index))!;
  }

  /** The object at `index`, or undefined if it is something else. */
  get(L: number, index: number): T | undefined {
    const { api } = this.#vm;
    if (api.lua_touserdata!(L, index) === 0 || api.lua_getmetatable!(L, index) === 0) return undefined;
    api.lua_getfield!(L, this.#vm.registry, this.#vm.cString(this.#name));
    const same = api.lua_rawequal!(L, -1, -2) !== 0;
    this.#vm.pop(L, 2);
    return same ? this.#objects.get(this.#id(L, index)) : undefined;
  }

  #id(L: number, index: number): number {
    const pointer = this.#vm.api.lua_touserdata!(L, index);
    return new DataView(this.#vm.memory.buffer).getUint32(pointer, true);
  }
}
