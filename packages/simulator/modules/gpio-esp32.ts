// Module gpio (ESP32): levels of the pins by GPIO number, and interrupts when the world changes one.

import { LuaType } from "../../lua-vm/vm/lua.ts";
import { CHIPS } from "../chips.ts";
import type { Host } from "../host.ts";
import { defineModule, type Functions, raise } from "./binding.ts";
import { FirmwareModule } from "./module.ts";

const DIRECTION = { IN: 1, OUT: 2, IN_OUT: 3 };
const PULL = { PULL_UP: 0, PULL_DOWN: 1, PULL_UP_DOWN: 2, FLOATING: 3 };
const INTERRUPT = { INTR_NONE: 0, INTR_UP: 1, INTR_DOWN: 2, INTR_UP_DOWN: 3, INTR_LOW: 4, INTR_HIGH: 5 };
const DRIVE = { DRIVE_0: 0, DRIVE_1: 1, DRIVE_2: 2, DRIVE_3: 3, DRIVE_DEFAULT: 2 };
/** Levels that each kind of interrupt waits for; INTR_LOW and INTR_HIGH are levels, here they fire on reaching them. */
const LEVELS: readonly (readonly number[])[] = [[], [1], [0], [0, 1], [0], [1]];

class GpioEsp32 extends FirmwareModule {
  readonly #directions = new Map<number, number>();
  readonly #interrupts = new Map<number, { levels: readonly number[]; handler: number }>();

  readonly #functions: Functions = {
    config: (L) => {
      for (let table = 1; table <= this.vm.api.lua_gettop!(L); table++) this.#configure(L, table);
      return 0;
    },
    read: (L) => {
      const pin = this.#checkPin(L, 1);
      // the input of a pin that is only an output is off
      return this.results(L, this.#directions.get(pin) === DIRECTION.OUT ? 0 : this.board.pins[pin]);
    },
    write: (L) => {
      const pin = this.#checkPin(L, 1);
      this.board.pins[pin] = this.vm.checkInteger(L, 2) === 0 ? 0 : 1;
      return 0;
    },
    set_drive: (L) => {
      this.#checkPin(L, 1);
      const strength = this.vm.checkInteger(L, 2);
      if (strength < DRIVE.DRIVE_0 || strength > DRIVE.DRIVE_3)
        this.vm.argumentError(L, 2, "pad strength must be between gpio.DRIVE_0 and gpio.DRIVE_3");
      return 0;
    },
    trig: (L) => this.#trig(L),
    wakeup: (L) => {
      this.#checkPin(L, 1);
      const level = this.vm.optionalInteger(L, 2, INTERRUPT.INTR_NONE);
      const { INTR_NONE, INTR_LOW, INTR_HIGH } = INTERRUPT;
      if (![INTR_NONE, INTR_LOW, INTR_HIGH].includes(level)) invalid();
      return 0;
    },
  };

  override install(): void {
    this.host.onPin = (pin, level) => this.#changed(pin, level);
    defineModule(this.vm, "gpio", this.#functions, { ...DIRECTION, ...PULL, ...INTERRUPT, ...DRIVE });
  }

  /** The world has changed a pin. */
  #changed(pin: number, level: number): void {
    const interrupt = this.#interrupts.get(pin);
    if (!interrupt?.levels.includes(level)) return;
    this.host.post(2, () => {
      if (this.#interrupts.get(pin) !== interrupt) return;
      this.host.callProtected(interrupt.handler, (L) => this.results(L, pin, level));
    });
  }

  #checkPin(L: number, index: number): number {
    const pin = this.vm.checkInteger(L, index);
    return pin >= 0 && pin < CHIPS.esp32.pins ? pin : invalid();
  }

  /** Sets the pins of the table of settings at `table`. */
  #configure(L: number, table: number): void {
    this.vm.api.luaL_checktype!(L, table, LuaType.table);
    const pins = this.#pinsField(L, table);
    const direction = this.#field(L, table, "dir");
    this.#field(L, table, "opendrain", 0);
    const pull = this.#field(L, table, "pull", PULL.FLOATING);
    if (!Object.values(DIRECTION).includes(direction)) invalid();
    for (const pin of pins) {
      this.#directions.set(pin, direction);
      if (direction !== DIRECTION.IN) continue;
      if (pull === PULL.PULL_UP) this.board.pull(pin, 1);
      else if (pull === PULL.PULL_DOWN) this.board.pull(pin, 0);
    }
  }

  /** A number in the table at `table`. */
  #field(L: number, table: number, name: string, otherwise?: number): number {
    const { vm } = this;
    vm.getField(L, table, name);
    const isLeftOut = otherwise !== undefined && vm.type(L, -1) === LuaType.nil;
    const value = isLeftOut ? otherwise : vm.checkInteger(L, -1);
    vm.pop(L);
    return value;
  }

  /** The pins of a table of settings: one, or a list. */
  #pinsField(L: number, table: number): number[] {
    const { vm } = this;
    const pins: number[] = [];
    vm.getField(L, table, "gpio");
    const list = vm.api.lua_gettop!(L);
    if (vm.type(L, list) === LuaType.number) pins.push(this.#checkPin(L, list));
    else if (vm.type(L, list) !== LuaType.table) raise("missing/bad 'gpio' field");
    else {
      for (let i = 1; i <= vm.api.lua_objlen!(L, list); i++) {
        vm.api.lua_rawgeti!(L, list, i);
        pins.push(this.#checkPin(L, -1));
        vm.pop(L);
      }
    }
    vm.pop(L);
    return pins;
  }

  #trig(L: number): number {
    const { vm } = this;
    const pin = vm.checkInteger(L, 1);
    if (pin < 0 || pin >= CHIPS.esp32.pins) vm.argumentError(L, 1, "invalid gpio");
    const levels = LEVELS[vm.optionalInteger(L, 2, INTERRUPT.INTR_NONE)] ?? invalid();
    const old = this.#interrupts.get(pin);
    if (levels.length > 0 && old && vm.type(L, 3) <= LuaType.nil) {
      old.levels = levels;
      return 0;
    }
    if (old) vm.unref(old.handler);
    this.#interrupts.delete(pin);
    if (levels.length === 0) return 0;
    vm.checkFunction(L, 3);
    this.#interrupts.set(pin, { levels, handler: vm.ref(L, 3) });
    return 0;
  }
}

function invalid(): never {
  return raise("invalid argument");
}

/** Gives Lua the module gpio of the ESP32. */
export function gpioEsp32(host: Host): void {
  new GpioEsp32(host).install();
}
