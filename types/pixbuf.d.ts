/** Buffers of pixels for chains of light-emitting diodes. ESP8266 only, off by default. */
declare namespace pixbuf {
  type Fade = FirmwareConstant<"pixbuf.fade">;
  type Shift = FirmwareConstant<"pixbuf.shift">;
  /**
   * `pixbuf` on ESP8266.
   * @example
   * const buffer = pixbuf.newBuffer(8, 3);
   * buffer.fill(0, 0, 0).set(1, 255, 0, 0);
   * buffer.shift(1, pixbuf.SHIFT_CIRCULAR);
   * ws2812.write(buffer);
   */
  interface Esp8266 {
    readonly FADE_IN: Fade;
    readonly FADE_OUT: Fade;
    /** What leaves at one end comes in at the other. */
    readonly SHIFT_CIRCULAR: Shift;
    /** Zeros come in. */
    readonly SHIFT_LOGICAL: Shift;
    /** Makes a buffer. Errors: "should be a positive integer", "pixbuf size limits exeeded". @param pixels length @param channels bytes a pixel */
    newBuffer(this: void, pixels: number, channels: number): Buffer;
  }

  /** A buffer of pixels. Positions count from 1, negative ones from the end. Two buffers can be joined with Lua's `..`. @userdata PIXBUF_METATABLE esp8266 */
  interface Buffer {
    /** Returns the channels of a pixel. Error: "index out of range". */
    get(index: number): LuaMultiReturn<number[]>;
    /** Sets a pixel, or several from a string. Errors: "index out of range", "string size will exceed strip length", "string does not contain whole LEDs". */
    set(index: number, ...channels: number[]): this;
    set(index: number, color: number[] | string): this;
    /** Sets all pixels. Error: "need as many values as colors per pixel". */
    fill(...channels: number[]): this;
    /** Returns the number of pixels. */
    size(): number;
    /** Returns the number of bytes a pixel. */
    channels(): number;
    /** Returns all bytes. */
    dump(): string;
    /** Puts other pixels in. Errors: "buffers have different channels", "does not fit into destination". @param offset default 1 */
    replace(source: string | Buffer, offset?: number): void;
    /** Makes this the sum of buffers, each times its factor (256 is 1). */
    mix(...factorsAndBuffers: (number | Buffer)[]): this;
    /** As `mix`, where the first of four channels is a brightness of 5 bits. */
    mix4I5(...factorsAndBuffers: (number | Buffer)[]): this;
    /** Returns the sum of all bytes. */
    power(): number;
    /** As `power`, where the first channel is a brightness. */
    powerI(): number;
    /** Multiplies or divides every byte. Error: "fade value should be a strictly positive int". @param direction default `FADE_OUT` */
    fade(value: number, direction?: Fade): void;
    /** As `fade`, of the first channel only. */
    fadeI(value: number, direction?: Fade): void;
    /** Moves pixels. Errors tell which argument is wrong. @param value how far, negative: back @param mode default `SHIFT_LOGICAL` @param i first, default 1 @param j last, default -1 */
    shift(value: number, mode?: Shift, i?: number, j?: number): void;
    /** Returns a copy of the pixels from i to j (default -1). */
    sub(i: number, j?: number): Buffer;
    /**
     * Computes every pixel from those of one or two buffers. Errors: "Buffer limits out of order",
     * "Output buffer wrong size", "Second buffer too short".
     * @param f gets the channels of both and returns those of this one
     * @param first default this buffer
     */
    map(
      f: (this: void, ...channels: number[]) => LuaMultiReturn<number[]> | number,
      first?: Buffer,
      start?: number,
      end?: number,
      second?: Buffer,
      secondStart?: number,
    ): this;
  }
}
