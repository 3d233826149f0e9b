/** Samples where the CPU spends its time. ESP8266 only, off by default. */
declare namespace perf {
  /**
   * `perf` on ESP8266.
   * @example
   * perf.start();
   * tmr.create().alarm(5000, tmr.ALARM_SINGLE, () => {
   *   const [total, outside, histogram] = perf.stop();
   *   if (total !== undefined) for (const [address, count] of pairs(histogram)) print(address, count, outside);
   * });
   */
  interface Esp8266 {
    /**
     * Starts. Errors: "end must be larger than start", "Unable to initialize timer".
     * @param start lowest address, default 0x40000000
     * @param end highest address, default the end of the code
     * @param bins at most, default 1024
     */
    start(this: void, start?: number, end?: number, bins?: number): void;
    /** Stops; returns the samples, those outside, the samples by address, and the bytes of a bin. Nothing if it did not run. */
    stop(
      this: void,
    ): LuaMultiReturn<
      | [total: number, outside: number, histogram: Record<number, number>, binSize: number]
      | [undefined, undefined, undefined, undefined]
    >;
  }
}
