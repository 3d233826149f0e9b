/** Serial ports in software. ESP8266 only, off by default. */
declare namespace softuart {
  /**
   * `softuart` on ESP8266. Through its metatable the module itself has the methods too; they need a port.
   * @example
   * const port = softuart.setup(9600, 2, 3);
   * port.on("data", "\n", (line) => print(line));
   * port.write("hello\n");
   */
  interface Esp8266 {
    /**
     * Makes a port. Errors: "Invalid baud rate", "Not enough arguments", "Couldn't register interrupt", and those that
     * name a pin.
     * @param baud below 230400
     * @param tx pin, D1…D12; nil: cannot write
     * @param rx pin, D1…D12; nil: cannot read
     */
    setup(this: void, baud: number, tx: number | undefined, rx?: number): Port;
  }

  /** A port. @userdata softuart.port esp8266 */
  interface Port {
    /**
     * Sets what happens with data. Errors: "No callback function specified", "Method not supported",
     * "Rx pin was not declared", "Wrong end char length", "Wrong argument type".
     * @param until so many bytes, or up to and including a character
     */
    on(event: "data", until: number | string, handler: (this: void, data: string) => void): void;
    /** Writes a string, or a byte. Errors: "Tx pin was not declared", "Integer too large for a byte", "Wrong argument type". */
    write(data: string | number): void;
  }
}
