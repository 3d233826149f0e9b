/** The arithmetic of the sensors BME280 and BMP280, for a driver in Lua. ESP8266 only, off by default. */
declare namespace bme280_math {
  /** The state that `setup` makes. */
  type Sensor = LuaUserdata;

  /**
   * `bme280_math` on ESP8266. Units: °C, hPa, %, m.
   * @example
   * const registers = "";
   * const [sensor, config] = bme280_math.setup(registers);
   * if (sensor !== undefined) {
   *   const [temperature] = bme280_math.read(sensor, "the bytes of a measurement");
   *   print(config.length, temperature);
   * }
   */
  interface Esp8266 {
    /**
     * Reads the calibration registers; nothing if they are not complete. The second value is a list of what to write to
     * the registers for configuration, humidity (BME280 only) and control.
     * @param registers 6 + 18 bytes, and 8 more of a BME280
     * @param temperature this and the next as in `bme280.setup`
     */
    setup(
      this: void,
      registers: string,
      temperature?: number,
      pressure?: number,
      humidity?: number,
      mode?: number,
      pause?: number,
      filter?: number,
    ): LuaMultiReturn<[sensor: Sensor, config: string[]] | [undefined, undefined]>;
    /** Converts a measurement; what was not measured is nil. Error: "invalid readout data". @param registers 6 or 8 bytes */
    read(
      this: void,
      sensor: Sensor,
      registers: string,
      altitude?: number,
    ): LuaMultiReturn<
      [temperature?: number, pressure?: number, humidity?: number, seaLevelPressure?: number]
    >;
    /** Converts the pressure at an altitude to that at sea level. */
    qfe2qnh(this: void, pressure: number, altitude: number): number;
    /** @param self ignored */
    qfe2qnh(this: void, self: object, pressure: number, altitude: number): number;
    /** Returns the altitude from the pressure and that at sea level. */
    altitude(this: void, pressure: number, seaLevelPressure: number): number;
    /** @param self ignored */
    altitude(this: void, self: object, pressure: number, seaLevelPressure: number): number;
    /** Returns the dew point. */
    dewpoint(this: void, humidity: number, temperature: number): number;
    /** @param self ignored */
    dewpoint(this: void, self: object, humidity: number, temperature: number): number;
  }
}
