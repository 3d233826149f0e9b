/** The time of day, kept through deep sleep. ESP8266 only, off by default; ESP32 has `time`. */
declare namespace rtctime {
  /**
   * `rtctime` on ESP8266.
   * @example
   * const [seconds] = rtctime.get();
   * const now = rtctime.epoch2cal(seconds);
   * print(now.year, now.mon, now.day);
   */
  interface Esp8266 {
    /** Returns seconds since 1970 (0 if the time is not known), microseconds, and the clock's deviation in 2⁻³². */
    get(this: void): LuaMultiReturn<[seconds: number, microseconds: number, rate: number]>;
    /** Sets the time. @param microseconds default 0 @param rate nil: stays */
    set(this: void, seconds?: number, microseconds?: number, rate?: number): void;
    /** Converts µs of `tmr.now` to real ones. */
    adjust_delta(this: void, microseconds: number): number;
    /** Sleeps deeply and keeps the time. Error: "unknown sleep option". @param us at most 4294967295 @param option as `node.dsleep` */
    dsleep(this: void, us: number, option?: number): void;
    /** Sleeps until a multiple of a time. Errors: "time not available, unable to align", "unknown sleep option". @param interval µs @param minimum µs */
    dsleep_aligned(this: void, interval: number, minimum: number, option?: number): void;
    /** Converts seconds since 1970 to a date, in UTC. Error: "wrong arg range". */
    epoch2cal(this: void, seconds: number): Calendar;
  }

  interface Calendar {
    year: number;
    /** 1 to 12. */
    mon: number;
    day: number;
    hour: number;
    min: number;
    sec: number;
    /** 1 to 366. */
    yday: number;
    /** 1 (Sunday) to 7. */
    wday: number;
  }
}
