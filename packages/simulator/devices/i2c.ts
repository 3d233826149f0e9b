// An I²C bus with its devices, byte by byte as the master drives it. A device sees whole transfers: what was written to it, at the stop or
// the next start, and what it is asked for.

/** A device that a test stands in for. It acknowledges its address and every byte. */
export interface I2cDevice {
  /** The pins that it is wired to; a bus on other pins does not reach it. Left out, every bus does. */
  sda?: number;
  scl?: number;
  /** Gets the bytes of one write, without the address, once the master has sent them all. */
  write?(bytes: Uint8Array): void;
  /** Gives the bytes for one read, which begins now; the master reads 255 after the last of them. */
  read?(): ArrayLike<number>;
}

/** What a bus reads while nobody pulls it down. */
const RELEASED = 0xff;

type State = "idle" | "started" | "writing" | "reading" | "nobody";

export class I2cBus {
  readonly #devices: ReadonlyMap<number, I2cDevice>;
  readonly #sda: number;
  readonly #scl: number;
  #state: State = "idle";
  #device: I2cDevice | undefined;
  #written: number[] = [];
  #toRead: ArrayLike<number> = [];
  #position = 0;

  constructor(devices: ReadonlyMap<number, I2cDevice>, sda: number, scl: number) {
    this.#devices = devices;
    this.#sda = sda;
    this.#scl = scl;
  }

  /** The master sends a start condition, or repeats it. */
  start(): void {
    this.#endTransfer();
    this.#state = "started";
  }

  /** The master sends a stop condition. */
  stop(): void {
    this.#endTransfer();
    this.#state = "idle";
  }

  /** The master sends a byte; the first after a start is an address and a direction. @returns whether somebody acknowledges it */
  send(byte: number): boolean {
    if (this.#state === "started") return this.#address(byte >> 1, (byte & 1) === 1);
    if (this.#state !== "writing") return false;
    this.#written.push(byte & 0xff);
    return true;
  }

  /** The master reads a byte. */
  receive(): number {
    if (this.#state !== "reading") return RELEASED;
    return (this.#toRead[this.#position++] ?? RELEASED) & 0xff;
  }

  #address(address: number, isRead: boolean): boolean {
    const device = this.#devices.get(address);
    const isWired =
      device !== undefined &&
      (device.sda ?? this.#sda) === this.#sda &&
      (device.scl ?? this.#scl) === this.#scl;
    this.#device = isWired ? device : undefined;
    this.#written = [];
    this.#position = 0;
    this.#state = isWired ? (isRead ? "reading" : "writing") : "nobody";
    if (isWired && isRead) this.#toRead = device.read?.() ?? [];
    return isWired;
  }

  #endTransfer(): void {
    if (this.#state === "writing") this.#device?.write?.(Uint8Array.from(this.#written));
    this.#device = undefined;
  }
}
