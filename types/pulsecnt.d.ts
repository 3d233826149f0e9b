/** Counts pulses. ESP32 only (not on every variant), off by default. */
declare namespace pulsecnt {
  /** What the level of the control pin does: `pulsecnt.PCNT_MODE_…`. */
  type Mode = FirmwareConstant<"pulsecnt.mode">;
  /** What an edge does: `pulsecnt.PCNT_COUNT_…`. */
  type Count = FirmwareConstant<"pulsecnt.count">;
  type Event = FirmwareConstant<"pulsecnt.event">;

  /** `pulsecnt` on ESP32. */
  interface Esp32 {
    /** Leaves the direction. */
    readonly PCNT_MODE_KEEP: Mode;
    /** Reverses the direction. */
    readonly PCNT_MODE_REVERSE: Mode;
    /** Stops counting. */
    readonly PCNT_MODE_DISABLE: Mode;
    /** Does not count. */
    readonly PCNT_COUNT_DIS: Count;
    /** Counts up. */
    readonly PCNT_COUNT_INC: Count;
    /** Counts down. */
    readonly PCNT_COUNT_DEC: Count;
    /** The greatest upper limit, 32767. */
    readonly PCNT_H_LIM_VAL: number;
    /** The least lower limit, -32768. */
    readonly PCNT_L_LIM_VAL: number;
    /** Instead of a pin: none. */
    readonly PCNT_PIN_NOT_USED: number;
    readonly PCNT_EVT_L_LIM: Event;
    readonly PCNT_EVT_H_LIM: Event;
    readonly PCNT_EVT_THRES_0: Event;
    readonly PCNT_EVT_THRES_1: Event;
    readonly PCNT_EVT_ZERO: Event;
    /**
     * Makes a counter.
     * @param unit 0 to 7
     * @param reached called when the counter is at a threshold, a limit or zero
     * @param debug prints what happens
     * @example
     * const counter = pulsecnt.create(0, (unit, threshold0) => {
     *   if (threshold0) print("half way", unit);
     * });
     * counter.chan0Config(
     *   4,
     *   pulsecnt.PCNT_PIN_NOT_USED,
     *   pulsecnt.PCNT_COUNT_INC,
     *   pulsecnt.PCNT_COUNT_DIS,
     *   pulsecnt.PCNT_MODE_KEEP,
     *   pulsecnt.PCNT_MODE_KEEP,
     *   -100,
     *   100,
     * );
     * counter.setThres(-50, 50);
     * counter.clear();
     */
    create(
      this: void,
      unit: number,
      reached?: (
        this: void,
        unit: number,
        threshold0: boolean,
        threshold1: boolean,
        lowLimit: boolean,
        highLimit: boolean,
        zero: boolean,
      ) => void,
      debug?: boolean,
    ): Counter;
  }

  /** A counter. @userdata pulsecnt.pctr */
  interface Counter {
    getCnt(): number;
    /** Sets the counter to 0, and returns it. */
    clear(): number;
    /** Calls the callback, for a try. Error: "Callback not registered". */
    testCb(): void;
    /**
     * Sets up the first of the two channels.
     * @param pulse GPIO of the pulses
     * @param control GPIO that controls the direction, or `pulsecnt.PCNT_PIN_NOT_USED`
     * @param rising what a rising edge does
     * @param falling what a falling edge does
     * @param low what a low control pin does
     * @param high what a high control pin does
     * @param lowLimit -32768 to 32767; there, the counter goes to 0
     * @param highLimit -32768 to 32767; there, the counter goes to 0
     */
    chan0Config(
      pulse: number,
      control: number,
      rising: Count,
      falling: Count,
      low: Mode,
      high: Mode,
      lowLimit: number,
      highLimit: number,
    ): void;
    /** Sets up the second channel, as `chan0Config`. */
    chan1Config(
      pulse: number,
      control: number,
      rising: Count,
      falling: Count,
      low: Mode,
      high: Mode,
      lowLimit: number,
      highLimit: number,
    ): void;
    /** Unfinished in the firmware: always raises an error. @deprecated use `chan0Config` and `chan1Config` */
    config(settings: object): never;
    /** Sets the two thresholds, -32768 to 32767. */
    setThres(threshold0: number, threshold1: number): void;
    /** Ignores shorter pulses. @param cycles of 12.5 ns, 0 to 1023 */
    setFilter(cycles: number): void;
    rawSetEventVal(event: Event, value: number): void;
    rawGetEventVal(event: Event): number;
  }
}
