// Module uart: writing to the console (UART 0) and its settings.
import type { Firmware } from "../firmware.ts";
import { LuaType } from "../vm/lua.ts";
import { defineModule } from "./binding.ts";

export function uart(firmware: Firmware): void {
  const { vm } = firmware;
  let settings = [115200, 8, 0, 1];
  defineModule(
    vm,
    "uart",
    {
      setup: (L) => {
        settings = [2, 3, 4, 5].map((index) => vm.checkInteger(L, index));
        vm.pushValue(L, settings[0]);
        return 1;
      },
      getconfig: (L) => {
        for (const value of settings) vm.pushValue(L, value);
        return settings.length;
      },
      write: (L) => {
        for (let i = 2; i <= vm.api.lua_gettop!(L); i++) {
          if (vm.type(L, i) === LuaType.number) {
            const byte = vm.checkInteger(L, i);
            if (byte < 0 || byte > 255) vm.argumentError(L, i, "invalid number");
            firmware.print(String.fromCharCode(byte));
          } else {
            firmware.print(vm.checkString(L, i));
          }
        }
        return 0;
      },
    },
    { PARITY_NONE: 0, PARITY_EVEN: 2, PARITY_ODD: 3, STOPBITS_1: 1, STOPBITS_1_5: 2, STOPBITS_2: 3 },
  );
}
