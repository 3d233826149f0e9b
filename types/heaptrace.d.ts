/** Traces allocations of the heap, standalone. ESP32 only, needs the option of the build of that name. */
declare namespace heaptrace {
  type Mode = FirmwareConstant<"heaptrace.mode">;

  /**
   * `heaptrace` on ESP32.
   * @example
   * heaptrace.init(100);
   * heaptrace.start(heaptrace.TRACE_LEAKS);
   * heaptrace.stop();
   * heaptrace.dump();
   */
  interface Esp32 {
    /** Every allocation and release. */
    readonly TRACE_ALL: Mode;
    /** Only what is not yet released. */
    readonly TRACE_LEAKS: Mode;
    /** Makes the buffer, once. Errors: "invalid trace buffer size", "out of memory", "failed to init heap tracing; code …". @param records number of entries */
    init(this: void, records: number): void;
    /** Starts a trace. Error: "invalid trace mode". */
    start(this: void, mode: Mode): void;
    stop(this: void): void;
    /** Goes on with the trace that `stop` halted. */
    resume(this: void): void;
    /** Prints the entries to the console. */
    dump(this: void): void;
  }
}
