// What joins a board's TCP stack with the world: either real sockets (real.ts) or clients in memory (memory.ts).

/** The far end of one connection, as the board's stack talks to it. */
export interface Wire {
  readonly remotePort: number;
  readonly remoteAddress: string;
  /** One segment of data; the far end acknowledges it in its own time with Connection.input({ acknowledged }). */
  segment(data: Buffer): void;
  /** No more data will come. */
  fin(): void;
  /** The connection is gone at once; what was not delivered is lost. */
  reset(): void;
  /** The board's receive window has grown by this many bytes, and the board says so. */
  windowOpened(bytes: number): void;
  /** A keep-alive probe: whoever is still there answers with an empty packet, or with a reset. */
  probe?(): void;
}

/** What arrives for a connection in one packet. */
export interface Packet {
  acknowledged?: number;
  data?: Buffer;
  /** Data that had overtaken `data` on the way and was waiting for it, in order. */
  overtaken?: Buffer[];
  /** The far end has also taken the board's FIN. */
  finAcknowledged?: boolean;
  fin?: boolean;
  reset?: boolean;
  /** Bytes that the far end can take from now on, counted from the first unacknowledged one. */
  window?: number;
}

/** The board's end of one connection, as the world talks to it. */
export interface Connection {
  /** The handshake is complete (the far end's ACK has come, with its window). */
  established(window?: number): void;
  /** @returns false if the board has no memory for the packet: it is lost, and its data must be sent again */
  input(packet: Packet): boolean;
  /** Largest segment that the board takes. */
  readonly mss: number;
  /** Bytes that may be delivered now without overrunning the board's receive window. */
  readonly receiveWindow: number;
  /** false once the board has forgotten the connection (a packet for it is answered with a reset). */
  readonly alive: boolean;
}

/** A board's TCP stack, as the world sees it. */
export interface TcpStack {
  /** A client wants to connect. "refused": nobody listens there. "ignored": no room now, the client will ask again. */
  syn(port: number, wire: Wire): Connection | "refused" | "ignored";
}

export interface Network {
  /** The board's own address. */
  readonly address: string;
  /** The board listens on `port` from now on, through `stack`. @returns a function that ends it */
  listen(port: number, stack: TcpStack): () => void;
  /** The board wants to connect to a server. */
  connect(address: string, port: number, established: (wire: Wire) => Connection, refused: () => void): void;
  /** @returns an address, or undefined if the name is unknown, through the callback */
  resolve(host: string, answer: (address: string | undefined) => void): void;
  /** The board's radio is on the air from now on, or falls silent (a crash): nothing is answered then. */
  online?(on: boolean): void;
  /** The board restarts: everything that was open is forgotten. */
  boardGone(): void;
}
