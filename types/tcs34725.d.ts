/** The colour sensor TCS34725 on I²C bus 0. ESP8266 only, off by default. */
declare namespace tcs34725 {
  /**
   * `tcs34725` on ESP8266.
   * @example
   * i2c.setup(0, 5, 6, i2c.SLOW);
   * tcs34725.setup();
   * tcs34725.enable(() => {
   *   const [clear, red, green, blue] = tcs34725.raw();
   *   print(clear, red, green, blue);
   * });
   */
  interface Esp8266 {
    /** Starts the driver; returns 1. Error: "No TCS34725 found." */
    setup(this: void): 1;
    /** Turns the sensor on and calls the function when it is ready. Error: "Enable argument must be a function." */
    enable(this: void, ready: (this: void) => void): void;
    /** Turns the sensor off. */
    disable(this: void): void;
    /** Measures. Error: "TCS34725 not initialised." */
    raw(this: void): LuaMultiReturn<[clear: number, red: number, green: number, blue: number]>;
    /** Sets the gain, after `enable`: 0 1×, 1 4×, 2 16×, 3 60×. Error: "TCS34725 not initialised." */
    setGain(this: void, gain: 0 | 1 | 2 | 3): void;
    /** Sets how long a measurement takes, after `enable`: 255 2.4 ms, 246 24 ms, 213 101 ms, 192 154 ms, 0 700 ms. */
    setIntegrationTime(this: void, time: number): void;
  }
}
