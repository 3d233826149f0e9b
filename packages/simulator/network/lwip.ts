// The chips' TCP stack: lwIP's raw API, as each chip's firmware builds it (LwipBuild).
// Callbacks run inside the processing of a packet, in lwIP's order: acknowledgement, data, end; output follows them.
// What is written at any other moment leaves with the connection's next packet, at the next timer tick, or with flush().
// Heap: a control block per connection until lwIP forgets it, a full-size buffer per segment until it is acknowledged.
// Not modelled: loss of what the board sends (so no retransmission and no congestion window).
import type { Clock } from "../clock.ts";
import { LwipTimer } from "./lwip-timer.ts";
import type { Connection, Network, Packet, TcpStack, Wire } from "./network.ts";

/** The error number of an end without an error. */
export const NO_ERROR = 0;

/** What differs between the lwIP of the chips. Sizes in bytes, times in ms. */
export interface LwipBuild {
  /** Largest segment, either way. */
  mss: number;
  /** Unacknowledged data that a connection may have (TCP_SND_BUF). */
  sendBuffer: number;
  /** Received data that nobody has taken yet (TCP_WND). */
  window: number;
  /** The window is announced again when it has grown by this much (TCP_WND_UPDATE_THRESHOLD). */
  windowStep: number;
  /** Segments that may be queued or unacknowledged (TCP_SND_QUEUELEN). */
  sendQueue: number;
  /** tcp_fasttmr sends acknowledgements that are owed, and data with them; tcp_slowtmr, every other time, sends what waits. */
  fastTick: number;
  keepAliveInterval: number;
  /** A segment is no longer than half the largest window that the peer has announced. */
  halvesWindow: boolean;
  /** Error numbers as callbacks get them. */
  aborted: number;
  reset: number;
  /** A FIN takes a byte of the send buffer: with none left, a close is a reset. */
  finTakesRoom: boolean;
  /** A connection whose listener was closed during the handshake is reset; else it is nobody's. */
  resetsUnowned: boolean;
  /** Without memory for a new connection the one that was silent longest is given up. */
  killsActive: boolean;
}

/** lwIP 1.4 of the ESP8266 firmware. */
export const LWIP_1_4: LwipBuild = {
  mss: 1460,
  sendBuffer: 2 * 1460,
  window: 4 * 1460,
  windowStep: 1460,
  sendQueue: 8,
  fastTick: 125,
  keepAliveInterval: 10_000,
  halvesWindow: false,
  aborted: -8,
  reset: -9,
  finTakesRoom: true,
  resetsUnowned: false,
  killsActive: true,
};

/** lwIP 2.1 of the ESP32 firmware of the recordings (ESP-IDF 4.4). Later builds have 5760 in place of 5744. */
export const LWIP_2_1: LwipBuild = {
  mss: 1440,
  sendBuffer: 5744,
  window: 5744,
  windowStep: 5744 / 4,
  sendQueue: 16,
  fastTick: 250,
  keepAliveInterval: 75_000,
  halvesWindow: true,
  aborted: -13,
  reset: -14,
  finTakesRoom: false,
  resetsUnowned: true,
  killsActive: false,
};

const TIME_WAIT = 10_000;
const LAST_ACK = 10_000;
const FIN_WAIT_2 = 20_000;
/** A peer that does not acknowledge our FIN is given up after 12 retransmissions, the last ones 10 s apart (TCP_MAXRTO). */
const FIN_WAIT_1 = 110_000;
/** SYNs are repeated six times, three seconds apart. */
const CONNECT_TIMEOUT = 21_000;
const CONTROL_BLOCK = 184;
const SEGMENT_BUFFER = 1530;

/** What the net module hears of a connection. Every call is made from inside packet processing. */
export interface TcpEvents {
  /** The board's own connect() has succeeded. */
  established(): void;
  /** @param bytes that the peer has acknowledged */
  sent(bytes: number): void;
  /** @returns whether the window opens again at once; else openWindow() does it */
  receive(pieces: Buffer[]): boolean;
  /** The peer sends no more; without this the connection is closed and gone() told. */
  peerEnded?(): void;
  /** The connection is gone: the peer ended it (0), reset it, or the stack gave it up. */
  gone(error: number): void;
  /**
   * The same callbacks when Lua has let go of the connection, which lwIP still knows: net.c of the ESP8266 leaves its callbacks
   * and their argument in place.
   */
  sentLate?(): void;
  goneLate?(error: number): void;
}

export interface StackHost {
  clock: Clock;
  network: Network;
  /** Takes (or with a negative number gives back) heap. @returns false if there is not enough */
  charge(bytes: number): boolean;
  /** Established connections at which another SYN is ignored. */
  connections: number;
  /** false once the firmware has stopped: nothing is answered then. */
  running(): boolean;
  /** A packet has been processed, with all that follows from it in the stack. */
  processed?(): void;
}

/** lwIP's states; "new" is its CLOSED before connect, "closed" means forgotten. */
type State =
  | "new"
  | "syn-sent"
  | "syn-received"
  | "established"
  | "close-wait"
  | "fin-wait-1"
  | "fin-wait-2"
  | "closing"
  | "last-ack"
  | "time-wait"
  | "closed";

interface Segment {
  data: Buffer[];
  length: number;
  fin: boolean;
}

interface Listener {
  port: number;
  address: string;
  accepted: (connection: LwipConnection) => void;
  unlisten: () => void;
}

export const ANY_ADDRESS = "0.0.0.0";

export class LwipStack implements TcpStack {
  readonly #host: StackHost;
  readonly #build: LwipBuild;
  #listeners: Listener[] = [];
  /** Every connection that lwIP still knows, oldest first. */
  readonly connections: LwipConnection[] = [];
  readonly timer: LwipTimer;
  #nextPort = 49152;

  constructor(host: StackHost, build: LwipBuild) {
    this.#host = host;
    this.#build = build;
    this.timer = new LwipTimer(host.clock, build.fastTick);
  }

  /**
   * @param accepted gets each new connection when its handshake is complete
   * @returns a function that ends it, or undefined if the address and port are taken
   */
  listen(
    port: number,
    address: string,
    accepted: (connection: LwipConnection) => void,
  ): (() => void) | undefined {
    if (this.#listeners.some((other) => other.port === port && other.address === address)) return undefined;
    const { network } = this.#host;
    // nothing is ever addressed to an address that is not the board's own
    const isReached = address === ANY_ADDRESS || address === network.address;
    const unlisten = isReached ? network.listen(port, this) : () => {};
    const listener: Listener = { port, address, accepted, unlisten };
    this.#listeners.push(listener);
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== listener);
      unlisten();
    };
  }

  /** A port that nobody uses, for listening on port 0 and for connecting. */
  freePort(): number {
    do this.#nextPort = this.#nextPort >= 65535 ? 49152 : this.#nextPort + 1;
    while (this.#listeners.some(({ port }) => port === this.#nextPort));
    return this.#nextPort;
  }

  syn(port: number, wire: Wire): LwipConnection | "refused" | "ignored" {
    if (!this.#host.running()) return "ignored";
    const at = this.#listeners.filter((listener) => listener.port === port);
    const listener = at.find(({ address }) => address === this.#host.network.address) ?? at[0];
    if (!listener) return "refused";
    // tcp_listen_input compares for equality: connections that were under way together can pass beyond the limit
    if (this.established === this.#host.connections) return "ignored";
    const connection = this.#allocate(port);
    if (!connection) return "ignored";
    connection.arrived(wire, () => {
      if (this.#listeners.includes(listener)) listener.accepted(connection);
      else if (this.#build.resetsUnowned) connection.abort(NO_ERROR);
    });
    return connection;
  }

  get established(): number {
    return this.connections.filter(({ state }) => state === "established").length;
  }

  /** A connection to be opened. @returns undefined if there is no memory for it */
  create(): LwipConnection | undefined {
    return this.#allocate(0);
  }

  /** The board has lost its address (netif_set_ipaddr): what was connected to it is given up, and nobody hears of it. */
  addressLost(): void {
    const active = this.connections.filter(({ state }) => state !== "new" && state !== "time-wait");
    for (const connection of active) connection.abort(this.#build.aborted);
  }

  forget(connection: LwipConnection): void {
    const index = this.connections.indexOf(connection);
    if (index < 0) return;
    this.connections.splice(index, 1);
    if (this.connections.length === 0) this.timer.release();
    this.#host.charge(-CONTROL_BLOCK);
  }

  #allocate(port: number): LwipConnection | undefined {
    if (!this.#makeRoom()) return undefined;
    const connection = new LwipConnection(this, this.#host, this.#build, port);
    this.connections.push(connection);
    this.timer.need();
    return connection;
  }

  /** A control block: from the heap, else the oldest TIME_WAIT goes, else (lwIP 1.4) the connection that was silent longest. */
  #makeRoom(): boolean {
    if (this.#host.charge(CONTROL_BLOCK)) return true;
    const waiting = this.connections.find(({ state }) => state === "time-wait");
    waiting?.abort(this.#build.aborted);
    if (waiting && this.#host.charge(CONTROL_BLOCK)) return true;
    if (!this.#build.killsActive) return false;
    const isActive = ({ state }: LwipConnection) => state !== "time-wait" && state !== "new";
    const [silent] = this.connections.filter(isActive).sort((a, b) => a.lastHeard - b.lastHeard);
    silent?.abort(this.#build.aborted);
    return silent !== undefined && this.#host.charge(CONTROL_BLOCK);
  }
}

export class LwipConnection implements Connection {
  readonly #stack: LwipStack;
  readonly #host: StackHost;
  readonly #build: LwipBuild;
  localPort: number;
  ttl = 255;
  #keepIdle = 0;
  /** Set by the net module; undefined once Lua has let go of the connection. */
  events: TcpEvents | undefined;
  /** What was `events` until Lua closed the connection or was told of its end. */
  #formerEvents: TcpEvents | undefined;
  lastHeard: number;
  #state: State = "new";
  #wire: Wire | undefined;
  #accept: () => void = () => {};
  // sending
  #unsent: Segment[] = [];
  #unacknowledged: Segment[] = [];
  #sendBuffer: number;
  #remoteWindow = Number.POSITIVE_INFINITY;
  /** Most that it has been; 0 while nobody has told. */
  #largestWindow = 0;
  /** A write was refused: what is queued does not wait for a full segment (TF_NAGLEMEMERR). */
  #writeFailed = false;
  /** A FIN in a segment of its own is queued: likewise (TF_FIN). */
  #finAlone = false;
  // receiving
  #receiveWindow: number;
  /** Of the window, bytes that the peer has not been told of. */
  #unannounced = 0;
  /** When the timer sends the acknowledgement that is owed (TF_ACK_DELAY). */
  #ackDue: number | undefined;
  /** tcp_close was called: data that comes is answered with a reset (TF_RXCLOSED). */
  #isReceiveClosed = false;
  #insideInput = false;
  #cancelTick: (() => void) | undefined;
  #cancelTimeout: (() => void) | undefined;
  #cancelKeepAlive: (() => void) | undefined;

  constructor(stack: LwipStack, host: StackHost, build: LwipBuild, localPort: number) {
    this.#stack = stack;
    this.#host = host;
    this.#build = build;
    this.#sendBuffer = build.sendBuffer;
    this.#receiveWindow = build.window;
    this.localPort = localPort;
    this.lastHeard = host.clock.now();
  }

  get state(): State {
    return this.#state;
  }
  get wire(): Wire | undefined {
    return this.#wire;
  }
  get mss(): number {
    return this.#build.mss;
  }
  /** How long a silent peer of an open connection is left alone before it is probed [ms]; unless set, it never is. */
  set keepIdle(time: number) {
    this.#keepIdle = time;
    this.#keepAlive();
  }
  get receiveWindow(): number {
    return this.#receiveWindow;
  }
  /** Bytes that can be written now. */
  get sendSpace(): number {
    return this.#sendBuffer;
  }
  get alive(): boolean {
    return this.#state !== "closed" && this.#host.running();
  }

  // --- opening

  /** A client's SYN has come; `accept` follows when its handshake is complete. */
  arrived(wire: Wire, accept: () => void): void {
    this.#wire = wire;
    this.#accept = accept;
    this.#state = "syn-received";
  }

  /** The board connects to a server. */
  connect(address: string, port: number): void {
    this.#state = "syn-sent";
    this.localPort = this.#stack.freePort();
    this.#timeout(CONNECT_TIMEOUT, this.#build.aborted);
    this.#host.network.connect(
      address,
      port,
      (wire) => {
        this.#wire = wire;
        return this;
      },
      () => {
        if (this.#state === "syn-sent") this.#gone(this.#build.reset);
      },
    );
  }

  established(window?: number): void {
    if (!this.#host.running()) return;
    const isAccepted = this.#state === "syn-received";
    if (!isAccepted && this.#state !== "syn-sent") {
      // closed meanwhile
      this.#wire?.reset();
      return;
    }
    this.#cancelTimeout?.();
    this.#state = "established";
    this.#announced(window);
    this.#heard();
    this.#insideInput = true;
    if (isAccepted) {
      this.#sendBuffer--; // the SYN counts while the accept callback runs
      this.#accept();
      this.#sendBuffer++;
    } else this.events?.established();
    this.#insideInput = false;
    this.#output();
    this.#host.processed?.();
  }

  // --- from the world

  input(packet: Packet): boolean {
    const isTaken = this.#input(packet);
    this.#host.processed?.();
    return isTaken;
  }

  #input(packet: Packet): boolean {
    if (!this.alive) return true;
    if (this.#state === "time-wait") {
      if (packet.fin) this.#timeout(TIME_WAIT);
      return true;
    }
    if (packet.reset) {
      this.#gone(this.#build.reset);
      return true;
    }
    const pieces = [...(packet.data?.length ? [packet.data] : []), ...(packet.overtaken ?? [])];
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
    if (length > 0 && !this.#host.charge(length)) return false;
    if (!this.#isReceiveClosed) this.#heard();
    this.#insideInput = true;
    const outputFollows = this.#process(packet, pieces, length);
    this.#insideInput = false;
    if (length > 0) this.#host.charge(-length);
    if (!this.alive) return true;
    if (outputFollows) this.#output();
    else this.#tickLater();
    return true;
  }

  /** @returns whether lwIP sends what waits afterwards: not if a callback told it that the connection is aborted */
  #process(packet: Packet, pieces: Buffer[], length: number): boolean {
    this.#announced(packet.window);
    const acknowledged = packet.acknowledged ?? 0;
    this.#acknowledge(acknowledged, packet.finAcknowledged === true);
    this.#receiveWindow -= length;
    this.#advance(packet.finAcknowledged === true, packet.fin === true);
    if (acknowledged > 0) {
      if (this.#isReceiveClosed) {
        this.#formerEvents?.sentLate?.();
        return false;
      }
      this.events?.sent(acknowledged);
    }
    if (length > 0 && this.alive) {
      if (this.#isReceiveClosed) {
        this.abort(NO_ERROR);
        return false;
      }
      const opens = this.events?.receive(pieces) ?? true;
      this.#owe();
      if (opens) this.openWindow();
    }
    if (packet.fin && this.alive) {
      if (this.#isReceiveClosed) return false;
      const { events } = this;
      if (events?.peerEnded) events.peerEnded();
      else {
        this.events = undefined;
        this.#formerEvents = events;
        events?.gone(NO_ERROR);
        if (this.alive) this.#close();
      }
    }
    return true;
  }

  // --- from the net module

  /** @returns undefined, or lwIP's message: nothing is queued then */
  write(data: Buffer): "out of memory" | "not connected" | undefined {
    const isOpen = ["syn-sent", "syn-received", "established", "close-wait"].includes(this.#state);
    if (!isOpen) return "not connected";
    if (data.length === 0) return undefined;
    const { sendQueue } = this.#build;
    const mss = this.#segmentSize;
    const last = this.#unsent.at(-1);
    const room = last && !last.fin ? Math.max(0, Math.min(mss - last.length, data.length)) : 0;
    const more = Math.ceil((data.length - room) / mss);
    const queued = this.#unsent.length + this.#unacknowledged.length;
    const isTooMuch = data.length > this.#sendBuffer || queued >= sendQueue || queued + more > sendQueue;
    if (isTooMuch || (more > 0 && !this.#host.charge(more * SEGMENT_BUFFER))) {
      this.#writeFailed = true;
      return "out of memory";
    }
    if (last && room > 0) {
      last.data.push(data.subarray(0, room));
      last.length += room;
    }
    for (let rest = data.subarray(room); rest.length > 0; rest = rest.subarray(mss)) {
      const piece = rest.subarray(0, mss);
      this.#unsent.push({ data: [piece], length: piece.length, fin: false });
    }
    this.#sendBuffer -= data.length;
    if (!this.#insideInput) this.#tickLater();
    return undefined;
  }

  /** Longest segment that is made of what is written. */
  get #segmentSize(): number {
    const { mss, halvesWindow } = this.#build;
    return halvesWindow && this.#largestWindow > 0 ? Math.min(mss, this.#largestWindow >> 1) : mss;
  }

  /** Lua closes: a FIN follows what is queued, or a reset loses it. */
  close(): void {
    this.#formerEvents = this.events;
    this.events = undefined;
    if (!this.#close()) this.abort(NO_ERROR);
  }

  /** Sends what has been written, as far as Nagle and the peer's window let it. */
  flush(): void {
    this.#output();
  }

  /** Gives bytes of the window back, all if left out; says so if it has grown enough. */
  openWindow(bytes = this.#build.window - this.#receiveWindow): void {
    if (!this.alive || this.#state === "time-wait") return;
    this.#unannounced += bytes;
    this.#receiveWindow += bytes;
    if (this.#unannounced < this.#build.windowStep) return;
    this.#wire?.windowOpened(this.#unannounced);
    this.#unannounced = 0;
    this.#ackDue = undefined;
  }

  /** Ends the connection at once and tells the peer with a reset. */
  abort(error: number): void {
    if (this.#state !== "time-wait") this.#wire?.reset();
    if (error === NO_ERROR) this.events = undefined;
    this.#gone(error);
  }

  // --- inside

  /** tcp_close. @returns false if there is no room for the FIN */
  #close(): boolean {
    this.#isReceiveClosed = true;
    const isEarly = this.#state === "new" || this.#state === "syn-sent";
    if (isEarly) {
      this.#drop();
      return true;
    }
    if (this.#receiveWindow !== this.#build.window) {
      // not everything that came was taken: a reset, and what was not sent is lost
      this.#wire?.reset();
      this.#purge();
      this.#state = "time-wait";
      this.#timeout(TIME_WAIT);
      return true;
    }
    const last = this.#unsent.at(-1);
    if (last) last.fin = true;
    else if (this.#build.finTakesRoom && this.#sendBuffer === 0) return false;
    else {
      if (this.#build.finTakesRoom) this.#sendBuffer--;
      this.#unsent.push({ data: [], length: 0, fin: true });
      this.#finAlone = true;
    }
    if (this.#state === "close-wait") {
      this.#state = "last-ack";
      this.#timeout(LAST_ACK);
    } else {
      this.#state = "fin-wait-1";
      this.#timeout(FIN_WAIT_1);
    }
    this.#output();
    return true;
  }

  /** The state machine of tcp_process. */
  #advance(finAcknowledged: boolean, fin: boolean): void {
    switch (this.#state) {
      case "established":
        if (fin) this.#state = "close-wait";
        break;
      case "fin-wait-1":
        if (fin && finAcknowledged) this.#timeWait();
        else if (fin) this.#state = "closing";
        else if (finAcknowledged) {
          this.#state = "fin-wait-2";
          this.#timeout(this.lastHeard + FIN_WAIT_2 - this.#host.clock.now());
        }
        break;
      case "fin-wait-2":
        if (fin) this.#timeWait();
        break;
      case "closing":
        if (finAcknowledged) this.#timeWait();
        break;
      case "last-ack":
        if (finAcknowledged) this.#drop();
        break;
    }
  }

  /** The peer has told how much it can take. */
  #announced(window: number | undefined): void {
    if (window === undefined) return;
    this.#remoteWindow = window;
    this.#largestWindow = Math.max(this.#largestWindow, window);
  }

  #acknowledge(bytes: number, fin: boolean): void {
    this.#sendBuffer += bytes;
    let left = bytes;
    for (let first = this.#unacknowledged[0]; first; first = this.#unacknowledged[0]) {
      const taken = Math.min(left, first.length);
      first.length -= taken;
      left -= taken;
      if (first.length > 0 || (first.fin && !fin)) break;
      this.#unacknowledged.shift();
      if (first.data.length > 0) this.#host.charge(-SEGMENT_BUFFER);
    }
  }

  /** An acknowledgement is owed: with the next packet, at the next fast tick, or now if one was owed already. */
  #owe(): void {
    if (this.#ackDue !== undefined && this.#ackDue > this.#host.clock.now()) this.#ackDue = undefined;
    else this.#ackDue = this.#stack.timer.fast;
  }

  #output(): void {
    if (!this.alive || this.#insideInput || !this.#wire) return;
    for (let segment = this.#unsent[0]; segment; segment = this.#unsent[0]) {
      const inFlight = this.#unacknowledged.reduce((sum, { length }) => sum + length, 0);
      if (inFlight + segment.length > this.#remoteWindow) break;
      const waits =
        this.#unacknowledged.length > 0 && this.#unsent.length === 1 && segment.length < this.#build.mss;
      if (waits && !this.#writeFailed && !this.#finAlone) break;
      this.#unsent.shift();
      this.#unacknowledged.push(segment);
      this.#ackDue = undefined;
      if (segment.length > 0) this.#wire.segment(Buffer.concat(segment.data));
      if (segment.fin) this.#wire.fin();
    }
    this.#writeFailed = false;
  }

  /** Sends what waits at the next tick: the fast one if an acknowledgement is owed. */
  #tickLater(): void {
    if (this.#cancelTick || this.#unsent.length === 0) return;
    const { clock } = this.#host;
    const isOwing = this.#ackDue !== undefined && this.#ackDue > clock.now();
    const at = isOwing ? this.#ackDue! : this.#stack.timer.slow;
    this.#cancelTick = clock.after(at - clock.now(), () => {
      this.#cancelTick = undefined;
      this.#output();
    });
  }

  #heard(): void {
    this.lastHeard = this.#host.clock.now();
  }

  /** Probes a silent peer; gives it up if it does not answer within the interval. */
  #keepAlive(): void {
    this.#cancelKeepAlive?.();
    const keepIdle = this.#keepIdle;
    if (keepIdle === 0 || !this.#wire?.probe) return;
    const { clock } = this.#host;
    const { keepAliveInterval, aborted } = this.#build;
    const check = () => {
      if (this.#state !== "established" && this.#state !== "close-wait") return;
      const silence = clock.now() - this.lastHeard;
      if (silence >= keepIdle + keepAliveInterval) this.abort(aborted);
      else if (silence >= keepIdle) {
        this.#wire!.probe!();
        this.#cancelKeepAlive = clock.after(keepAliveInterval, check);
      } else this.#cancelKeepAlive = clock.after(keepIdle - silence, check);
    };
    check();
  }

  #timeWait(): void {
    this.#purge();
    this.#state = "time-wait";
    this.#timeout(TIME_WAIT);
  }

  #timeout(time: number, error: number = NO_ERROR): void {
    this.#cancelTimeout?.();
    this.#cancelTimeout = this.#host.clock.after(time, () => this.#gone(error));
  }

  #gone(error: number): void {
    const { events } = this;
    this.events = undefined;
    // lwIP tells Lua first and frees afterwards; of a connection in TIME_WAIT it tells nobody
    if (events) events.gone(error);
    else if (this.#state !== "time-wait" && this.#state !== "closed")
      this.#formerEvents?.goneLate?.(error === NO_ERROR ? this.#build.aborted : error);
    this.#drop();
  }

  #drop(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#cancelTimeout?.();
    this.#purge();
    this.#stack.forget(this);
  }

  #purge(): void {
    this.#cancelTick?.();
    this.#cancelTick = undefined;
    this.#cancelKeepAlive?.();
    const segments = [...this.#unsent, ...this.#unacknowledged].filter(({ data }) => data.length > 0);
    this.#host.charge(-SEGMENT_BUFFER * segments.length);
    this.#unsent = [];
    this.#unacknowledged = [];
  }
}
