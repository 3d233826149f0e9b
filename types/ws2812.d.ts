/// <reference path="./pixbuf.d.ts" />
/** WS2812 light-emitting diodes. Off by default on both chips; the arguments of `write` differ. */
declare namespace ws2812 {
  type Mode = FirmwareConstant<"ws2812.mode">;

  /**
   * `ws2812` on ESP8266: pin D4 (GPIO2), in dual mode also the console's TX.
   * @example
   * ws2812.init(ws2812.MODE_SINGLE);
   * const buffer = pixbuf.newBuffer(4, 3);
   * buffer.fill(0, 0, 64);
   * ws2812.write(buffer);
   */
  interface Esp8266 {
    readonly MODE_SINGLE: Mode;
    readonly MODE_DUAL: Mode;
    /** `pixbuf.FADE_IN`. @deprecated */
    readonly FADE_IN: pixbuf.Fade;
    /** `pixbuf.FADE_OUT`. @deprecated */
    readonly FADE_OUT: pixbuf.Fade;
    /** `pixbuf.SHIFT_LOGICAL`. @deprecated */
    readonly SHIFT_LOGICAL: pixbuf.Shift;
    /** `pixbuf.SHIFT_CIRCULAR`. @deprecated */
    readonly SHIFT_CIRCULAR: pixbuf.Shift;
    /** Starts. Error: "ws2812.SINGLE or ws2812.DUAL expected". @param mode default `MODE_SINGLE` */
    init(this: void, mode?: Mode): void;
    /** Writes colours, usually green, red, blue. Errors: "pixbuf or string expected", "Bad pixbuf format". @param second in dual mode */
    write(this: void, first?: string | pixbuf.Buffer, second?: string | pixbuf.Buffer): void;
    /** `pixbuf.newBuffer`. @deprecated */
    newBuffer(this: void, pixels: number, channels: number): pixbuf.Buffer;
  }

  type Fade = FirmwareConstant<"pixbuf.fade">;
  type Shift = FirmwareConstant<"pixbuf.shift">;

  /**
   * `ws2812` on ESP32: any pins.
   * @example
   * const buffer = ws2812.newBuffer(4, 3);
   * buffer.fill(0, 0, 64);
   * ws2812.write({ pin: 4, data: buffer }, { pin: 14, data: string.char(255, 0, 0) });
   */
  interface Esp32 {
    readonly FADE_IN: Fade;
    readonly FADE_OUT: Fade;
    readonly SHIFT_LOGICAL: Shift;
    readonly SHIFT_CIRCULAR: Shift;
    /** Writes colours to one or more chains at once. Errors: "ws2812.buffer or string expected", "can't set up chain", "sending failed", and those that name a field. */
    write(this: void, ...chains: [Chain, ...Chain[]]): void;
    /** Makes a buffer. Error: "should be a positive integer". @param pixels length @param channels bytes a pixel */
    newBuffer(this: void, pixels: number, channels: number): Buffer;
  }

  interface Chain {
    pin: number;
    /** Usually green, red, blue. */
    data: string | Buffer;
    /** Length of the reset pulse, 0 to 65534, in 100 ns; default 512. */
    reset?: number;
    /** Length of the high part of a zero, 1 to 32767, in 100 ns; default 4. */
    t0h?: number;
    /** Length of the low part of a zero; default 7. */
    t0l?: number;
    /** Length of the high part of a one; default 8. */
    t1h?: number;
    /** Length of the low part of a one; default 6. */
    t1l?: number;
  }

  /** A buffer of pixels on ESP32. Positions count from 1, negative ones from the end. @userdata ws2812.buffer esp32 */
  interface Buffer {
    /** Returns the channels of a pixel. Error: "index out of range". */
    get(index: number): LuaMultiReturn<number[]>;
    /** Sets a pixel, or several from a string. Errors: "index out of range", and those that name the data. */
    set(index: number, ...channels: number[]): void;
    set(index: number, color: number[] | string): void;
    /** Sets all pixels. */
    fill(...channels: number[]): void;
    /** Returns the number of pixels. */
    size(): number;
    /** Returns all bytes. */
    dump(): string;
    /** Puts other pixels in. @param offset default 1 */
    replace(source: string | Buffer, offset?: number): void;
    /** Makes this the sum of buffers, each times its factor (256 is 1). */
    mix(...factorsAndBuffers: (number | Buffer)[]): void;
    /** Returns the sum of all bytes. */
    power(): number;
    /** Multiplies or divides every byte. @param direction default `FADE_OUT` */
    fade(value: number, direction?: Fade): void;
    /** Moves pixels. @param value how far, negative: back @param mode default `SHIFT_LOGICAL` @param i first, default 1 @param j last, default -1 */
    shift(value: number, mode?: Shift, i?: number, j?: number): void;
    /** Returns a copy of the pixels from i to j (default -1). */
    sub(i: number, j?: number): Buffer;
  }

  /** `ws2812` for code that runs on both chips: decide by `init`, which only ESP8266 has. */
  interface Portable extends Partial<Pick<Esp8266, "MODE_SINGLE" | "MODE_DUAL" | "init">> {
    readonly FADE_IN: Fade;
    readonly FADE_OUT: Fade;
    readonly SHIFT_LOGICAL: Shift;
    readonly SHIFT_CIRCULAR: Shift;
    readonly write: Esp8266["write"] | Esp32["write"];
    newBuffer(this: void, pixels: number, channels: number): pixbuf.Buffer | Buffer;
  }
}
