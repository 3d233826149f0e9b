/** The firmware under gdb, over UART 0. ESP8266 only, off by default. */
declare namespace gdbstub {
  /**
   * `gdbstub` on ESP8266.
   * @example
   * gdbstub.open();
   * gdbstub.pbrk();
   */
  interface Esp8266 {
    /** Starts; the others do it if needed. */
    open(this: void): void;
    /** Stops and hands over to gdb. */
    brk(this: void): void;
    /** As `brk`, with output through gdb. */
    pbrk(this: void): void;
    /** Sends output through gdb, or straight to the UART. */
    gdboutput(this: void, enable: boolean): void;
  }
}
