/** Timers, and on ESP8266 the system counter. In every default build of both chips. */
declare namespace tmr {
  /** What a timer does when it fires: `ALARM_SINGLE` 0 ends, `ALARM_AUTO` 1 goes on, `ALARM_SEMI` 2 waits for `start`. */
  type Mode = 0 | 1 | 2;

  /** What both chips have. */
  interface Common {
    /** Fires once, then unregisters itself. */
    readonly ALARM_SINGLE: 0;
    /** Fires again and again. */
    readonly ALARM_AUTO: 1;
    /** Fires once and can be started again. */
    readonly ALARM_SEMI: 2;

    /**
     * Makes a timer, not yet registered.
     * @example
     * const timer = tmr.create();
     * timer.alarm(1000, tmr.ALARM_AUTO, () => print("tick"));
     */
    create(this: void): Timer;

    /** Feeds the system watchdog; ESP32: lets the idle task run. */
    wdclr(this: void): void;
  }

  /** `tmr` on ESP8266. */
  interface Esp8266 extends Common {
    create(this: void): Esp8266Timer;
    /**
     * Returns the system counter in µs; 31 bits, then it starts again from 0.
     * @example
     * const start = tmr.now();
     * tmr.create().alarm(500, tmr.ALARM_SINGLE, () => print((tmr.now() - start) % 0x80000000));
     */
    now(this: void): number;
    /** Returns the seconds since the start of the board. */
    time(this: void): number;
    /** Returns the CPU's cycle counter, 32 bits (negative in the upper half): 80 or 160 counts per µs. */
    ccount(this: void): number;
    /** Keeps the CPU busy; nothing else runs meanwhile. @param us microseconds, at least 1 */
    delay(this: void, us: number): void;
    /** Restarts the board unless it is called again in time. @param seconds negative: off */
    softwd(this: void, seconds: number): void;
    /** Removed: raises an error. Only in builds with TIMER_SUSPEND_ENABLE. @deprecated */
    suspend_all(this: void): never;
    /** Removed: raises an error. Only in builds with TIMER_SUSPEND_ENABLE. @deprecated */
    resume_all(this: void): never;
  }

  /** `tmr` on ESP32. */
  interface Esp32 extends Common {}

  /** `tmr` for code that runs on both chips. */
  interface Portable extends FirmwarePortable<Common, Esp8266, Esp32> {}

  /** A timer. @userdata tmr.timer esp32 */
  interface Timer {
    /**
     * Sets interval, mode and callback without starting.
     * Errors: "Range: 1-6870947" (the text differs by chip), "Invalid mode", "Must be function".
     * @param ms 1 to 6870947 (1:54:30). On ESP32 take 10 or more: a shorter one than the system tick stops the board.
     * @param callback gets the timer
     */
    register(ms: number, mode: Mode, callback: (this: void, timer: this) => void): void;

    /** As `register`, then `start`. Returns true if it was started. */
    alarm(ms: number, mode: Mode, callback: (this: void, timer: this) => void): boolean;

    /** Starts; false if it runs already. Error on ESP32: "timer not registered". */
    start(): boolean;

    /** Stops but stays registered; false if it did not run. */
    stop(): boolean;

    /** Stops and forgets the callback. */
    unregister(): void;

    /** Changes the interval, at once if it runs. @param ms 1 to 6870947 */
    interval(ms: number): void;

    /** Returns whether it runs, and its mode; nil if it is not registered. */
    state(): LuaMultiReturn<[running: boolean, mode: Mode] | [undefined, undefined]>;
  }

  /** A timer on ESP8266. @userdata tmr.timer esp8266 */
  interface Esp8266Timer extends Timer {
    /** Starts; false if it runs already. @param restart true: starts again even if it runs. Error: "boolean expected". */
    start(restart?: boolean): boolean;
    /** Removed: raises an error. Only in builds with TIMER_SUSPEND_ENABLE. @deprecated */
    suspend(): never;
    /** Removed: raises an error. Only in builds with TIMER_SUSPEND_ENABLE. @deprecated */
    resume(): never;
  }
}
