/** The gyroscope L3G4200D on I²C bus 0. ESP8266 only, off by default. */
declare namespace l3g4200d {
  /**
   * `l3g4200d` on ESP8266.
   * @example
   * i2c.setup(0, 5, 6, i2c.SLOW);
   * l3g4200d.setup();
   * const [x, y, z] = l3g4200d.read();
   * print(x, y, z);
   */
  interface Esp8266 {
    /** Starts the sensor. Error: "device not found". */
    setup(this: void): void;
    /** Measures. */
    read(this: void): LuaMultiReturn<[x: number, y: number, z: number]>;
  }
}
