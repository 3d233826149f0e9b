// The ESP8266's TCP stack: lwIP 1.4 raw API as the firmware builds it (MSS 1460, send buffer 2920, window 5840, Nagle on).
// Callbacks run inside the processing of a packet, in lwIP's order: acknowledgement, data, end; output follows them.
// What is written at any other moment leaves with the connection's next packet or the next 250 ms tick.
// Not modelled: loss and retransmission, congestion window, keep-alive probes.
import type { Clock } from "../clock.ts";
import type { Connection, Network, Packet, TcpStack, Wire } from "./network.ts";

/** lwIP 1.4 error numbers as callbacks get them. */
export const TcpError = { ok: 0, aborted: -8, reset: -9 } as const;

const MSS = 1460;
const SEND_BUFFER = 2 * MSS;
const WINDOW = 4 * MSS;
const SLOW_TICK = 250;
const TIME_WAIT = 10_000;
const FIN_WAIT = 20_000;
/** Heap that lwIP takes: a control block for each connection, a full-size buffer for each segment sent. */
const CONTROL_BLOCK = 184;
const SEGMENT_BUFFER = 1530;

/** What the net module hears of a connection. Every call is made from inside packet processing. */
export interface TcpEvents {
  established(): void;
  sent(): void;
  receive(data: Buffer): void;
  /** The connection is gone: the peer ended it (0), reset it, or the stack gave it up. */
  gone(error: number): void;
}

export interface StackHost {
  clock: Clock;
  network: Network;
  /** Takes (or with a negative number gives back) heap. @returns false if there is not enough */
  charge(bytes: number): boolean;
  /** Established connections at which another SYN is ignored (lwIP's MEMP_NUM_TCP_PCB: 5). */
  connections: number;
  /** false once the firmware has stopped: nothing is answered then. */
  running(): boolean;
}

type State = "connecting" | "established" | "closing" | "closed";

interface Segment {
  data: Buffer[];
  length: number;
}

export class LwipStack implements TcpStack {
  readonly #host: StackHost;
  readonly #listeners = new Map<number, (connection: LwipConnection) => void>();
  readonly #unlisten = new Map<number, () => void>();
  readonly connections: LwipConnection[] = [];
  #nextPort = 49152;

  constructor(host: StackHost) {
    this.#host = host;
  }

  /** @param accepted gets each new connection when its handshake is complete. @returns false if the port is taken */
  listen(port: number, accepted: (connection: LwipConnection) => void): boolean {
    if (this.#listeners.has(port)) return false;
    this.#listeners.set(port, accepted);
    this.#unlisten.set(port, this.#host.network.listen(port, this));
    return true;
  }

  unlisten(port: number): void {
    this.#unlisten.get(port)?.();
    this.#unlisten.delete(port);
    this.#listeners.delete(port);
  }

  /** A port that nobody uses, for listen(0) and for connecting. */
  freePort(): number {
    do this.#nextPort = this.#nextPort >= 65535 ? 49152 : this.#nextPort + 1;
    while (this.#listeners.has(this.#nextPort));
    return this.#nextPort;
  }

  syn(port: number, wire: Wire): LwipConnection | "refused" | "ignored" {
    if (!this.#host.running()) return "ignored";
    const accepted = this.#listeners.get(port);
    if (!accepted) return "refused";
    const established = this.connections.filter((connection) => connection.state === "established").length;
    // tcp_listen_input compares for equality: connections that were under way together can pass beyond the limit
    if (established === this.#host.connections) return "ignored";
    if (!this.#makeRoom()) return "ignored";
    const connection: LwipConnection = new LwipConnection(this, this.#host, wire, port, () =>
      accepted(connection),
    );
    return this.#add(connection);
  }

  connect(
    address: string,
    port: number,
    established: (connection: LwipConnection) => void,
    refused: () => void,
  ): boolean {
    if (!this.#makeRoom()) return false;
    this.#host.charge(-CONTROL_BLOCK);
    this.#host.network.connect(
      address,
      port,
      (wire) => {
        const connection: LwipConnection = this.#add(
          new LwipConnection(this, this.#host, wire, this.freePort(), () => established(connection)),
        );
        this.#host.charge(CONTROL_BLOCK);
        return connection;
      },
      refused,
    );
    return true;
  }

  forget(connection: LwipConnection): void {
    const index = this.connections.indexOf(connection);
    if (index < 0) return;
    this.connections.splice(index, 1);
    this.#host.charge(-CONTROL_BLOCK);
  }

  #add(connection: LwipConnection): LwipConnection {
    this.connections.push(connection);
    return connection;
  }

  /** A control block: from the heap, else from the oldest connection that only waits, else from the oldest of all. */
  #makeRoom(): boolean {
    if (this.#host.charge(CONTROL_BLOCK)) return true;
    const victim =
      this.connections.find((connection) => connection.state === "closing") ?? this.connections[0];
    if (!victim) return false;
    victim.abort(TcpError.aborted);
    return this.#host.charge(CONTROL_BLOCK);
  }
}

export class LwipConnection implements Connection {
  readonly #stack: LwipStack;
  readonly #host: StackHost;
  readonly #onEstablished: () => void;
  readonly wire: Wire;
  readonly localPort: number;
  state: State = "connecting";
  /** Set by the net module; undefined once Lua has let go of the connection. */
  events: TcpEvents | undefined;
  #unsent: Segment[] = [];
  #unacknowledged: Segment[] = [];
  #sendBuffer = SEND_BUFFER;
  #receiveWindow = WINDOW;
  #remoteWindow = Number.POSITIVE_INFINITY;
  #held = false;
  #insideInput = false;
  #finQueued = false;
  #finSent = false;
  #finAcknowledged = false;
  #peerFin = false;
  #cancelTick: (() => void) | undefined;
  #cancelLinger: (() => void) | undefined;

  constructor(stack: LwipStack, host: StackHost, wire: Wire, localPort: number, established: () => void) {
    this.#stack = stack;
    this.#host = host;
    this.wire = wire;
    this.localPort = localPort;
    this.#onEstablished = established;
  }

  get receiveWindow(): number {
    return this.#receiveWindow;
  }
  get alive(): boolean {
    return this.state !== "closed" && this.#host.running();
  }

  // --- from the world

  established(): void {
    if (this.state !== "connecting" || !this.#host.running()) return;
    this.state = "established";
    this.#insideInput = true;
    this.#sendBuffer = SEND_BUFFER - 1; // the SYN is still counted while the accept callback runs
    this.#onEstablished();
    this.#sendBuffer++;
    this.events?.established();
    this.#insideInput = false;
    this.#output();
  }

  input(packet: Packet): void {
    if (this.state === "closed" || !this.#host.running()) return;
    if (packet.reset) {
      this.#gone(TcpError.reset);
      return;
    }
    this.#insideInput = true;
    if (packet.window !== undefined) this.#remoteWindow = packet.window;
    const released = packet.acknowledged ?? 0;
    if (released > 0) {
      this.#acknowledge(released);
      this.events?.sent();
    }
    if (packet.data && packet.data.length > 0 && this.alive) this.#receive(packet.data);
    if (packet.finAcknowledged) this.#finAcknowledged = true;
    if (packet.fin && this.alive) this.#peerEnded();
    this.#insideInput = false;
    if (!this.alive) return;
    // after a local close lwIP's sent callback reports an abort and the packet's output is left to the slow tick
    if (released > 0 && this.#finQueued && !this.#peerFin) this.#tickLater();
    else this.#output();
    this.#settle();
  }

  // --- from the net module

  /** @returns false, with nothing queued, if the send buffer or the heap has no room */
  write(data: Buffer): boolean {
    if (data.length > this.#sendBuffer) return false;
    let rest = data;
    const last = this.#unsent.at(-1);
    const room = last ? Math.min(MSS - last.length, rest.length) : 0;
    const segments = Math.ceil((rest.length - room) / MSS);
    if (segments > 0 && !this.#host.charge(segments * SEGMENT_BUFFER)) return false;
    if (last && room > 0) {
      last.data.push(rest.subarray(0, room));
      last.length += room;
      rest = rest.subarray(room);
    }
    for (; rest.length > 0; rest = rest.subarray(MSS)) {
      const piece = rest.subarray(0, MSS);
      this.#unsent.push({ data: [piece], length: piece.length });
    }
    this.#sendBuffer -= data.length;
    if (!this.#insideInput) this.#tickLater();
    return true;
  }

  /** The local end closes: with a FIN after what is queued, or with a reset that loses it (lwIP's tcp_close). */
  close(): void {
    this.events = undefined;
    if (this.state === "connecting") {
      this.abort(TcpError.ok);
      return;
    }
    if (this.#receiveWindow !== WINDOW || (this.#unsent.length === 0 && this.#sendBuffer === 0)) {
      this.wire.reset();
      this.#drop();
      return;
    }
    this.#finQueued = true;
    this.state = "closing";
    if (this.#insideInput) return; // output follows
    this.#output();
  }

  hold(): void {
    this.#held = true;
  }
  unhold(): void {
    this.#held = false;
    this.#openWindow(WINDOW - this.#receiveWindow);
  }

  /** Ends the connection at once and tells the peer with a reset. */
  abort(error: number): void {
    this.wire.reset();
    if (error === TcpError.ok) this.events = undefined;
    this.#gone(error);
  }

  // --- inside

  #acknowledge(bytes: number): void {
    this.#sendBuffer += bytes;
    let left = bytes;
    for (let first = this.#unacknowledged[0]; first && left > 0; first = this.#unacknowledged[0]) {
      const taken = Math.min(left, first.length);
      first.length -= taken;
      left -= taken;
      if (first.length > 0) break;
      this.#unacknowledged.shift();
      this.#host.charge(-SEGMENT_BUFFER);
    }
  }

  #receive(data: Buffer): void {
    this.#receiveWindow -= data.length;
    if (this.events) {
      this.#host.charge(data.length);
      this.events.receive(data);
      this.#host.charge(-data.length);
    }
    if (this.alive && !this.#held) this.#openWindow(data.length);
  }

  #openWindow(bytes: number): void {
    this.#receiveWindow += bytes;
    if (bytes > 0) this.wire.windowOpened(bytes);
  }

  /** The firmware takes the peer's FIN for the end of both directions; what was queued before still goes out. */
  #peerEnded(): void {
    this.#peerFin = true;
    const { events } = this;
    if (!events) return;
    this.events = undefined;
    events.gone(TcpError.ok);
    if (this.alive) this.close();
  }

  #output(): void {
    if (!this.alive) return;
    while (this.#unsent.length > 0) {
      const segment = this.#unsent[0]!;
      const full = segment.length >= MSS || this.#unsent.length > 1;
      const nagle = this.#unacknowledged.length > 0 && !full && !this.#finQueued;
      const inFlight = this.#unacknowledged.reduce((sum, { length }) => sum + length, 0);
      if (nagle || inFlight + segment.length > this.#remoteWindow) return;
      this.#unsent.shift();
      this.#unacknowledged.push(segment);
      this.wire.segment(Buffer.concat(segment.data));
    }
    if (this.#finQueued && !this.#finSent) {
      this.#finSent = true;
      this.wire.fin();
    }
  }

  #tickLater(): void {
    if (this.#cancelTick) return;
    const now = this.#host.clock.now();
    this.#cancelTick = this.#host.clock.after(SLOW_TICK - (now % SLOW_TICK), () => {
      this.#cancelTick = undefined;
      this.#output();
    });
  }

  /** What follows a close: FIN_WAIT, then TIME_WAIT; after the peer's own FIN (LAST_ACK) nothing. */
  #settle(): void {
    if (!this.#finAcknowledged) return;
    if (!this.#peerFin) this.#linger(FIN_WAIT);
    else if (this.#cancelLinger) this.#linger(TIME_WAIT);
    else this.#drop();
  }

  #linger(time: number): void {
    this.#cancelLinger?.();
    this.#cancelLinger = this.#host.clock.after(time, () => this.#drop());
  }

  #gone(error: number): void {
    const { events } = this;
    this.events = undefined;
    this.#drop();
    events?.gone(error);
  }

  #drop(): void {
    if (this.state === "closed") return;
    this.state = "closed";
    this.#cancelTick?.();
    this.#cancelLinger?.();
    this.#host.charge(-SEGMENT_BUFFER * (this.#unsent.length + this.#unacknowledged.length));
    this.#unsent = [];
    this.#unacknowledged = [];
    this.#stack.forget(this);
  }
}
