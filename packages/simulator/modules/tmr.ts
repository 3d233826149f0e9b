// Module tmr: timer objects, the clock, the watchdog's feeding.

import { LuaType } from "../../lua-vm/vm/lua.ts";
import type { Host } from "../host.ts";
import { defineModule, raise, UserdataClass } from "./binding.ts";

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

export function tmr(firmware: Host): void {
  const { vm, board } = firmware;
  const isEsp32 = board.options.chip === "esp32";

  const timers = new UserdataClass<Timer>(
    vm,
    "tmr.timer",
    24,
    {
      register: (L) => {
        register(L);
        return 0;
      },
      alarm: (L) => {
        const timer = register(L);
        start(L, timer);
        vm.pushValue(L, true);
        return 1;
      },
      start: (L) => {
        const timer = timers.check(L, 1);
        if (isEsp32 && timer.callback === undefined) raise("timer not registered");
        if (vm.type(L, 2) > LuaType.nil && vm.type(L, 2) !== LuaType.boolean)
          vm.argumentError(L, 2, "boolean expected");
        const starts = timer.callback !== undefined && (!timer.cancel || vm.boolean(L, 2));
        if (starts) start(L, timer);
        vm.pushValue(L, starts);
        return 1;
      },
      stop: (L) => {
        vm.pushValue(L, stop(timers.check(L, 1)));
        return 1;
      },
      unregister: (L) => {
        unregister(timers.check(L, 1));
        return 0;
      },
      interval: (L) => {
        const timer = timers.check(L, 1);
        const interval = checkInterval(L, 2, vm.checkInteger(L, 2));
        if (timer.callback === undefined) return 0;
        timer.interval = inTicks(interval);
        if (timer.cancel) start(L, timer);
        return 0;
      },
      state: (L) => {
        const timer = timers.check(L, 1);
        if (timer.callback === undefined) {
          vm.pushValue(L, undefined);
          return 1;
        }
        vm.pushValue(L, timer.cancel !== undefined);
        vm.pushValue(L, timer.mode);
        return 2;
      },
    },
    (timer) => unregister(timer),
  );

  function checkInterval(L: number, index: number, interval: number): number {
    if (interval < 1 || interval > LONGEST) {
      const longest = isEsp32 ? LONGEST : `0x${LONGEST.toString(16).toUpperCase()}`;
      vm.argumentError(L, index, `Range: 1-${longest}`);
    }
    return interval;
  }

  /** The time as the chip's timers count it; one of less than a tick stops the ESP32. */
  function inTicks(interval: number): number {
    if (!isEsp32) return interval;
    if (interval < TICK) firmware.abort("assert failed: xTimerCreate timers.c (( xTimerPeriodInTicks > 0 ))");
    return interval - (interval % TICK);
  }

  function register(L: number): Timer {
    const timer = timers.check(L, 1);
    const [interval, mode] = [vm.checkInteger(L, 2), vm.checkInteger(L, 3)];
    checkInterval(L, 2, interval);
    if (mode !== SINGLE && mode !== AUTO && mode !== SEMI) vm.argumentError(L, 3, "Invalid mode");
    if (vm.type(L, 4) !== LuaType.function) vm.argumentError(L, 4, "Must be function");
    unregister(timer);
    timer.callback = vm.ref(L, 4);
    timer.interval = inTicks(interval);
    timer.mode = mode;
    return timer;
  }

  function start(L: number, timer: Timer): void {
    timer.cancel?.();
    timer.self ??= vm.ref(L, 1);
    timer.cancel = firmware.after(timer.interval, () => fire(timer));
  }

  function fire(timer: Timer): void {
    const callback = timer.callback!;
    timer.cancel = undefined;
    if (timer.mode === AUTO) timer.cancel = firmware.after(timer.interval, () => fire(timer));
    firmware.callProtected(callback, (L) => {
      vm.pushRef(L, timer.self!);
      if (timer.mode === SINGLE) unregister(timer);
      else if (timer.mode === SEMI) stop(timer);
      return 1;
    });
  }

  function stop(timer: Timer): boolean {
    const wasRunning = timer.cancel !== undefined;
    timer.cancel?.();
    timer.cancel = undefined;
    if (timer.self !== undefined) vm.unref(timer.self);
    timer.self = undefined;
    return wasRunning;
  }

  function unregister(timer: Timer): void {
    stop(timer);
    if (timer.callback !== undefined) vm.unref(timer.callback);
    timer.callback = undefined;
  }

  /** Calls off the restart that softwd() has announced. */
  let calmWatchdog = () => {};
  const sinceBoot = () => board.clock.now() - board.bootedAt;
  defineModule(
    vm,
    "tmr",
    {
      create: (L) => {
        timers.push(L, {
          interval: 0,
          mode: SINGLE,
          callback: undefined,
          self: undefined,
          cancel: undefined,
        });
        return 1;
      },
      now: (L) => {
        vm.pushValue(L, Math.floor(sinceBoot() * 1000) % 0x80000000);
        return 1;
      },
      time: (L) => {
        vm.pushValue(L, Math.floor(sinceBoot() / 1000));
        return 1;
      },
      ccount: (L) => {
        vm.pushValue(L, Math.floor(sinceBoot() * 80000) % 0x80000000);
        return 1;
      },
      delay: (L) => {
        if (vm.checkInteger(L, 1) <= 0) vm.argumentError(L, 1, "wrong arg range");
        return 0;
      },
      wdclr: () => 0,
      softwd: (L) => {
        const seconds = vm.checkInteger(L, 1);
        calmWatchdog();
        if (seconds >= 0)
          calmWatchdog = firmware.after((seconds + 1) * 1000, () => board.restart("node.restart"));
        return 0;
      },
    },
    { ALARM_SINGLE: SINGLE, ALARM_AUTO: AUTO, ALARM_SEMI: SEMI },
  );
  if (isEsp32) vm.run("tmr.now, tmr.time, tmr.ccount, tmr.delay, tmr.softwd = nil");
}
