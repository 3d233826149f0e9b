/** The sigma-delta generator. Off by default on both chips, which share no arguments. */
declare namespace sigma_delta {
  /**
   * `sigma_delta` on ESP8266: one generator. Error: "wrong arg range".
   * @example
   * sigma_delta.setup(2);
   * sigma_delta.setpwmduty(128);
   */
  interface Esp8266 {
    /** Puts the signal on a pin, stopped. @param pin D1…D12 */
    setup(this: void, pin: number): void;
    /** Frees a pin. @param pin D1…D12 */
    close(this: void, pin: number): void;
    /** Works like pulse-width modulation at about 312.5 kHz. @param duty 0 to 255 */
    setpwmduty(this: void, duty: number): void;
    /** Sets the divider. @param value 1 to 255 */
    setprescale(this: void, value: number): void;
    /** Sets the target. @param value 0 to 255 */
    settarget(this: void, value: number): void;
  }

  /**
   * `sigma_delta` on ESP32: channels 0 to 7. Error: "command failed".
   * @example
   * sigma_delta.setup(0, 4);
   * sigma_delta.setduty(0, 64);
   */
  interface Esp32 {
    /** Puts a channel's signal on a pin. */
    setup(this: void, channel: number, pin: number): void;
    /** Frees the pin of a channel. */
    close(this: void, channel: number): void;
    /** Sets the divider of a channel. @param value 1 to 255 */
    setprescale(this: void, channel: number, value: number): void;
    /** Sets the duty of a channel. @param value -128 to 127 */
    setduty(this: void, channel: number, value: number): void;
  }

  /** `sigma_delta` for code that runs on both chips: decide by `setduty`, which only ESP32 has. */
  interface Portable
    extends Partial<Pick<Esp8266, "setpwmduty" | "settarget">>,
      Partial<Pick<Esp32, "setduty">> {
    /** ESP8266: `(pin)`; ESP32: `(channel, pin)`. */
    setup(this: void, pinOrChannel: number, pin?: number): void;
    /** ESP8266: `(pin)`; ESP32: `(channel)`. */
    close(this: void, pinOrChannel: number): void;
    /** ESP8266: `(value)`; ESP32: `(channel, value)`. */
    setprescale(this: void, valueOrChannel: number, value?: number): void;
  }
}
