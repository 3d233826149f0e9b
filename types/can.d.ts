/** CAN bus. ESP32 only, off by default. */
declare namespace can {
  /** `can.STANDARD_FRAME` (identifiers of 11 bits) or `can.EXTENDED_FRAME` (29 bits). */
  type Format = FirmwareConstant<"can.format">;

  /** The settings of the bus. */
  interface Settings {
    /** kbit/s. */
    speed: 100 | 250 | 500 | 800 | 1000;
    /** GPIO of the transmitter. */
    tx: number;
    /** GPIO of the receiver. */
    rx: number;
    /** Documented, but the firmware does not read it: there is always one filter. */
    dual_filter?: boolean;
    /** Acceptance code, default 0. */
    code?: number;
    /** Acceptance mask, 1: the bit does not matter; default 0xffffffff (everything). */
    mask?: number;
  }

  /**
   * `can` on ESP32.
   * @example
   * can.setup({ speed: 500, tx: 5, rx: 4 }, (format, id, data) => {
   *   print(format === can.EXTENDED_FRAME, id, data);
   * });
   * can.start();
   * can.send(can.STANDARD_FRAME, 0x123, "\x01\x02");
   */
  interface Esp32 {
    readonly STANDARD_FRAME: Format;
    readonly EXTENDED_FRAME: Format;
    /** Sets up the bus, and the handler of what arrives. Error: "Stop CAN before setup". */
    setup(
      this: void,
      settings: Settings,
      receiver: (this: void, format: Format, id: number, data: string) => void,
    ): void;
    /** Joins the bus. Error: "CAN started". */
    start(this: void): void;
    /** Leaves the bus. */
    stop(this: void): void;
    /** Sends a frame. Errors: "CAN not started", "CAN can not send more than 8 bytes". @param data at most 8 bytes */
    send(this: void, format: Format, id: number, data: string): void;
  }
}
