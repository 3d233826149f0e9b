// The board on the computer's own TCP: every port that Lua listens on is open on a local address, for curl and browsers.
// A connection beyond the board's limit is accepted by the computer but neither read nor delivered until a slot frees,
// as a client would wait whose SYN the chip ignores. The same goes for connections that come while the board is off the air;
// those that it had are silent until it is back, and then reset.
import { lookup } from "node:dns";
import { type AddressInfo, createConnection, createServer, type Server, type Socket } from "node:net";
import type { Clock } from "../clock.ts";
import type { Connection, Network, TcpStack, Wire } from "./network.ts";

/** A client's TCP asks again after an ignored SYN; checking this often costs nothing here [ms]. */
const RETRY = 20;
/** ... and sends lost data again after this time [ms]. */
const RETRANSMIT = 200;
/** How long a closed connection goes on reading and discarding, lest the computer reset it [ms]. */
const DISCARD = 5000;

/** Whether the board is on the air, and sockets of connections that ended while it was not. */
interface Air {
  isOnline: boolean;
  readonly silent: Set<Socket>;
}

export class RealNetwork implements Network {
  readonly address = "127.0.0.1";
  readonly #clock: Clock;
  readonly #portFor: (port: number) => number;
  readonly #listening: (boardPort: number, port: number, error?: Error) => void;
  readonly #servers = new Set<Server>();
  readonly #sockets = new Set<Socket>();
  readonly #air: Air = { isOnline: true, silent: new Set() };

  /**
   * @param portFor the computer's port for a port of the board; 0 for any that is free
   * @param listening told when a port is open and on which port of the computer, or why it could not be opened
   */
  constructor(
    clock: Clock,
    portFor: (port: number) => number,
    listening: (boardPort: number, port: number, error?: Error) => void,
  ) {
    this.#clock = clock;
    this.#portFor = portFor;
    this.#listening = listening;
  }

  listen(port: number, stack: TcpStack): () => void {
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, (socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
      socket.on("error", () => {});
      this.#knock(socket, port, stack);
    });
    this.#servers.add(server);
    const wanted = this.#portFor(port);
    server.on("error", (error) => this.#listening(port, wanted, error));
    server.listen(wanted, this.address, () => this.#listening(port, (server.address() as AddressInfo).port));
    return () => {
      this.#servers.delete(server);
      server.close();
    };
  }

  connect(address: string, port: number, established: (wire: Wire) => Connection, refused: () => void): void {
    if (!this.#air.isOnline) return;
    const socket = createConnection({ host: address, port, allowHalfOpen: true, noDelay: true });
    socket.pause();
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    socket.once("error", refused);
    socket.once("connect", () => {
      socket.off("error", refused);
      socket.on("error", () => {});
      const wire = new SocketWire(socket, this.#clock, this.#air);
      const connection = established(wire);
      connection.established();
      wire.start(connection);
    });
  }

  resolve(host: string, answer: (address: string | undefined) => void): void {
    lookup(host, { family: 4 }, (error, address) => answer(error ? undefined : address));
  }

  online(on: boolean): void {
    this.#air.isOnline = on;
    if (!on) return;
    for (const socket of this.#air.silent) socket.resetAndDestroy();
    this.#air.silent.clear();
  }

  boardGone(): void {
    for (const server of this.#servers) server.close();
    this.#servers.clear();
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  #knock(socket: Socket, port: number, stack: TcpStack): void {
    if (socket.destroyed) return;
    const wire = new SocketWire(socket, this.#clock, this.#air);
    const connection = this.#air.isOnline ? stack.syn(port, wire) : "ignored";
    if (connection === "refused") socket.resetAndDestroy();
    else if (connection === "ignored") this.#clock.after(RETRY, () => this.#knock(socket, port, stack));
    else {
      connection.established();
      wire.start(connection);
    }
  }
}

class SocketWire implements Wire {
  readonly remotePort: number;
  readonly remoteAddress: string;
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #air: Air;
  #connection: Connection | undefined;
  #waiting: Buffer = Buffer.alloc(0);
  #ended = false;
  #endDelivered = false;
  /** A window's worth has been delivered: what follows takes a round trip. */
  #isPaced = false;

  constructor(socket: Socket, clock: Clock, air: Air) {
    this.#socket = socket;
    this.#clock = clock;
    this.#air = air;
    this.remotePort = socket.remotePort ?? 0;
    this.remoteAddress = socket.remoteAddress ?? "0.0.0.0";
  }

  start(connection: Connection): void {
    this.#connection = connection;
    const socket = this.#socket;
    socket.on("data", (data) => {
      this.#waiting = this.#waiting.length > 0 ? Buffer.concat([this.#waiting, data]) : data;
      this.#deliver();
    });
    socket.on("end", () => {
      this.#ended = true;
      this.#deliver();
    });
    socket.on("close", () => {
      if (connection.alive && !this.#endDelivered) connection.input({ reset: true });
    });
    socket.resume();
  }

  segment(data: Buffer): void {
    this.#socket.write(data, (error) => {
      if (!error) this.#connection?.input({ acknowledged: data.length });
    });
  }

  fin(): void {
    this.#socket.end(() => this.#connection?.input({ finAcknowledged: true }));
    this.#clock.after(DISCARD, () => this.#socket.destroy());
  }

  reset(): void {
    if (this.#air.isOnline) this.#socket.resetAndDestroy();
    else this.#air.silent.add(this.#socket.pause());
  }

  windowOpened(): void {
    // later, not inside the packet that is being processed
    this.#clock.after(0, () => this.#deliver());
  }

  /**
   * Hands over what the receive window takes, a full segment at most in one packet and no more than a window in one turn: what
   * the board has sent is acknowledged in between, as on a network.
   */
  #deliver(): void {
    const connection = this.#connection;
    if (!connection || !this.#air.isOnline || this.#isPaced) return;
    let room = connection.receiveWindow;
    while (this.#waiting.length > 0 && connection.alive && connection.receiveWindow > 0) {
      if (room <= 0) {
        this.#isPaced = true;
        this.#clock.after(1, () => {
          this.#isPaced = false;
          this.#deliver();
        });
        break;
      }
      const data = Buffer.from(this.#waiting.subarray(0, Math.min(connection.mss, connection.receiveWindow)));
      if (!connection.input({ data })) {
        // no memory for it: a client's TCP would send it again
        this.#clock.after(RETRANSMIT, () => this.#deliver());
        break;
      }
      this.#waiting = this.#waiting.subarray(data.length);
      room -= data.length;
    }
    if (!connection.alive) {
      // what comes for a connection that lwIP has forgotten is answered with a reset
      if (this.#waiting.length > 0) this.#socket.resetAndDestroy();
      this.#waiting = Buffer.alloc(0);
    }
    if (this.#waiting.length > 0) this.#socket.pause();
    else {
      this.#socket.resume();
      if (this.#ended && !this.#endDelivered) {
        this.#endDelivered = true;
        if (connection.alive) connection.input({ fin: true });
      }
    }
  }
}
