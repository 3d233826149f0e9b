/** The sensor BME680 on I²C bus 0. ESP8266 only, off by default. */
declare namespace bme680 {
  /**
   * `bme680` on ESP8266.
   * @example
   * i2c.setup(0, 5, 6, i2c.SLOW);
   * bme680.setup();
   * bme680.startreadout(150, () => {
   *   const [temperature, pressure, humidity, gasResistance] = bme680.read();
   *   print(temperature, pressure, humidity, gasResistance);
   * });
   */
  interface Esp8266 {
    /**
     * Starts the sensor: 1, or nothing if there is none.
     * @param temperature oversampling, 0 off, 1 to 5: 1×, 2×, 4×, 8×, 16×; default 2
     * @param pressure oversampling, default 5
     * @param humidity oversampling, default 1
     * @param heater °C, default 300
     * @param duration of heating in ms, default 200
     * @param filter 0 off, 1 to 7: 1, 3, 7, 15, 31, 63, 127; default 5
     * @param init 0: does not touch the sensor, only the driver
     */
    setup(
      this: void,
      temperature?: number,
      pressure?: number,
      humidity?: number,
      heater?: number,
      duration?: number,
      filter?: number,
      init?: number,
    ): 1 | undefined;
    /** Starts a measurement and calls a function after a time. @param delay ms, 0: as long as the settings need */
    startreadout(this: void, delay?: number, callback?: (this: void) => void): void;
    /**
     * Returns what `startreadout` measured, once: 0.01 °C, 0.01 hPa, 0.001 %, Ω; nothing if there is nothing new. With an
     * altitude also the pressure at sea level.
     * @param altitude metres
     */
    read(
      this: void,
      altitude?: number,
    ): LuaMultiReturn<
      [
        temperature?: number,
        pressure?: number,
        humidity?: number,
        gasResistance?: number,
        seaLevelPressure?: number,
      ]
    >;
    /** Converts the pressure at an altitude (0.01 hPa, m) to that at sea level. Error: "wrong arg range". */
    qfe2qnh(this: void, pressure: number, altitude: number): number;
    /** Returns the altitude in cm from the pressure and that at sea level. Error: "wrong arg range". */
    altitude(this: void, pressure: number, seaLevelPressure: number): number;
    /** Returns the dew point in 0.01 °C. Error: "wrong arg range". @param humidity 0.001 % @param temperature 0.01 °C */
    dewpoint(this: void, humidity: number, temperature: number): number;
  }
}
