/// <reference path="./pixbuf.d.ts" />
/** TM1829 light-emitting diodes. ESP8266 only, off by default. */
declare namespace tm1829 {
  /**
   * `tm1829` on ESP8266.
   * @example
   * tm1829.write(4, string.char(0, 0, 255));
   */
  interface Esp8266 {
    /** Writes colours, three bytes each. Errors: "String or pixbuf expected", "Bad pixbuf format". @param pin D0…D12 */
    write(this: void, pin: number, data: string | pixbuf.Buffer): void;
  }
}
