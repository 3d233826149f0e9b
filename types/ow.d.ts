/** 1-Wire bus. In the default build of both chips. */
declare namespace ow {
  /**
   * What both chips have. Pins: D1…D12 on ESP8266, GPIO numbers on ESP32. Errors name what is wrong with an argument.
   * @example
   * const pin = 4;
   * ow.setup(pin);
   * ow.reset_search(pin);
   * const rom = ow.search(pin);
   * if (rom !== undefined && ow.crc8(string.sub(rom, 1, 7)) === string.byte(rom, 8)) {
   *   ow.reset(pin);
   *   ow.select(pin, rom);
   *   ow.write(pin, 0x44, 1);
   * }
   */
  interface Common {
    /** Makes a pin a bus. Errors: "no 1-wire for D0" (ESP8266), "invalid pin" (ESP32). */
    setup(this: void, pin: number): void;
    /** Resets the bus; 1 if somebody answers, 0 if not. */
    reset(this: void, pin: number): 0 | 1;
    /** Speaks to all devices, after `reset`. */
    skip(this: void, pin: number): void;
    /** Speaks to one device, after `reset`. @param rom 8 bytes */
    select(this: void, pin: number, rom: string): void;
    /** Writes a byte. @param power 1: keeps the line high afterwards, for devices that live on it; default 0 */
    write(this: void, pin: number, byte: number, power?: 0 | 1): void;
    /** Writes bytes. @param power as `write` */
    write_bytes(this: void, pin: number, data: string, power?: 0 | 1): void;
    /** Reads a byte. */
    read(this: void, pin: number): number;
    /** Reads bytes. Error: "Attempt to read too many characters". @param size at most 256 */
    read_bytes(this: void, pin: number, size: number): string | undefined;
    /** Stops keeping the line high. */
    depower(this: void, pin: number): void;
    /** Starts the search for devices from the beginning. */
    reset_search(this: void, pin: number): void;
    /** Searches for devices of one family only. @param family 0 to 255 */
    target_search(this: void, pin: number, family: number): void;
    /** Returns the 8 bytes of the next device, nil after the last. Error on ESP32: "search not initialized" (call `reset_search`). */
    search(this: void, pin: number): string | undefined;
    /** Returns the 8-bit checksum. */
    crc8(this: void, data: string): number;
    /** Returns the 16-bit checksum. @param crc start, default 0 */
    crc16(this: void, data: string, crc?: number): number;
    /** Compares the 16-bit checksum with the two bytes that came, inverted, low one first. @param crc start, default 0 */
    check_crc16(this: void, data: string, low: number, high: number, crc?: number): boolean;
  }

  /** `ow` on ESP8266. */
  interface Esp8266 extends Common {
    /** Speaks to one device, after `reset`. @param rom 8 bytes */
    select(this: void, pin: number, rom: string | number[]): void;
    /** @param alarm 1: only devices in alarm; default 0 */
    search(this: void, pin: number, alarm?: 0 | 1): string | undefined;
    /** Changes the timing, µs each; what is nil stays. Defaults: 480, 70, 410, 5, 52, 65, 5, 5, 8, 52. */
    set_timings(
      this: void,
      resetTx?: number,
      resetWait?: number,
      resetRx?: number,
      write1Low?: number,
      write1High?: number,
      write0Low?: number,
      write0High?: number,
      readLow?: number,
      readWait?: number,
      readDelay?: number,
    ): void;
  }

  /** `ow` on ESP32. */
  interface Esp32 extends Common {}

  /** `ow` for code that runs on both chips. */
  interface Portable extends FirmwarePortable<Common, Esp8266, Esp32> {}
}
