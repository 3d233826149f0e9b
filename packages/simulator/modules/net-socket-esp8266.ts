// A socket of TCP on the ESP8266, over lwIP's raw API: every event calls Lua from inside packet processing.

import type { Host } from "../host.ts";
import { type LwipConnection, NO_ERROR } from "../network/lwip.ts";
import { type NetCalls, NO_REFERENCE, TcpSocket } from "./net-endpoint.ts";
import type { SocketMemory } from "./net-stale-calls.ts";

export class SocketEsp8266 extends TcpSocket {
  connection: LwipConnection | undefined;
  isHeld = false;
  /** Address of its userdata's block. */
  block = 0;
  isCollected = false;
  readonly #memory: SocketMemory<SocketEsp8266>;

  constructor(host: Host, calls: NetCalls, memory: SocketMemory<SocketEsp8266>) {
    super(host, calls);
    this.#memory = memory;
  }

  override get isInUse(): boolean {
    return this.connection !== undefined;
  }

  override begin(connection: LwipConnection): void {
    this.connection = connection;
    // a stale call for another connection can have taken this one from its socket: net.c then finds no pcb and does nothing
    const isOurs = () => this.connection === connection;
    connection.events = {
      established: () => this.fire("connection"),
      sent: () => {
        if (isOurs()) this.fire("sent");
      },
      receive: (pieces) => {
        if (!isOurs()) {
          // net_tcp_recv_cb returns without freeing the pbuf or opening the window
          this.host.charge(pieces.reduce((sum, { length }) => sum + length, 0));
          return false;
        }
        this.#receive(pieces);
        return !this.isHeld;
      },
      gone: (error) => {
        if (isOurs()) this.#gone(error);
      },
      sentLate: () => {
        const other = this.#memory.meetStale(this);
        if (other?.connection) other.fire("sent");
      },
      goneLate: (error) => {
        const other = this.#memory.meetStale(this);
        if (other) other.#gone(error);
      },
    };
  }

  override connectTo(_connection: LwipConnection, address: string, port: number): void {
    // another connection may have been begun meanwhile, or this one given up
    if (this.connection?.state === "new") this.connection.connect(address, port);
  }

  override write(data: Buffer): string | undefined {
    if (!this.connection) return "not connected";
    // the length is 16 bits wide on the chip
    return this.connection.write(data.subarray(0, data.length & 0xffff));
  }

  override close(): string | undefined {
    if (!this.connection) return "not connected";
    this.connection.close();
    this.connection = undefined;
    this.release();
    return undefined;
  }

  /** Lua has collected it: an unclosed connection is aborted, and its handlers go with it. */
  collected(): void {
    this.connection?.abort(NO_ERROR);
    this.handlers.release();
    this.#memory.collected(this);
  }

  /**
   * One call for each piece of data. A handler that closes the socket gets nil for it with the pieces that follow; one
   * that takes itself away makes the firmware call nil.
   */
  #receive(pieces: Buffer[]): void {
    if (!this.handlers.has("receive")) return;
    for (const piece of pieces) this.fireReference(this.handlers.get("receive") ?? NO_REFERENCE, piece);
  }

  /** One callback for the end: reconnection for an error if there is such a handler, else disconnection. */
  #gone(error: number): void {
    this.connection = undefined;
    const isError = error !== NO_ERROR && this.handlers.has("reconnection");
    this.fire(isError ? "reconnection" : "disconnection", error);
    if (!this.connection) this.release();
  }
}
