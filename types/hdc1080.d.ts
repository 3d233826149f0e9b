/** The humidity and temperature sensor HDC1080 on I²C bus 0. ESP8266 only, off by default. */
declare namespace hdc1080 {
  /**
   * `hdc1080` on ESP8266.
   * @example
   * i2c.setup(0, 5, 6, i2c.SLOW);
   * hdc1080.setup();
   * const [temperature, humidity] = hdc1080.read();
   * print(temperature, humidity);
   */
  interface Esp8266 {
    /** Starts the sensor. */
    setup(this: void): void;
    /** Measures, in °C and %. */
    read(this: void): LuaMultiReturn<[temperature: number, humidity: number]>;
  }
}
