// Module gpio: levels of the board's pins D0 to D12.
import { PINS } from "../board.ts";
import type { Firmware } from "../firmware.ts";
import { LuaType } from "../vm/lua.ts";
import { defineModule } from "./binding.ts";

const OUTPUT = 1;
const OPENDRAIN = 2;
const INPUT = 0;
const INT = 3;

export function gpio(firmware: Firmware): void {
  const { vm, board } = firmware;
  const pin = (L: number): number => {
    const number = vm.checkInteger(L, 1);
    if (number < 0 || number >= PINS) vm.argumentError(L, 1, "Invalid gpio pin");
    return number;
  };
  defineModule(
    vm,
    "gpio",
    {
      mode: (L) => {
        pin(L);
        const mode = vm.checkInteger(L, 2);
        if (mode < INPUT || mode > INT) vm.argumentError(L, 2, "Invalid gpio mode");
        return 0;
      },
      read: (L) => {
        vm.pushValue(L, board.pins[pin(L)]);
        return 1;
      },
      write: (L) => {
        const number = pin(L);
        const level = vm.type(L, 2) === LuaType.boolean ? Number(vm.boolean(L, 2)) : vm.checkInteger(L, 2);
        if (level !== 0 && level !== 1) vm.argumentError(L, 2, "wrong arg range");
        board.pins[number] = level;
        return 0;
      },
    },
    { INPUT, OUTPUT, OPENDRAIN, INT, HIGH: 1, LOW: 0, FLOAT: 0, PULLUP: 1 },
  );
}
