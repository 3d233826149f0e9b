/** The digital-to-analog converters, GPIO25 and GPIO26. ESP32 only (not on every variant), off by default. */
declare namespace dac {
  type Channel = FirmwareConstant<"dac.channel">;
  /**
   * `dac` on ESP32. Errors: "invalid channel", "dac failed".
   * @example
   * dac.enable(dac.CHANNEL_1);
   * dac.write(dac.CHANNEL_1, 128);
   */
  interface Esp32 {
    /** GPIO25. */
    readonly CHANNEL_1: Channel;
    /** GPIO26. */
    readonly CHANNEL_2: Channel;
    /** Turns the output on. */
    enable(this: void, channel: Channel): void;
    /** Turns the output off. */
    disable(this: void, channel: Channel): void;
    /** Sets the voltage. Error: "out of range". @param value 0 to 255 */
    write(this: void, channel: Channel, value: number): void;
  }
}
