/** Somfy blinds by radio, 433.42 MHz. ESP8266 only, off by default. */
declare namespace somfy {
  type Command = FirmwareConstant<"somfy.command">;
  /**
   * `somfy` on ESP8266.
   * @example
   * somfy.sendcommand(4, 123, somfy.UP, 1, 2, () => print("sent"));
   */
  interface Esp8266 {
    readonly UP: Command;
    readonly DOWN: Command;
    readonly STOP: Command;
    readonly PROG: Command;
    /**
     * Sends. Errors: "Invalid pin", "Unable to initialize timer".
     * @param pin D0…D12
     * @param remote address
     * @param rollingCode one more each time
     * @param repeat default 2
     */
    sendcommand(
      this: void,
      pin: number,
      remote: number,
      command: Command,
      rollingCode: number,
      repeat?: number,
      done?: (this: void) => void,
    ): void;
    /**
     * Listens; without a function stops. Errors: "Invalid interrupt pin", "Invalid parameters".
     * @param pin D1…D12
     * @param received gets the address, the command, the rolling code and all 10 bytes
     */
    listen(
      this: void,
      pin?: number,
      received?: (this: void, remote: number, command: Command, rollingCode: number, frame: string) => void,
    ): void;
  }
}
