/** The humidity and temperature sensor HDC1080 on I²C bus 0. ESP8266 only, off by default. */
declare namespace hdc1080 {
  /** `hdc1080` on ESP8266. */
  interface Esp8266 {
    /** Starts the sensor. */
    setup(this: void): void;
    /** Measures, in °C and %. */
    read(this: void): LuaMultiReturn<[temperature: number, humidity: number]>;
  }
}
