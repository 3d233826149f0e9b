// lwIP's timer of TCP (tcp_timer_needed, tcp_tmr): it starts with the first connection, runs while there is one, and every
// other time, the first included, the slow part runs as well. Nothing is scheduled here: it says when the next tick is.
import type { Clock } from "../clock.ts";

export class LwipTimer {
  readonly #clock: Clock;
  /** From tick to tick [ms]. */
  readonly #interval: number;
  /** When it was started last, and ticks before. */
  #start = Number.NEGATIVE_INFINITY;
  #ticks = 0;
  /** When it stops; undefined while it is needed. */
  #stop: number | undefined = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, interval: number) {
    this.#clock = clock;
    this.#interval = interval;
  }

  /** There is a connection. */
  need(): void {
    const now = this.#clock.now();
    if (this.#stop !== undefined && this.#stop <= now) {
      if (this.#stop > this.#start) this.#ticks += (this.#stop - this.#start) / this.#interval;
      this.#start = now;
    }
    this.#stop = undefined;
  }

  /** There is none any more: the next tick finds that out. */
  release(): void {
    this.#stop ??= this.#at(this.#passed + 1);
  }

  /** When the next tick is [ms of the clock]. */
  get fast(): number {
    return this.#at(this.#passed + 1);
  }
  /** When the next tick with a slow part is. */
  get slow(): number {
    const next = this.#passed + 1;
    return this.#at((this.#ticks + next) % 2 === 1 ? next : next + 1);
  }

  /** Ticks since it was started. */
  get #passed(): number {
    return Math.floor((this.#clock.now() - this.#start) / this.#interval);
  }
  #at(tick: number): number {
    return this.#start + tick * this.#interval;
  }
}
