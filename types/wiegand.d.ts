/** Card readers and keypads with the Wiegand interface. ESP8266 only, off by default. */
declare namespace wiegand {
  /**
   * `wiegand` on ESP8266.
   * @example
   * const reader = wiegand.create(1, 2, (code, bits) => print(code, bits));
   * reader.close();
   */
  interface Esp8266 {
    /**
     * Makes a reader. An error in the callback reboots the board. Errors: "Invalid pin for D0", "Invalid pin for D1",
     * "pin already in use", "not enough memory".
     * @param data0 pin, D1…D12
     * @param data1 pin, D1…D12
     * @param received gets the code and its bits, 4 for a key or 26
     */
    create(
      this: void,
      data0: number,
      data1: number,
      received: (this: void, code: number, bits: number) => void,
    ): Reader;
  }

  /** A reader. @userdata wiegand.wiegand esp8266 */
  interface Reader {
    /** Frees the pins. */
    close(): void;
  }
}
