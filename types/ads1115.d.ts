/** The analog-to-digital converters ADS1115 and ADS1015 on I²C. ESP8266 only, off by default. */
declare namespace ads1115 {
  type Address = FirmwareConstant<"ads1115.addr">;
  type Gain = FirmwareConstant<"ads1115.gain">;
  type Rate = FirmwareConstant<"ads1115.dr">;
  type Channel = FirmwareConstant<"ads1115.mux">;
  type Mode = FirmwareConstant<"ads1115.mode">;
  type Conversions = FirmwareConstant<"ads1115.conv">;
  type ComparatorMode = FirmwareConstant<"ads1115.cmode">;

  /**
   * `ads1115` on ESP8266.
   * @example
   * i2c.setup(0, 5, 6, i2c.SLOW);
   * const device = ads1115.ads1115(0, ads1115.ADDR_GND);
   * device.setting(ads1115.GAIN_6_144V, ads1115.DR_128SPS, ads1115.SINGLE_0, ads1115.SINGLE_SHOT);
   * device.startread((volt) => print(volt));
   */
  interface Esp8266 {
    readonly ADDR_GND: Address;
    readonly ADDR_VDD: Address;
    readonly ADDR_SDA: Address;
    readonly ADDR_SCL: Address;
    readonly SINGLE_SHOT: Mode;
    readonly CONTINUOUS: Mode;
    readonly DIFF_0_1: Channel;
    readonly DIFF_0_3: Channel;
    readonly DIFF_1_3: Channel;
    readonly DIFF_2_3: Channel;
    readonly SINGLE_0: Channel;
    readonly SINGLE_1: Channel;
    readonly SINGLE_2: Channel;
    readonly SINGLE_3: Channel;
    /** ±6.144 V, and so on. */
    readonly GAIN_6_144V: Gain;
    readonly GAIN_4_096V: Gain;
    readonly GAIN_2_048V: Gain;
    readonly GAIN_1_024V: Gain;
    readonly GAIN_0_512V: Gain;
    readonly GAIN_0_256V: Gain;
    /** 8 samples a second; ADS1115 only, as 16, 32, 64, 475 and 860. */
    readonly DR_8SPS: Rate;
    readonly DR_16SPS: Rate;
    readonly DR_32SPS: Rate;
    readonly DR_64SPS: Rate;
    readonly DR_128SPS: Rate;
    readonly DR_250SPS: Rate;
    readonly DR_475SPS: Rate;
    /** ADS1015 only, as 920, 1600, 2400 and 3300. */
    readonly DR_490SPS: Rate;
    readonly DR_860SPS: Rate;
    readonly DR_920SPS: Rate;
    readonly DR_1600SPS: Rate;
    readonly DR_2400SPS: Rate;
    readonly DR_3300SPS: Rate;
    readonly CONV_RDY_1: Conversions;
    readonly CONV_RDY_2: Conversions;
    readonly CONV_RDY_4: Conversions;
    readonly COMP_1CONV: Conversions;
    readonly COMP_2CONV: Conversions;
    readonly COMP_4CONV: Conversions;
    /** With hysteresis. */
    readonly CMODE_TRAD: ComparatorMode;
    readonly CMODE_WINDOW: ComparatorMode;

    /** Makes an ADS1115. Errors: "found no device", "unexpected config value …". @param bus always 0 */
    ads1115(this: void, bus: 0, address: Address): Device;
    /** Makes an ADS1015. Errors as `ads1115`. @param bus always 0 */
    ads1015(this: void, bus: 0, address: Address): Device;
    /** Resets everything on the bus. */
    reset(this: void): void;
  }

  /** mV, then in integer builds the µV after it, the raw value, and in integer builds the sign (-1, 0, 1). */
  type Reading = [volt: number, decimal: number | undefined, raw: number, sign: number | undefined];

  /** A converter. @userdata metatable_name esp8266 */
  interface Device {
    /** Reads the last conversion. */
    read(): LuaMultiReturn<Reading>;
    /**
     * Sets up the converter. Errors: "invalid number of arguments to 'setting'", "threshold_low > threshold_hi", and
     * those that name an argument.
     * @param ready after how many conversions the pin ALERT tells
     */
    setting(gain: Gain, rate: Rate, channel: Channel, mode: Mode, ready?: Conversions): void;
    /**
     * @param comparator after how many conversions the pin ALERT tells that a threshold is passed
     * @param low mV
     * @param high mV
     * @param comparatorMode default `CMODE_TRAD`
     */
    setting(
      gain: Gain,
      rate: Rate,
      channel: Channel,
      mode: Mode,
      comparator: Conversions,
      low: number,
      high: number,
      comparatorMode?: ComparatorMode,
    ): void;
    /** Starts a single conversion and calls the function with its result. Error: "Must be function". */
    startread(callback: (this: void, ...reading: Reading) => void): void;
    /** Converts a raw value as `read` does. Only in builds made to test the module. @param raw 0 to 65535 */
    test_volt_conversion(raw: number): LuaMultiReturn<Reading>;
  }
}
