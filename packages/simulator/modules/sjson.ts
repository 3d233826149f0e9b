// Module sjson: Lua tables to JSON text and back, whole or in pieces, with the firmware's own ways: a backslash in a string
// is not escaped, numbers have 19 digits, null becomes a light userdata, only an object or an array is complete.

import { LuaType } from "../../lua-vm/vm/lua.ts";
import type { Host } from "../host.ts";
import { defineModule, raise, UserdataClass } from "./binding.ts";
import { type Container, JsonError, JsonReader, type JsonValue } from "./sjson-reader.ts";

/** Levels of tables; the option depth is not looked at. */
const DEPTH = 20;
const READ_DEFAULT = 1024;
/** How often a function in place of a value is called for another one. */
const MOST_CALLS = 10;

interface Encoder {
  text: Buffer;
  position: number;
}

interface Decoder {
  reader: JsonReader;
  failed: boolean;
  /** Registry references: what null becomes, the tables' metatable, the result once it is complete. */
  nothing: number | undefined;
  metatable: number | undefined;
  result: number | undefined;
}

export function sjson(firmware: Host): void {
  const { vm } = firmware;

  const encoders: UserdataClass<Encoder> = new UserdataClass<Encoder>(vm, "sjson.encoder", 24, {
    read: (L) => {
      const encoder = encoders.check(L, 1);
      const size = vm.type(L, 2) === LuaType.number ? Math.max(1, vm.checkInteger(L, 2)) : READ_DEFAULT;
      const piece = encoder.text.subarray(encoder.position, encoder.position + size);
      if (piece.length === 0) return 0;
      encoder.position += piece.length;
      vm.push(L, piece);
      return 1;
    },
  });

  const decoders: UserdataClass<Decoder> = new UserdataClass<Decoder>(
    vm,
    "sjson.decoder",
    64,
    {
      write: (L) => {
        const decoder = decoders.check(L, 1);
        return write(L, decoder, vm.checkBytes(L, 2)) ? 1 : 0;
      },
      result: (L) => {
        const { result } = decoders.check(L, 1);
        if (result === undefined) raise("decode not complete");
        vm.pushRef(L, result);
        return 1;
      },
    },
    (decoder) => {
      for (const reference of [decoder.nothing, decoder.metatable, decoder.result])
        if (reference !== undefined) vm.unref(reference);
    },
  );

  defineModule(vm, "sjson", {
    encode: (L) => {
      vm.push(L, encode(L));
      return 1;
    },
    encoder: (L) => {
      encoders.push(L, { text: encode(L), position: 0 });
      return 1;
    },
    decode: (L) => {
      const text = vm.checkBytes(L, 1);
      const decoder = pushDecoder(L, 2);
      if (!write(L, decoder, text)) raise("Incomplete JSON object passed to sjson.decode");
      return 1;
    },
    decoder: (L) => {
      pushDecoder(L, 1);
      return 1;
    },
  });

  // --- decoding

  /** Pushes a decoder with the options at `index`. */
  function pushDecoder(L: number, index: number): Decoder {
    const decoder: Decoder = {
      reader: new JsonReader(DEPTH),
      failed: false,
      nothing: undefined,
      metatable: undefined,
      result: undefined,
    };
    vm.api.lua_settop!(L, index);
    decoders.push(L, decoder);
    const hasOptions = vm.type(L, index) === LuaType.table;
    const option = (name: string): number | undefined => {
      if (!hasOptions) return undefined;
      vm.getField(L, index, name);
      const reference = vm.type(L, -1) === LuaType.nil ? undefined : vm.ref(L, -1);
      vm.pop(L);
      return reference;
    };
    decoder.nothing = option("null");
    decoder.metatable = option("metatable");
    if (!hasOptions) {
      vm.api.lua_pushlightuserdata!(L, 0);
      decoder.nothing = vm.ref(L, -1);
      vm.pop(L);
    }
    return decoder;
  }

  /** Takes more text. @returns whether the result is complete; it is pushed then */
  function write(L: number, decoder: Decoder, text: Buffer): boolean {
    if (decoder.failed) raise("JSON parse error: previous call");
    if (decoder.result === undefined) {
      let container: Container | undefined;
      try {
        container = decoder.reader.write(text);
      } catch (error) {
        if (!(error instanceof JsonError)) throw error;
        decoder.failed = true;
        raise(`JSON parse error: ${error.message}`);
      }
      if (!container) return false;
      const path = hasField(L, decoder.metatable, "checkpath") ? [] : undefined;
      pushTable(L, decoder);
      fill(L, container, decoder, path);
      decoder.result = vm.ref(L, -1);
      return true;
    }
    vm.pushRef(L, decoder.result);
    return true;
  }

  function hasField(L: number, table: number | undefined, name: string): boolean {
    if (table === undefined) return false;
    vm.pushRef(L, table);
    vm.getField(L, -1, name);
    const isThere = vm.type(L, -1) !== LuaType.nil;
    vm.pop(L, 2);
    return isThere;
  }

  function pushTable(L: number, decoder: Decoder): void {
    vm.api.luaL_checkstack!(L, 10, vm.cString("too deep"));
    vm.api.lua_createtable!(L, 0, 0);
    if (decoder.metatable === undefined) return;
    vm.pushRef(L, decoder.metatable);
    vm.api.lua_setmetatable!(L, -2);
  }

  /** Sets the entries of the table on top of the stack; tables go in before they are filled, as on the chip. */
  function fill(L: number, container: Container, decoder: Decoder, path: JsonValue[] | undefined): void {
    for (const [key, value] of container.entries) {
      vm.pushValue(L, key);
      if (!(typeof value === "object" && value !== null && "kind" in value)) {
        if (value === null) pushNothing(L, decoder);
        else vm.pushValue(L, value);
        vm.api.lua_settable!(L, -3);
        continue;
      }
      pushTable(L, decoder);
      const inner = path && [...path, key];
      const isWanted = !inner || isPathWanted(L, decoder, inner);
      if (isWanted) {
        vm.api.lua_pushvalue!(L, -2);
        vm.api.lua_pushvalue!(L, -2);
        vm.api.lua_settable!(L, -5);
      }
      fill(L, value, decoder, inner);
      vm.pop(L, 2);
    }
  }

  function pushNothing(L: number, decoder: Decoder): void {
    if (decoder.nothing === undefined) vm.pushValue(L, undefined);
    else vm.pushRef(L, decoder.nothing);
  }

  /** Asks the metatable's checkpath(table, path) about the table on top of the stack. */
  function isPathWanted(L: number, decoder: Decoder, path: JsonValue[]): boolean {
    vm.pushRef(L, decoder.metatable!);
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

  // --- encoding

  /** The table at 1, with the options at 2. */
  function encode(L: number): Buffer {
    vm.api.luaL_checktype!(L, 1, LuaType.table);
    let nothing: string | undefined;
    if (vm.type(L, 2) === LuaType.table) {
      vm.getField(L, 2, "null");
      if (vm.type(L, -1) === LuaType.string) nothing = vm.string(L, -1);
      vm.pop(L);
    }
    const pieces: string[] = [];
    encodeTable(L, 1, DEPTH, nothing, pieces);
    return Buffer.from(pieces.join(""), "latin1");
  }

  function encodeTable(
    L: number,
    index: number,
    depth: number,
    nothing: string | undefined,
    pieces: string[],
  ): void {
    if (depth === 0) raise("encoder stack overflow");
    vm.api.luaL_checkstack!(L, 10, vm.cString("too deep"));
    const size = arraySize(L, index);
    if (size !== undefined) {
      pieces.push("[");
      for (let i = 1; i <= size; i++) {
        if (i > 1) pieces.push(",");
        vm.api.lua_rawgeti!(L, index, i);
        encodeValue(L, depth, nothing, pieces);
      }
      pieces.push("]");
      return;
    }
    let separator = "{";
    vm.pushValue(L, undefined);
    while (vm.api.lua_next!(L, index) !== 0) {
      pieces.push(separator);
      separator = ",";
      // a copy of the key, which must not become a string itself
      vm.api.lua_pushvalue!(L, -2);
      if (vm.type(L, -1) === LuaType.number) pieces.push(quote(vm.string(L, -1)!));
      else encodeScalar(L, nothing, pieces);
      vm.pop(L);
      pieces.push(":");
      encodeValue(L, depth, nothing, pieces);
    }
    pieces.push("}");
  }

  /** The highest key if all keys are numbers above 0, else undefined: an object. */
  function arraySize(L: number, index: number): number | undefined {
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

  /** Encodes the value on top of the stack and pops it. */
  function encodeValue(L: number, depth: number, nothing: string | undefined, pieces: string[]): void {
    for (let calls = 0; vm.type(L, -1) === LuaType.function && calls < MOST_CALLS; calls++)
      vm.callUnprotected(L, 0, 1);
    if (vm.type(L, -1) === LuaType.table) encodeTable(L, vm.api.lua_gettop!(L), depth - 1, nothing, pieces);
    else encodeScalar(L, nothing, pieces);
    vm.pop(L);
  }

  function encodeScalar(L: number, nothing: string | undefined, pieces: string[]): void {
    const type = vm.type(L, -1);
    if (type === LuaType.nil || type === LuaType.lightuserdata) pieces.push("null");
    else if (type === LuaType.boolean) pieces.push(String(vm.boolean(L, -1)));
    else if (type === LuaType.number) pieces.push(formatNumber(vm.number(L, -1)));
    else if (type === LuaType.string) {
      const text = vm.string(L, -1)!;
      pieces.push(text === nothing ? "null" : quote(text));
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
