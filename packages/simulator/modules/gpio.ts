// Module gpio (ESP8266): levels of the board's pins D0 to D12, and interrupts when the world changes an input.

import { LuaType } from "../../lua-vm/vm/lua.ts";
import { CHIPS } from "../chips.ts";
import type { Host } from "../host.ts";
import { defineModule, raise } from "./binding.ts";

const INPUT = 0;
const OUTPUT = 1;
const INT = 2;
const OPENDRAIN = 3;
const FLOAT = 0;
const PULLUP = 1;
/** Delays that serout refuses. */
const MOST_DELAYS = 256;

/** Which change of level interrupts: to 1, to 0, or both. "low" and "high" are levels; here they fire on reaching them. */
const TRIGGERS: Record<string, number[]> = {
  none: [],
  up: [1],
  down: [0],
  both: [0, 1],
  low: [0],
  high: [1],
};

interface Interrupt {
  levels: number[];
  handler: number;
  /** Interrupts since the handler was called. */
  count: number;
  isPosted: boolean;
}

export function gpio(firmware: Host): void {
  const { vm, board } = firmware;
  const interrupts = new Map<number, Interrupt>();

  const isPin = (pin: number) => pin >= 0 && pin < CHIPS.esp8266.pins;

  function existing(L: number): number {
    const pin = vm.checkInteger(L, 1);
    if (!isPin(pin)) raise(`gpio ${pin} does not exist`);
    return pin;
  }

  function clear(pin: number): void {
    const interrupt = interrupts.get(pin);
    if (!interrupt) return;
    vm.unref(interrupt.handler);
    interrupts.delete(pin);
  }

  firmware.onPin = (pin, level) => {
    const interrupt = interrupts.get(pin);
    if (!interrupt?.levels.includes(level)) return;
    interrupt.count++;
    const when = Math.floor((board.clock.now() - board.bootedAt) * 1000) % 0x80000000;
    if (interrupt.isPosted) return;
    interrupt.isPosted = firmware.post(2, () => {
      interrupt.isPosted = false;
      if (interrupts.get(pin) !== interrupt) return;
      const { count } = interrupt;
      interrupt.count = 0;
      firmware.callProtected(interrupt.handler, (L) => {
        for (const value of [level, when, count]) vm.pushValue(L, value);
        return 3;
      });
    });
  };

  defineModule(
    vm,
    "gpio",
    {
      mode: (L) => {
        const [pin, mode] = [vm.checkInteger(L, 1), vm.checkInteger(L, 2)];
        const pullup = vm.optionalInteger(L, 3, FLOAT);
        if (!isPin(pin) || (mode === INT && pin === 0)) vm.argumentError(L, 1, "Invalid pin");
        if (mode < INPUT || mode > OPENDRAIN) vm.argumentError(L, 2, "wrong arg type");
        if (mode !== INT) clear(pin);
        board.wiring.pulses.delete(pin);
        const isInput = mode === INPUT || mode === INT;
        if (pullup !== FLOAT && isInput) board.pull(pin, 1);
        return 0;
      },
      read: (L) => {
        vm.pushValue(L, board.pins[existing(L)]);
        return 1;
      },
      write: (L) => {
        const level = vm.checkInteger(L, 2);
        const pin = existing(L);
        if (level !== 0 && level !== 1) vm.argumentError(L, 2, "wrong level type");
        board.pins[pin] = level;
        return 0;
      },
      serout: (L) => {
        const pin = vm.checkInteger(L, 1);
        const first = vm.checkInteger(L, 2);
        const cycles = vm.optionalInteger(L, 4, 1);
        if (!isPin(pin)) vm.argumentError(L, 1, "Invalid pin");
        if (first !== 0 && first !== 1) vm.argumentError(L, 2, "Wrong level type");
        const count = vm.type(L, 3) === LuaType.table ? vm.api.lua_objlen!(L, 3) : MOST_DELAYS;
        if (count >= MOST_DELAYS) vm.argumentError(L, 3, "Invalid delay_times");
        let duration = 0;
        for (let i = 1; i <= count; i++) {
          vm.api.lua_rawgeti!(L, 3, i);
          duration += vm.checkInteger(L, -1);
          vm.pop(L);
        }
        // nobody sees the levels in between: the pin keeps the last one
        const last = (level: number) => {
          if (count > 0) board.pins[pin] = (level + count * cycles - 1) % 2;
        };
        if (vm.type(L, 5) <= LuaType.nil) {
          last(first);
          return 0;
        }
        const done = vm.type(L, 5) === LuaType.number ? undefined : vm.ref(L, 5);
        firmware.after((duration * cycles) / 1000, () => {
          last(first);
          if (done === undefined) return;
          firmware.post(0, () => {
            firmware.callProtected(done);
            vm.unref(done);
          });
        });
        return 0;
      },
      trig: (L) => {
        const pin = vm.checkInteger(L, 1);
        if (!isPin(pin) || pin === 0) vm.argumentError(L, 1, "Invalid interrupt pin");
        const type = vm.type(L, 2) > LuaType.nil ? vm.checkString(L, 2) : "none";
        const levels = TRIGGERS[type] ?? vm.argumentError(L, 2, `invalid option '${type}'`);
        const old = interrupts.get(pin);
        if (type !== "none" && vm.api.lua_gettop!(L) === 2 && old) {
          old.levels = levels;
          return 0;
        }
        clear(pin);
        if (type === "none") return 0;
        if (vm.type(L, 3) !== LuaType.function) vm.argumentError(L, 3, "invalid callback type");
        interrupts.set(pin, { levels, handler: vm.ref(L, 3), count: 0, isPosted: false });
        return 0;
      },
    },
    { INPUT, OUTPUT, OPENDRAIN, INT, HIGH: 1, LOW: 0, FLOAT, PULLUP },
  );
}
