/** Pulse-width modulation, up to 6 pins at one frequency. ESP8266 only, off by default. */
declare namespace pwm {
  /**
   * `pwm` on ESP8266. Pins D1…D12; duty 0 to 1023.
   * @example
   * pwm.setup(1, 500, 512);
   * pwm.start(1);
   * pwm.setduty(1, 1023);
   */
  interface Esp8266 {
    /** Makes a pin an output and returns the frequency. Errors: "no pwm for D0", "wrong arg range", "too many pwms." @param clock 1 to 1000 Hz */
    setup(this: void, pin: number, clock: number, duty: number): number;
    /** Frees a pin. */
    close(this: void, pin: number): void;
    /** Starts. Error: "Unable to start PWM output". */
    start(this: void, pin: number): void;
    /** Pauses. */
    stop(this: void, pin: number): void;
    /** Sets the frequency of all pins and returns it. Error: "wrong arg range". @param clock 1 to 1000 Hz */
    setclock(this: void, pin: number, clock: number): number;
    /** Returns the frequency. */
    getclock(this: void, pin: number): number;
    /** Sets the duty and returns it. Error: "wrong arg range". */
    setduty(this: void, pin: number, duty: number): number;
    /** Returns the duty. */
    getduty(this: void, pin: number): number;
  }
}
