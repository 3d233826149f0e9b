/// <reference path="./pixbuf.d.ts" />
/** WS2801 light-emitting diodes. ESP8266 only, off by default. */
declare namespace ws2801 {
  /**
   * `ws2801` on ESP8266.
   * @example
   * ws2801.init(0, 2);
   * ws2801.write(string.char(255, 0, 0));
   */
  interface Esp8266 {
    /** Sets the pins: GPIO numbers 0, 2, 4, 5. */
    init(this: void, clock: 0 | 2 | 4 | 5, data: 0 | 2 | 4 | 5): void;
    /** Writes colours, red, green and blue each. Errors: "pixbuf or string expected", "Pixbuf not 3-channel". */
    write(this: void, data: string | pixbuf.Buffer): void;
  }
}
