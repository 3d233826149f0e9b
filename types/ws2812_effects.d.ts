/// <reference path="./pixbuf.d.ts" />
/** Effects for WS2812 light-emitting diodes. ESP8266 only, off by default; needs `color_utils` and `pixbuf` in the build. */
declare namespace ws2812_effects {
  type Mode =
    | "static"
    | "blink"
    | "gradient"
    | "gradient_rgb"
    | "random_color"
    | "rainbow"
    | "rainbow_cycle"
    | "flicker"
    | "fire"
    | "fire_soft"
    | "fire_intense"
    | "halloween"
    | "circus_combustus"
    | "larson_scanner"
    | "cycle"
    | "color_wipe"
    | "random_dot";

  /**
   * `ws2812_effects` on ESP8266. Everything but `init` raises an error before it.
   * @example
   * ws2812.init();
   * const buffer = pixbuf.newBuffer(12, 3);
   * ws2812_effects.init(buffer);
   * ws2812_effects.set_mode("rainbow_cycle");
   * ws2812_effects.start();
   */
  interface Esp8266 {
    /** Sets the buffer. */
    init(this: void, buffer: pixbuf.Buffer): void;
    /** Sets the brightness. Error: "should be 0-255". */
    set_brightness(this: void, brightness: number): void;
    /** Sets the colour, 0 to 255 each. */
    set_color(this: void, green: number, red: number, blue: number, white?: number): void;
    /** Sets the speed. Error: "should be 0-255". */
    set_speed(this: void, speed: number): void;
    /** Returns the speed. */
    get_speed(this: void): number;
    /** Sets the time between steps. Error: "must be equal / larger than 10". @param delay ms */
    set_delay(this: void, delay: number): void;
    /** Returns the time between steps in ms. */
    get_delay(this: void): number;
    /** Sets the effect. Errors: "must be at least two colors and same size as buffer colors", "string expected". */
    set_mode(this: void, mode: "gradient" | "gradient_rgb", colors: string): void;
    set_mode(this: void, mode: Exclude<Mode, "gradient" | "gradient_rgb">, parameter?: number): void;
    /** Starts. */
    start(this: void): void;
    /** Stops. */
    stop(this: void): void;
  }
}
