// A 1-Wire bus with its devices, bit by bit: the commands that every device knows (read, match, skip and search ROM) are here, the
// functions of a device are its own. A 0 of one device beats the 1 of all others, as on the wire.

/** A device on a 1-Wire bus that a test stands in for. */
export interface OneWireDevice {
  /** 8 bytes: family, serial number, their checksum. */
  readonly rom: Uint8Array;
  /** Whether an alarm search finds it; no if left out. */
  isInAlarm?(): boolean;
  /** A reset pulse ends whatever was going on. */
  reset?(): void;
  /** Gets a byte that the master has written to it once it was selected. @param now the time [ms] */
  write(byte: number, now: number): void;
  /** Gives the next byte that the master reads from it. @param now the time [ms] */
  read(now: number): number;
}

const READ_ROM = 0x33;
const MATCH_ROM = 0x55;
const SKIP_ROM = 0xcc;
const SEARCH_ROM = 0xf0;
const ALARM_SEARCH = 0xec;
const ROM_BITS = 64;

/** The 8-bit checksum that Maxim's application note 27 defines. */
export function crc8(bytes: ArrayLike<number>): number {
  let crc = 0;
  for (let i = 0; i < bytes.length; i++) {
    crc ^= bytes[i]!;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0x8c : crc >> 1;
  }
  return crc;
}

/** The 16-bit checksum of the same note. */
export function crc16(bytes: ArrayLike<number>, start = 0): number {
  let crc = start;
  for (let i = 0; i < bytes.length; i++) {
    crc ^= bytes[i]!;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  return crc;
}

/** The number of a device: its family, 6 bytes of serial number, the lowest first, and their checksum. */
export function romOf(family: number, serial: number): Uint8Array {
  const bytes = [family];
  for (let left = serial; bytes.length < 7; left = Math.floor(left / 256)) bytes.push(left % 256);
  return Uint8Array.from([...bytes, crc8(bytes)]);
}

const bitOf = (rom: Uint8Array, position: number): number => (rom[position >> 3]! >> (position & 7)) & 1;

type State = "silent" | "command" | "matching" | "searching" | "reading rom" | "selected";

export class OneWireBus {
  readonly devices = new Set<OneWireDevice>();
  readonly #now: () => number;
  #state: State = "silent";
  /** Devices that take part in what is going on. */
  #listening: OneWireDevice[] = [];
  #bits = 0;
  #count = 0;
  /** In a search: 0 for the bit, 1 for its complement, 2 for the master's choice. */
  #phase = 0;
  /** Bytes that the selected devices are giving, each as far as it has not been read. */
  #reading: number[] | undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The master pulls the line down for long. @returns whether somebody answers */
  reset(): boolean {
    this.#listening = [...this.devices];
    for (const device of this.#listening) device.reset?.();
    this.#begin("command");
    return this.#listening.length > 0;
  }

  writeBit(bit: number): void {
    if (this.#state === "searching") {
      if (this.#phase === 2) this.#chosen(bit);
      return;
    }
    if (this.#state === "matching") {
      this.#listening = this.#listening.filter(({ rom }) => bitOf(rom, this.#count) === bit);
      if (++this.#count === ROM_BITS) this.#begin("selected");
      return;
    }
    this.#reading = undefined;
    this.#bits |= bit << this.#count;
    if (++this.#count < 8) return;
    const byte = this.#bits;
    this.#bits = this.#count = 0;
    if (this.#state === "command") this.#command(byte);
    else if (this.#state === "selected")
      for (const device of this.#listening) device.write(byte, this.#now());
  }

  readBit(): number {
    if (this.#state === "searching") return this.#searchBit();
    if (this.#state === "reading rom") {
      const bit = this.#wired(({ rom }) => bitOf(rom, this.#count));
      if (++this.#count === ROM_BITS) this.#begin("selected");
      return bit;
    }
    if (this.#state !== "selected") return 1;
    if (this.#reading === undefined) this.#count = 0;
    this.#reading ??= this.#listening.map((device) => device.read(this.#now()));
    const bit = this.#reading.every((byte) => (byte >> this.#count) & 1) ? 1 : 0;
    if (++this.#count === 8) {
      this.#count = 0;
      this.#reading = undefined;
    }
    return bit;
  }

  writeByte(byte: number): void {
    for (let i = 0; i < 8; i++) this.writeBit((byte >> i) & 1);
  }

  readByte(): number {
    let byte = 0;
    for (let i = 0; i < 8; i++) byte |= this.readBit() << i;
    return byte;
  }

  #begin(state: State): void {
    this.#state = state;
    this.#bits = this.#count = this.#phase = 0;
    this.#reading = undefined;
  }

  #command(byte: number): void {
    if (byte === MATCH_ROM) this.#begin("matching");
    else if (byte === SKIP_ROM) this.#begin("selected");
    else if (byte === READ_ROM) this.#begin("reading rom");
    else if (byte === SEARCH_ROM || byte === ALARM_SEARCH) {
      if (byte === ALARM_SEARCH) this.#listening = this.#listening.filter((one) => one.isInAlarm?.());
      this.#begin("searching");
    } else this.#begin("silent");
  }

  #wired(bit: (device: OneWireDevice) => number): number {
    return this.#listening.every((device) => bit(device) === 1) ? 1 : 0;
  }

  #searchBit(): number {
    const complement = this.#phase;
    if (this.#phase < 2) this.#phase++;
    return this.#wired(({ rom }) => bitOf(rom, this.#count) ^ complement);
  }

  /** The master goes on with those devices that have this bit. */
  #chosen(bit: number): void {
    this.#listening = this.#listening.filter(({ rom }) => bitOf(rom, this.#count) === bit);
    this.#phase = 0;
    if (++this.#count === ROM_BITS) this.#begin("selected");
  }
}
