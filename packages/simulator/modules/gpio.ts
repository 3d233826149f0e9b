// Module gpio (ESP8266): levels of the board's pins D0 to D12, and interrupts when the world changes an input.

import { LuaType } from "../../lua-vm/vm/lua.ts";
import { CHIPS } from "../chips.ts";
import type { Host } from "../host.ts";
import { defineModule, type Functions, raise } from "./binding.ts";
import { FirmwareModule } from "./module.ts";

const INPUT = 0;
const OUTPUT = 1;
const INT = 2;
const OPENDRAIN = 3;
const FLOAT = 0;
const PULLUP = 1;
const CONSTANTS = { INPUT, OUTPUT, OPENDRAIN, INT, HIGH: 1, LOW: 0, FLOAT, PULLUP };
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

class Gpio extends FirmwareModule {
  readonly #interrupts = new Map<number, Interrupt>();

  readonly #functions: Functions = {
    mode: (L) => {
      const { vm, board } = this;
      const [pin, mode] = [vm.checkInteger(L, 1), vm.checkInteger(L, 2)];
      const pullup = vm.optionalInteger(L, 3, FLOAT);
      if (!isPin(pin) || (mode === INT && pin === 0)) vm.argumentError(L, 1, "Invalid pin");
      if (mode < INPUT || mode > OPENDRAIN) vm.argumentError(L, 2, "wrong arg type");
      if (mode !== INT) this.#clear(pin);
      board.wiring.pulses.delete(pin);
      const isInput = mode === INPUT || mode === INT;
      if (pullup !== FLOAT && isInput) board.pull(pin, 1);
      return 0;
    },
    read: (L) => this.results(L, this.board.pins[this.#checkPin(L)]),
    write: (L) => {
      const level = this.vm.checkInteger(L, 2);
      const pin = this.#checkPin(L);
      if (level !== 0 && level !== 1) this.vm.argumentError(L, 2, "wrong level type");
      this.board.pins[pin] = level;
      return 0;
    },
    serout: (L) => this.#serout(L),
    trig: (L) => this.#trig(L),
  };

  override install(): void {
    this.host.onPin = (pin, level) => this.#changed(pin, level);
    defineModule(this.vm, "gpio", this.#functions, CONSTANTS);
  }

  #checkPin(L: number): number {
    const pin = this.vm.checkInteger(L, 1);
    if (!isPin(pin)) raise(`gpio ${pin} does not exist`);
    return pin;
  }

  /** The pin interrupts no longer. */
  #clear(pin: number): void {
    const interrupt = this.#interrupts.get(pin);
    if (!interrupt) return;
    this.vm.unref(interrupt.handler);
    this.#interrupts.delete(pin);
  }

  /** The world has changed a pin: interrupts that come before the handler has been called are counted. */
  #changed(pin: number, level: number): void {
    const { host, board } = this;
    const interrupt = this.#interrupts.get(pin);
    if (!interrupt?.levels.includes(level)) return;
    interrupt.count++;
    const when = Math.floor((board.clock.now() - board.bootedAt) * 1000) % 0x80000000;
    if (interrupt.isPosted) return;
    interrupt.isPosted = host.post(2, () => {
      interrupt.isPosted = false;
      if (this.#interrupts.get(pin) !== interrupt) return;
      const { count } = interrupt;
      interrupt.count = 0;
      host.callProtected(interrupt.handler, (L) => this.results(L, level, when, count));
    });
  }

  #trig(L: number): number {
    const { vm } = this;
    const pin = vm.checkInteger(L, 1);
    if (!isPin(pin) || pin === 0) vm.argumentError(L, 1, "Invalid interrupt pin");
    const type = vm.type(L, 2) > LuaType.nil ? vm.checkString(L, 2) : "none";
    const levels = TRIGGERS[type] ?? vm.argumentError(L, 2, `invalid option '${type}'`);
    const old = this.#interrupts.get(pin);
    if (type !== "none" && vm.api.lua_gettop!(L) === 2 && old) {
      old.levels = levels;
      return 0;
    }
    this.#clear(pin);
    if (type === "none") return 0;
    if (vm.type(L, 3) !== LuaType.function) vm.argumentError(L, 3, "invalid callback type");
    this.#interrupts.set(pin, { levels, handler: vm.ref(L, 3), count: 0, isPosted: false });
    return 0;
  }

  /** Nobody sees the levels that a series of pulses goes through: the pin takes the last one, when the series is over. */
  #serout(L: number): number {
    const { vm, board } = this;
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
    const end = () => {
      if (count > 0) board.pins[pin] = (first + count * cycles - 1) % 2;
    };
    if (vm.type(L, 5) <= LuaType.nil) {
      end();
      return 0;
    }
    const done = vm.type(L, 5) === LuaType.number ? undefined : vm.ref(L, 5);
    this.host.after((duration * cycles) / 1000, () => {
      end();
      if (done !== undefined) this.#callOnce(done);
    });
    return 0;
  }

  /** Calls a registry reference in a task and lets go of it. */
  #callOnce(reference: number): void {
    this.host.post(0, () => {
      this.host.callProtected(reference);
      this.vm.unref(reference);
    });
  }
}

function isPin(pin: number): boolean {
  return pin >= 0 && pin < CHIPS.esp8266.pins;
}

/** Gives Lua the module gpio of the ESP8266. */
export function gpio(host: Host): void {
  new Gpio(host).install();
}
