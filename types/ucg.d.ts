/// <reference path="./spi.d.ts" />
/**
 * Graphics on colour displays, by the library Ucglib. Off by default on both chips. Which displays and fonts there are is
 * chosen when the firmware is built.
 */
declare namespace ucg {
  /** Where a quarter of a circle is drawn; they add up with `+`. */
  type DrawOption = FirmwareConstant<"ucg.draw">;
  type FontMode = FirmwareConstant<"ucg.fontmode">;
  type Font = FirmwareHandle<"ucg.font">;
  /** Where text and lines run: 0 right, 1 down, 2 left, 3 up. */
  type Direction = 0 | 1 | 2 | 3;

  /** Makes a display. @param bus 1 on ESP8266, what `spi.master` made on ESP32 @param cs pin @param dc pin @param res pin, if there is one */
  type Constructor = (this: void, bus: number | spi.Master, cs: number, dc: number, res?: number) => Display;

  /** What both chips have. */
  interface Common extends Record<CommonDisplay, Constructor> {
    readonly FONT_MODE_TRANSPARENT: FontMode;
    readonly FONT_MODE_SOLID: FontMode;
    readonly DRAW_UPPER_RIGHT: DrawOption;
    readonly DRAW_UPPER_LEFT: DrawOption;
    readonly DRAW_LOWER_RIGHT: DrawOption;
    readonly DRAW_LOWER_LEFT: DrawOption;
    readonly DRAW_ALL: DrawOption;
    /** The fonts of the build. */
    readonly [font: `font_${string}`]: Font;
  }

  /**
   * `ucg` on ESP8266.
   * @example
   * spi.setup(1, spi.MASTER, spi.CPOL_LOW, spi.CPHA_LOW, 8, 8);
   * const display = ucg.ili9341_18x240x320_hw_spi(1, 8, 4, 0);
   * display.begin(ucg.FONT_MODE_TRANSPARENT);
   * display.setColor(255, 168, 0);
   * display.drawBox(10, 10, 40, 20);
   */
  interface Esp8266 extends Common, Record<Esp8266Display, Constructor> {}
  /** `ucg` on ESP32. */
  interface Esp32 extends Common, Record<Esp32Display, Constructor> {}
  /** `ucg` for code that runs on both chips. */
  interface Portable extends Common {}

  /** A display. Positions in pixels from the upper left; colours are set with `setColor`. @userdata ucg.display */
  interface Display {
    /** Starts the display; first of all. */
    begin(mode: FontMode): void;
    /** Clears the display. */
    clearScreen(): void;
    /** Draws a horizontal or vertical line. @param colorIndex 0 to 3 */
    draw90Line(x: number, y: number, length: number, direction: Direction, colorIndex: number): void;
    /** Draws a filled box. */
    drawBox(x: number, y: number, width: number, height: number): void;
    /** Draws a circle. */
    drawCircle(x: number, y: number, radius: number, option: DrawOption): void;
    /** Draws a filled circle. */
    drawDisc(x: number, y: number, radius: number, option: DrawOption): void;
    /** Draws an empty box. */
    drawFrame(x: number, y: number, width: number, height: number): void;
    /** Draws the first character of a string and returns its width. */
    drawGlyph(x: number, y: number, direction: Direction, character: string): number;
    /** Draws a box between the four colours of the corners. */
    drawGradientBox(x: number, y: number, width: number, height: number): void;
    /** Draws a line between two colours. */
    drawGradientLine(x: number, y: number, length: number, direction: Direction): void;
    /** Draws a horizontal line. */
    drawHLine(x: number, y: number, length: number): void;
    /** Draws a line. */
    drawLine(x1: number, y1: number, x2: number, y2: number): void;
    /** Draws a pixel. */
    drawPixel(x: number, y: number): void;
    /** Draws a filled box with round corners. */
    drawRBox(x: number, y: number, width: number, height: number, radius: number): void;
    /** Draws an empty box with round corners. */
    drawRFrame(x: number, y: number, width: number, height: number, radius: number): void;
    /** Draws a text and returns its width. */
    drawString(x: number, y: number, direction: Direction, text: string): number;
    /** Draws a filled shape of four corners. */
    drawTetragon(
      x1: number,
      y1: number,
      x2: number,
      y2: number,
      x3: number,
      y3: number,
      x4: number,
      y4: number,
    ): void;
    /** Draws a filled triangle. */
    drawTriangle(x1: number, y1: number, x2: number, y2: number, x3: number, y3: number): void;
    /** Draws a vertical line. */
    drawVLine(x: number, y: number, length: number): void;
    /** Returns how far the font reaches above the line. */
    getFontAscent(): number;
    /** Returns how far the font reaches below the line, negative. */
    getFontDescent(): number;
    /** Returns the height of the display. */
    getHeight(): number;
    /** Returns the width of a text. */
    getStrWidth(text: string): number;
    /** Returns the width of the display. */
    getWidth(): number;
    /** Draws a text at the print position. */
    print(text: string): void;
    /** Draws inside a box only. */
    setClipRange(x: number, y: number, width: number, height: number): void;
    /** Sets the colour, 0 to 255 each. */
    setColor(red: number, green: number, blue: number): void;
    /** Sets a colour of a gradient, or (1) of the background. @param index 0 to 3 */
    setColor(index: number, red: number, green: number, blue: number): void;
    /** Sets the font. Error: "font data expected". */
    setFont(font: Font): void;
    /** Sets whether the background of text is drawn. */
    setFontMode(mode: FontMode): void;
    /** Positions of text are its base line. */
    setFontPosBaseline(): void;
    /** Positions of text are its bottom. */
    setFontPosBottom(): void;
    /** Positions of text are its middle. */
    setFontPosCenter(): void;
    /** Positions of text are its top. */
    setFontPosTop(): void;
    /** Draws everywhere again. */
    setMaxClipRange(): void;
    /** Sets where `print` runs. */
    setPrintDir(direction: Direction): void;
    /** Sets where `print` goes on. */
    setPrintPos(x: number, y: number): void;
    /** Turns by 90°. */
    setRotate90(): void;
    /** Turns by 180°. */
    setRotate180(): void;
    /** Turns by 270°. */
    setRotate270(): void;
    /** Makes every pixel four. */
    setScale2x2(): void;
    /** Draws everywhere again. */
    undoClipRange(): void;
    /** Turns back. */
    undoRotate(): void;
    /** Ends `setScale2x2`. */
    undoScale(): void;
  }

  /** The displays that both chips know under the same name. */
  type CommonDisplay =
    | "hx8352c_18x240x400_hw_spi"
    | "ili9163_18x128x128_hw_spi"
    | "ili9341_18x240x320_hw_spi"
    | "ili9486_18x320x480_hw_spi"
    | "pcf8833_16x132x132_hw_spi"
    | "ssd1351_18x128x128_ft_hw_spi"
    | "st7735_18x128x160_hw_spi";

  /** Displays that only ESP8266 knows by this name. */
  type Esp8266Display =
    | "seps225_16x128x128_uvis_hw_spi"
    | "ssd1331_18x96x64_uvis_hw_spi"
    | "ssd1351_18x128x128_hw_spi";

  /** Displays that only ESP32 knows by this name. */
  type Esp32Display =
    | "seps225_16x128x128_univision_hw_spi"
    | "ssd1331_18x96x64_univision_hw_spi"
    | "ssd1351_18x128x128_ilsoft_hw_spi";
}
