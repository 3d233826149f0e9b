/** The humidity and temperature sensor AM2320 on I²C bus 0. ESP8266 only, off by default. */
declare namespace am2320 {
  /** `am2320` on ESP8266. */
  interface Esp8266 {
    /** Starts the sensor. Error: "transmission error". */
    setup(this: void): LuaMultiReturn<[model: number, version: number, serial: number]>;
    /** Measures, in 0.1 % and 0.1 °C. Error: "transmission error". */
    read(this: void): LuaMultiReturn<[humidity: number, temperature: number]>;
  }
}
