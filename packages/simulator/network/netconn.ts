// lwIP's netconn API as the ESP32 firmware uses it, without blocking: the stack runs in a thread of its own, puts what
// comes into a mailbox and raises events, which Lua takes as tasks; what is written leaves at once.
// Not modelled: full mailboxes (6 pieces, 6 connections): here Lua takes what has come before the next packet comes.
import type { LwipConnection } from "./lwip.ts";

/** What the net module hears, from inside the stack: it may only note it. */
export interface NetconnEvents {
  /** Data of this length has come; 0: the end has. */
  receivable(length: number): void;
  /** The peer has acknowledged this many bytes, and there is room again; 0: the connection is open. */
  sendable(length: number): void;
  failed(error: number): void;
}

/** Why a call failed, in the firmware's words. */
export type NetconnProblem = "not connected" | "would block" | "buffer error";

export class Netconn {
  #connection: LwipConnection | undefined;
  /** Space that must be free before an acknowledgement is told (TCP_SNDLOWAT) [bytes]. */
  readonly #lowWater: number;
  readonly #charge: (bytes: number) => boolean;
  #mailbox: { pieces: Buffer[]; length: number; charged: number }[] = [];
  #events: NetconnEvents | undefined;
  /** What happened before anyone listened. */
  #missed: ((events: NetconnEvents) => void)[] = [];

  /** @param charge takes heap for data that waits in the mailbox */
  constructor(connection: LwipConnection, charge: (bytes: number) => boolean) {
    this.#connection = connection;
    this.#charge = charge;
    this.#lowWater = Math.max(connection.sendSpace >> 1, 2 * connection.mss + 1);
    connection.events = {
      established: () => this.#tell((events) => events.sendable(0)),
      sent: (bytes) => {
        // with little room nobody is told, and the bytes are never counted
        if (connection.sendSpace > this.#lowWater) this.#tell((events) => events.sendable(bytes));
      },
      receive: (pieces) => {
        const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
        this.#mailbox.push({ pieces, length, charged: this.#charge(length) ? length : 0 });
        this.#tell((events) => events.receivable(length));
        return false;
      },
      peerEnded: () => this.#tell((events) => events.receivable(0)),
      gone: (error) => {
        this.#connection = undefined;
        this.#tell((events) => events.failed(error));
        this.#tell((events) => events.receivable(0));
      },
    };
  }

  /** The stack's own; undefined once it has reset or given up the connection. */
  get connection(): LwipConnection | undefined {
    return this.#connection;
  }

  /** From now on; what happened before is told at once. */
  listen(events: NetconnEvents): void {
    this.#events = events;
    for (const missed of this.#missed) missed(events);
    this.#missed = [];
  }

  /** Takes what one packet brought and opens the window by it; undefined if there is nothing. */
  receive(): Buffer[] | undefined {
    const oldest = this.#mailbox.shift();
    if (!oldest) return undefined;
    this.#charge(-oldest.charged);
    this.#connection?.openWindow(oldest.length);
    return oldest.pieces;
  }

  /** Queues and sends what fits. @returns undefined, or what went wrong: "buffer error" if only a part was queued */
  write(data: Buffer): NetconnProblem | undefined {
    const connection = this.#connection;
    if (!connection) return "not connected";
    const part = data.subarray(0, connection.sendSpace);
    if (part.length === 0) return "would block";
    const problem = connection.write(part);
    if (problem !== undefined) return problem === "out of memory" ? "would block" : problem;
    connection.flush();
    return part.length < data.length ? "buffer error" : undefined;
  }

  /** A FIN follows what is queued; with data in the mailbox it is a reset. No event comes any more. */
  close(): NetconnProblem | undefined {
    this.#events = undefined;
    this.#missed = [];
    this.#connection?.close();
    for (const { charged } of this.#mailbox) this.#charge(-charged);
    this.#mailbox = [];
    if (!this.#connection) return "not connected";
    this.#connection = undefined;
    return undefined;
  }

  #tell(event: (events: NetconnEvents) => void): void {
    if (this.#events) event(this.#events);
    else this.#missed.push(event);
  }
}
