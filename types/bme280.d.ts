/** The sensors BME280 and BMP280 on I²C bus 0. ESP8266 only, off by default. */
declare namespace bme280 {
  /**
   * `bme280` on ESP8266.
   * @example
   * i2c.setup(0, 5, 6, i2c.SLOW);
   * bme280.setup();
   * bme280.startreadout(0, () => {
   *   const [temperature, pressure, humidity] = bme280.read();
   *   print(temperature, pressure, humidity);
   * });
   */
  interface Esp8266 {
    /**
     * Starts the sensor: 2 for BME280, 1 for BMP280, nothing if there is none.
     * @param temperature oversampling, 0 off, 1 to 5: 1×, 2×, 4×, 8×, 16×; default 5
     * @param pressure oversampling, default 5
     * @param humidity oversampling, default 5
     * @param mode 0 sleep, 1 forced, 3 normal (default)
     * @param pause between measurements in normal mode, 0 to 7; default 7 (20 ms)
     * @param filter 0 off, 1 to 4: 2, 4, 8, 16; default 4
     * @param init 0: does not touch the sensor, only the driver
     */
    setup(
      this: void,
      temperature?: number,
      pressure?: number,
      humidity?: number,
      mode?: number,
      pause?: number,
      filter?: number,
      init?: number,
    ): 1 | 2 | undefined;
    /**
     * Measures: 0.01 °C, 0.001 hPa, 0.001 %; what could not be measured is nil. With an altitude also the pressure at
     * sea level.
     * @param altitude metres
     */
    read(
      this: void,
      altitude?: number,
    ): LuaMultiReturn<
      [temperature?: number, pressure?: number, humidity?: number, seaLevelPressure?: number]
    >;
    /** Measures the temperature in 0.01 °C; nothing if it failed. The second value is the sensor's own. */
    temp(this: void): LuaMultiReturn<[temperature?: number, fine?: number]>;
    /** Measures the pressure in 0.001 hPa and the temperature; nothing if it failed. */
    baro(this: void): LuaMultiReturn<[pressure?: number, temperature?: number]>;
    /** Measures the humidity in 0.001 % and the temperature; nothing if it failed. */
    humi(this: void): LuaMultiReturn<[humidity?: number, temperature?: number]>;
    /** Starts a measurement in forced mode and calls a function after a time. @param delay ms, 0: 113 */
    startreadout(this: void, delay?: number, callback?: (this: void) => void): void;
    /** Converts the pressure at an altitude (0.001 hPa, m) to that at sea level. Error: "wrong arg range". */
    qfe2qnh(this: void, pressure: number, altitude: number): number;
    /** Returns the altitude in cm from the pressure and that at sea level. Error: "wrong arg range". */
    altitude(this: void, pressure: number, seaLevelPressure: number): number;
    /** Returns the dew point in 0.01 °C. Error: "wrong arg range". @param humidity 0.001 % @param temperature 0.01 °C */
    dewpoint(this: void, humidity: number, temperature: number): number;
  }
}
