/** Sends to radio sockets at 433 or 315 MHz. ESP8266 only, off by default. */
declare namespace rfswitch {
  /**
   * `rfswitch` on ESP8266.
   * @example
   * rfswitch.send(1, 300, 5, 7, 560777, 24);
   */
  interface Esp8266 {
    /**
     * Sends, and waits for that.
     * @param protocol 1 to 6
     * @param pulse µs, usually 100 to 650
     * @param repeat usually 1 to 5
     * @param pin D0…D12
     * @param length bits of the value
     */
    send(
      this: void,
      protocol: number,
      pulse: number,
      repeat: number,
      pin: number,
      value: number,
      length: number,
    ): void;
  }
}
