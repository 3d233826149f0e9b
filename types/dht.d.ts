/** The DHT family of humidity and temperature sensors. In the default build of ESP8266; off by default on ESP32. */
declare namespace dht {
  type Status = FirmwareConstant<"dht.status">;
  /** Status, °C, %, and for integer builds the thousandths of both. */
  type Reading = [
    status: Status,
    temperature: number,
    humidity: number,
    temperatureDecimal: number,
    humidityDecimal: number,
  ];

  /** What both chips have. */
  interface Common {
    readonly OK: Status;
    readonly ERROR_CHECKSUM: Status;
    readonly ERROR_TIMEOUT: Status;
    /** Reads a DHT11. On ESP32 only the status comes back if the sensor does not answer. Error on ESP32: "invalid gpio". */
    read11(this: void, pin: number): LuaMultiReturn<Reading>;
  }

  /**
   * `dht` on ESP8266. Pins D1…D12.
   * @example
   * const [status, temperature, humidity] = dht.read(5);
   * if (status === dht.OK) print(temperature, humidity);
   */
  interface Esp8266 extends Common {
    /** Reads any but a DHT12, and a DHT11 above 0 °C. */
    read(this: void, pin: number): LuaMultiReturn<Reading>;
    /** Reads a DHT12. */
    read12(this: void, pin: number): LuaMultiReturn<Reading>;
    /** The same as `read`. */
    readxx(this: void, pin: number): LuaMultiReturn<Reading>;
  }

  /**
   * `dht` on ESP32.
   * @example
   * const [status, temperature, humidity] = dht.read2x(18);
   * if (status === dht.OK) print(temperature, humidity);
   */
  interface Esp32 extends Common {
    /** Reads a DHT21, 22, 33 or 43, or an AM2301 to 2303. Error: "invalid gpio". */
    read2x(this: void, pin: number): LuaMultiReturn<Reading | [Status]>;
    read11(this: void, pin: number): LuaMultiReturn<Reading>;
  }

  /** `dht` for code that runs on both chips. */
  interface Portable extends FirmwarePortable<Common, Esp8266, Esp32> {}
}
