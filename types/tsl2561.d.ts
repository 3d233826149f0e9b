/** The light sensor TSL2561 on I²C. ESP8266 only, off by default. */
declare namespace tsl2561 {
  type Status = FirmwareConstant<"tsl2561.status">;
  type IntegrationTime = FirmwareConstant<"tsl2561.time">;
  type Gain = FirmwareConstant<"tsl2561.gain">;
  type Package = FirmwareConstant<"tsl2561.package">;
  type Address = FirmwareConstant<"tsl2561.address">;
  /**
   * `tsl2561` on ESP8266.
   * @example
   * if (tsl2561.init(5, 6, tsl2561.ADDRESS_FLOAT, tsl2561.PACKAGE_T_FN_CL) === tsl2561.TSL2561_OK) {
   *   const [lux, status] = tsl2561.getlux();
   *   if (status === tsl2561.TSL2561_OK) print(lux);
   * }
   */
  interface Esp8266 {
    readonly TSL2561_OK: Status;
    readonly TSL2561_ERROR_I2CINIT: Status;
    readonly TSL2561_ERROR_I2CBUSY: Status;
    readonly TSL2561_ERROR_NOINIT: Status;
    readonly TSL2561_ERROR_LAST: Status;
    readonly INTEGRATIONTIME_13MS: IntegrationTime;
    readonly INTEGRATIONTIME_101MS: IntegrationTime;
    readonly INTEGRATIONTIME_402MS: IntegrationTime;
    readonly GAIN_1X: Gain;
    readonly GAIN_16X: Gain;
    readonly PACKAGE_CS: Package;
    readonly PACKAGE_T_FN_CL: Package;
    readonly ADDRESS_GND: Address;
    readonly ADDRESS_FLOAT: Address;
    readonly ADDRESS_VDD: Address;
    /** Starts the sensor. Errors: "wrong arg range", "no i2c for D0", "Invalid argument: …". @param sda pin, D1…D12 @param scl pin, D1…D12 @param address default `ADDRESS_FLOAT` @param type default `PACKAGE_T_FN_CL` */
    init(this: void, sda: number, scl: number, address?: Address, type?: Package): Status;
    /** Sets how it measures. Errors: "wrong arg range", "Invalid argument: …". */
    settiming(this: void, time: IntegrationTime, gain: Gain): Status;
    /** Measures in lux; 0 if that failed. */
    getlux(this: void): LuaMultiReturn<[lux: number, status: Status]>;
    /** Measures all light and infrared light. */
    getrawchannels(this: void): LuaMultiReturn<[all: number, infrared: number, status: Status]>;
  }
}
