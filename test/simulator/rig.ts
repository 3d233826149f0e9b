// A board on a virtual clock, ready to be told what to do at its prompt.
import { Board } from "../../packages/simulator/board.ts";
import { VirtualClock } from "../../packages/simulator/clock.ts";
import type { BoardOptions } from "../../packages/simulator/hardware.ts";
import {
  type ClientOptions,
  type MemoryClient,
  MemoryNetwork,
} from "../../packages/simulator/network/memory.ts";

type Value = string | number | boolean | undefined;

/** Longer than a board takes to start. */
const BOOT = 500;

export class Rig {
  readonly clock = new VirtualClock();
  readonly network = new MemoryNetwork(this.clock);
  readonly board: Board;

  /** @param init what init.lua contains; the board has run it when the constructor returns */
  constructor(init = "", options: Partial<BoardOptions> = {}) {
    const { clock, network } = this;
    this.board = new Board({ chip: "esp8266", heap: 40 * 1024, clock, network, ...options });
    if (init !== "") this.board.files.write("init.lua", init);
    this.wait(BOOT);
    if (init === "") this.printed();
  }

  wait(ms: number): void {
    this.clock.advance(ms);
  }

  /** Runs Lua and gives what it returns. */
  lua(source: string): Value[] {
    return this.board.firmware.vm.run(source, "=test");
  }

  /** The first result of an expression. */
  value(expression: string): Value {
    return this.lua(`return ${expression}`)[0];
  }

  /** The message of the error that a statement raises. */
  error(statement: string): Value {
    const [isOk, message] = this.lua(`return pcall(function() ${statement} end)`);
    return isOk === true ? undefined : message;
  }

  /** What was printed since the last call, without the line end at its end. */
  printed(): string {
    return this.board.takeConsole().replace(/\n$/, "");
  }

  /** A client, connected to port 80 unless the board refuses. */
  client(options?: ClientOptions): MemoryClient {
    const client = this.network.client(80, options);
    this.wait(5);
    return client;
  }

  /** Takes all heap but this many bytes. @returns a function that gives it back */
  fillHeap(left: number): () => void {
    this.heap();
    const { firmware } = this.board;
    const taken = firmware.heapFree - left;
    firmware.charge(taken);
    return () => void firmware.charge(-taken);
  }

  /** Bytes in use after a full collection. */
  heap(): number {
    const { vm } = this.board.firmware;
    vm.collect();
    vm.collect();
    return this.board.firmware.heapUsed;
  }
}
