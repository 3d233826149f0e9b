/// <reference path="./gpiopulse.d.ts" />
/** Pins. In the default build of ESP8266, and always present on ESP32. The two chips have little in common. */
declare namespace gpio {
  /** A level: `LOW` 0, `HIGH` 1. */
  type Level = 0 | 1;

  /** What both chips have. On ESP8266 pins are numbered D0…D12, on ESP32 by GPIO. */
  interface Common {
    /** Reads the level of a pin. */
    read(this: void, pin: number): Level;
    /** Sets the level of a pin. Error on ESP8266: "wrong level type". */
    write(this: void, pin: number, level: Level): void;
  }

  /** A pin of the ESP8266 as printed on the boards: 0 is D0 (GPIO16), 1 is D1 (GPIO5), … not a GPIO number. */
  type Pin = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12;
  /** A pin that can interrupt: every one but 0. */
  type InterruptPin = Exclude<Pin, 0>;
  /** Takes any number whose value the compiler does not know, and of those it knows only pins. */
  type PinArgument<P extends number> = P extends Pin ? P : number extends P ? P : Pin;
  type InterruptPinArgument<P extends number> = P extends InterruptPin
    ? P
    : number extends P
      ? P
      : InterruptPin;

  /** The mode of a pin on ESP8266. */
  type Mode = FirmwareConstant<"gpio.mode">;
  type Pull = FirmwareConstant<"gpio.pull">;

  /** `gpio` on ESP8266. */
  interface Esp8266 {
    readonly LOW: 0;
    readonly HIGH: 1;
    readonly INPUT: Mode;
    readonly OUTPUT: Mode;
    readonly OPENDRAIN: Mode;
    /** Interrupts: see `trig`. In default builds (GPIO_INTERRUPT_ENABLE). */
    readonly INT: Mode;
    readonly FLOAT: Pull;
    readonly PULLUP: Pull;
    /** The module `gpiopulse`; off by default. */
    readonly pulse: gpiopulse.Esp8266;

    /**
     * Sets the mode of a pin. Errors: "Invalid pin", "wrong arg type".
     * @param pull default `gpio.FLOAT`
     * @example
     * gpio.mode(4, gpio.OUTPUT);
     * gpio.write(4, gpio.LOW);
     */
    mode<P extends number>(this: void, pin: PinArgument<P>, mode: Mode, pull?: Pull): void;

    /** Reads the level of a pin. */
    read<P extends number>(this: void, pin: PinArgument<P>): Level;

    /** Sets the level of a pin. Error: "wrong level type". */
    write<P extends number>(this: void, pin: PinArgument<P>, level: Level): void;

    /**
     * Toggles a pin at given times. Errors: "Invalid pin", "Wrong level type", "Invalid delay_times",
     * "Unable to initialize timer".
     * @param delays µs before each toggle, fewer than 256 of them
     * @param cycles how often; default 1
     * @param done if given, the call returns at once and this is called at the end (a number: nothing is called);
     * delays are then 50 to 8388607 µs. Without it nothing else runs meanwhile: keep the whole below 15 ms.
     */
    serout<P extends number>(
      this: void,
      pin: PinArgument<P>,
      start: Level,
      delays: number[],
      cycles?: number,
      done?: number | ((this: void) => void),
    ): void;

    /**
     * Sets what an interrupt of a pin calls. Errors: "Invalid interrupt pin", "invalid callback type".
     * @param pin 1 to 12
     * @param type "none" (default) removes the handler
     * @param handler gets the level, the time in µs as of `tmr.now()` and the number of interrupts since the last call;
     * left out: the previous one stays
     * @example
     * gpio.mode(3, gpio.INT, gpio.PULLUP);
     * gpio.trig(3, "down", (level, when, count) => print("pressed", when, count));
     */
    trig<P extends number>(
      this: void,
      pin: InterruptPinArgument<P>,
      type?: Trigger,
      handler?: TriggerHandler,
    ): void;
  }

  type Trigger = "none" | "up" | "down" | "both" | "low" | "high";
  type TriggerHandler = (this: void, level: Level, when: number, count: number) => void;

  /** The direction of a pin on ESP32. */
  type Esp32Direction = FirmwareConstant<"gpio.dir">;
  type Esp32Pull = FirmwareConstant<"gpio.pull">;
  type Esp32Interrupt = FirmwareConstant<"gpio.intr">;
  type Esp32Drive = FirmwareConstant<"gpio.drive">;

  /** `gpio` on ESP32. Errors of all functions: "invalid argument" (no such pin, or it cannot do this). */
  interface Esp32 extends Common {
    readonly IN: Esp32Direction;
    readonly OUT: Esp32Direction;
    readonly IN_OUT: Esp32Direction;
    readonly FLOATING: Esp32Pull;
    readonly PULL_UP: Esp32Pull;
    readonly PULL_DOWN: Esp32Pull;
    readonly PULL_UP_DOWN: Esp32Pull;
    readonly INTR_NONE: Esp32Interrupt;
    readonly INTR_UP: Esp32Interrupt;
    readonly INTR_DOWN: Esp32Interrupt;
    readonly INTR_UP_DOWN: Esp32Interrupt;
    readonly INTR_LOW: Esp32Interrupt;
    readonly INTR_HIGH: Esp32Interrupt;
    readonly DRIVE_0: Esp32Drive;
    readonly DRIVE_1: Esp32Drive;
    readonly DRIVE_2: Esp32Drive;
    readonly DRIVE_3: Esp32Drive;
    readonly DRIVE_DEFAULT: Esp32Drive;

    /**
     * Sets up pins. Error: "missing/bad 'gpio' field".
     * @example
     * gpio.config({ gpio: [2, 4], dir: gpio.OUT });
     * gpio.write(2, 1);
     */
    config(this: void, ...settings: Esp32Settings[]): void;

    /** Sets how strong an output is. Error: "pad strength must be between gpio.DRIVE_0 and gpio.DRIVE_3". */
    set_drive(this: void, pin: number, strength: Esp32Drive): void;

    /**
     * Sets what an interrupt of a pin calls. Error: "invalid gpio".
     * @param type `gpio.INTR_NONE` (default) removes the handler
     * @param handler gets the pin and the level; left out: the previous one stays
     */
    trig(
      this: void,
      pin: number,
      type?: Esp32Interrupt,
      handler?: (this: void, pin: number, level: Level) => void,
    ): void;

    /** Makes a pin wake the chip from light sleep. @param level `INTR_NONE` (default), `INTR_LOW` or `INTR_HIGH` */
    wakeup(this: void, pin: number, level?: Esp32Interrupt): void;
  }

  interface Esp32Settings {
    /** Pin or pins. */
    gpio: number | number[];
    dir: Esp32Direction;
    /** 1: the output only pulls down; default 0. */
    opendrain?: 0 | 1;
    /** Default `gpio.FLOATING`. */
    pull?: Esp32Pull;
  }

  /** `gpio` for code that runs on both chips: only `read` and `write` are the same. */
  interface Portable
    extends Common,
      Partial<Omit<Esp8266, keyof Common | "trig">>,
      Partial<Omit<Esp32, keyof Common | "trig">> {
    /** The arguments differ by chip. */
    readonly trig?: Esp8266["trig"] | Esp32["trig"];
  }
}
