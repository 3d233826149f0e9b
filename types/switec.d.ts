/** The stepper motors of instrument panels, Switec X.27. ESP8266 only, off by default. */
declare namespace switec {
  /** A motor. */
  type Channel = 0 | 1 | 2;
  /**
   * `switec` on ESP8266.
   * @example
   * switec.setup(0, 5, 6, 7, 8);
   * switec.reset(0);
   * switec.moveto(0, 300, () => print("there"));
   */
  interface Esp8266 {
    /** Sets up a motor. Errors: "Invalid pin", "Unable to setup stepper." @param maxSpeed degrees a second, default 400 */
    setup(
      this: void,
      channel: Channel,
      pin1: number,
      pin2: number,
      pin3: number,
      pin4: number,
      maxSpeed?: number,
    ): void;
    /** Frees a motor that stands. Error: "Unable to close stepper." */
    close(this: void, channel: Channel): void;
    /** Makes the position of a motor that stands zero. Error: "Unable to reset stepper." */
    reset(this: void, channel: Channel): void;
    /** Moves. Error: "Unable to move stepper." @param position steps, 0 to about 1000 @param stopped called when it stands */
    moveto(this: void, channel: Channel, position: number, stopped?: (this: void) => void): void;
    /** Returns the position and the direction: 0 stands, 1 clockwise, -1 the other way. Error: "Unable to get position." */
    getpos(this: void, channel: Channel): LuaMultiReturn<[position: number, direction: -1 | 0 | 1]>;
    /** Runs callbacks that wait. Only in builds made to test the module. */
    dequeue(this: void): void;
  }
}
