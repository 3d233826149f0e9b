// What the world has wired to a board: levels at the analog inputs, devices on I²C and 1-Wire, and, the other way, what the board's PWM
// drives. It keeps its state when the board restarts, as what has a supply of its own does; only PWM stops.
import type { I2cDevice } from "./i2c.ts";
import { OneWireBus } from "./one-wire.ts";

/** What a pin puts out by pulse-width modulation. */
export interface Pulses {
  /** Hz. */
  frequency: number;
  /** Share of the time at which the level is 1, in 1023rds. */
  duty: number;
}

export class Wiring {
  /** What a reading of each analog channel gives; 0 if the channel is not there. A function is asked at every reading. */
  readonly analog = new Map<number, number | (() => number)>();
  /** Devices by their 7-bit address. */
  readonly i2c = new Map<number, I2cDevice>();
  /** Pins that the module pwm drives now. */
  readonly pulses = new Map<number, Pulses>();
  readonly #buses = new Map<number, OneWireBus>();
  readonly #now: () => number;

  /** @param now the time on the board's clock [ms] */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** What a reading of an analog channel gives: a whole number from 0 to `most`. */
  analogLevel(channel: number, most: number): number {
    const level = this.analog.get(channel) ?? 0;
    const value = typeof level === "function" ? level() : level;
    return Math.max(0, Math.min(most, Math.trunc(value)));
  }

  /** The 1-Wire bus at a pin, on which there may be nobody. */
  oneWire(pin: number): OneWireBus {
    const bus = this.#buses.get(pin) ?? new OneWireBus(this.#now);
    this.#buses.set(pin, bus);
    return bus;
  }
}
