// A simulated board that runs a server and an app, with a clock that can stand still for the board alone.
import { Board } from "../../simulator/board.ts";
import { CHIPS, type Chip } from "../../simulator/chips.ts";
import { type Clock, VirtualClock } from "../../simulator/clock.ts";
import { type ClientOptions, type MemoryClient, MemoryNetwork } from "../../simulator/network/memory.ts";
import type { Platform } from "../platform.ts";
import type { Server } from "../server.ts";
import { HELLO } from "./sessions.ts";

/** Longer than the board takes from power on to the end of init.lua [ms]. */
const BOOT = 500;
/**
 * After so many collections nothing gets smaller any more. One is not enough: what a finalizer lets go of is freed by the next, and Lua
 * halves its buffers at each.
 */
const COLLECTIONS = 8;

/** The board's clock: that of the world, except that what falls due while the board stands still comes afterwards. */
class StallingClock implements Clock {
  readonly #world: VirtualClock;
  #until = 0;

  constructor(world: VirtualClock) {
    this.#world = world;
  }

  now(): number {
    return this.#world.now();
  }

  after(delay: number, job: () => void): () => void {
    let cancel = this.#world.after(delay, () => {
      if (this.#until > this.now()) cancel = this.#world.after(this.#until - this.now(), job);
      else job();
    });
    return () => cancel();
  }

  stall(ms: number): void {
    this.#until = this.now() + ms;
  }
}

/**
 * Heap of the fresh board [bytes]: the chip's, and as much more as the server's code takes in RAM, so that there is as much left as with
 * the code in flash. What happens when memory is short is the concern of the exhaustion runs.
 */
export const WORLD_HEAP: Record<Chip, number> = {
  esp8266: CHIPS.esp8266.heap + 16_384,
  esp32: CHIPS.esp32.heap,
};

export class World {
  readonly clock = new VirtualClock();
  readonly network = new MemoryNetwork(this.clock);
  readonly board: Board;
  readonly #boardClock = new StallingClock(this.clock);

  /** @param app Lua; the module is its local `http` @throws if the app does not start */
  constructor(server: Server, app: string, { chip, lua }: Platform, heap = WORLD_HEAP[chip]) {
    this.board = new Board({ chip, lua, heap, clock: this.#boardClock, network: this.network });
    for (const [name, code] of server.bytecode(lua)) this.board.files.write(`${name}.lc`, code);
    this.board.files.write("init.lua", `local http = require("httpserver")\n${app}`);
    this.clock.advance(BOOT);
    const printed = this.board.takeConsole();
    if (/:\d+: |not enough memory/.test(printed)) throw new Error(`the app does not start: ${printed}`);
  }

  client(options?: ClientOptions): MemoryClient {
    return this.network.client(80, options);
  }

  /** Asks for "/" with a new client. @returns what it got */
  hello(): string {
    const client = this.client();
    client.send(HELLO);
    this.clock.advance(5000);
    return client.text;
  }

  /** Lets the board stand still: its timers and tasks wait for so long, while packets travel on. */
  stall(ms: number): void {
    this.#boardClock.stall(ms);
  }

  lua(source: string): void {
    this.board.firmware.vm.run(source, "=fault");
  }

  /** Bytes in use once everything that can be collected is, without what depends on the past (Lua's stack and string table). */
  heap(): number {
    const { firmware } = this.board;
    for (let i = 0; i < COLLECTIONS; i++) firmware.vm.collect();
    return firmware.heapUsed - firmware.vm.elasticBytes;
  }
}
