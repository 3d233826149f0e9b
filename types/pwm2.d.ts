/** Pulse-width modulation on all pins, each with its frequency. ESP8266 only, off by default. */
declare namespace pwm2 {
  /**
   * `pwm2` on ESP8266. Pins D1…D12. Errors: "invalid pin number", and those named at the functions.
   * @example
   * pwm2.setup_pin_hz(3, 250000, 2, 1);
   * pwm2.start();
   */
  interface Esp8266 {
    /**
     * Sets up a pin, while stopped. Errors: "pwm2 : already started, …", "invalid frequency",
     * "invalid frequency resolution", "invalid duty", "invalid frequency fractions".
     * @param frequency Hz
     * @param steps of a pulse
     * @param duty steps that are high
     * @param divisor of the frequency, default 1
     */
    setup_pin_hz(
      this: void,
      pin: number,
      frequency: number,
      steps: number,
      duty: number,
      divisor?: number,
    ): void;
    /** As `setup_pin_hz`. @param seconds of a pulse */
    setup_pin_sec(
      this: void,
      pin: number,
      seconds: number,
      steps: number,
      duty: number,
      divisor?: number,
    ): void;
    /** Frees pins, while stopped. Error: "pwm2 : pwm is started, stop it first." */
    release_pin(this: void, ...pins: number[]): void;
    /** Starts all pins. Error: "pwm2: currently platform timer1 is being used by another module." */
    start(this: void): true;
    /** Stops all pins. */
    stop(this: void): void;
    /** Sets the duty of pins. Errors: "invalid duty", "pwm2 : pin=N is not setup yet". */
    set_duty(this: void, pin: number, duty: number, ...morePinsAndDuties: number[]): void;
    /** Returns whether it runs, and the interrupt's period in CPU and in timer ticks. */
    get_timer_data(this: void): LuaMultiReturn<[started: boolean, cpuTicks: number, timerTicks: number]>;
    /** Returns how a pin is set up. */
    get_pin_data(
      this: void,
      pin: number,
    ): LuaMultiReturn<
      [
        isSetup: 0 | 1,
        duty: number,
        steps: number,
        frequency: number,
        divisor: number,
        stepTicks: number,
        interrupts: number,
      ]
    >;
  }
}
