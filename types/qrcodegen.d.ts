/** QR codes. ESP32 only, off by default. */
declare namespace qrcodegen {
  /** Error correction: `qrcodegen.LOW` (7 %) to `qrcodegen.HIGH` (30 %). */
  type Level = FirmwareConstant<"qrcodegen.level">;

  interface Options {
    /** Least version, 1 (default) to 40: a version n has 17 + 4 n modules a side. */
    minver?: number;
    /** Greatest version, 1 to 40 (default). */
    maxver?: number;
    /** Default `qrcodegen.LOW`. */
    ecl?: Level;
    /** 0 to 7, or `qrcodegen.AUTO` (default). */
    mask?: number;
    /** Whether a better level is taken if it costs nothing. */
    boostecl?: boolean;
  }

  /** `qrcodegen` on ESP32. */
  interface Esp32 {
    readonly LOW: Level;
    readonly MEDIUM: Level;
    readonly QUARTILE: Level;
    readonly HIGH: Level;
    readonly AUTO: number;
    /**
     * Makes the code of a text, nil if it does not fit.
     * @example
     * const code = qrcodegen.encodeText("http://192.168.4.1/");
     * if (code !== undefined) {
     *   for (let x = 0; x < qrcodegen.getSize(code); x++) print(qrcodegen.getPixel(code, x, 0));
     * }
     */
    encodeText(this: void, text: string, options?: Options): string | undefined;
    /** Returns the number of modules a side. */
    getSize(this: void, code: string): number;
    /** Whether a module is dark. @param x from 0 @param y from 0 */
    getPixel(this: void, code: string, x: number, y: number): boolean;
  }
}
