// Module uart: the console (UART 0): writing, settings, and input for a Lua function instead of the prompt.

import { LuaType } from "../../lua-vm/vm/lua.ts";
import type { Host } from "../host.ts";
import { defineModule, raise } from "./binding.ts";

const LONGEST_COUNT = 255;

export function uart(firmware: Host): void {
  const { vm, board, console } = firmware;
  const esp32 = board.options.chip === "esp32";
  let settings = [board.uart.baud, 8, 0, 1];

  function checkId(L: number): void {
    const id = vm.checkInteger(L, 1);
    if (id !== 0 && id !== 1) raise(`uart ${id} does not exist`);
  }

  /** Text through the console, which turns LF into CR LF on ESP32; the ESP8266 sends bytes as they are. */
  function write(text: string): void {
    if (esp32) firmware.print(text);
    else board.writeRaw(text);
  }

  defineModule(
    vm,
    "uart",
    {
      setup: (L) => {
        checkId(L);
        settings = [2, 3, 4, 5].map((index) => vm.checkInteger(L, index));
        if (vm.type(L, 6) === LuaType.number) console.echo = vm.checkInteger(L, 6) !== 0;
        board.uart.baud = settings[0]!;
        vm.pushValue(L, settings[0]);
        return 1;
      },
      getconfig: (L) => {
        checkId(L);
        for (const value of settings) vm.pushValue(L, value);
        return settings.length;
      },
      on: (L) => {
        let at = esp32 && vm.type(L, 1) === LuaType.number ? 2 : 1;
        const method = vm.checkString(L, at);
        if (esp32 && method === "error") return 0;
        if (method !== "data") vm.argumentError(L, at, "method not supported");
        at++;
        const until: { count?: number; end?: number } = {};
        if (vm.type(L, at) === LuaType.number) {
          until.count = vm.checkInteger(L, at);
          if (until.count < 0 || until.count > LONGEST_COUNT) vm.argumentError(L, at, "wrong arg range");
          at++;
        } else if (vm.type(L, at) === LuaType.string) {
          const end = vm.checkBytes(L, at++);
          if (end.length !== 1) raise("wrong arg range");
          until.end = end[0]!;
        }
        let old: number | undefined;
        if (vm.type(L, at) === LuaType.function) {
          const runsInput = !(vm.type(L, at + 1) === LuaType.number && vm.checkInteger(L, at + 1) === 0);
          old = console.receive(vm.ref(L, at), until, runsInput);
        } else {
          old = console.receive(undefined);
        }
        if (old !== undefined) vm.unref(old);
        return 0;
      },
      write: (L) => {
        checkId(L);
        // what goes to UART 1, a pin of its own, nobody reads
        const send = vm.checkInteger(L, 1) === 0 ? write : () => {};
        for (let i = 2; i <= vm.api.lua_gettop!(L); i++) {
          if (vm.type(L, i) === LuaType.number) {
            const byte = vm.checkInteger(L, i);
            if (byte < 0 || byte > 255) raise("invalid number");
            send(String.fromCharCode(byte));
          } else {
            vm.api.luaL_checktype!(L, i, LuaType.string);
            send(vm.checkString(L, i));
          }
        }
        return 0;
      },
      alt: (L) => {
        vm.checkInteger(L, 1);
        return 0;
      },
      fifodepth: (L) => {
        const [id, direction] = [vm.optionalInteger(L, 1, 0), vm.optionalInteger(L, 2, 0)];
        if (id !== 0 && id !== 1) vm.argumentError(L, 1, "Bad UART id; must be 0 or 1");
        if (direction !== 0 && direction !== 1)
          vm.argumentError(L, 2, "Bad direction; must be DIR_RX or DIR_TX");
        vm.pushValue(L, 0);
        return 1;
      },
    },
    {
      PARITY_NONE: 0,
      PARITY_EVEN: 1,
      PARITY_ODD: 2,
      STOPBITS_1: 1,
      STOPBITS_1_5: 3,
      STOPBITS_2: 2,
      DIR_RX: 0,
      DIR_TX: 1,
    },
  );
  if (esp32) vm.run("uart.alt, uart.fifodepth, uart.DIR_RX, uart.DIR_TX = nil");
}
