// UART 0 of the chip: the receive ring that overflows while the processor is busy, and the way out to the line.
// It outlives restarts of the firmware; what it receives goes to whoever reads it (console.ts).
import type { Clock } from "../clock.ts";
import type { SerialLine } from "./line.ts";

/** Bytes that wait for the processor (RX_BUFF_SIZE). */
export const RING = 256;
export const DEFAULT_BAUD = 115200;

export class Uart {
  readonly #clock: Clock;
  #line: SerialLine | undefined;
  #ring: Buffer[] = [];
  #waiting = 0;
  #busyUntil = 0;
  #baud = DEFAULT_BAUD;
  /** Bytes that found the ring full. */
  overruns = 0;
  lineEnd: "\r\n" | "\n" = "\r\n";
  /** true: nothing goes out or comes in (the power is off). */
  off = false;
  /** Told when bytes wait; undefined while the chip boots, when they are lost. */
  reader: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get connected(): boolean {
    return this.#line !== undefined;
  }
  get baud(): number {
    return this.#baud;
  }
  set baud(rate: number) {
    this.#baud = rate;
    if (this.#line) this.#line.boardBaud = rate;
  }

  /** Connects a line to the pins. */
  connect(line: SerialLine): void {
    this.#line = line;
    line.boardBaud = this.#baud;
    line.board = (bytes) => this.#receive(bytes);
  }

  /** Milliseconds until the processor has time again. */
  get busyFor(): number {
    return Math.max(0, this.#busyUntil - this.#clock.now());
  }
  /** The processor does nothing else for so long (a flash sector is erased). */
  busy(ms: number): void {
    this.#busyUntil = Math.max(this.#clock.now(), this.#busyUntil) + ms;
  }

  /** Sends bytes as they are. */
  send(bytes: Buffer | string): void {
    if (this.off) return;
    this.#line?.toComputer(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes, this.#busyUntil);
  }
  /** Sends text as the firmware's console does: most turn LF into CR LF. */
  print(text: string): void {
    this.send(text.replaceAll("\n", this.lineEnd));
  }

  /** Takes what waits in the ring. */
  take(): Buffer {
    const bytes = Buffer.concat(this.#ring);
    this.#ring = [];
    this.#waiting = 0;
    return bytes;
  }
  /** Puts back what was taken and not used. */
  putBack(bytes: Buffer): void {
    this.#ring.unshift(bytes);
    this.#waiting += bytes.length;
  }

  /** The chip was reset. */
  reset(): void {
    this.take();
    this.reader = undefined;
    this.baud = DEFAULT_BAUD;
    this.#busyUntil = 0;
    this.off = false;
  }

  #receive(bytes: Buffer): void {
    if (this.off || !this.reader) return;
    const taken = bytes.subarray(0, Math.max(0, RING - this.#waiting));
    this.overruns += bytes.length - taken.length;
    if (taken.length === 0) return;
    this.#ring.push(taken);
    this.#waiting += taken.length;
    this.reader();
  }
}
