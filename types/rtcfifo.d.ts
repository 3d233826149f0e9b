/** A queue of measurements that survives deep sleep. ESP8266 only, off by default. */
declare namespace rtcfifo {
  /** Seconds since 1970; the value is `value * 10 ^ -decimals`; a name of up to 4 characters. Nothing if there is none. */
  type Sample =
    | [timestamp: number, value: number, decimals: number, name: string]
    | [undefined, undefined, undefined, undefined];

  /**
   * `rtcfifo` on ESP8266. Error of all but `prepare` and `ready`: "rtcfifo not prepared!".
   * @example
   * if (rtcfifo.ready() === 0) rtcfifo.prepare({ sensor_count: 5 });
   * rtcfifo.put(1700000000, 215, 1, "temp");
   * const [timestamp, value, decimals, name] = rtcfifo.pop();
   * if (timestamp !== undefined) print(timestamp, value, decimals, name);
   */
  interface Esp8266 {
    /** Makes the queue, empty. Error: "expected table as arg #1". */
    prepare(this: void, options?: Options): void;
    /** Returns 0 if it is not prepared. */
    ready(this: void): number;
    /** Appends a measurement. @param value 0 to 65535 */
    put(this: void, timestamp: number, value: number, decimals: number, name: string): void;
    /** Takes the first measurement. */
    pop(this: void): LuaMultiReturn<Sample>;
    /** Reads a measurement. @param offset from the first; default 0 */
    peek(this: void, offset?: number): LuaMultiReturn<Sample>;
    /** Drops the first measurements. */
    drop(this: void, count: number): void;
    /** Returns the number of measurements. */
    count(this: void): number;
    /** Sleeps deeply until the next measurement is due. Only with `rtctime` in the build. @param minimum µs */
    dsleep_until_sample(this: void, minimum: number): void;
  }

  interface Options {
    /** µs between measurements, for `dsleep_until_sample`. */
    interval_us?: number;
    /** Names, 1 to 16; default 5. */
    sensor_count?: number;
    /** First slot of RTC memory, default 32; with `storage_end`. */
    storage_begin?: number;
    /** Slot after the last, default 128; with `storage_begin`. */
    storage_end?: number;
  }
}
