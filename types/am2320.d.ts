/** The humidity and temperature sensor AM2320 on I²C bus 0. ESP8266 only, off by default. */
declare namespace am2320 {
  /**
   * `am2320` on ESP8266.
   * @example
   * i2c.setup(0, 5, 6, i2c.SLOW);
   * am2320.setup();
   * const [humidity, temperature] = am2320.read();
   * print(humidity / 10, temperature / 10);
   */
  interface Esp8266 {
    /** Starts the sensor. Error: "transmission error". */
    setup(this: void): LuaMultiReturn<[model: number, version: number, serial: number]>;
    /** Measures, in 0.1 % and 0.1 °C. Error: "transmission error". */
    read(this: void): LuaMultiReturn<[humidity: number, temperature: number]>;
  }
}
