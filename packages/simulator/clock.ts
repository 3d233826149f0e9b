// Time for a board: the computer's clock for people, a virtual one for tests. Milliseconds since the clock was made.
// A board, its network and its clients share one clock, so that under the virtual one every run is the same run.

export interface Clock {
  /** Milliseconds since the clock was made; with a fraction under the real clock. */
  now(): number;
  /** Calls `job` once after `delay` milliseconds. @returns a function that calls it off */
  after(delay: number, job: () => void): () => void;
}

export class RealClock implements Clock {
  readonly #start = performance.now();

  /** @param speed how many milliseconds pass on it in one of the computer's */
  constructor(readonly speed = 1) {}

  now(): number {
    return (performance.now() - this.#start) * this.speed;
  }
  after(delay: number, job: () => void): () => void {
    if (delay <= 0) {
      const handle = setImmediate(job);
      return () => clearImmediate(handle);
    }
    const handle = setTimeout(job, delay / this.speed);
    return () => clearTimeout(handle);
  }
}

interface Entry {
  at: number;
  order: number;
  job: (() => void) | undefined;
}

/** Stands still until told to go on; jobs due at one moment run in the order in which they were asked for. */
export class VirtualClock implements Clock {
  #now = 0;
  #order = 0;
  readonly #heap: Entry[] = [];

  now(): number {
    return this.#now;
  }

  after(delay: number, job: () => void): () => void {
    const entry: Entry = { at: this.#now + Math.max(0, delay), order: this.#order++, job };
    this.#insert(entry);
    return () => {
      entry.job = undefined;
    };
  }

  /** Runs everything that falls due within the next `ms` milliseconds. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (let next = this.#heap[0]; next !== undefined && next.at <= end; next = this.#heap[0])
      this.#runFirst();
    this.#now = end;
  }

  /**
   * Runs until `condition` holds.
   * @param limit most milliseconds to let pass
   * @returns whether it came to hold
   */
  runUntil(condition: () => boolean, limit: number): boolean {
    const end = this.#now + limit;
    while (!condition()) {
      const next = this.#heap[0];
      if (next === undefined || next.at > end) {
        this.#now = end;
        return condition();
      }
      this.#runFirst();
    }
    return true;
  }

  /** Number of jobs that are still to run. */
  get pending(): number {
    return this.#heap.reduce((count, entry) => count + (entry.job ? 1 : 0), 0);
  }

  #runFirst(): void {
    const entry = this.#removeFirst();
    const job = entry.job;
    entry.job = undefined;
    if (!job) return;
    this.#now = Math.max(this.#now, entry.at);
    job();
  }

  #before(a: Entry, b: Entry): boolean {
    return a.at < b.at || (a.at === b.at && a.order < b.order);
  }

  #insert(entry: Entry): void {
    const heap = this.#heap;
    let i = heap.push(entry) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!this.#before(entry, heap[parent]!)) break;
      heap[i] = heap[parent]!;
      i = parent;
    }
    heap[i] = entry;
  }

  #removeFirst(): Entry {
    const heap = this.#heap;
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length > 0) {
      let i = 0;
      for (;;) {
        let child = 2 * i + 1;
        if (child >= heap.length) break;
        if (child + 1 < heap.length && this.#before(heap[child + 1]!, heap[child]!)) child++;
        if (!this.#before(heap[child]!, last)) break;
        heap[i] = heap[child]!;
        i = child;
      }
      heap[i] = last;
    }
    return first;
  }
}
