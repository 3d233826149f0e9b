/** Conversions between colour spaces. ESP8266 only, off by default. */
declare namespace color_utils {
  /**
   * `color_utils` on ESP8266. Values are 0 to 255, hues 0 to 360; others raise an error.
   * @example
   * const [green, red, blue] = color_utils.hsv2grb(120, 255, 255);
   * print(green, red, blue);
   */
  interface Esp8266 {
    /** Converts hue, saturation and value. */
    hsv2grb(
      this: void,
      hue: number,
      saturation: number,
      value: number,
    ): LuaMultiReturn<[green: number, red: number, blue: number]>;
    /** Converts hue, saturation and value, with what the three colours have in common as white. */
    hsv2grbw(
      this: void,
      hue: number,
      saturation: number,
      value: number,
    ): LuaMultiReturn<[green: number, red: number, blue: number, white: number]>;
    /** Converts to hue, saturation and value. Error: "greyscale value cannot be converted to hsv". */
    grb2hsv(
      this: void,
      green: number,
      red: number,
      blue: number,
    ): LuaMultiReturn<[hue: number, saturation: number, value: number]>;
    /** Returns the colour at an angle, fully saturated. @param angle 0 to 360 */
    colorWheel(this: void, angle: number): LuaMultiReturn<[green: number, red: number, blue: number]>;
  }
}
