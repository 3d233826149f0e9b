/** Bloom filters: sets that may say yes for a string that is not in them, and never no for one that is. ESP8266 only, off by default. */
declare namespace bloom {
  /**
   * `bloom` on ESP8266.
   * @example
   * const seen = bloom.create(1000, 100);
   * if (!seen.add("first")) print("new");
   * print(seen.check("second"));
   */
  interface Esp8266 {
    /** Makes a filter. @param elements at most so many strings @param errorRate n: one wrong yes in n */
    create(this: void, elements: number, errorRate: number): Filter;
  }

  /** A filter. @userdata bloom.filter esp8266 */
  interface Filter {
    /** Adds a string; true if it was there already. */
    add(value: string): boolean;
    /** Tells whether a string is there. */
    check(value: string): boolean;
    /** Empties the filter. */
    reset(): void;
    /** Returns bits, hash functions, bits set, and n: about one wrong yes in n, at most 1000000. */
    info(): LuaMultiReturn<[bits: number, functions: number, occupancy: number, rate: number]>;
  }
}
