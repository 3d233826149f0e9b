// What a test wires to a board: pins, analog inputs, devices on 1-Wire and I²C. An error of a device that a test stands in for is the test's,
// not the app's: it is kept until the test goes on.
import type { Board } from "../board.ts";
import { CHIPS } from "../chips.ts";
import type { I2cDevice } from "../devices/i2c.ts";
import type { OneWireDevice } from "../devices/one-wire.ts";
import type { Pulses } from "../devices/wiring.ts";

/** Runs a job of a test's device, keeps its error, and gives `otherwise` then. */
export type Guard = <T>(job: () => T, otherwise: T) => T;

function checkPin(board: Board, pin: number): void {
  const { name, pins } = CHIPS[board.options.chip];
  if (!Number.isInteger(pin) || pin < 0 || pin >= pins)
    throw new RangeError(`pin ${pin} does not exist: the simulated ${name} has 0 to ${pins - 1}`);
}

/** The board's pins, by the numbers that the app uses: D0 to D12 on ESP8266, GPIO 0 to 21 on ESP32 (a C3). */
export class Pins {
  readonly #board: Board;

  constructor(board: Board) {
    this.#board = board;
  }

  /** The level that a pin has now, whoever put it there. @throws RangeError for a pin that does not exist */
  read(pin: number): 0 | 1 {
    checkPin(this.#board, pin);
    return this.#board.pins[pin] === 1 ? 1 : 0;
  }

  /** Puts a pin on a level, as a button or a sensor does; an interrupt that the app has set runs as the next task. @throws RangeError */
  set(pin: number, level: 0 | 1): void {
    checkPin(this.#board, pin);
    if (level !== 0 && level !== 1) throw new RangeError(`a level is 0 or 1, not ${level}`);
    this.#board.setPin(pin, level);
  }

  /** What a pin puts out through the module pwm; undefined if that does not drive it. @throws RangeError */
  pulses(pin: number): Readonly<Pulses> | undefined {
    checkPin(this.#board, pin);
    const pulses = this.#board.wiring.pulses.get(pin);
    return pulses && { ...pulses };
  }
}

/** The analog inputs. */
export class AnalogInputs {
  readonly #board: Board;
  readonly #guard: Guard;

  constructor(board: Board, guard: Guard) {
    this.#board = board;
    this.#guard = guard;
  }

  /**
   * Sets what `adc.read` gives.
   * @param channel 0 on ESP8266 (pin A0), 0 to 4 on ESP32
   * @param level 0 to 1023 on ESP8266, 0 to 4095 on ESP32; a function is asked at every reading
   * @throws RangeError for what the converter does not have
   */
  set(channel: number, level: number | (() => number)): void {
    const isEsp32 = this.#board.options.chip === "esp32";
    const [channels, most] = isEsp32 ? [5, 4095] : [1, 1023];
    if (!Number.isInteger(channel) || channel < 0 || channel >= channels)
      throw new RangeError(`channel ${channel} does not exist: there are ${channels}, from 0 on`);
    if (typeof level === "number" && !(level >= 0 && level <= most))
      throw new RangeError(`a reading is 0 to ${most}, not ${level}`);
    this.#board.wiring.analog.set(channel, typeof level === "number" ? level : () => this.#guard(level, 0));
  }
}

/** The 1-Wire buses. */
export class OneWirePins {
  readonly #board: Board;
  readonly #guard: Guard;

  constructor(board: Board, guard: Guard) {
    this.#board = board;
    this.#guard = guard;
  }

  /** Puts a device, such as `ds18b20(21.5)`, on the bus of a pin. @returns a function that takes it off @throws RangeError */
  attach(pin: number, device: OneWireDevice): () => void {
    checkPin(this.#board, pin);
    const guarded: OneWireDevice = {
      rom: device.rom,
      isInAlarm: () => this.#guard(() => device.isInAlarm?.() ?? false, false),
      reset: () => this.#guard(() => device.reset?.(), undefined),
      write: (byte, now) => this.#guard(() => device.write(byte, now), undefined),
      read: (now) => this.#guard(() => device.read(now), 0xff),
    };
    const { devices } = this.#board.wiring.oneWire(pin);
    devices.add(guarded);
    return () => void devices.delete(guarded);
  }
}

/** The I²C buses. */
export class I2cBuses {
  readonly #board: Board;
  readonly #guard: Guard;

  constructor(board: Board, guard: Guard) {
    this.#board = board;
    this.#guard = guard;
  }

  /**
   * Puts a device at a 7-bit address, in place of the one that was there.
   * @returns a function that takes it off; then nobody acknowledges the address
   * @throws RangeError for what is no address
   */
  attach(address: number, device: I2cDevice): () => void {
    if (!Number.isInteger(address) || address < 0 || address > 0x7f)
      throw new RangeError(`${address} is no address: 0 to 127, without the bit for reading`);
    const { i2c } = this.#board.wiring;
    const guarded: I2cDevice = {
      ...(device.sda === undefined ? {} : { sda: device.sda }),
      ...(device.scl === undefined ? {} : { scl: device.scl }),
      write: (bytes) => this.#guard(() => device.write?.(bytes), undefined),
      read: () => this.#guard(() => device.read?.() ?? [], []),
    };
    i2c.set(address, guarded);
    return () => {
      if (i2c.get(address) === guarded) i2c.delete(address);
    };
  }
}
