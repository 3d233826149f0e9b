// A simulated board as a measuring instrument: what Lua takes on it, to the byte and the instruction, on a virtual clock.
// Heap is what Lua has allocated, in one of two layouts: as the bench's VM has it, with the chip's malloc header of 8 bytes for
// each block, or as the chip would have it (packages/lua-vm/vm/chip-heap.ts). What lwIP takes is left out: it depends on how much is
// in flight, not on how the server is written.

import { ChipHeap, type ChipWork } from "../lua-vm/vm/chip-heap.ts";
import type { LuaVm } from "../lua-vm/vm/lua.ts";
import { Board } from "../simulator/board.ts";
import { CHIPS } from "../simulator/chips.ts";
import { VirtualClock } from "../simulator/clock.ts";
import type { LfsRegion } from "../simulator/lfs/region.ts";
import { type MemoryClient, MemoryNetwork } from "../simulator/network/memory.ts";
import type { Platform } from "./platform.ts";

/** Longer than the board takes from power on to the end of init.lua [ms]. */
const BOOT = 500;
/**
 * After so many collections nothing gets smaller any more. One is not enough: what a finalizer lets go of is freed by the next, and Lua
 * halves its buffers at each.
 */
const COLLECTIONS = 8;

export interface Work {
  instructions: number;
  /** Blocks that were asked for or grown. */
  allocations: number;
  /** The bytes of those allocations, without malloc's headers. */
  allocated: number;
}

/** How heap is counted. The chip's layout is known of the ESP8266 with Lua 5.1. */
export type Layout = "bench" | "chip";

export interface InstrumentOptions {
  /** "bench" if left out. */
  layout?: Layout;
  /** Free heap of the fresh board [bytes]; the chip's if left out. */
  heap?: number;
  /** Connections that the board takes. */
  connections?: number;
  /** Its Lua flash store. */
  lfs?: LfsRegion;
}

export class Instrument {
  readonly clock = new VirtualClock();
  readonly network = new MemoryNetwork(this.clock);
  readonly #board: Board;
  readonly #chipHeap: ChipHeap | undefined;

  /** Boots a board with these files in flash; `init` is its init.lua. */
  constructor(
    { chip, lua }: Platform,
    files: Record<string, Buffer>,
    init: string,
    options: InstrumentOptions = {},
  ) {
    this.#board = new Board({
      chip,
      lua,
      heap: options.heap ?? CHIPS[chip].heap,
      clock: this.clock,
      network: this.network,
      ...(options.connections === undefined ? {} : { connections: options.connections }),
      ...(options.lfs === undefined ? {} : { lfs: options.lfs }),
    });
    this.#board.firmware.charge = () => true;
    if (options.layout === "chip") this.#chipHeap = new ChipHeap(this.vm);
    for (const [name, content] of Object.entries(files)) this.#board.files.write(name, content);
    this.#board.files.write("init.lua", init);
    this.clock.advance(BOOT);
    this.healthy();
  }

  get vm(): LuaVm {
    return this.#board.firmware.vm;
  }

  /** Makes sure that what was measured is what was meant. @throws Error if an error was printed or the board restarted */
  healthy(): void {
    const printed = this.#board.takeConsole();
    const [panic] = this.#board.panics;
    if (panic) throw new Error(`the board has panicked: ${panic.traceback}`);
    if (this.#board.restarts > 0) throw new Error("the board has restarted");
    if (/:\d+: |not enough memory/.test(printed)) throw new Error(`the board says: ${printed}`);
  }

  /** Bytes in use once everything that can be collected is. */
  settled(): number {
    for (let i = 0; i < COLLECTIONS; i++) this.vm.collect();
    return this.#chipHeap?.total.bytes ?? this.vm.used;
  }

  /** Bytes in use as settled() gives them, without Lua's stack, whose size depends on what was done before. */
  settledWithoutStack(): number {
    return this.settled() - (this.#chipHeap?.total.elastic ?? this.vm.elasticBytes);
  }

  /** What Lua does while `job` runs. */
  work(job: () => void): Work {
    const { instructions, allocations, allocatedBytes } = this.vm;
    const onChip = this.#follow(job);
    return {
      instructions: this.vm.instructions - instructions,
      allocations: this.vm.allocations - allocations,
      allocated: onChip?.allocated ?? this.vm.allocatedBytes - allocatedBytes,
    };
  }

  /**
   * Highest use of the heap while `job` runs.
   * @param always collect before every instruction that follows an allocation, as the firmware's EGC_ALWAYS does: what is
   *   left is what the program really needs at its peak
   */
  peak(always: boolean, job: () => void): number {
    const { vm } = this;
    vm.resetPeak();
    vm.collectAlways = always;
    const onChip = this.#follow(job);
    vm.collectAlways = false;
    return onChip?.peak ?? vm.peak;
  }

  /** Does the job. @returns what it takes in the chip's layout, if that is what is counted */
  #follow(job: () => void): ChipWork | undefined {
    if (this.#chipHeap) return this.#chipHeap.follow(job);
    job();
    return undefined;
  }

  /** A client of the board's port 80, connected. */
  client(): MemoryClient {
    const client = this.network.client(80);
    this.clock.advance(5);
    if (client.end !== "open") throw new Error(`the server does not take a connection (${client.end})`);
    return client;
  }

  /** Makes a function of some Lua, to be run later without the cost of parsing it. */
  prepare(source: string): () => void {
    const { vm } = this;
    const message = vm.load(vm.L, source, "=bench");
    if (message !== undefined) throw new Error(message);
    const reference = vm.ref(vm.L, -1);
    vm.pop(vm.L);
    return () => {
      vm.pushRef(vm.L, reference);
      vm.call(vm.L, 0, 0);
    };
  }
}
