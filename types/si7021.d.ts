/** The humidity and temperature sensor Si7021 on I²C bus 0. ESP8266 only, off by default. */
declare namespace si7021 {
  type Resolution = FirmwareConstant<"si7021.resolution">;
  type Heater = FirmwareConstant<"si7021.heater">;
  /**
   * `si7021` on ESP8266.
   * @example
   * i2c.setup(0, 5, 6, i2c.SLOW);
   * si7021.setup();
   * const [humidity, temperature] = si7021.read();
   * print(humidity, temperature);
   */
  interface Esp8266 {
    /** 12 bits of humidity, 14 of temperature, and so on. */
    readonly RH12_TEMP14: Resolution;
    readonly RH08_TEMP12: Resolution;
    readonly RH10_TEMP13: Resolution;
    readonly RH11_TEMP11: Resolution;
    readonly HEATER_ENABLE: Heater;
    readonly HEATER_DISABLE: Heater;
    /** Starts the sensor. Error: "found no device". */
    setup(this: void): void;
    /** Measures %, °C, and for integer builds the decimals of both. Error: "crc error". */
    read(
      this: void,
    ): LuaMultiReturn<
      [humidity: number, temperature: number, humidityDecimal: number, temperatureDecimal: number]
    >;
    /** Sets the resolution; returns resolution, whether the supply is low, heater, its setting. Errors: "wrong arg range", "Invalid argument: …". */
    setting(
      this: void,
      resolution: Resolution,
    ): LuaMultiReturn<[resolution: number, lowSupply: 0 | 1, heater: 0 | 1, heaterSetting: number]>;
    /** @param heaterSetting 0 to 15: 3.09 to 94.20 mA */
    setting(
      this: void,
      resolution: Resolution,
      heater: Heater,
      heaterSetting: number,
    ): LuaMultiReturn<[resolution: number, lowSupply: 0 | 1, heater: 0 | 1, heaterSetting: number]>;
    /** Returns the serial number, 2 × 32 bits. Error: "crc error". */
    serial(this: void): LuaMultiReturn<[a: number, b: number]>;
    /** Returns the sensor's firmware: 255 for 1.0, 32 for 2.0. */
    firmware(this: void): number;
  }
}
