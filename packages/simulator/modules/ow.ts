// Module ow of both chips: 1-Wire buses at any pin. The ESP32 drives them with its RMT peripheral, which setup() has to allocate first.
import { LuaType } from "../../lua-vm/vm/lua.ts";
import { CHIPS } from "../chips.ts";
import { crc8, crc16, type OneWireBus } from "../devices/one-wire.ts";
import type { Host } from "../host.ts";
import { defineModule, type Functions, raise } from "./binding.ts";
import { FirmwareModule } from "./module.ts";
import { OneWireSearch } from "./ow-search.ts";

const SELECT = 0x55;
const SKIP = 0xcc;
const ROM_LENGTH = 8;
/** LUAL_BUFFERSIZE: read_bytes reads into one buffer of Lua. */
const MOST_READ = 256;
const MOST_CRC8 = 255;
const MOST_CRC16 = 65535;

class OneWire extends FirmwareModule {
  readonly #isEsp32 = this.board.options.chip === "esp32";
  readonly #searches = new Map<number, OneWireSearch>();
  /** ESP32: setup() has taken its peripheral. */
  #hasRmt = false;

  /** Buses, and what goes over them. */
  readonly #transfers: Functions = {
    setup: (L) => {
      if (!this.#isEsp32 && this.vm.checkInteger(L, 1) === 0) raise("no 1-wire for D0");
      const pin = this.#checkPin(L);
      if (!this.#isEsp32) this.#searches.set(pin, new OneWireSearch());
      else if (!this.#hasRmt && pin >= CHIPS.esp32.pins) raise("failed");
      else this.#hasRmt = true;
      return 0;
    },
    reset: (L) => this.results(L, this.#bus(L).reset() ? 1 : 0),
    skip: (L) => {
      this.#bus(L, "write failed").writeByte(SKIP);
      return 0;
    },
    select: (L) => {
      this.#checkPin(L);
      const rom = this.#checkRom(L);
      const bus = this.#bus(L, "write failed");
      for (const byte of [SELECT, ...rom]) bus.writeByte(byte);
      return 0;
    },
    write: (L) => {
      this.#checkPin(L);
      const byte = this.vm.checkInteger(L, 2);
      if (this.#isEsp32 && (byte < 0 || byte > 0xff)) this.vm.argumentError(L, 2, "invalid data");
      if (byte > 0xff) raise("wrong arg range");
      this.#checkPower(L);
      this.#bus(L).writeByte(byte & 0xff);
      return 0;
    },
    write_bytes: (L) => {
      const pin = this.#checkPin(L);
      const bytes = this.vm.checkBytes(L, 2);
      this.#checkPower(L);
      // a failure is not told here, on either chip
      for (const byte of bytes) this.#busAt(pin)?.writeByte(byte);
      return 0;
    },
    read: (L) => this.results(L, this.#bus(L).readByte()),
    read_bytes: (L) => {
      this.#checkPin(L);
      const size = this.vm.checkInteger(L, 2);
      if (size === 0) return 0;
      // on ESP8266 the size has no sign
      if (size > MOST_READ || size < 0) this.vm.argumentError(L, 2, "Attempt to read too many characters");
      const bus = this.#bus(L);
      const bytes = Uint8Array.from({ length: size }, () => bus.readByte());
      this.vm.push(L, bytes);
      return 1;
    },
    depower: (L) => {
      this.#checkPin(L);
      return 0;
    },
  };

  readonly #search: Functions = {
    reset_search: (L) => {
      this.#searches.set(this.#checkPin(L), new OneWireSearch());
      return 0;
    },
    target_search: (L) => {
      const pin = this.#checkPin(L);
      const family = this.vm.checkInteger(L, 2);
      if (this.#isEsp32 && (family < 0 || family > 0xff)) this.vm.argumentError(L, 2, "wrong arg range");
      if (family > 0xff) raise("wrong arg range");
      this.#searches.set(pin, new OneWireSearch(family & 0xff));
      return 0;
    },
    search: (L) => {
      const pin = this.#checkPin(L);
      const { vm } = this;
      const isAlarm = !this.#isEsp32 && vm.type(L, 2) === LuaType.number && vm.checkInteger(L, 2) !== 0;
      const rom = this.#searchAt(pin).next(this.#busAt(pin), isAlarm);
      if (rom === undefined && this.#isEsp32) this.#searches.delete(pin);
      vm.pushValue(L, rom);
      return 1;
    },
  };

  readonly #checksums: Functions = {
    crc8: (L) => this.results(L, crc8(this.#checkMost(L, MOST_CRC8))),
    crc16: (L) => {
      const bytes = this.#checkMost(L, MOST_CRC16);
      return this.results(L, crc16(bytes, this.#crcStart(L, 2)));
    },
    check_crc16: (L) => {
      const bytes = this.vm.checkBytes(L, 1);
      const [low, high] = [this.vm.checkInteger(L, 2), this.vm.checkInteger(L, 3)];
      this.#checkMost(L, MOST_CRC8);
      const inverted = ~crc16(bytes, this.#crcStart(L, 4)) & MOST_CRC16;
      return this.results(L, (inverted & 0xff) === (low & 0xff) && inverted >> 8 === (high & 0xff));
    },
  };

  install(): void {
    // nothing here depends on the length of pulses
    const timings: Functions = this.#isEsp32 ? {} : { set_timings: () => 0 };
    defineModule(this.vm, "ow", { ...this.#transfers, ...this.#search, ...this.#checksums, ...timings });
  }

  /** The pin in the first argument. */
  #checkPin(L: number): number {
    const pin = this.vm.checkInteger(L, 1);
    if (this.#isEsp32) {
      if (pin < 0) this.vm.argumentError(L, 1, "invalid pin");
    } else if (pin <= 0 || pin >= CHIPS.esp8266.pins) raise(`ow ${pin} does not exist`);
    return pin;
  }

  /** The bus at a pin; on ESP32 undefined if the peripheral cannot drive it. */
  #busAt(pin: number): OneWireBus | undefined {
    if (this.#isEsp32 && (!this.#hasRmt || pin >= CHIPS.esp32.pins)) return undefined;
    return this.board.wiring.oneWire(pin);
  }

  /** The bus at the pin in the first argument. @param failure the error's message if there is none */
  #bus(L: number, failure = "failed"): OneWireBus {
    return this.#busAt(this.#checkPin(L)) ?? raise(failure);
  }

  /** What keeps the line high afterwards makes no difference here; on ESP32 it has to be a number. */
  #checkPower(L: number): void {
    if (this.#isEsp32) this.vm.optionalInteger(L, 3, 0);
  }

  /** The 8 bytes of a device in the second argument. */
  #checkRom(L: number): number[] {
    const { vm } = this;
    const bad = () => (this.#isEsp32 ? vm.argumentError(L, 2, "wrong arg range") : raise("wrong arg range"));
    if (vm.type(L, 2) !== LuaType.table) {
      const bytes = [...vm.checkBytes(L, 2)];
      return bytes.length === ROM_LENGTH ? bytes : bad();
    }
    if (vm.api.lua_objlen!(L, 2) !== ROM_LENGTH) bad();
    const rom: number[] = [];
    for (let i = 1; i <= ROM_LENGTH; i++) {
      vm.api.lua_rawgeti!(L, 2, i);
      const byte = vm.checkInteger(L, -1);
      vm.pop(L);
      if (byte > 0xff) raise("wrong arg range");
      rom.push(byte & 0xff);
    }
    return rom;
  }

  #searchAt(pin: number): OneWireSearch {
    const search =
      this.#searches.get(pin) ?? (this.#isEsp32 ? raise("search not initialized") : new OneWireSearch());
    this.#searches.set(pin, search);
    return search;
  }

  /** The string in the first argument, which has at most so many bytes. */
  #checkMost(L: number, most: number): Buffer {
    const bytes = this.vm.checkBytes(L, 1);
    return bytes.length > most ? raise("wrong arg range") : bytes;
  }

  #crcStart(L: number, index: number): number {
    const start = this.vm.type(L, index) === LuaType.number ? this.vm.checkInteger(L, index) : 0;
    return start > MOST_CRC16 ? raise("wrong arg range") : start & MOST_CRC16;
  }
}

/** Gives Lua the module ow. */
export function ow(host: Host): void {
  new OneWire(host).install();
}
