// Module i2c (ESP8266): one bus in software, as in default builds (I2C_MASTER_OLD_VERSION): number 0, always at 100000 bit/s.
import { LuaType } from "../../lua-vm/vm/lua.ts";
import { CHIPS } from "../chips.ts";
import { I2cBus } from "../devices/i2c.ts";
import type { Host } from "../host.ts";
import { defineModule, raise } from "./binding.ts";

export const SPEEDS = { SLOW: 100_000, FAST: 400_000, FASTPLUS: 1_000_000 };
export const DIRECTIONS = { TRANSMITTER: 0, RECEIVER: 1 };

/** Gives Lua the module i2c of ESP8266. */
export function i2c(host: Host): void {
  const { vm, board } = host;
  /** Until setup() nobody is wired to it. */
  let bus = new I2cBus(new Map(), 0, 0);

  function checkId(id: number): void {
    if (id !== 0) raise(`i2c ${id} does not exist`);
  }
  function checkPin(pin: number): void {
    if (pin < 0 || pin >= CHIPS.esp8266.pins) raise(`gpio ${pin} does not exist`);
  }

  defineModule(
    vm,
    "i2c",
    {
      setup: (L) => {
        const [id, sda, scl] = [1, 2, 3].map((index) => vm.checkInteger(L, index)) as [
          number,
          number,
          number,
        ];
        checkId(id);
        checkPin(sda);
        checkPin(scl);
        if (sda === 0) raise("i2c SDA on D0 is not supported");
        if (vm.checkInteger(L, 4) <= 0) raise("wrong arg range");
        bus = new I2cBus(board.wiring.i2c, sda, scl);
        vm.pushValue(L, SPEEDS.SLOW);
        return 1;
      },
      start: (L) => {
        checkId(vm.checkInteger(L, 1));
        bus.start();
        return 0;
      },
      stop: (L) => {
        checkId(vm.checkInteger(L, 1));
        bus.stop();
        return 0;
      },
      address: (L) => {
        const [id, address, direction] = [1, 2, 3].map((index) => vm.checkInteger(L, index)) as [
          number,
          number,
          number,
        ];
        checkId(id);
        if (address < 0 || address > 127) raise("wrong arg range");
        vm.pushValue(L, bus.send((address << 1) | (direction === DIRECTIONS.TRANSMITTER ? 0 : 1)));
        return 1;
      },
      write: (L) => {
        checkId(vm.checkInteger(L, 1));
        if (vm.api.lua_gettop!(L) < 2) raise("wrong arg type");
        vm.pushValue(
          L,
          writeData(host, L, (byte) => bus.send(byte), { inNumber: "wrong arg range" }),
        );
        return 1;
      },
      read: (L) => {
        const [id, size] = [vm.checkInteger(L, 1), vm.checkInteger(L, 2)];
        checkId(id);
        if (size === 0) return 0;
        vm.push(
          L,
          Uint8Array.from({ length: size }, () => bus.receive()),
        );
        return 1;
      },
    },
    { ...SPEEDS, ...DIRECTIONS },
  );
}

/**
 * Sends the arguments from the second on: numbers, tables of numbers, strings.
 * @param send sends a byte, and says whether to go on
 * @param messages of the errors for a number that is no byte
 * @returns the number of bytes that were sent
 */
export function writeData(
  { vm }: Host,
  L: number,
  send: (byte: number) => boolean,
  { inNumber, inTable = inNumber }: { inNumber: string; inTable?: string },
): number {
  const byteAt = (index: number, message: string): number => {
    const byte = vm.checkInteger(L, index);
    return byte < 0 || byte > 0xff ? raise(message) : byte;
  };
  let wrote = 0;
  for (let at = 2; at <= vm.api.lua_gettop!(L); at++) {
    const type = vm.type(L, at);
    if (type === LuaType.number) {
      if (!send(byteAt(at, inNumber))) return wrote;
      wrote++;
    } else if (type === LuaType.table) {
      const length = vm.api.lua_objlen!(L, at);
      for (let i = 1; i <= length; i++) {
        vm.api.lua_rawgeti!(L, at, i);
        const byte = byteAt(-1, inTable);
        vm.pop(L);
        if (!send(byte)) return wrote;
        wrote++;
      }
    } else {
      for (const byte of vm.checkBytes(L, at)) {
        if (!send(byte)) return wrote;
        wrote++;
      }
    }
  }
  return wrote;
}
