// The receive side of Linux TCP with a receive buffer that a program has set (SO_RCVBUF), while the program does not read: how
// much it announces, and when it acknowledges. After net/ipv4/tcp_input.c and tcp_output.c (tcp_grow_window, tcp_select_window,
// tcp_measure_rcv_mss, __tcp_ack_snd_check), without window scaling, which lwIP does not offer.
// Checked against Linux 6.18 with a tap device: test/simulator/receive-buffer.test.ts has what it announced.

/** Data of a segment that an Ethernet takes. */
const ETHERNET_MSS = 1460;
/** The smallest buffer that can be set [bytes of memory]. */
const LEAST = 2304;
/** A segment that is no longer than this is taken for a full one only if nothing longer came (TCP_MSS_DEFAULT). */
const SMALL_MSS = 536;
/** Shares of memory that may be announced are counted in parts of this. */
const WHOLE = 256;
/** Memory of a segment: its bytes with headers and room, in steps; what manages it; of that, what a merged one gives back. */
const SEGMENT = { headers: 120, step: 64, management: 576, merged: 256 };
/** Shorter segments do not make the announced window grow. */
const LEAST_TO_GROW = 128;
/** Acknowledgements that are sent at once at the beginning. */
const AT_ONCE = { most: 16, otherwise: 2 };

export class ReceiveBuffer {
  /** Memory, and what of it is taken [bytes]. */
  readonly #size: number;
  #taken = 0;
  /** Part of the memory that holds data, in 256ths. */
  #share = WHOLE / 2;
  /** The longest segment that is expected. */
  #segment: number;
  /** Most that is announced. */
  #threshold: number;
  /** The window that was announced last, and what came since. */
  #announced: number;
  #since = 0;
  /** Acknowledgements that still go at once; undefined before the first data. */
  #atOnce: number | undefined;

  /** @param bytes as given to setsockopt: Linux takes twice as much memory */
  constructor(bytes: number) {
    this.#size = Math.max(2 * bytes, LEAST);
    const space = Math.min(this.#space(this.#size), 0xffff);
    this.#announced = space > ETHERNET_MSS ? space - (space % ETHERNET_MSS) : space;
    this.#threshold = this.#announced;
    this.#segment = Math.min(SMALL_MSS, this.#announced >> 1);
  }

  /** The window at the beginning. */
  get initial(): number {
    return this.#announced;
  }

  /**
   * A segment has come, and waits.
   * @returns whether it is acknowledged at once; else after 40 ms
   */
  arrived(length: number): boolean {
    const memory = Math.ceil((length + SEGMENT.headers) / SEGMENT.step) * SEGMENT.step + SEGMENT.management;
    // what comes behind waiting data is merged with it
    this.#taken += this.#taken > 0 ? memory - SEGMENT.merged : memory;
    this.#since += length;
    if (length >= this.#segment) {
      if (length !== this.#segment) this.#share = Math.floor((length * WHOLE) / memory);
      this.#segment = Math.min(length, ETHERNET_MSS);
    }
    this.#atOnce ??= Math.min(
      AT_ONCE.most,
      Math.floor(this.#announced / (2 * this.#segment)) || AT_ONCE.otherwise,
    );
    if (length >= LEAST_TO_GROW) this.#grow(length, memory);
    if (this.#atOnce > 0) {
      this.#atOnce--;
      return true;
    }
    return this.#since > this.#segment && this.#select() >= this.#announced;
  }

  /** What waits has been read. */
  read(): void {
    this.#taken = 0;
  }

  /** The window that goes with the packet that is sent now. It never takes back what was announced. */
  announce(): number {
    this.#announced = Math.max(this.#select(), this.#announced - this.#since);
    this.#since = 0;
    return this.#announced;
  }

  #space(memory: number): number {
    return Math.floor((memory * this.#share) / WHOLE);
  }

  #grow(length: number, memory: number): void {
    const most = this.#space(this.#size);
    const room = Math.min(most, this.#space(Math.max(0, this.#size - this.#taken))) - this.#threshold;
    if (room <= 0) return;
    const step = this.#space(memory) <= length ? 2 * ETHERNET_MSS : 2 * this.#segment;
    this.#threshold += Math.min(room, Math.max(step, 2 * length));
  }

  #select(): number {
    const full = this.#space(this.#size);
    const free = this.#space(Math.max(0, this.#size - this.#taken));
    const segment = Math.min(this.#segment, full);
    if (free < full >> 1 && (free < full >> 4 || free < segment)) return 0;
    const most = Math.min(free, this.#threshold);
    const isKept = this.#announced > most - segment && this.#announced <= most;
    return isKept ? this.#announced : most - (most % segment);
  }
}
