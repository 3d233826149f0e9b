// The search for the next device on a 1-Wire bus, as the firmware runs it (driver/onewire.c), after Maxim's application note 187: at each bit
// in which devices differ the first search takes 0, later ones take 1 at the last place where 0 was taken.
import type { OneWireBus } from "../devices/one-wire.ts";

const SEARCH = 0xf0;
const ALARM_SEARCH = 0xec;
const BITS = 64;

export class OneWireSearch {
  readonly #rom = new Uint8Array(8);
  #lastDiscrepancy = 0;
  #isLast = false;

  /** @param family devices of this family come first; without it the search begins at the lowest number */
  constructor(family?: number) {
    if (family === undefined) return;
    this.#rom[0] = family;
    this.#lastDiscrepancy = BITS;
  }

  /** The number of the next device; undefined: there is none, and the next search begins anew. */
  next(bus: OneWireBus | undefined, isAlarm: boolean): Uint8Array | undefined {
    const found = !this.#isLast && bus?.reset() === true && this.#walk(bus, isAlarm);
    if (found && this.#rom[0] !== 0) return this.#rom.slice();
    this.#lastDiscrepancy = 0;
    this.#isLast = false;
    return undefined;
  }

  #walk(bus: OneWireBus, isAlarm: boolean): boolean {
    bus.writeByte(isAlarm ? ALARM_SEARCH : SEARCH);
    let lastZero = 0;
    for (let number = 1; number <= BITS; number++) {
      const [byte, mask] = [(number - 1) >> 3, 1 << ((number - 1) & 7)];
      const bit = bus.readBit();
      const complement = bus.readBit();
      if (bit === 1 && complement === 1) return false;
      let direction = bit;
      if (bit === complement) {
        if (number < this.#lastDiscrepancy) direction = this.#rom[byte]! & mask ? 1 : 0;
        else direction = number === this.#lastDiscrepancy ? 1 : 0;
        if (direction === 0) lastZero = number;
      }
      if (direction === 1) this.#rom[byte]! |= mask;
      else this.#rom[byte]! &= ~mask;
      bus.writeBit(direction);
    }
    this.#lastDiscrepancy = lastZero;
    this.#isLast = lastZero === 0;
    return true;
  }
}
