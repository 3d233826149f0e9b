/** 128 slots of 32 bits that survive deep sleep. Off by default on both chips. */
declare namespace rtcmem {
  /**
   * What both chips have.
   * @example
   * const [restarts] = rtcmem.read32(0);
   * rtcmem.write32(0, restarts + 1);
   */
  interface Common {
    /** Reads slots; fewer where there are none. @param index 0 to 127 @param count default 1 */
    read32(this: void, index: number, count?: number): LuaMultiReturn<number[]>;
    /** Writes slots. @param index 0 to 127 */
    write32(this: void, index: number, ...values: [number, ...number[]]): void;
  }
  interface Esp8266 extends Common {}
  interface Esp32 extends Common {}
}
