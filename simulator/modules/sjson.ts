// Module sjson: Lua values to JSON text and back. null is sjson.NULL unless the options say otherwise.
import type { Firmware } from "../firmware.ts";
import { LuaType } from "../vm/lua.ts";
import { defineModule, raise } from "./binding.ts";

const DEPTH = 20;

export function sjson(firmware: Firmware): void {
  const { vm } = firmware;

  defineModule(vm, "sjson", {
    encode: (L) => {
      const { depth, nullReference } = options(L, 2);
      vm.push(L, encode(L, 1, depth, nullReference));
      return 1;
    },
    decode: (L) => {
      const text = vm.checkString(L, 1);
      const { depth, nullReference } = options(L, 2);
      let value: unknown;
      try {
        value = JSON.parse(text);
      } catch {
        raise("Incomplete or invalid JSON");
      }
      pushDecoded(L, value, depth, nullReference);
      return 1;
    },
  });
  vm.getGlobal("sjson");
  vm.api.lua_newuserdata!(vm.L, 4);
  const NULL = vm.ref(vm.L, -1);
  vm.setField(vm.L, -2, "NULL");
  vm.pop(vm.L);

  function options(L: number, index: number): { depth: number; nullReference: number } {
    let depth = DEPTH;
    let nullReference = NULL;
    if (vm.type(L, index) === LuaType.table) {
      vm.getField(L, index, "depth");
      if (vm.type(L, -1) === LuaType.number) depth = vm.number(L, -1);
      vm.getField(L, index, "null");
      if (vm.type(L, -1) !== LuaType.nil) nullReference = vm.ref(L, -1);
      vm.pop(L, 2);
    }
    return { depth, nullReference };
  }

  function isNull(L: number, index: number, reference: number): boolean {
    vm.pushRef(L, reference);
    const same = vm.api.lua_rawequal!(L, index, -1) !== 0;
    vm.pop(L);
    return same;
  }

  function encode(L: number, index: number, depth: number, nullReference: number): string {
    if (isNull(L, index, nullReference)) return "null";
    switch (vm.type(L, index)) {
      case LuaType.nil:
        return "null";
      case LuaType.boolean:
        return String(vm.boolean(L, index));
      case LuaType.number: {
        const number = vm.number(L, index);
        return Number.isFinite(number) ? String(Number(number.toPrecision(14))) : "null";
      }
      case LuaType.string:
        return quote(vm.string(L, index)!);
      case LuaType.table:
        if (depth === 0) raise("nesting too deep");
        return encodeTable(L, index, depth - 1, nullReference);
      default:
        return raise("Cannot encode type");
    }
  }

  /** A table whose keys are 1..n is an array; an empty one too. */
  function encodeTable(L: number, index: number, depth: number, nullReference: number): string {
    const entries: [string, string][] = [];
    let isArray = true;
    const table = index < 0 ? vm.api.lua_gettop!(L) + index + 1 : index;
    vm.pushValue(L, undefined);
    while (vm.api.lua_next!(L, table) !== 0) {
      const at = vm.api.lua_gettop!(L);
      if (vm.type(L, at - 1) !== LuaType.number || vm.number(L, at - 1) !== entries.length + 1)
        isArray = false;
      const key = String(vm.toHost(L, at - 1));
      entries.push([key, encode(L, at, depth, nullReference)]);
      vm.pop(L);
    }
    if (isArray) return `[${entries.map(([, value]) => value).join(",")}]`;
    return `{${entries.map(([key, value]) => `${quote(key)}:${value}`).join(",")}}`;
  }

  /** Bytes above 127 pass as they are: the text is UTF-8 already if the app's was. */
  function quote(text: string): string {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: JSON escapes them
    return `"${text.replace(/["\\\x00-\x1f]/g, (character) => {
      const short = { '"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" }[character];
      return short ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
    })}"`;
  }

  function pushDecoded(L: number, value: unknown, depth: number, nullReference: number): void {
    if (value === null) vm.pushRef(L, nullReference);
    else if (typeof value === "string") vm.push(L, Buffer.from(value, "utf8"));
    else if (typeof value === "number" || typeof value === "boolean") vm.pushValue(L, value);
    else {
      if (depth === 0) raise("nesting too deep");
      vm.api.lua_createtable!(L, 0, 0);
      const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value as object);
      for (const [key, item] of entries) {
        vm.pushValue(L, typeof key === "number" ? key + 1 : Buffer.from(key, "utf8"));
        pushDecoded(L, item, depth - 1, nullReference);
        vm.api.lua_rawset!(L, -3);
      }
    }
  }
}
