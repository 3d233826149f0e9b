/** Serial ports. In every default build of both chips. */
declare namespace uart {
  /** A parity: `PARITY_NONE` 0, `PARITY_EVEN` 1, `PARITY_ODD` 2. */
  type Parity = 0 | 1 | 2;
  /** Stop bits: `STOPBITS_1` 1, `STOPBITS_2` 2, `STOPBITS_1_5` 3. */
  type StopBits = 1 | 2 | 3;
  type DataBits = 5 | 6 | 7 | 8;
  /** Line speed in bit/s. */
  type Baud = number;

  /**
   * What both chips have.
   * @example
   * uart.setup(0, 115200, 8, uart.PARITY_NONE, uart.STOPBITS_1, 0);
   * uart.on("data", "\r", (line) => print(line), 0);
   * uart.write(0, "ready\r\n");
   */
  interface Common {
    readonly PARITY_NONE: 0;
    readonly PARITY_EVEN: 1;
    readonly PARITY_ODD: 2;
    readonly STOPBITS_1: 1;
    readonly STOPBITS_2: 2;
    readonly STOPBITS_1_5: 3;

    /** Returns the settings of a port. */
    getconfig(
      this: void,
      id: number,
    ): LuaMultiReturn<[baud: Baud, databits: DataBits, parity: Parity, stopbits: StopBits]>;

    /**
     * Sets what happens with data of the console's port. Without a handler data goes to the Lua console again.
     * Errors: "method not supported", "wrong arg range".
     */
    on(this: void, event: "data", handler?: (this: void, data: string) => void, toConsole?: 0 | 1): void;
    /**
     * @param until a number: call the handler for every so many bytes, up to 255, 0 for each byte; a character: call it
     * with what came up to and including that
     * @param toConsole 0: data goes to the handler only; default 1: to the Lua console too
     */
    on(
      this: void,
      event: "data",
      until: number | string,
      handler?: (this: void, data: string) => void,
      toConsole?: 0 | 1,
    ): void;

    /**
     * Sets speed and format of a port and returns the speed.
     * @param baud bit/s
     * @param echo console's port: 1 echoes what comes in
     */
    setup(
      this: void,
      id: number,
      baud: Baud,
      databits: DataBits,
      parity: Parity,
      stopbits: StopBits,
      echo?: 0 | 1,
    ): Baud;

    /** Writes strings, or single bytes given as numbers 0 to 255. Error: "invalid number". */
    write(this: void, id: number, ...data: (string | number)[]): void;
  }

  /** `uart` on ESP8266. Port 0 is the console, port 1 only sends. */
  interface Esp8266 extends Common {
    readonly DIR_RX: 0;
    readonly DIR_TX: 1;

    /** Puts port 0 on other pins. @param alternate 1: GPIO13 and GPIO15; 0: GPIO3 and GPIO1 */
    alt(this: void, alternate: 0 | 1): void;

    /**
     * Returns the bytes that wait in a hardware buffer.
     * Errors: "Bad UART id; must be 0 or 1", "Bad direction; must be DIR_RX or DIR_TX".
     * @param id default 0
     * @param direction default `uart.DIR_RX`
     */
    fifodepth(this: void, id?: 0 | 1, direction?: 0 | 1): number;
  }

  /**
   * `uart` on ESP32. The console's port is set at build time, else 0.
   * @example
   * uart.setup(2, 9600, 8, uart.PARITY_NONE, uart.STOPBITS_1, { tx: 17, rx: 16 });
   * uart.on(2, "data", "\n", (line) => print(line));
   * uart.start(2);
   */
  interface Esp32 extends Common {
    readonly FLOWCTRL_NONE: 0;
    readonly FLOWCTRL_RTS: 1;
    readonly FLOWCTRL_CTS: 2;
    readonly MODE_UART: Esp32Mode;
    readonly MODE_RS485_COLLISION_DETECT: Esp32Mode;
    readonly MODE_RS485_APP_CONTROL: Esp32Mode;
    readonly MODE_RS485_HALF_DUPLEX: Esp32Mode;
    readonly MODE_IRDA: Esp32Mode;

    on(this: void, event: "data", handler?: (this: void, data: string) => void, toConsole?: 0 | 1): void;
    on(
      this: void,
      event: "data",
      until: number | string,
      handler?: (this: void, data: string) => void,
      toConsole?: 0 | 1,
    ): void;
    /** Sets what happens with errors of the console's port. */
    on(this: void, event: "error", handler?: (this: void, err: UartError) => void): void;
    /** @param id port, default the console's */
    on(
      this: void,
      id: number,
      event: "data",
      handler?: (this: void, data: string) => void,
      toConsole?: 0 | 1,
    ): void;
    on(
      this: void,
      id: number,
      event: "data",
      until: number | string,
      handler?: (this: void, data: string) => void,
      toConsole?: 0 | 1,
    ): void;
    on(this: void, id: number, event: "error", handler?: (this: void, err: UartError) => void): void;

    /**
     * Sets speed and format of a port and returns the speed.
     * @param baud bit/s
     * @param echoOrPins the console's port: 1 echoes what comes in; other ports: their pins
     */
    setup(
      this: void,
      id: number,
      baud: Baud,
      databits: DataBits,
      parity: Parity,
      stopbits: StopBits,
      echoOrPins?: 0 | 1 | Pins,
    ): Baud;

    /** Sets how a port works, after `setup`. */
    setmode(this: void, id: number, mode: Esp32Mode): void;
    /** Starts a port that is not the console's; false if that failed. */
    start(this: void, id: number): boolean;
    /** Stops a port that is not the console's. */
    stop(this: void, id: number): void;
    /** Waits until everything is sent. */
    txflush(this: void, id: number): void;
    /** Sets how many rising edges wake the chip from light sleep. Error: "Error N from uart_set_wakeup_threshold()". @param edges at least 3 */
    wakeup(this: void, id: number, edges: number): void;
  }

  /** `uart` for code that runs on both chips. */
  interface Portable extends FirmwarePortable<Common, Esp8266, Esp32> {}

  type Esp32Mode = FirmwareConstant<"uart.mode">;
  type UartError = "out_of_memory" | "break" | "rx_error";

  interface Pins {
    tx: number;
    rx: number;
    cts?: number;
    rts?: number;
    tx_inverse?: boolean;
    rx_inverse?: boolean;
    cts_inverse?: boolean;
    rts_inverse?: boolean;
    /** Sum of `FLOWCTRL_RTS` and `FLOWCTRL_CTS`; default `FLOWCTRL_NONE`. */
    flow_control?: number;
  }
}
