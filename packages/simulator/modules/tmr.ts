// Module tmr: timer objects, the clock, the watchdog's feeding.

import { LuaType } from "../../lua-vm/vm/lua.ts";
import type { Host } from "../host.ts";
import { defineModule, type Functions, raise, UserdataClass } from "./binding.ts";
import { FirmwareModule } from "./module.ts";

const SINGLE = 0;
const AUTO = 1;
const SEMI = 2;
const LONGEST = 6870947;
/** Period of the ESP32's system tick: timers count in whole ones [ms]. */
const TICK = 10;

interface Timer {
  interval: number;
  mode: number;
  callback: number | undefined;
  /** Registry reference to the timer's own userdata while it runs. */
  self: number | undefined;
  cancel: (() => void) | undefined;
}

class Tmr extends FirmwareModule {
  readonly #isEsp32 = this.board.options.chip === "esp32";
  /** Calls off the restart that softwd() has announced. */
  #calmWatchdog = () => {};

  readonly #methods: Functions = {
    register: (L) => {
      this.#register(L);
      return 0;
    },
    alarm: (L) => {
      this.#start(L, this.#register(L));
      return this.results(L, true);
    },
    start: (L) => {
      const { vm } = this;
      const timer = this.#timers.check(L, 1);
      if (this.#isEsp32 && timer.callback === undefined) raise("timer not registered");
      if (vm.type(L, 2) > LuaType.nil && vm.type(L, 2) !== LuaType.boolean)
        vm.argumentError(L, 2, "boolean expected");
      const starts = timer.callback !== undefined && (!timer.cancel || vm.boolean(L, 2));
      if (starts) this.#start(L, timer);
      return this.results(L, starts);
    },
    stop: (L) => this.results(L, this.#stop(this.#timers.check(L, 1))),
    unregister: (L) => {
      this.#unregister(this.#timers.check(L, 1));
      return 0;
    },
    interval: (L) => {
      const timer = this.#timers.check(L, 1);
      const interval = this.#checkInterval(L, 2, this.vm.checkInteger(L, 2));
      if (timer.callback === undefined) return 0;
      timer.interval = this.#inTicks(interval);
      if (timer.cancel) this.#start(L, timer);
      return 0;
    },
    state: (L) => {
      const timer = this.#timers.check(L, 1);
      if (timer.callback === undefined) return this.results(L, undefined);
      return this.results(L, timer.cancel !== undefined, timer.mode);
    },
  };
  readonly #timers = new UserdataClass<Timer>(this.vm, "tmr.timer", 24, this.#methods, (timer) =>
    this.#unregister(timer),
  );

  readonly #functions: Functions = {
    create: (L) => {
      this.#timers.push(L, {
        interval: 0,
        mode: SINGLE,
        callback: undefined,
        self: undefined,
        cancel: undefined,
      });
      return 1;
    },
    now: (L) => this.results(L, Math.floor(this.#sinceBoot * 1000) % 0x80000000),
    time: (L) => this.results(L, Math.floor(this.#sinceBoot / 1000)),
    ccount: (L) => this.results(L, Math.floor(this.#sinceBoot * 80000) % 0x80000000),
    delay: (L) => {
      if (this.vm.checkInteger(L, 1) <= 0) this.vm.argumentError(L, 1, "wrong arg range");
      return 0;
    },
    wdclr: () => 0,
    softwd: (L) => {
      const seconds = this.vm.checkInteger(L, 1);
      this.#calmWatchdog();
      if (seconds >= 0)
        this.#calmWatchdog = this.host.after((seconds + 1) * 1000, () => this.board.restart("node.restart"));
      return 0;
    },
  };

  override install(): void {
    const constants = { ALARM_SINGLE: SINGLE, ALARM_AUTO: AUTO, ALARM_SEMI: SEMI };
    defineModule(this.vm, "tmr", this.#functions, constants);
    if (this.#isEsp32) this.vm.run("tmr.now, tmr.time, tmr.ccount, tmr.delay, tmr.softwd = nil");
  }

  /** Time since the board started [ms]. */
  get #sinceBoot(): number {
    return this.board.clock.now() - this.board.bootedAt;
  }

  #checkInterval(L: number, index: number, interval: number): number {
    if (interval < 1 || interval > LONGEST) {
      const longest = this.#isEsp32 ? LONGEST : `0x${LONGEST.toString(16).toUpperCase()}`;
      this.vm.argumentError(L, index, `Range: 1-${longest}`);
    }
    return interval;
  }

  /** The time as the chip's timers count it; one of less than a tick stops the ESP32. */
  #inTicks(interval: number): number {
    if (!this.#isEsp32) return interval;
    if (interval < TICK)
      this.host.abort("assert failed: xTimerCreate timers.c (( xTimerPeriodInTicks > 0 ))");
    return interval - (interval % TICK);
  }

  #register(L: number): Timer {
    const { vm } = this;
    const timer = this.#timers.check(L, 1);
    const [interval, mode] = [vm.checkInteger(L, 2), vm.checkInteger(L, 3)];
    this.#checkInterval(L, 2, interval);
    if (mode !== SINGLE && mode !== AUTO && mode !== SEMI) vm.argumentError(L, 3, "Invalid mode");
    if (vm.type(L, 4) !== LuaType.function) vm.argumentError(L, 4, "Must be function");
    this.#unregister(timer);
    timer.callback = vm.ref(L, 4);
    timer.interval = this.#inTicks(interval);
    timer.mode = mode;
    return timer;
  }

  #start(L: number, timer: Timer): void {
    timer.cancel?.();
    timer.self ??= this.vm.ref(L, 1);
    timer.cancel = this.host.after(timer.interval, () => this.#fire(timer));
  }

  #fire(timer: Timer): void {
    const callback = timer.callback!;
    timer.cancel = undefined;
    if (timer.mode === AUTO) timer.cancel = this.host.after(timer.interval, () => this.#fire(timer));
    this.host.callProtected(callback, (L) => {
      this.vm.pushRef(L, timer.self!);
      if (timer.mode === SINGLE) this.#unregister(timer);
      else if (timer.mode === SEMI) this.#stop(timer);
      return 1;
    });
  }

  #stop(timer: Timer): boolean {
    const wasRunning = timer.cancel !== undefined;
    timer.cancel?.();
    timer.cancel = undefined;
    if (timer.self !== undefined) this.vm.unref(timer.self);
    timer.self = undefined;
    return wasRunning;
  }

  #unregister(timer: Timer): void {
    this.#stop(timer);
    if (timer.callback !== undefined) this.vm.unref(timer.callback);
    timer.callback = undefined;
  }
}

/** Gives Lua the module tmr. */
export function tmr(host: Host): void {
  new Tmr(host).install();
}
