// A Lua table as JSON text, as the firmware's encoder writes it: a backslash in a string is not escaped, numbers have 19 digits.
import { LuaType, type LuaVm } from "../../lua-vm/vm/lua.ts";
import { raise } from "./binding.ts";

/** How often a function in place of a value is called for another one. */
const MOST_CALLS = 10;

/** Writes one table. Errors are raised in Lua. */
export class JsonWriter {
  readonly #vm: LuaVm;
  readonly #L: number;
  /** The string that stands for null. */
  readonly #nothing: string | undefined;
  readonly #pieces: string[] = [];

  constructor(vm: LuaVm, L: number, nothing: string | undefined) {
    this.#vm = vm;
    this.#L = L;
    this.#nothing = nothing;
  }

  /** @returns the text so far, in bytes */
  get text(): Buffer {
    return Buffer.from(this.#pieces.join(""), "latin1");
  }

  /**
   * Writes the table at a place on the stack.
   * @param depth levels of tables that it may have, itself included
   */
  writeTable(index: number, depth: number): void {
    if (depth === 0) raise("encoder stack overflow");
    this.#vm.api.luaL_checkstack!(this.#L, 10, this.#vm.cString("too deep"));
    const size = this.#arraySize(index);
    if (size === undefined) this.#writeObject(index, depth);
    else this.#writeArray(index, depth, size);
  }

  #writeArray(index: number, depth: number, size: number): void {
    this.#pieces.push("[");
    for (let i = 1; i <= size; i++) {
      if (i > 1) this.#pieces.push(",");
      this.#vm.api.lua_rawgeti!(this.#L, index, i);
      this.#writeValue(depth);
    }
    this.#pieces.push("]");
  }

  #writeObject(index: number, depth: number): void {
    const vm = this.#vm;
    const L = this.#L;
    let separator = "{";
    vm.pushValue(L, undefined);
    while (vm.api.lua_next!(L, index) !== 0) {
      this.#pieces.push(separator);
      separator = ",";
      // a copy of the key, which must not become a string itself
      vm.api.lua_pushvalue!(L, -2);
      if (vm.type(L, -1) === LuaType.number) this.#pieces.push(quote(vm.string(L, -1)!));
      else this.#writeScalar();
      vm.pop(L);
      this.#pieces.push(":");
      this.#writeValue(depth);
    }
    this.#pieces.push("}");
  }

  /** The highest key if all keys are numbers above 0, else undefined: an object. */
  #arraySize(index: number): number | undefined {
    const vm = this.#vm;
    const L = this.#L;
    let highest = 0;
    vm.pushValue(L, undefined);
    while (vm.api.lua_next!(L, index) !== 0) {
      vm.pop(L);
      const key = vm.type(L, -1) === LuaType.number ? Math.trunc(vm.number(L, -1)) : 0;
      if (key <= 0) {
        vm.pop(L);
        return undefined;
      }
      highest = Math.max(highest, key);
    }
    return highest;
  }

  /** Writes the value on top of the stack and pops it. */
  #writeValue(depth: number): void {
    const vm = this.#vm;
    const L = this.#L;
    for (let calls = 0; vm.type(L, -1) === LuaType.function && calls < MOST_CALLS; calls++)
      vm.callUnprotected(L, 0, 1);
    if (vm.type(L, -1) === LuaType.table) this.writeTable(vm.api.lua_gettop!(L), depth - 1);
    else this.#writeScalar();
    vm.pop(L);
  }

  #writeScalar(): void {
    const vm = this.#vm;
    const L = this.#L;
    const type = vm.type(L, -1);
    if (type === LuaType.nil || type === LuaType.lightuserdata) this.#pieces.push("null");
    else if (type === LuaType.boolean) this.#pieces.push(String(vm.boolean(L, -1)));
    else if (type === LuaType.number) this.#pieces.push(formatNumber(vm.number(L, -1)));
    else if (type === LuaType.string) {
      const text = vm.string(L, -1)!;
      this.#pieces.push(text === this.#nothing ? "null" : quote(text));
    } else raise(`Cannot encode type ${type}`);
  }
}

/** As C's "%.19g". */
function formatNumber(number: number): string {
  if (!Number.isFinite(number)) return "null";
  const [digits, exponentText] = number.toExponential(18).split("e") as [string, string];
  const exponent = Number(exponentText);
  const strip = (text: string) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
  if (exponent >= -4 && exponent < 19) return strip(number.toFixed(18 - exponent));
  const sign = exponent < 0 ? "-" : "+";
  return `${strip(digits)}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

/** A backslash passes as it is: the firmware does not escape it. */
function quote(text: string): string {
  const short: Record<string, string> = {
    '"': '\\"',
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\b": "\\b",
    "\f": "\\f",
  };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: JSON escapes them
  return `"${text.replace(/["\x00-\x1f]/g, (character) => {
    return short[character] ?? `\\u00${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
  })}"`;
}
