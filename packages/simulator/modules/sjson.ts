// Module sjson: Lua tables to JSON text (sjson-writer.ts) and back (sjson-reader.ts, sjson-tables.ts), whole or in pieces, with the
// firmware's own ways: null becomes a light userdata, only an object or an array is complete.

import { LuaType } from "../../lua-vm/vm/lua.ts";
import type { Host } from "../host.ts";
import { defineModule, type Functions, raise, UserdataClass } from "./binding.ts";
import { FirmwareModule } from "./module.ts";
import { type Container, JsonError, JsonReader } from "./sjson-reader.ts";
import { pushContainer, type TableOptions } from "./sjson-tables.ts";
import { JsonWriter } from "./sjson-writer.ts";

/** Levels of tables; the option depth is not looked at. */
const DEPTH = 20;
const READ_DEFAULT = 1024;

interface Encoder {
  text: Buffer;
  position: number;
}

interface Decoder extends TableOptions {
  reader: JsonReader;
  failed: boolean;
  /** Registry reference to the result once it is complete. */
  result: number | undefined;
}

class Sjson extends FirmwareModule {
  readonly #encoders: UserdataClass<Encoder> = new UserdataClass<Encoder>(this.vm, "sjson.encoder", 24, {
    read: (L) => {
      const encoder = this.#encoders.check(L, 1);
      const hasSize = this.vm.type(L, 2) === LuaType.number;
      const size = hasSize ? Math.max(1, this.vm.checkInteger(L, 2)) : READ_DEFAULT;
      const piece = encoder.text.subarray(encoder.position, encoder.position + size);
      if (piece.length === 0) return 0;
      encoder.position += piece.length;
      return this.results(L, piece);
    },
  });

  readonly #decoders: UserdataClass<Decoder> = new UserdataClass<Decoder>(
    this.vm,
    "sjson.decoder",
    64,
    {
      write: (L) => {
        const decoder = this.#decoders.check(L, 1);
        return this.#write(L, decoder, this.vm.checkBytes(L, 2)) ? 1 : 0;
      },
      result: (L) => {
        const { result } = this.#decoders.check(L, 1);
        if (result === undefined) raise("decode not complete");
        this.vm.pushRef(L, result);
        return 1;
      },
    },
    (decoder) => {
      for (const reference of [decoder.nothing, decoder.metatable, decoder.result])
        if (reference !== undefined) this.vm.unref(reference);
    },
  );

  readonly #functions: Functions = {
    encode: (L) => this.results(L, this.#encode(L)),
    encoder: (L) => {
      this.#encoders.push(L, { text: this.#encode(L), position: 0 });
      return 1;
    },
    decode: (L) => {
      const text = this.vm.checkBytes(L, 1);
      const decoder = this.#pushDecoder(L, 2);
      if (!this.#write(L, decoder, text)) raise("Incomplete JSON object passed to sjson.decode");
      return 1;
    },
    decoder: (L) => {
      this.#pushDecoder(L, 1);
      return 1;
    },
  };

  override install(): void {
    defineModule(this.vm, "sjson", this.#functions);
  }

  /** The table at 1 as text, with the options at 2. */
  #encode(L: number): Buffer {
    const { vm } = this;
    vm.api.luaL_checktype!(L, 1, LuaType.table);
    let nothing: string | undefined;
    if (vm.type(L, 2) === LuaType.table) {
      vm.getField(L, 2, "null");
      if (vm.type(L, -1) === LuaType.string) nothing = vm.string(L, -1);
      vm.pop(L);
    }
    const writer = new JsonWriter(vm, L, nothing);
    writer.writeTable(1, DEPTH);
    return writer.text;
  }

  /** Pushes a decoder with the options at `index`. */
  #pushDecoder(L: number, index: number): Decoder {
    const { vm } = this;
    const decoder: Decoder = {
      reader: new JsonReader(DEPTH),
      failed: false,
      nothing: undefined,
      metatable: undefined,
      result: undefined,
    };
    vm.api.lua_settop!(L, index);
    this.#decoders.push(L, decoder);
    if (vm.type(L, index) === LuaType.table) {
      decoder.nothing = this.#option(L, index, "null");
      decoder.metatable = this.#option(L, index, "metatable");
    } else {
      vm.api.lua_pushlightuserdata!(L, 0);
      decoder.nothing = vm.ref(L, -1);
      vm.pop(L);
    }
    return decoder;
  }

  /** A registry reference to an option's value; undefined for nil. */
  #option(L: number, index: number, name: string): number | undefined {
    const { vm } = this;
    vm.getField(L, index, name);
    const reference = vm.type(L, -1) === LuaType.nil ? undefined : vm.ref(L, -1);
    vm.pop(L);
    return reference;
  }

  /** Takes more text. @returns whether the result is complete; it is pushed then */
  #write(L: number, decoder: Decoder, text: Buffer): boolean {
    if (decoder.failed) raise("JSON parse error: previous call");
    if (decoder.result !== undefined) {
      this.vm.pushRef(L, decoder.result);
      return true;
    }
    const container = this.#read(decoder, text);
    if (!container) return false;
    pushContainer(this.vm, L, container, decoder);
    decoder.result = this.vm.ref(L, -1);
    return true;
  }

  #read(decoder: Decoder, text: Buffer): Container | undefined {
    try {
      return decoder.reader.write(text);
    } catch (error) {
      if (!(error instanceof JsonError)) throw error;
      decoder.failed = true;
      return raise(`JSON parse error: ${error.message}`);
    }
  }
}

/** Gives Lua the module sjson. */
export function sjson(host: Host): void {
  new Sjson(host).install();
}
