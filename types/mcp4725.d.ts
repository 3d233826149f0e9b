/** The digital-to-analog converter MCP4725 on I²C bus 0. ESP8266 only, off by default. */
declare namespace mcp4725 {
  type PowerDown = FirmwareConstant<"mcp4725.pwrdn">;

  /**
   * `mcp4725` on ESP8266. Errors name the field.
   * @example
   * i2c.setup(0, 5, 6, i2c.SLOW);
   * mcp4725.write({ value: 2048, pwrdn: mcp4725.PWRDN_NONE });
   * const [, value] = mcp4725.read();
   * print(value);
   */
  interface Esp8266 {
    readonly PWRDN_NONE: PowerDown;
    /** Output off, 1 kΩ to ground; likewise 100 kΩ and 500 kΩ. */
    readonly PWRDN_1K: PowerDown;
    readonly PWRDN_100K: PowerDown;
    readonly PWRDN_500K: PowerDown;
    /** Returns power-down mode and value of the register and of the EEPROM, whether the EEPROM is written (1), and whether the chip is ready (1). */
    read(
      this: void,
      address?: Address,
    ): LuaMultiReturn<
      [
        powerDown: PowerDown,
        value: number,
        storedPowerDown: PowerDown,
        storedValue: number,
        stored: 0 | 1,
        ready: 0 | 1,
      ]
    >;
    /** Sets the output. */
    write(this: void, settings: Settings): void;
  }

  /** The address bits; default 0. */
  interface Address {
    A0?: 0 | 1;
    A1?: 0 | 1;
    A2?: 0 | 1;
  }

  interface Settings extends Address {
    /** 0 to 4095. */
    value: number;
    /** Default `PWRDN_NONE`. */
    pwrdn?: PowerDown;
    /** Default false: keep it in the EEPROM. */
    save?: boolean;
  }
}
