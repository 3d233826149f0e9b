// Module gpio (ESP32): levels of the pins by GPIO number, and interrupts when the world changes one.

import { LuaType } from "../../lua-vm/vm/lua.ts";
import { CHIPS } from "../chips.ts";
import type { Host } from "../host.ts";
import { defineModule, raise } from "./binding.ts";

const DIRECTION = { IN: 1, OUT: 2, IN_OUT: 3 };
const PULL = { PULL_UP: 0, PULL_DOWN: 1, PULL_UP_DOWN: 2, FLOATING: 3 };
const INTERRUPT = { INTR_NONE: 0, INTR_UP: 1, INTR_DOWN: 2, INTR_UP_DOWN: 3, INTR_LOW: 4, INTR_HIGH: 5 };
const DRIVE = { DRIVE_0: 0, DRIVE_1: 1, DRIVE_2: 2, DRIVE_3: 3, DRIVE_DEFAULT: 2 };
/** Levels that each kind of interrupt waits for; INTR_LOW and INTR_HIGH are levels, here they fire on reaching them. */
const LEVELS: readonly (readonly number[])[] = [[], [1], [0], [0, 1], [0], [1]];

export function gpioEsp32(firmware: Host): void {
  const { vm, board } = firmware;
  const directions = new Map<number, number>();
  const interrupts = new Map<number, { levels: readonly number[]; handler: number }>();
  const invalid = () => raise("invalid argument");

  function checkPin(L: number, index: number): number {
    const pin = vm.checkInteger(L, index);
    return pin >= 0 && pin < CHIPS.esp32.pins ? pin : invalid();
  }

  /** A number in the table at `table`. */
  function field(L: number, table: number, name: string, otherwise?: number): number {
    vm.getField(L, table, name);
    const value =
      otherwise !== undefined && vm.type(L, -1) === LuaType.nil ? otherwise : vm.checkInteger(L, -1);
    vm.pop(L);
    return value;
  }

  /** The pins of a table of settings: one, or a list. */
  function pinsField(L: number, table: number): number[] {
    const pins: number[] = [];
    vm.getField(L, table, "gpio");
    const list = vm.api.lua_gettop!(L);
    if (vm.type(L, list) === LuaType.number) pins.push(checkPin(L, list));
    else if (vm.type(L, list) !== LuaType.table) raise("missing/bad 'gpio' field");
    else {
      for (let i = 1; i <= vm.api.lua_objlen!(L, list); i++) {
        vm.api.lua_rawgeti!(L, list, i);
        pins.push(checkPin(L, -1));
        vm.pop(L);
      }
    }
    vm.pop(L);
    return pins;
  }

  firmware.onPin = (pin, level) => {
    const interrupt = interrupts.get(pin);
    if (!interrupt?.levels.includes(level)) return;
    firmware.post(2, () => {
      if (interrupts.get(pin) !== interrupt) return;
      firmware.callProtected(interrupt.handler, (L) => {
        vm.pushValue(L, pin);
        vm.pushValue(L, level);
        return 2;
      });
    });
  };

  defineModule(
    vm,
    "gpio",
    {
      config: (L) => {
        for (let table = 1; table <= vm.api.lua_gettop!(L); table++) {
          vm.api.luaL_checktype!(L, table, LuaType.table);
          const pins = pinsField(L, table);
          const direction = field(L, table, "dir");
          field(L, table, "opendrain", 0);
          const pull = field(L, table, "pull", PULL.FLOATING);
          if (!Object.values(DIRECTION).includes(direction)) invalid();
          for (const pin of pins) {
            directions.set(pin, direction);
            if (direction !== DIRECTION.IN) continue;
            if (pull === PULL.PULL_UP) board.pull(pin, 1);
            else if (pull === PULL.PULL_DOWN) board.pull(pin, 0);
          }
        }
        return 0;
      },
      read: (L) => {
        const pin = checkPin(L, 1);
        // the input of a pin that is only an output is off
        vm.pushValue(L, directions.get(pin) === DIRECTION.OUT ? 0 : board.pins[pin]);
        return 1;
      },
      write: (L) => {
        const pin = checkPin(L, 1);
        board.pins[pin] = vm.checkInteger(L, 2) === 0 ? 0 : 1;
        return 0;
      },
      set_drive: (L) => {
        checkPin(L, 1);
        const strength = vm.checkInteger(L, 2);
        if (strength < DRIVE.DRIVE_0 || strength > DRIVE.DRIVE_3)
          vm.argumentError(L, 2, "pad strength must be between gpio.DRIVE_0 and gpio.DRIVE_3");
        return 0;
      },
      trig: (L) => {
        const pin = vm.checkInteger(L, 1);
        if (pin < 0 || pin >= CHIPS.esp32.pins) vm.argumentError(L, 1, "invalid gpio");
        const levels = LEVELS[vm.optionalInteger(L, 2, INTERRUPT.INTR_NONE)] ?? invalid();
        const old = interrupts.get(pin);
        if (levels.length > 0 && old && vm.type(L, 3) <= LuaType.nil) {
          old.levels = levels;
          return 0;
        }
        if (old) vm.unref(old.handler);
        interrupts.delete(pin);
        if (levels.length === 0) return 0;
        vm.checkFunction(L, 3);
        interrupts.set(pin, { levels, handler: vm.ref(L, 3) });
        return 0;
      },
      wakeup: (L) => {
        checkPin(L, 1);
        const level = vm.optionalInteger(L, 2, INTERRUPT.INTR_NONE);
        const { INTR_NONE, INTR_LOW, INTR_HIGH } = INTERRUPT;
        if (![INTR_NONE, INTR_LOW, INTR_HIGH].includes(level)) invalid();
        return 0;
      },
    },
    { ...DIRECTION, ...PULL, ...INTERRUPT, ...DRIVE },
  );
}
