/** The touch controller XPT2046 on SPI, after `spi.setup` with full duplex. ESP8266 only, off by default. */
declare namespace xpt2046 {
  /**
   * `xpt2046` on ESP8266.
   * @example
   * spi.setup(1, spi.MASTER, spi.CPOL_LOW, spi.CPHA_LOW, 8, 16, spi.FULLDUPLEX);
   * xpt2046.init(2, 1, 320, 240);
   * if (xpt2046.isTouched()) {
   *   const [x, y] = xpt2046.getPosition();
   *   print(x, y);
   * }
   */
  interface Esp8266 {
    /** Starts. @param cs pin, D0…D12 @param irq pin, D1…D12 @param height of the display in pixels @param width of the display in pixels */
    init(this: void, cs: number, irq: number, height: number, width: number): void;
    /** Sets what `getRaw` gives in the upper left and the lower right corner. */
    setCalibration(this: void, x1: number, y1: number, x2: number, y2: number): void;
    /** Tells whether the display is touched. */
    isTouched(this: void): boolean;
    /** Returns the position in pixels. */
    getPosition(this: void): LuaMultiReturn<[x: number, y: number]>;
    /** Returns the position in pixels, of three measurements. */
    getPositionAvg(this: void): LuaMultiReturn<[x: number, y: number]>;
    /** Returns the controller's own numbers. */
    getRaw(this: void): LuaMultiReturn<[x: number, y: number]>;
  }
}
