/** A decoder for model railways (Digital Command Control). ESP8266 only, off by default. */
declare namespace dcc {
  /** What a command brings, by its name. Idle and reset come with a table too. */
  interface CommandInfo {
    DCC_RESET: { hardReset: 0 | 1 };
    DCC_IDLE: Record<never, never>;
    DCC_SPEED: { Addr: number; AddrType: number; Speed: number; Dir: number; SpeedSteps: number };
    DCC_SPEED_RAW: { Addr: number; AddrType: number; Raw: number };
    DCC_FUNC: { Addr: number; AddrType: number; FuncGrp: number; FuncState: number };
    DCC_TURNOUT: {
      BoardAddr?: number;
      OutputPair?: number;
      Addr?: number;
      Direction: number;
      OutputPower: number;
    };
    DCC_ACCESSORY: { BoardAddr?: number; Addr?: number; State?: number };
    DCC_RAW: {
      Size: number;
      PreambleBits: number;
      Data0: number;
      Data1: number;
      Data2: number;
      Data3: number;
      Data4: number;
      Data5: number;
    };
    DCC_SERVICEMODE: { InServiceMode: 0 | 1 };
  }

  /** A command that knows its name. */
  type Command<Name extends keyof CommandInfo = keyof CommandInfo> = number & { readonly __command: Name };
  /** What is done with a configuration variable. */
  type Operation = FirmwareConstant<"dcc.cv">;
  type Manufacturer = FirmwareConstant<"dcc.manufacturer">;
  type Flag = FirmwareConstant<"dcc.flag">;

  /**
   * `dcc` on ESP8266.
   * @example
   * dcc.setup(
   *   2,
   *   (command, info) => {
   *     if (command === dcc.DCC_SPEED) print(info);
   *   },
   *   dcc.MAN_ID_DIY,
   *   1,
   *   dcc.FLAGS_AUTO_FACTORY_DEFAULT,
   *   0,
   * );
   */
  interface Esp8266 {
    readonly DCC_RESET: Command<"DCC_RESET">;
    readonly DCC_IDLE: Command<"DCC_IDLE">;
    readonly DCC_SPEED: Command<"DCC_SPEED">;
    readonly DCC_SPEED_RAW: Command<"DCC_SPEED_RAW">;
    readonly DCC_FUNC: Command<"DCC_FUNC">;
    readonly DCC_TURNOUT: Command<"DCC_TURNOUT">;
    readonly DCC_ACCESSORY: Command<"DCC_ACCESSORY">;
    readonly DCC_RAW: Command<"DCC_RAW">;
    readonly DCC_SERVICEMODE: Command<"DCC_SERVICEMODE">;
    readonly CV_VALID: Operation;
    readonly CV_READ: Operation;
    readonly CV_WRITE: Operation;
    readonly CV_RESET: Operation;
    readonly CV_ACK_COMPLETE: Operation;
    readonly MAN_ID_JMRI: Manufacturer;
    readonly MAN_ID_DIY: Manufacturer;
    readonly MAN_ID_SILICON_RAILWAY: Manufacturer;
    /** Only packets with our address. */
    readonly FLAGS_MY_ADDRESS_ONLY: Flag;
    /** Calls with `CV_RESET` if the variables 7 and 8 are 255. */
    readonly FLAGS_AUTO_FACTORY_DEFAULT: Flag;
    /** An address is one output, not four pairs. */
    readonly FLAGS_OUTPUT_ADDRESS_MODE: Flag;
    readonly FLAGS_DCC_ACCESSORY_DECODER: Flag;

    /**
     * Starts. Errors: "Invalid interrupt pin", "Invalid ack pin", "Unable to initialize timer".
     * @param pin of the detector, 1 to 12
     * @param flags sum of `FLAGS_…`
     * @param variables a table of configuration variables, or what is called for them
     */
    setup(
      this: void,
      pin: number,
      handler: CommandHandler,
      manufacturer: Manufacturer,
      version: number,
      flags: number,
      opsModeAddressBase: number,
      variables?: Record<number, number> | VariableHandler,
    ): void;
    /** @param ackPin goes high to acknowledge, D0…D12 */
    setup(
      this: void,
      pin: number,
      ackPin: number,
      handler: CommandHandler,
      manufacturer: Manufacturer,
      version: number,
      flags: number,
      opsModeAddressBase: number,
      variables?: Record<number, number> | VariableHandler,
    ): void;
    /** Stops. */
    close(this: void): void;
  }

  /** Compare the command with a constant to know the fields. */
  type CommandHandler = (this: void, command: Command, info: CommandInfo[keyof CommandInfo]) => void;
  /** Returns whether a variable is valid (`CV_VALID`), or its value (`CV_READ`, `CV_WRITE`). */
  type VariableHandler = (
    this: void,
    operation: Operation,
    info?: { CV: number; Writable?: 0 | 1; Value?: number },
  ) => number | boolean | void;
}
