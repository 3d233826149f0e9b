/// <reference path="./spi.d.ts" />
/**
 * Graphics on one-colour displays, by the library U8g2. Off by default on both chips. Which displays and fonts there are is
 * chosen when the firmware is built.
 */
declare namespace u8g2 {
  /** Where a quarter of a circle is drawn; they add up with `+`. */
  type DrawOption = FirmwareConstant<"u8g2.draw">;
  type Rotation = FirmwareHandle<"u8g2.rotation">;
  /** A font in the firmware, or its data. */
  type Font = FirmwareHandle<"u8g2.font"> | string;
  /** Gets the picture line by line, run-length encoded; nil at the start of a picture. */
  type FrameHandler = (this: void, line: string | undefined) => void;

  /** Makes a display on I²C. Errors: "invalid i2c address", "wrong args". @param address 0 to 127 */
  interface I2cConstructor {
    (this: void, bus: number, address: number, frame?: FrameHandler): Display;
    /** Makes a picture without a display. */
    (this: void, frame: FrameHandler): Display;
  }

  /** Makes a display on SPI. Error: "wrong args". */
  interface SpiConstructor {
    /** @param bus 1 on ESP8266, what `spi.master` made on ESP32 @param cs pin @param dc pin @param res pin, if there is one */
    (
      this: void,
      bus: number | spi.Master,
      cs: number,
      dc: number,
      res?: number,
      frame?: FrameHandler,
    ): Display;
    /** Makes a picture without a display. */
    (this: void, frame: FrameHandler): Display;
  }

  /**
   * What both chips have.
   * @example
   * const display = u8g2.ssd1306_i2c_128x64_noname(0, 0x3c);
   * display.setFont(u8g2.font_6x10_tf);
   * display.clearBuffer();
   * display.drawStr(0, 10, "Hello");
   * display.sendBuffer();
   */
  interface Common extends Record<I2cDisplay, I2cConstructor>, Record<SpiDisplay, SpiConstructor> {
    readonly DRAW_UPPER_RIGHT: DrawOption;
    readonly DRAW_UPPER_LEFT: DrawOption;
    readonly DRAW_LOWER_RIGHT: DrawOption;
    readonly DRAW_LOWER_LEFT: DrawOption;
    readonly DRAW_ALL: DrawOption;
    /** Not turned. */
    readonly R0: Rotation;
    /** Turned by 90°, 180°, 270°. */
    readonly R1: Rotation;
    readonly R2: Rotation;
    readonly R3: Rotation;
    readonly MIRROR: Rotation;
    /** The fonts of the build. */
    readonly [font: `font_${string}`]: FirmwareHandle<"u8g2.font">;
  }

  /** `u8g2` on ESP8266. */
  interface Esp8266 extends Common, Record<Esp8266I2cDisplay, I2cConstructor> {}
  /** `u8g2` on ESP32. */
  interface Esp32 extends Common {}

  /** A display: a picture in memory, and what sends it. Positions in pixels from the upper left. @userdata u8g2.display */
  interface Display {
    /** Clears the picture. */
    clearBuffer(): void;
    /** Draws a filled box. */
    drawBox(x: number, y: number, width: number, height: number): void;
    /** Draws a circle. @param option default `DRAW_ALL` */
    drawCircle(x: number, y: number, radius: number, option?: DrawOption): void;
    /** Draws a filled circle. @param option default `DRAW_ALL` */
    drawDisc(x: number, y: number, radius: number, option?: DrawOption): void;
    /** Draws an ellipse. @param option default `DRAW_ALL` */
    drawEllipse(x: number, y: number, radiusX: number, radiusY: number, option?: DrawOption): void;
    /** Draws a filled ellipse. @param option default `DRAW_ALL` */
    drawFilledEllipse(x: number, y: number, radiusX: number, radiusY: number, option?: DrawOption): void;
    /** Draws an empty box. */
    drawFrame(x: number, y: number, width: number, height: number): void;
    /** Draws a character. @param encoding code point */
    drawGlyph(x: number, y: number, encoding: number): void;
    /** Draws a horizontal line. */
    drawHLine(x: number, y: number, width: number): void;
    /** Draws a line. */
    drawLine(x1: number, y1: number, x2: number, y2: number): void;
    /** Draws a pixel. */
    drawPixel(x: number, y: number): void;
    /** Draws a filled box with round corners. */
    drawRBox(x: number, y: number, width: number, height: number, radius: number): void;
    /** Draws an empty box with round corners. */
    drawRFrame(x: number, y: number, width: number, height: number, radius: number): void;
    /** Draws a text, a byte a character. */
    drawStr(x: number, y: number, text: string): void;
    /** Draws a filled triangle. */
    drawTriangle(x1: number, y1: number, x2: number, y2: number, x3: number, y3: number): void;
    /** Draws a text in UTF-8. */
    drawUTF8(x: number, y: number, text: string): void;
    /** Draws a vertical line. */
    drawVLine(x: number, y: number, height: number): void;
    /** Draws a picture in the format XBM, as bytes. */
    drawXBM(x: number, y: number, width: number, height: number, bitmap: string): void;
    /** Returns how far the font reaches above the line. */
    getAscent(): number;
    /** Returns how far the font reaches below the line, negative. */
    getDescent(): number;
    /** Returns the width of a text. */
    getStrWidth(text: string): number;
    /** Returns the width of a text in UTF-8. */
    getUTF8Width(text: string): number;
    /** Sends the picture to the display. */
    sendBuffer(): void;
    /** Sets whether the background of bitmaps is drawn: 0 yes, 1 no. */
    setBitmapMode(transparent: 0 | 1): void;
    /** Sets the contrast. @param value 0 to 255 */
    setContrast(value: number): void;
    /** Turns the picture. */
    setDisplayRotation(rotation: Rotation): void;
    /** Sets the colour: 0 clears, 1 sets, 2 inverts. */
    setDrawColor(color: 0 | 1 | 2): void;
    /** Turns the display by 180°: 1 yes. */
    setFlipMode(flip: 0 | 1): void;
    /** Sets the font. Error: "invalid font". */
    setFont(font: Font): void;
    /** Sets where text runs: 0 right, 1 down, 2 left, 3 up. */
    setFontDirection(direction: 0 | 1 | 2 | 3): void;
    /** Sets whether the background of text is drawn: 0 yes, 1 no. */
    setFontMode(transparent: 0 | 1): void;
    /** Positions of text are its base line. */
    setFontPosBaseline(): void;
    /** Positions of text are its bottom. */
    setFontPosBottom(): void;
    /** Positions of text are its top. */
    setFontPosTop(): void;
    /** Positions of text are its middle. */
    setFontPosCenter(): void;
    /** Heights are those of the tallest character. */
    setFontRefHeightAll(): void;
    /** Heights are those of "(" and ")", or the tallest letter. */
    setFontRefHeightExtendedText(): void;
    /** Heights are those of "A" and "g". */
    setFontRefHeightText(): void;
    /** Turns the display off (1) or on (0). */
    setPowerSave(enable: 0 | 1): void;
    /** Sends the picture again. */
    updateDisplay(): void;
    /** Sends a part of the picture; in tiles of 8 pixels. */
    updateDisplayArea(x: number, y: number, width: number, height: number): void;
  }

  /** The displays on I²C that both chips know. */
  type I2cDisplay =
    | "ld7032_i2c_60x32"
    | "sh1106_i2c_128x64_noname"
    | "sh1106_i2c_128x64_vcomh0"
    | "sh1107_i2c_128x128"
    | "sh1107_i2c_64x128"
    | "sh1107_i2c_seeed_96x96"
    | "sh1108_i2c_160x160"
    | "ssd0323_i2c_os128064"
    | "ssd1305_i2c_128x32_noname"
    | "ssd1306_i2c_128x32_univision"
    | "ssd1306_i2c_128x64_alt0"
    | "ssd1306_i2c_128x64_noname"
    | "ssd1306_i2c_128x64_vcomh0"
    | "ssd1306_i2c_64x48_er"
    | "ssd1306_i2c_96x16_er"
    | "ssd1309_i2c_128x64_noname0"
    | "ssd1309_i2c_128x64_noname2"
    | "ssd1318_i2c_128x96"
    | "ssd1318_i2c_128x96_xcp"
    | "ssd1325_i2c_nhd_128x64"
    | "ssd1326_i2c_er_256x32"
    | "ssd1327_i2c_ea_w128128"
    | "ssd1327_i2c_midas_128x128"
    | "ssd1327_i2c_seeed_96x96"
    | "st75256_i2c_jlx172104"
    | "st75256_i2c_jlx240160"
    | "st75256_i2c_jlx256128"
    | "st75256_i2c_jlx256160"
    | "st75256_i2c_jlx25664"
    | "st7567_i2c_64x32"
    | "st7588_i2c_jlx12864"
    | "uc1601_i2c_128x32"
    | "uc1604_i2c_jlx19264"
    | "uc1608_i2c_240x128"
    | "uc1608_i2c_erc24064"
    | "uc1610_i2c_ea_dogxl160"
    | "uc1611_i2c_ea_dogm240"
    | "uc1611_i2c_ea_dogxl240"
    | "uc1611_i2c_ew50850";

  /** The displays on SPI that both chips know. */
  type SpiDisplay =
    | "hx1230_96x68"
    | "il3820_v2_296x128"
    | "ist3020_erc19264"
    | "lc7981_160x160"
    | "lc7981_160x80"
    | "lc7981_240x128"
    | "lc7981_240x64"
    | "ld7032_60x32"
    | "ls013b7dh03_128x128"
    | "max7219_32x8"
    | "nt7534_tg12864r"
    | "pcd8544_84x48"
    | "pcf8812_96x65"
    | "sed1520_122x32"
    | "sh1106_128x64_noname"
    | "sh1106_128x64_vcomh0"
    | "sh1107_128x128"
    | "sh1107_64x128"
    | "sh1107_seeed_96x96"
    | "sh1108_160x160"
    | "sh1122_256x64"
    | "ssd0323_os128064"
    | "ssd1305_128x32_noname"
    | "ssd1306_128x32_univision"
    | "ssd1306_128x64_alt0"
    | "ssd1306_128x64_noname"
    | "ssd1306_128x64_vcomh0"
    | "ssd1306_64x48_er"
    | "ssd1306_96x16_er"
    | "ssd1309_128x64_noname0"
    | "ssd1309_128x64_noname2"
    | "ssd1318_128x96"
    | "ssd1318_128x96_xcp"
    | "ssd1322_nhd_128x64"
    | "ssd1322_nhd_256x64"
    | "ssd1325_nhd_128x64"
    | "ssd1326_er_256x32"
    | "ssd1327_ea_w128128"
    | "ssd1327_midas_128x128"
    | "ssd1327_seeed_96x96"
    | "ssd1329_128x96_noname"
    | "ssd1606_172x72"
    | "ssd1607_200x200"
    | "ssd1607_gd_200x200"
    | "ssd1607_ws_200x200"
    | "st75256_jlx172104"
    | "st75256_jlx240160"
    | "st75256_jlx256128"
    | "st75256_jlx256160"
    | "st75256_jlx25664"
    | "st7565_64128n"
    | "st7565_ea_dogm128"
    | "st7565_ea_dogm132"
    | "st7565_erc12864"
    | "st7565_erc12864_alt"
    | "st7565_lm6059"
    | "st7565_nhd_c12832"
    | "st7565_nhd_c12864"
    | "st7565_zolen_128x64"
    | "st7567_64x32"
    | "st7567_enh_dg128064i"
    | "st7567_jlx12864"
    | "st7567_pi_132x64"
    | "st7586s_erc240160"
    | "st7586s_s028hn118a"
    | "st7588_jlx12864"
    | "st7920_s_128x64"
    | "st7920_s_192x32"
    | "t6963_128x64"
    | "t6963_160x80"
    | "t6963_240x128"
    | "t6963_240x64"
    | "t6963_256x64"
    | "uc1601_128x32"
    | "uc1604_jlx19264"
    | "uc1608_240x128"
    | "uc1608_erc24064"
    | "uc1610_ea_dogxl160"
    | "uc1611_ea_dogm240"
    | "uc1611_ea_dogxl240"
    | "uc1611_ew50850"
    | "uc1701_ea_dogs102"
    | "uc1701_mini12864";

  /** Displays on I²C that only ESP8266 knows. */
  type Esp8266I2cDisplay = "sh1122_i2c_256x64";

  /** `u8g2` for code that runs on both chips. */
  interface Portable extends Common {}
}
