/** The pressure sensors BMP085 and BMP180 on I²C bus 0. ESP8266 only, off by default. */
declare namespace bmp085 {
  /**
   * `bmp085` on ESP8266.
   * @example
   * i2c.setup(0, 5, 6, i2c.SLOW);
   * bmp085.setup();
   * print(bmp085.temperature() / 10, bmp085.pressure(1));
   */
  interface Esp8266 {
    /** Reads the calibration. */
    setup(this: void): void;
    /** Measures the temperature in 0.1 °C. */
    temperature(this: void): number;
    /** Measures the pressure in Pa. @param oversampling 0 to 3 (default) */
    pressure(this: void, oversampling?: number): number;
    /** Measures the pressure in the sensor's units. @param oversampling 0 to 3 (default) */
    pressure_raw(this: void, oversampling?: number): number;
  }
}
