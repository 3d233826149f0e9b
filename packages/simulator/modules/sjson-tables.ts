// What the JSON reader has read as Lua tables: tables go into the table above before they are filled, as on the chip, and the
// metatable's checkpath(table, path) says which ones are wanted there.
import { LuaType, type LuaVm } from "../../lua-vm/vm/lua.ts";
import type { Container, JsonValue } from "./sjson-reader.ts";

/** Registry references: what null becomes (nil without one), and the metatable of all tables. */
export interface TableOptions {
  nothing: number | undefined;
  metatable: number | undefined;
}

/** Pushes an object or array as a table. */
export function pushContainer(vm: LuaVm, L: number, container: Container, options: TableOptions): void {
  const maker = new TableMaker(vm, L, options);
  const path = maker.hasCheckPath ? [] : undefined;
  maker.pushTable();
  maker.fill(container, path);
}

class TableMaker {
  readonly #vm: LuaVm;
  readonly #L: number;
  readonly #options: TableOptions;

  constructor(vm: LuaVm, L: number, options: TableOptions) {
    this.#vm = vm;
    this.#L = L;
    this.#options = options;
  }

  /** The metatable decides which tables are wanted. */
  get hasCheckPath(): boolean {
    const { metatable } = this.#options;
    if (metatable === undefined) return false;
    const vm = this.#vm;
    vm.pushRef(this.#L, metatable);
    vm.getField(this.#L, -1, "checkpath");
    const isThere = vm.type(this.#L, -1) !== LuaType.nil;
    vm.pop(this.#L, 2);
    return isThere;
  }

  pushTable(): void {
    const vm = this.#vm;
    vm.api.luaL_checkstack!(this.#L, 10, vm.cString("too deep"));
    vm.api.lua_createtable!(this.#L, 0, 0);
    if (this.#options.metatable === undefined) return;
    vm.pushRef(this.#L, this.#options.metatable);
    vm.api.lua_setmetatable!(this.#L, -2);
  }

  /**
   * Sets the entries of the table on top of the stack.
   * @param path the keys that lead to it, if there is somebody to tell them
   */
  fill(container: Container, path: JsonValue[] | undefined): void {
    const vm = this.#vm;
    const L = this.#L;
    for (const [key, value] of container.entries) {
      vm.pushValue(L, key);
      if (!(typeof value === "object" && value !== null && "kind" in value)) {
        if (value === null) this.#pushNothing();
        else vm.pushValue(L, value);
        vm.api.lua_settable!(L, -3);
        continue;
      }
      this.pushTable();
      const inner = path && [...path, key];
      if (!inner || this.#isPathWanted(inner)) {
        vm.api.lua_pushvalue!(L, -2);
        vm.api.lua_pushvalue!(L, -2);
        vm.api.lua_settable!(L, -5);
      }
      this.fill(value, inner);
      vm.pop(L, 2);
    }
  }

  #pushNothing(): void {
    if (this.#options.nothing === undefined) this.#vm.pushValue(this.#L, undefined);
    else this.#vm.pushRef(this.#L, this.#options.nothing);
  }

  /** Asks checkpath about the table on top of the stack. */
  #isPathWanted(path: JsonValue[]): boolean {
    const vm = this.#vm;
    const L = this.#L;
    vm.pushRef(L, this.#options.metatable!);
    vm.getField(L, -1, "checkpath");
    vm.api.lua_pushvalue!(L, -3);
    vm.api.lua_createtable!(L, path.length, 0);
    for (const [i, key] of path.entries()) {
      vm.pushValue(L, key as string | number);
      vm.api.lua_rawseti!(L, -2, i + 1);
    }
    vm.callUnprotected(L, 2, 1);
    const isWanted = vm.boolean(L, -1);
    vm.pop(L, 2);
    return isWanted;
  }
}
