// A socket of TCP on the ESP32, over lwIP's netconn API: events come to Lua as tasks, data and ends with high priority, acknowledgements
// and errors with medium.

import type { Host, Priority } from "../host.ts";
import { type LwipConnection, NO_ERROR } from "../network/lwip.ts";
import { Netconn } from "../network/netconn.ts";
import { type NetCalls, TcpSocket } from "./net-endpoint.ts";

export const MEDIUM: Priority = 1;
export const HIGH: Priority = 2;

/** What the sockets of a board share. */
export interface SocketTasks extends NetCalls {
  /** Sockets that Lua has not been told the end of. */
  readonly open: Set<SocketEsp32>;
  /** Sockets that Lua has been told the end of and has not closed. */
  readonly orphans: Set<SocketEsp32>;
  /** Queues a task of net. */
  post(priority: Priority, event: () => void): void;
}

export class SocketEsp32 extends TcpSocket {
  readonly #tasks: SocketTasks;
  #netconn: Netconn | undefined;
  #isConnecting = false;
  /** Counts the last send down to its acknowledgement; two that overlap make it wrong for good, as on the chip. */
  #unacknowledged = 0;

  constructor(host: Host, tasks: SocketTasks) {
    super(host, tasks);
    this.#tasks = tasks;
  }

  override get isInUse(): boolean {
    return this.#netconn !== undefined;
  }
  override get connection(): LwipConnection | undefined {
    return this.#netconn?.connection;
  }

  override begin(connection: LwipConnection): void {
    this.attach(new Netconn(connection, (bytes) => this.host.charge(bytes)));
  }

  /** Takes a connection that may have had events already. */
  attach(netconn: Netconn): void {
    const tasks = this.#tasks;
    this.#netconn = netconn;
    tasks.open.add(this);
    netconn.listen({
      receivable: (length) => tasks.post(HIGH, () => (length > 0 ? this.#receive() : this.ended(NO_ERROR))),
      sendable: (length) => {
        if (this.#isConnecting) {
          this.#isConnecting = false;
          tasks.post(MEDIUM, () => this.fire("connection"));
        } else if (length > 0) {
          this.#unacknowledged -= length;
          if (this.#unacknowledged === 0) tasks.post(MEDIUM, () => this.fire("sent"));
        }
      },
      failed: (error) => {
        this.#isConnecting = false;
        tasks.post(MEDIUM, () => this.ended(error));
      },
    });
  }

  override connectTo(connection: LwipConnection, address: string, port: number): void {
    // it may have been given up meanwhile, and another one begun
    if (this.connection !== connection || this.#isConnecting) return;
    this.#isConnecting = true;
    connection.connect(address, port);
  }

  override write(data: Buffer): string | undefined {
    if (!this.#netconn || this.self === undefined) return "not connected";
    this.#unacknowledged = data.length;
    return this.#netconn.write(data);
  }

  override close(): string | undefined {
    if (!this.#netconn) return "not connected";
    // after a reset there is nothing to close: the netconn stays until its socket is collected
    const problem = this.#netconn.close();
    if (problem !== undefined) return problem;
    this.#netconn = undefined;
    this.#letGo();
    this.#tasks.orphans.delete(this);
    return undefined;
  }

  /** Lua has collected it. */
  collected(): void {
    this.#netconn?.close();
    this.#tasks.open.delete(this);
    this.#tasks.orphans.delete(this);
    this.handlers.release();
  }

  /** The peer has ended, or the connection has failed. A reset is both, one after the other. */
  ended(error: number): void {
    if (!this.#netconn) return;
    const isError = error !== NO_ERROR && this.handlers.has("reconnection");
    this.fire(isError ? "reconnection" : "disconnection", error);
    if (!this.#netconn) return;
    this.#letGo();
    this.#tasks.orphans.add(this);
  }

  /** One call for each piece; a handler that closes the socket gets nil for it with the pieces that follow. */
  #receive(): void {
    for (const piece of this.#netconn?.receive() ?? []) this.fire("receive", piece);
  }

  #letGo(): void {
    this.#tasks.open.delete(this);
    this.release();
  }
}
