/** I2S sound in and out. Only the original ESP32, off by default. */
declare namespace i2s {
  /** `i2s.MODE_…`, which can be added up. */
  type Mode = FirmwareConstant<"i2s.mode">;
  type Channel = FirmwareConstant<"i2s.channel">;
  type Format = FirmwareConstant<"i2s.format">;
  type DacChannel = FirmwareConstant<"i2s.dac">;

  interface Settings {
    /** Default `i2s.MODE_MASTER + i2s.MODE_TX`. */
    mode?: Mode;
    /** Samples per second, from 1000, default 44100. */
    rate?: number;
    /** Bits per sample, default 16. */
    bits?: number;
    /** Default `i2s.CHANNEL_RIGHT_LEFT`. */
    channel?: Channel;
    /** Default `i2s.FORMAT_I2S_STAND`. */
    format?: Format;
    /** Number of buffers, 2 (default) to 128. */
    buffer_count?: number;
    /** Samples in one buffer, 8 to 1024; default a hundredth of `rate`. */
    buffer_len?: number;
    /** GPIO of the bit clock. */
    bck_pin?: number;
    /** GPIO of the word select. */
    ws_pin?: number;
    data_out_pin?: number;
    data_in_pin?: number;
    /** For `MODE_DAC_BUILT_IN`. */
    dac_mode?: DacChannel;
    /** For `MODE_ADC_BUILT_IN`: channel of ADC 1. */
    adc1_channel?: number;
  }

  /**
   * `i2s` on ESP32.
   * @example
   * i2s.start(0, { rate: 16000, bck_pin: 26, ws_pin: 25, data_out_pin: 22 }, (id, direction) => {
   *   if (direction === "tx") i2s.write(id, "\0\0\0\0");
   * });
   */
  interface Esp32 {
    /** The documentation calls it `FORMAT_I2S_STANDARD`. */
    readonly FORMAT_I2S_STAND: Format;
    readonly FORMAT_I2S_MSB: Format;
    readonly FORMAT_PCM_SHORT: Format;
    readonly FORMAT_PCM_LONG: Format;
    readonly CHANNEL_RIGHT_LEFT: Channel;
    readonly CHANNEL_ALL_LEFT: Channel;
    readonly CHANNEL_ONLY_LEFT: Channel;
    readonly CHANNEL_ALL_RIGHT: Channel;
    readonly CHANNEL_ONLY_RIGHT: Channel;
    readonly MODE_MASTER: Mode;
    readonly MODE_SLAVE: Mode;
    readonly MODE_TX: Mode;
    readonly MODE_RX: Mode;
    readonly MODE_DAC_BUILT_IN: Mode;
    readonly MODE_ADC_BUILT_IN: Mode;
    readonly MODE_PDM: Mode;
    readonly DAC_CHANNEL_DISABLE: DacChannel;
    readonly DAC_CHANNEL_RIGHT: DacChannel;
    readonly DAC_CHANNEL_LEFT: DacChannel;
    readonly DAC_CHANNEL_BOTH: DacChannel;
    /**
     * Starts a unit. Errors: "i2s not exists", "i2s can not start", "error setting dac mode", "error setting adc1 mode",
     * "error setting pins", "cannot create queue".
     * @param ready called when there is room to write ("tx") or something to read ("rx")
     */
    start(
      this: void,
      id: 0 | 1,
      settings: Settings,
      ready?: (this: void, id: 0 | 1, direction: "tx" | "rx") => void,
    ): void;
    /** Stops a unit. */
    stop(this: void, id: 0 | 1): void;
    /** Reads what arrived. Error: "I2S driver error". @param size bytes @param wait ms, default 0 */
    read(this: void, id: 0 | 1, size: number, wait?: number): string;
    /** Queues samples; what does not fit waits its turn. */
    write(this: void, id: 0 | 1, data: string): void;
    /** Silences the output. */
    mute(this: void, id: 0 | 1): void;
  }
}
