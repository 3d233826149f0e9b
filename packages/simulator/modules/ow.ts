// Module ow of both chips: 1-Wire buses at any pin. The ESP32 drives them with its RMT peripheral, which setup() has to allocate first.
import { LuaType } from "../../lua-vm/vm/lua.ts";
import { CHIPS } from "../chips.ts";
import { crc8, crc16, type OneWireBus } from "../devices/one-wire.ts";
import type { Host } from "../host.ts";
import { defineModule, raise } from "./binding.ts";
import { OneWireSearch } from "./ow-search.ts";

const SELECT = 0x55;
const SKIP = 0xcc;
const ROM_LENGTH = 8;
/** LUAL_BUFFERSIZE: read_bytes reads into one buffer of Lua. */
const MOST_READ = 256;
const MOST_CRC8 = 255;
const MOST_CRC16 = 65535;

export function ow(host: Host): void {
  const { vm, board } = host;
  const isEsp32 = board.options.chip === "esp32";
  const searches = new Map<number, OneWireSearch>();
  let hasRmt = false;

  /** The pin in the first argument. */
  function checkPin(L: number): number {
    const pin = vm.checkInteger(L, 1);
    if (isEsp32) {
      if (pin < 0) vm.argumentError(L, 1, "invalid pin");
    } else if (pin <= 0 || pin >= CHIPS.esp8266.pins) raise(`ow ${pin} does not exist`);
    return pin;
  }
  /** Its bus; on ESP32 undefined if the peripheral cannot drive it. */
  function busAt(pin: number): OneWireBus | undefined {
    if (isEsp32 && (!hasRmt || pin >= CHIPS.esp32.pins)) return undefined;
    return board.wiring.oneWire(pin);
  }
  const failed = (message = "failed"): never => raise(message);

  /** What keeps the line high afterwards makes no difference here; on ESP32 it has to be a number. */
  function checkPower(L: number): void {
    if (isEsp32) vm.optionalInteger(L, 3, 0);
  }
  /** The 8 bytes of a device in the second argument. */
  function checkRom(L: number): number[] {
    const bad = () => (isEsp32 ? vm.argumentError(L, 2, "wrong arg range") : raise("wrong arg range"));
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
  function checkedCrcStart(L: number, index: number): number {
    const start = vm.type(L, index) === LuaType.number ? vm.checkInteger(L, index) : 0;
    return start > MOST_CRC16 ? raise("wrong arg range") : start & MOST_CRC16;
  }
  function searchAt(pin: number): OneWireSearch {
    const search = searches.get(pin) ?? (isEsp32 ? raise("search not initialized") : new OneWireSearch());
    searches.set(pin, search);
    return search;
  }

  defineModule(vm, "ow", {
    setup: (L) => {
      if (!isEsp32 && vm.checkInteger(L, 1) === 0) raise("no 1-wire for D0");
      const pin = checkPin(L);
      if (isEsp32) {
        if (!hasRmt && pin >= CHIPS.esp32.pins) failed();
        hasRmt = true;
      } else searches.set(pin, new OneWireSearch());
      return 0;
    },
    reset: (L) => {
      const bus = busAt(checkPin(L)) ?? failed();
      vm.pushValue(L, bus.reset() ? 1 : 0);
      return 1;
    },
    skip: (L) => {
      const bus = busAt(checkPin(L)) ?? failed("write failed");
      bus.writeByte(SKIP);
      return 0;
    },
    select: (L) => {
      const pin = checkPin(L);
      const rom = checkRom(L);
      const bus = busAt(pin) ?? failed("write failed");
      for (const byte of [SELECT, ...rom]) bus.writeByte(byte);
      return 0;
    },
    write: (L) => {
      const pin = checkPin(L);
      const byte = vm.checkInteger(L, 2);
      if (isEsp32 && (byte < 0 || byte > 0xff)) vm.argumentError(L, 2, "invalid data");
      if (byte > 0xff) raise("wrong arg range");
      checkPower(L);
      const bus = busAt(pin) ?? failed();
      bus.writeByte(byte & 0xff);
      return 0;
    },
    write_bytes: (L) => {
      const pin = checkPin(L);
      const bytes = vm.checkBytes(L, 2);
      checkPower(L);
      // a failure is not told here, on either chip
      for (const byte of bytes) busAt(pin)?.writeByte(byte);
      return 0;
    },
    read: (L) => {
      const bus = busAt(checkPin(L)) ?? failed();
      vm.pushValue(L, bus.readByte());
      return 1;
    },
    read_bytes: (L) => {
      const pin = checkPin(L);
      const size = vm.checkInteger(L, 2);
      if (size === 0) return 0;
      // on ESP8266 the size has no sign
      if (size > MOST_READ || size < 0) vm.argumentError(L, 2, "Attempt to read too many characters");
      const bus = busAt(pin) ?? failed();
      vm.push(
        L,
        Uint8Array.from({ length: size }, () => bus.readByte()),
      );
      return 1;
    },
    depower: (L) => {
      checkPin(L);
      return 0;
    },
    reset_search: (L) => {
      searches.set(checkPin(L), new OneWireSearch());
      return 0;
    },
    target_search: (L) => {
      const pin = checkPin(L);
      const family = vm.checkInteger(L, 2);
      if (isEsp32 && (family < 0 || family > 0xff)) vm.argumentError(L, 2, "wrong arg range");
      if (family > 0xff) raise("wrong arg range");
      searches.set(pin, new OneWireSearch(family & 0xff));
      return 0;
    },
    search: (L) => {
      const pin = checkPin(L);
      const isAlarm = !isEsp32 && vm.type(L, 2) === LuaType.number && vm.checkInteger(L, 2) !== 0;
      const bus = busAt(pin);
      const rom = searchAt(pin).next(bus, isAlarm);
      if (rom === undefined && isEsp32) searches.delete(pin);
      vm.pushValue(L, rom);
      return 1;
    },
    crc8: (L) => {
      const bytes = vm.checkBytes(L, 1);
      if (bytes.length > MOST_CRC8) raise("wrong arg range");
      vm.pushValue(L, crc8(bytes));
      return 1;
    },
    crc16: (L) => {
      const bytes = vm.checkBytes(L, 1);
      if (bytes.length > MOST_CRC16) raise("wrong arg range");
      vm.pushValue(L, crc16(bytes, checkedCrcStart(L, 2)));
      return 1;
    },
    check_crc16: (L) => {
      const bytes = vm.checkBytes(L, 1);
      const [low, high] = [vm.checkInteger(L, 2), vm.checkInteger(L, 3)];
      if (bytes.length > MOST_CRC8) raise("wrong arg range");
      const inverted = ~crc16(bytes, checkedCrcStart(L, 4)) & MOST_CRC16;
      vm.pushValue(L, (inverted & 0xff) === (low & 0xff) && inverted >> 8 === (high & 0xff));
      return 1;
    },
    // nothing here depends on the length of pulses
    ...(isEsp32 ? {} : { set_timings: () => 0 }),
  });
}
