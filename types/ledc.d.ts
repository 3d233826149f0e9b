/** PWM by the LED controller. ESP32 only, off by default. */
declare namespace ledc {
  /** `ledc.HIGH_SPEED` or `ledc.LOW_SPEED`. */
  type SpeedMode = FirmwareConstant<"ledc.speed">;
  type Timer = FirmwareConstant<"ledc.timer">;
  type ChannelNumber = FirmwareConstant<"ledc.channel">;
  /** Resolution of the duty. */
  type Bits = FirmwareConstant<"ledc.bits">;
  type Idle = FirmwareConstant<"ledc.idle">;
  type Wait = FirmwareConstant<"ledc.wait">;
  type Direction = FirmwareConstant<"ledc.direction">;

  interface Settings {
    /** One pin; the documentation speaks of several, the firmware reads a number. */
    gpio: number;
    /** Default `ledc.TIMER_13_BIT`. */
    bits?: Bits;
    mode: SpeedMode;
    timer: Timer;
    channel: ChannelNumber;
    /** Hz, 1 to 40000000. */
    frequency: number;
    /** Inverts the output. */
    invert?: boolean;
    /** 0 to 2 to the power of `bits`. */
    duty: number;
  }

  /**
   * `ledc` on ESP32.
   * @example
   * const led = ledc.newChannel({
   *   gpio: 19,
   *   bits: ledc.TIMER_13_BIT,
   *   mode: ledc.LOW_SPEED,
   *   timer: ledc.TIMER_0,
   *   channel: ledc.CHANNEL_0,
   *   frequency: 1000,
   *   duty: 4096,
   * });
   * led.fadewithtime(0, 2000);
   */
  interface Esp32 {
    /** The original ESP32 only; nil on the others. */
    readonly HIGH_SPEED: SpeedMode;
    readonly LOW_SPEED: SpeedMode;
    readonly TIMER_0: Timer;
    readonly TIMER_1: Timer;
    readonly TIMER_2: Timer;
    readonly TIMER_10_BIT: Bits;
    readonly TIMER_11_BIT: Bits;
    readonly TIMER_12_BIT: Bits;
    readonly TIMER_13_BIT: Bits;
    readonly TIMER_14_BIT: Bits;
    /** This and the following: not on every variant of the chip. */
    readonly TIMER_15_BIT: Bits;
    readonly TIMER_16_BIT: Bits;
    readonly TIMER_17_BIT: Bits;
    readonly TIMER_18_BIT: Bits;
    readonly TIMER_19_BIT: Bits;
    readonly TIMER_20_BIT: Bits;
    readonly CHANNEL_0: ChannelNumber;
    readonly CHANNEL_1: ChannelNumber;
    readonly CHANNEL_2: ChannelNumber;
    readonly CHANNEL_3: ChannelNumber;
    readonly CHANNEL_4: ChannelNumber;
    readonly CHANNEL_5: ChannelNumber;
    readonly CHANNEL_6: ChannelNumber;
    readonly CHANNEL_7: ChannelNumber;
    readonly IDLE_LOW: Idle;
    readonly IDLE_HIGH: Idle;
    readonly FADE_NO_WAIT: Wait;
    readonly FADE_WAIT_DONE: Wait;
    readonly FADE_DECREASE: Direction;
    readonly FADE_INCREASE: Direction;
    /** Makes a channel and starts it. Errors: "timer configuration failed code …", "channel configuration failed code …". */
    newChannel(this: void, settings: Settings): Channel;
  }

  /** A channel. The methods that change something return their last argument, which means nothing. @userdata ledc.channel */
  interface Channel {
    /** Stops. @param idle the level that stays */
    stop(idle: Idle): void;
    /** Sets the frequency, which all channels of the timer share. @param frequency Hz */
    setfreq(frequency: number): void;
    /** Returns the frequency in Hz. */
    getfreq(): number;
    /** Sets the duty. @param duty 0 to 2 to the power of the resolution */
    setduty(duty: number): void;
    getduty(): number;
    /** Restarts the timer. */
    reset(): void;
    /** Halts the timer. */
    pause(): void;
    /** Goes on after `pause`. */
    resume(): void;
    /** Fades to a duty in some time. @param time ms @param wait default `ledc.FADE_NO_WAIT` */
    fadewithtime(duty: number, time: number, wait?: Wait): void;
    /** Fades to a duty in steps. @param scale size of a step, 0 to 1023 @param cycles per step, 0 to 1023 @param wait default `ledc.FADE_NO_WAIT` */
    fadewithstep(duty: number, scale: number, cycles: number, wait?: Wait): void;
    /** Fades from a duty. @param scale size of a step @param cycles per step @param steps how many @param wait default `ledc.FADE_NO_WAIT` */
    fade(duty: number, direction: Direction, scale: number, cycles: number, steps: number, wait?: Wait): void;
  }
}
