// The wire between a computer's serial port and a board's UART: bytes take their time at the line rate, arrive after
// the latency of the USB bridge, and are garbled, dropped or lost when told so. Runs on the board's clock.
import type { Clock } from "../clock.ts";

export interface LineOptions {
  /** Time a byte spends in the USB bridge, each way [ms]. */
  latency?: number;
  /** false: bytes arrive at once whatever the baud rate. */
  throttled?: boolean;
}

/** Start bit, eight data bits, stop bit. */
const BITS = 10;
/** A UART reads a rate that is this far off without errors. */
const TOLERANCE = 0.04;
/** Arriving bytes are handed over at least this far apart [ms]. */
const GRAIN = 1;

interface Segment {
  bytes: Buffer;
  /** When its first bit was sent [ms]. */
  start: number;
  /** Duration of one byte [ms]. */
  pace: number;
  done: number;
}

/** One direction. */
class Lane {
  readonly #queue: Segment[] = [];
  #free = 0;
  #scheduled = false;

  constructor(
    readonly clock: Clock,
    readonly latency: number,
    readonly arrived: (bytes: Buffer) => void,
  ) {}

  /** @param pace duration of one byte [ms] @param earliest when the first may be sent [ms] */
  send(bytes: Buffer, pace: number, earliest: number): void {
    if (bytes.length === 0) return;
    const start = Math.max(this.clock.now(), this.#free, earliest);
    this.#free = start + bytes.length * pace;
    this.#queue.push({ bytes, start, pace, done: 0 });
    this.#schedule();
  }

  clear(): void {
    this.#queue.length = 0;
    this.#free = 0;
  }

  #schedule(): void {
    const segment = this.#queue[0];
    if (this.#scheduled || !segment) return;
    this.#scheduled = true;
    const now = this.clock.now();
    const end = segment.start + segment.bytes.length * segment.pace + this.latency;
    const next = segment.start + (segment.done + 1) * segment.pace + this.latency;
    this.clock.after(Math.max(0, Math.min(end, Math.max(next, now + GRAIN)) - now), () => {
      this.#scheduled = false;
      this.#deliver();
      this.#schedule();
    });
  }

  #deliver(): void {
    const now = this.clock.now();
    const pieces: Buffer[] = [];
    for (;;) {
      const segment = this.#queue[0];
      if (!segment) break;
      const since = now - this.latency - segment.start;
      const due = segment.pace === 0 ? Infinity : Math.floor(since / segment.pace + 1e-6);
      if (since < 0) break;
      const until = Math.min(segment.bytes.length, due);
      if (until > segment.done) pieces.push(segment.bytes.subarray(segment.done, until));
      segment.done = Math.max(segment.done, until);
      if (segment.done < segment.bytes.length) break;
      this.#queue.shift();
    }
    if (pieces.length > 0) this.arrived(pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces));
  }
}

export class SerialLine {
  readonly clock: Clock;
  /** The rate that the computer's port is set to; undefined: always the board's. */
  computerBaud: number | undefined;
  /** The rate that the board's UART is set to. */
  boardBaud = 115200;
  /** Bytes put on the wire, for throughput figures. */
  readonly sent = { toBoard: 0, toComputer: 0 };
  /** Chance of each byte to be lost on its way to the board (0 to 1). */
  dropRate = 0;
  /** Gets what arrives at the board. */
  board: (bytes: Buffer) => void = () => {};
  /** Gets what arrives at the computer. */
  computer: (bytes: Buffer) => void = () => {};
  #plugged = true;
  #seed = 1;
  readonly #toBoard: Lane;
  readonly #toComputer: Lane;
  readonly #throttled: boolean;

  constructor(clock: Clock, options: LineOptions = {}) {
    this.clock = clock;
    this.#throttled = options.throttled ?? true;
    this.#toBoard = new Lane(clock, options.latency ?? 0, (bytes) => this.board(this.#lose(bytes)));
    this.#toComputer = new Lane(clock, options.latency ?? 0, (bytes) => this.computer(bytes));
  }

  /** The computer writes. */
  toBoard(bytes: Buffer): void {
    if (!this.#plugged) return;
    this.sent.toBoard += bytes.length;
    const baud = this.computerBaud ?? this.boardBaud;
    this.#toBoard.send(garble(bytes, baud, this.boardBaud), this.#pace(baud), 0);
  }

  /** The board writes. @param earliest when it gets round to it [ms] */
  toComputer(bytes: Buffer, earliest = 0): void {
    if (!this.#plugged) return;
    this.sent.toComputer += bytes.length;
    const baud = this.computerBaud ?? this.boardBaud;
    this.#toComputer.send(garble(bytes, this.boardBaud, baud), this.#pace(this.boardBaud), earliest);
  }

  /** Pulls the cable: what is under way is lost. */
  unplug(): void {
    this.#plugged = false;
    this.#toBoard.clear();
    this.#toComputer.clear();
  }
  plug(): void {
    this.#plugged = true;
  }

  #pace(baud: number): number {
    return this.#throttled ? (BITS * 1000) / baud : 0;
  }

  #lose(bytes: Buffer): Buffer {
    if (this.dropRate === 0) return bytes;
    return Buffer.from(
      bytes.filter(() => {
        this.#seed = (Math.imul(this.#seed, 1103515245) + 12345) >>> 0;
        return this.#seed / 0x100000000 >= this.dropRate;
      }),
    );
  }
}

/** What a UART at rate `to` reads of bytes that were sent at rate `from`. */
function garble(bytes: Buffer, from: number, to: number): Buffer {
  if (Math.abs(from - to) <= TOLERANCE * to) return bytes;
  const count = Math.max(1, Math.round((bytes.length * to) / from));
  return Buffer.from(
    Array.from({ length: Math.min(count, 4 * bytes.length) }, (_, i) => {
      const byte = bytes[Math.floor((i * bytes.length) / count)] ?? 0;
      return ((byte * 37 + i * 91) & 0x7f) | 0x80;
    }),
  );
}
