// The board that a test holds: an app on it, a clock that the test moves, clients in memory. Nothing here waits for the computer's clock.
import { Board } from "../board.ts";
import type { Chip } from "../chips.ts";
import { VirtualClock } from "../clock.ts";
import { fillFlash } from "../contents.ts";
import type { BoardOptions, RestartReason } from "../hardware.ts";
import { MemoryNetwork } from "../network/memory.ts";
import { random } from "../network/random.ts";
import type { LoadedApp } from "./app.ts";
import { type Duration, milliseconds } from "./duration.ts";
import { Exchange, Link, type Surroundings } from "./exchange.ts";
import { faultOf } from "./faults.ts";
import { type BoardRequest, prepare } from "./request.ts";
import { AnalogInputs, I2cBuses, OneWirePins, Pins } from "./wired.ts";

/** A restart of the board. */
export interface Restart {
  /** "power on": restart() of the test; "node.restart": the app; "onerror": an error in a callback that the app left to the firmware; "watchdog": a panic. */
  reason: RestartReason;
  /** On the board's clock [ms]. */
  at: number;
  /** The error that led to it, with its place in the TypeScript; none if somebody asked for the restart. */
  error?: string;
}

/** Free heap [bytes]. */
export interface Heap {
  /** Now, once garbage has been collected. */
  free: number;
  /** The least at any moment since the board started. Garbage counts, and is collected only when memory is short, as on a board. */
  least: number;
}

/** How the default onerror prints an error before it restarts the board. */
const ERROR = /([^\n]*)\nstack traceback:/g;
/** Longer than any test lets a board run in one go; every exchange ends before [ms]. */
const FOREVER = 1e12;
/** A finalizer lets go of things that only the next collection frees; Lua's own buffers halve at each. */
const COLLECTIONS = 8;

// before a test's fake timers can replace it
const { setImmediate } = globalThis;
/** What has been promised is carried out first: a test that goes on asks for more before time passes. */
const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

/** A board with an app on it. Only boot() makes one. */
export class TestBoard {
  readonly chip: Chip;
  readonly pins: Pins;
  readonly adc: AnalogInputs;
  /** 1-Wire. */
  readonly ow: OneWirePins;
  readonly i2c: I2cBuses;
  /** Every restart since power on, the first one first. */
  readonly restarts: Restart[] = [];
  readonly #clock = new VirtualClock();
  readonly #network = new MemoryNetwork(this.#clock);
  readonly #board: Board;
  readonly #app: LoadedApp;
  readonly #random: (limit: number) => number;
  readonly #exchanges = new Set<Exchange>();
  readonly #idle = new Set<Link>();
  readonly #around: Surroundings;
  #printed = "";
  #rewritten = { length: 0, text: "" };
  /** Panics that have been told. */
  #panics = 0;
  #isDriving = false;
  #isPassing = false;
  #hasSettled = false;
  /** The error of a device that the test stands in for. */
  #deviceError: { error: unknown } | undefined;

  /** @param seed of what comes at random in faults */
  constructor(
    app: LoadedApp,
    options: Omit<BoardOptions, "clock" | "network" | "lfs" | "console">,
    seed: number,
  ) {
    this.chip = options.chip;
    this.#app = app;
    this.#random = random(seed);
    const lfs = app.store();
    this.#board = new Board({
      ...options,
      clock: this.#clock,
      network: this.#network,
      ...(lfs ? { lfs } : {}),
      console: (text) => {
        this.#printed += text;
      },
    });
    const guard = <T>(job: () => T, otherwise: T): T => {
      try {
        return job();
      } catch (error) {
        this.#deviceError ??= { error };
        return otherwise;
      }
    };
    this.pins = new Pins(this.#board);
    this.adc = new AnalogInputs(this.#board, guard);
    this.ow = new OneWirePins(this.#board, guard);
    this.i2c = new I2cBuses(this.#board, guard);
    this.#around = {
      clock: this.#clock,
      network: this.#network,
      drive: () => this.#drive(),
      settled: () => {
        this.#hasSettled = true;
      },
      free: (link) => this.#idle.add(link),
      again: (exchange) => exchange.start(this.#link(exchange, undefined)),
    };
    fillFlash(this.#board, app.files);
  }

  /** Writes files to the board's flash. @throws Mistake if it is too small for them */
  write(files: Record<string, string | Uint8Array>): void {
    const contents = Object.entries(files).map(([name, content]) => [name, Buffer.from(content)] as const);
    fillFlash(this.#board, Object.fromEntries(contents));
  }

  /** A file in the board's flash; undefined if there is none of this name. */
  file(name: string): Uint8Array | undefined {
    const content = this.#board.files.read(name);
    return content && new Uint8Array(content);
  }

  /** The board's time: since it was switched on first [ms]. */
  get now(): number {
    return this.#clock.now();
  }

  /** Everything that the board has printed, with places in Lua turned into places in the TypeScript. */
  get console(): string {
    const { length } = this.#printed;
    if (this.#rewritten.length !== length)
      this.#rewritten = { length, text: this.#app.tracer.rewrite(this.#printed) };
    return this.#rewritten.text;
  }

  /** The heap. Asking collects garbage, and with it sockets that the app has let go of. */
  get heap(): Heap {
    const { firmware, options } = this.#board;
    const least = options.heap - firmware.heapPeak;
    for (let i = 0; i < COLLECTIONS; i++) firmware.vm.collect();
    return { free: firmware.heapFree, least: Math.max(0, least) };
  }

  /** TCP connections that the board has. */
  get connections(): number {
    return this.#board.firmware.connectionCount();
  }

  /**
   * Lets time pass on the board: everything that falls due happens, in order, before this returns.
   * @throws RangeError for what is no length of time, and whatever a device of the test has thrown
   */
  advance(time: Duration): void {
    this.#pass(milliseconds(time), () => false);
    this.#throwDeviceError();
  }

  /**
   * Asks the board, as the standard's fetch() does, over a connection that is kept for the next request. Time passes on the board until the
   * answer is complete; several requests that are made at one moment run side by side.
   * @param path such as "/status"; of a whole URL, the port, the path and the query count
   * @returns the answer, or with `stream` its head and a body to read from
   * @throws TypeError that says why there is none: nobody listens, the connection was reset, the board restarted, it was silent for `timeout`
   */
  fetch(path: string | URL, request: BoardRequest = {}): Promise<Response> {
    try {
      request.signal?.throwIfAborted();
      milliseconds(request.timeout ?? 0);
      const prepared = prepare(path, request, this.#network.address);
      const fault = request.fault === undefined ? undefined : faultOf(request.fault, this.#random);
      const exchange = new Exchange(prepared, request, this.#around);
      this.#exchanges.add(exchange);
      exchange.start(this.#link(exchange, fault));
      this.#drive();
      return exchange.promise;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Takes the board's power away for a moment: it starts anew with the files that it has. */
  restart(): void {
    this.#board.restart("power on");
    this.#observe();
  }

  /**
   * Runs Lua on the board, as typed at its prompt.
   * @returns what it returns: numbers, strings, booleans, and undefined for everything else
   * @throws Error with Lua's message
   */
  lua(source: string): (string | number | boolean | undefined)[] {
    return this.#board.firmware.vm.run(source, "=test");
  }

  /** A free connection, or a new one. */
  #link(exchange: Exchange, fault: ReturnType<typeof faultOf> | undefined): Link {
    const { port } = exchange.request;
    for (const link of this.#idle) if (!link.isIdle) this.#idle.delete(link);
    const idle = fault ? undefined : [...this.#idle].find((link) => link.port === port);
    if (!idle) return new Link(this.#network, port, fault);
    this.#idle.delete(idle);
    return idle;
  }

  /** Lets time pass for as long as somebody waits for it, once what runs now has come to its end. */
  #drive(): void {
    if (this.#isDriving) return;
    this.#isDriving = true;
    void this.#driveOn();
  }

  async #driveOn(): Promise<void> {
    await turn();
    while (this.#needsTime()) {
      this.#hasSettled = false;
      this.#pass(FOREVER, () => this.#hasSettled || !this.#needsTime());
      if (this.#deviceError) {
        const { error } = this.#deviceError;
        this.#deviceError = undefined;
        for (const exchange of this.#exchanges) exchange.failWith(error);
      }
      await turn();
    }
    this.#isDriving = false;
  }

  #needsTime(): boolean {
    for (const exchange of this.#exchanges) {
      if (exchange.needsTime) return true;
      if (exchange.isOver) this.#exchanges.delete(exchange);
    }
    return false;
  }

  #pass(ms: number, isEnough: () => boolean): void {
    if (this.#isPassing)
      throw new Error("time is passing on the board already: a device cannot let more of it pass");
    this.#isPassing = true;
    try {
      this.#clock.runUntil(() => {
        this.#observe();
        return this.#deviceError !== undefined || isEnough();
      }, ms);
      this.#observe();
    } finally {
      this.#isPassing = false;
    }
  }

  #throwDeviceError(): void {
    if (!this.#deviceError) return;
    const { error } = this.#deviceError;
    this.#deviceError = undefined;
    throw error;
  }

  /** Called after everything that happens on the board. */
  #observe(): void {
    if (this.#board.restarts !== this.restarts.length) this.#noteRestart();
    for (const exchange of this.#exchanges) exchange.observe();
  }

  #noteRestart(): void {
    const { panics, lastReason: reason } = this.#board;
    const panic = panics.slice(this.#panics).at(-1)?.message;
    this.#panics = panics.length;
    const printed = reason === "onerror" ? [...this.#printed.matchAll(ERROR)].at(-1)?.[1] : undefined;
    const raw = panic ?? printed;
    const error = raw === undefined ? undefined : this.#app.tracer.rewrite(raw);
    this.restarts.push({ reason, at: this.now, ...(error === undefined ? {} : { error }) });
    this.#idle.clear();
    const because = error === undefined ? reason : `${reason}: ${error}`;
    for (const exchange of this.#exchanges)
      exchange.fail(`the board has restarted before the answer was complete (${because})`);
  }
}
