/** Pulse trains on several pins; the same table as `gpio.pulse`. ESP8266 only, off by default. */
declare namespace gpiopulse {
  /** `gpiopulse` on ESP8266. */
  interface Esp8266 {
    /**
     * Makes a pulse train of steps. Errors: "table is too large: N entries is more than 100",
     * "All entries must be tables", "pin number …", "delay of …", "Unrecognized key found: …".
     * @example
     * const train = gpio.pulse.build([
     *   { 1: gpio.HIGH, 2: gpio.LOW, delay: 250000 },
     *   { 1: gpio.LOW, 2: gpio.HIGH, delay: 250000, loop: 1, count: 20 },
     * ]);
     * train.start(() => print("done"));
     */
    build(this: void, steps: Step[]): Train;
  }

  /** A step: levels by pin number, and how long they stay. */
  interface Step {
    [pin: number]: gpio.Level;
    /** µs, 0 to 64000000. */
    delay?: number;
    /** The shortest delay in µs if time must be caught up. */
    min?: number;
    /** The longest delay in µs. */
    max?: number;
    /** How often to go on at step `loop`. */
    count?: number;
    /** Step to go on with, from 1. */
    loop?: number;
  }

  /** Where a train is: step (nil at the end), steps done, µs to the next change, `tmr.now()` of that. */
  type State = [position: number | undefined, steps: number, offset: number, now: number];
  type Handler = (this: void, ...state: State) => void;

  /** A pulse train. Only one can run. @userdata gpio.pulse esp8266 */
  interface Train {
    /** Starts. Errors: "pulse operation already in progress", "missing callback", "Unable to initialize timer". @param adjust µs for the next adjustable delay */
    start(done: Handler): void;
    start(adjust: number, done: Handler): void;
    /** Stops at the next change or at a step; false if it does not run. Errors: "bad stop position: …", "missing callback". */
    stop(done: Handler): boolean;
    stop(position: number, done: Handler): boolean;
    /** Stops at once; nothing if it does not run. */
    cancel(): LuaMultiReturn<State | []>;
    /** Tells where it is; nothing if it does not run. */
    getstate(): LuaMultiReturn<State | []>;
    /** Sets the µs to take from or add to adjustable delays; nothing if it does not run. */
    adjust(offset: number): LuaMultiReturn<State | []>;
    /** Changes a step. Errors: "entry number must be in range 1 .. N", and those of `build`. @param position from 1 */
    update(position: number, step: Step): void;
  }
}
