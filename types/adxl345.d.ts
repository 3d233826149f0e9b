/** The accelerometer ADXL345 on I²C bus 0. ESP8266 only, off by default. */
declare namespace adxl345 {
  /**
   * `adxl345` on ESP8266.
   * @example
   * i2c.setup(0, 5, 6, i2c.SLOW);
   * adxl345.setup();
   * const [x, y, z] = adxl345.read();
   * print(x, y, z);
   */
  interface Esp8266 {
    /** Starts the sensor. Error: "device not found". */
    setup(this: void): void;
    /** Measures. */
    read(this: void): LuaMultiReturn<[x: number, y: number, z: number]>;
  }
}
