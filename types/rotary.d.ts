/** Rotary encoders with a push switch. Off by default on both chips; an object on ESP32, channels on ESP8266. */
declare namespace rotary {
  /** Events add up with `+`. */
  type Events = number;
  /** What happened, the position, and the time in µs. */
  type Handler = (this: void, event: Events, position: number, when: number) => void;

  /** What both chips have. */
  interface Common {
    readonly PRESS: Events;
    readonly LONGPRESS: Events;
    readonly RELEASE: Events;
    readonly TURN: Events;
    readonly CLICK: Events;
    readonly DBLCLICK: Events;
    readonly ALL: Events;
  }

  /** A channel of the ESP8266. */
  type Channel = 0 | 1 | 2;

  /**
   * `rotary` on ESP8266.
   * @example
   * rotary.setup(0, 5, 6, 7);
   * rotary.on(0, rotary.TURN, (event, position) => print(event, position));
   */
  interface Esp8266 extends Common {
    /**
     * Sets up a channel. Errors: "Invalid pin", "Invalid timeout", "Unable to close switch.",
     * "Unable to setup rotary switch."
     * @param a pin, D1…D12
     * @param b pin, D1…D12
     * @param press pin of the switch
     * @param longPress ms, default 500
     * @param doubleClick ms, default 500
     */
    setup(
      this: void,
      channel: Channel,
      a: number,
      b: number,
      press?: number,
      longPress?: number,
      doubleClick?: number,
    ): void;
    /** Sets the handler of events; without one removes it. Error: "Unable to set callback." */
    on(this: void, channel: Channel, events: Events, handler?: Handler): void;
    /** Returns the position and `PRESS` or `RELEASE`; nothing if the channel is not set up. */
    getpos(this: void, channel: Channel): LuaMultiReturn<[position?: number, state?: Events]>;
    /** Frees a channel. Error: "Unable to close switch." */
    close(this: void, channel: Channel): void;
  }

  /**
   * `rotary` on ESP32.
   * @example
   * const knob = rotary.setup(32, 33, 25);
   * knob.on(rotary.TURN + rotary.CLICK, (event, position) => print(event, position));
   * const [position, pressed] = knob.getpos();
   * print(position, pressed);
   */
  interface Esp32 extends Common {
    /** Makes a switch. Errors: "Invalid pin", "Invalid timeout", "Unable to setup rotary switch." Arguments as on ESP8266, without the channel. */
    setup(this: void, a: number, b: number, press?: number, longPress?: number, doubleClick?: number): Switch;
  }

  /** A switch on ESP32. @userdata rotary.switch esp32 */
  interface Switch {
    /** Sets the handler of events; without one removes it. Error: "Unable to set callback." */
    on(events: Events, handler?: Handler): void;
    /** Returns the position and whether the switch is pressed. */
    getpos(): LuaMultiReturn<[position: number, pressed: boolean]>;
    /** Frees the switch. Error: "Unable to close switch." */
    close(): void;
  }

  /** `rotary` for code that runs on both chips: only the constants are the same. */
  interface Portable extends Common, Partial<Omit<Esp8266, keyof Common | "setup">> {
    readonly setup: Esp8266["setup"] | Esp32["setup"];
  }
}
