// The firmware's fault on ESP8266: lwIP goes on calling for a socket that Lua has collected, and net.c takes whatever lies in its memory by
// then for that socket.
import type { Hardware } from "../hardware.ts";

interface Collectable {
  /** Registry reference to its own userdata. */
  readonly self: number | undefined;
  /** Address of its userdata's block. */
  block: number;
  isCollected: boolean;
}

/** Which socket's userdata a block of memory holds. */
export class SocketMemory<T extends Collectable> {
  readonly #board: Hardware;
  readonly #blocks = new Map<number, T>();

  constructor(board: Hardware) {
    this.#board = board;
  }

  /** The socket's userdata has been made. */
  place(socket: T, block: number): void {
    socket.block = block;
    this.#blocks.set(block, socket);
  }

  /** The socket's userdata has been collected. */
  collected(socket: T): void {
    socket.isCollected = true;
    if (this.#blocks.get(socket.block) === socket) this.#blocks.delete(socket.block);
  }

  /**
   * lwIP calls with a socket that has ended. While Lua still has it, net.c sees that it has ended (self_ref is gone) and returns.
   * @returns the socket that has been given its memory since, and whose end net.c takes the call for
   */
  meetStale(socket: T): T | undefined {
    const { options, staleCalls } = this.#board;
    if (!(options.staleCalls ?? true) || !socket.isCollected) return undefined;
    staleCalls.all++;
    const other = this.#blocks.get(socket.block);
    if (!other || other.self === undefined) return undefined;
    staleCalls.onOther++;
    return other;
  }
}
