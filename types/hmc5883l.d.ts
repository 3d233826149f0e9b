/** The magnetometer HMC5883L on I²C bus 0. ESP8266 only, off by default. */
declare namespace hmc5883l {
  /**
   * `hmc5883l` on ESP8266.
   * @example
   * i2c.setup(0, 5, 6, i2c.SLOW);
   * hmc5883l.setup();
   * const [x, y, z] = hmc5883l.read();
   * print(x, y, z);
   */
  interface Esp8266 {
    /** Starts the sensor. Error: "device not found". */
    setup(this: void): void;
    /** Measures. */
    read(this: void): LuaMultiReturn<[x: number, y: number, z: number]>;
  }
}
