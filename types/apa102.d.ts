/// <reference path="./pixbuf.d.ts" />
/** APA102 light-emitting diodes. ESP8266 only, off by default. */
declare namespace apa102 {
  /**
   * `apa102` on ESP8266.
   * @example
   * apa102.write(2, 3, string.char(31, 255, 0, 0));
   */
  interface Esp8266 {
    /**
     * Writes colours. Errors: "String or pixbuf expected", "Pixbuf not 4-channel".
     * @param dataPin pin, D0…D12
     * @param clockPin pin, D0…D12
     * @param data for each diode the bytes intensity (0 to 31), blue, green, red; or a buffer of four channels
     */
    write(this: void, dataPin: number, clockPin: number, data: string | pixbuf.Buffer): void;
  }
}
