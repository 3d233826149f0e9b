/** The analog-to-digital converter. In the default build of ESP8266; off by default on ESP32. */
declare namespace adc {
  /** What both chips have: nothing but the name, `read` takes other arguments. */
  type Common = {};

  /**
   * `adc` on ESP8266. It measures either pin A0 or the supply voltage, as set in flash.
   * @example
   * print(adc.read(0));
   */
  interface Esp8266 extends Common {
    /** Measure pin A0. */
    readonly INIT_ADC: FirmwareConstant<"adc.init">;
    /** Measure the supply voltage. */
    readonly INIT_VDD33: FirmwareConstant<"adc.init">;
    /**
     * Sets what is measured; true if that was a change, which needs a restart.
     * Errors: "Invalid mode", "flash read error", "flash erase error", "flash write error".
     */
    force_init_mode(this: void, mode: FirmwareConstant<"adc.init">): boolean;
    /** Measures pin A0, 0 to 1023; 65535 if the supply voltage is measured. @param channel always 0 */
    read(this: void, channel: 0): number;
    /** Measures the supply voltage in mV; 65535 if pin A0 is measured. */
    readvdd33(this: void): number;
  }

  /** An attenuation on ESP32; the full range is about 1.1, 1.5, 2.2 or 3.9 V (at most the supply). */
  type Attenuation = FirmwareConstant<"adc.atten">;

  /**
   * `adc` on ESP32. Only the first converter; errors name a channel that it lacks.
   * @example
   * adc.setwidth(adc.ADC1, 12);
   * adc.setup(adc.ADC1, 0, adc.ATTEN_11db);
   * print(adc.read(adc.ADC1, 0));
   */
  interface Esp32 extends Common {
    readonly ADC1: 1;
    readonly ATTEN_0db: Attenuation;
    readonly ATTEN_2_5db: Attenuation;
    readonly ATTEN_6db: Attenuation;
    readonly ATTEN_11db: Attenuation;
    /** Sets the resolution of all channels. Error: "adc_set_width failed". @param bits 9 to 12 */
    setwidth(this: void, adc: 1, bits: 9 | 10 | 11 | 12): void;
    /** Sets the range of a channel. Error: "adc_setup failed". @param channel 0 to 7 (on the original ESP32: GPIO36 to 39, then 32 to 35) */
    setup(this: void, adc: 1, channel: number, attenuation: Attenuation): void;
    /** Measures a channel, after `setwidth`. Error: "adc_read failed". @param channel 0 to 7 */
    read(this: void, adc: 1, channel: number): number;
    /** Removed: raises an error. @deprecated */
    read_hall_sensor(this: void): never;
  }

  /** `adc` for code that runs on both chips. */
  interface Portable extends Partial<Omit<Esp8266, "read">>, Partial<Omit<Esp32, "read">> {
    /** ESP8266: `(0)`; ESP32: `(adc.ADC1, channel)`. */
    read(this: void, adcOrChannel: 0 | 1, channel?: number): number;
  }
}
