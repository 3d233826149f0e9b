/** The load cell converter HX711. ESP8266 only, off by default. */
declare namespace hx711 {
  /** Channel and gain: 0 A 128, 1 B 32, 2 A 64. */
  type Mode = 0 | 1 | 2;
  /**
   * `hx711` on ESP8266.
   * @example
   * hx711.init(5, 6);
   * print(hx711.read(0));
   */
  interface Esp8266 {
    /** Sets the pins, D0…D12. */
    init(this: void, clock: number, data: number): void;
    /** Measures: 24 bits with sign. Errors: "Mode value out of range", "ADC timeout!". @param mode default 0 */
    read(this: void, mode?: Mode): number;
    /**
     * Measures on and on. In default builds (GPIO_INTERRUPT_ENABLE and GPIO_INTERRUPT_HOOK_ENABLE), as `stop`.
     * Errors: "Mode value out of range", "Samples value out of range (1-400)", "Already running",
     * "Failed to allocate memory", "Not a callback function".
     * @param samples in a block, 1 to 400
     * @param callback gets a block of 3-byte numbers, the time in µs, and how many samples were lost before it
     */
    start(
      this: void,
      mode: Mode,
      samples: number,
      callback: (this: void, data: string, time: number, dropped: number) => void,
    ): void;
    /** Ends `start`. */
    stop(this: void): void;
    /** Returns the driver's state as bytes; nothing if it does not run. Only in builds made to debug the module. */
    status(this: void): string | undefined;
  }
}
