// A network in memory on a virtual clock: clients that behave as Linux TCP does, and the same run every time.
// Nothing is lost on the way unless a test asks for it. What finds nobody (the board is off the air) or no memory is sent
// again as Linux does it; packets of connections that the board has forgotten are answered with a reset.
import type { Clock } from "../clock.ts";
import type { Connection, Network, Packet, TcpStack, Wire } from "./network.ts";
import { ReceiveBuffer } from "./receive-buffer.ts";

/** Linux waits this long for an answer to a SYN, then twice as long each time [ms]. */
const SYN_TIMEOUT = 1000;
/** ... until it gives up (tcp_syn_retries = 6). */
const CONNECT_TIMEOUT = 127_000;
/** Linux's shortest retransmission and zero-window probe timeout [ms]. */
const RETRANSMIT = 200;
const DELAYED_ACK = 40;
/** A closed socket whose peer does not end is forgotten after this time (tcp_fin_timeout) [ms]. */
const ORPHAN_TIMEOUT = 60_000;
const BROADCAST = "255.255.255.255";
/** What Linux advertises on an ordinary connection. */
const RECEIVE_BUFFER = 64_240;

/**
 * How a connection stands for the client. fin: the board has ended it; rst: the board has reset it, possibly after a FIN;
 * closed: the client closed or reset it itself first; no-answer: no reply to its SYN until its patience ended.
 */
export type ClientEnd = "connecting" | "open" | "fin" | "rst" | "closed" | "refused" | "no-answer";

export interface ClientEvent {
  /** When it happened at the client [ms of the clock]. */
  at: number;
  what:
    | "syn"
    | "connected"
    | "refused"
    | "no-answer"
    | "data"
    | "fin"
    | "rst"
    | "sent"
    | "fin sent"
    | "rst sent";
  /** Bytes of a "data" or "sent". */
  bytes?: number;
}

/** What a test does to a client's packets: the one place where faults are put in. */
export interface Faults {
  /**
   * Cuts what the client sends.
   * @param position bytes sent before
   * @param most bytes that could go in this segment
   * @returns bytes that go, at least 1
   */
  segment?(position: number, most: number): number;
  /**
   * Holds back an acknowledgement.
   * @param position bytes received so far
   * @returns milliseconds more to wait; Infinity drops it (the next one covers its bytes too)
   */
  acknowledge?(position: number): number;
  /**
   * Loses a segment on its way to the board: it comes 200 ms later, together with those that overtook it.
   * @param position bytes sent before
   */
  lose?(position: number): boolean;
  /** The client resets as soon as it has sent, or received, this many bytes. */
  resetAfterSent?: number;
  resetAfterReceived?: number;
}

export interface ClientOptions {
  /** Bytes that the client buffers while it does not read: the window that it advertises. */
  receiveBuffer?: number;
  /**
   * In its place: what the client has set with SO_RCVBUF. Its kernel then announces and acknowledges by Linux's books for
   * such a buffer (receive-buffer.ts) [bytes].
   */
  socketBuffer?: number;
  /** Acknowledge as Linux does in an exchange: every second full segment, else after 40 ms or with data of its own. */
  delayedAck?: boolean;
  /** How long to ask for a connection [ms]. */
  patience?: number;
  /** Told of what the client reads, and of the end of the board's data (undefined). */
  onData?: (data: Buffer | undefined, client: MemoryClient) => void;
  /** Told once when the connection has come to an end that the client did not bring about: `end` says which. */
  onEnd?: (client: MemoryClient) => void;
  faults?: Faults;
}

export interface MemoryNetworkOptions {
  /** From one end to the other [ms]. */
  latency?: number;
  /** Addresses of names that the board may look up. */
  names?: Record<string, string>;
}

export class MemoryNetwork implements Network {
  readonly address = "192.168.4.1";
  readonly clock: Clock;
  readonly latency: number;
  readonly #names: Record<string, string>;
  readonly #listeners = new Map<number, TcpStack>();
  readonly #servers = new Map<number, { accepted: (client: MemoryClient) => void; options: ClientOptions }>();
  #isOnline = false;
  #nextPort = 40_000;

  constructor(clock: Clock, options: MemoryNetworkOptions = {}) {
    this.clock = clock;
    this.latency = options.latency ?? 1;
    this.#names = options.names ?? {};
  }

  // --- for tests

  /** A client that connects to a port of the board. */
  client(port: number, options: ClientOptions = {}): MemoryClient {
    const client = new MemoryClient(this, this.#nextPort++, options);
    client.connect(port);
    return client;
  }

  /** A server that the board can connect to, at any address; `accepted` gets the server's end of each connection. */
  serve(port: number, accepted: (client: MemoryClient) => void, options: ClientOptions = {}): void {
    this.#servers.set(port, { accepted, options });
  }

  get isOnline(): boolean {
    return this.#isOnline;
  }

  /** What the board does with a SYN; undefined if it is off the air. */
  knock(port: number, wire: Wire): ReturnType<TcpStack["syn"]> | undefined {
    if (!this.#isOnline) return undefined;
    return this.#listeners.get(port)?.syn(port, wire) ?? "refused";
  }

  // --- for the board

  online(on: boolean): void {
    this.#isOnline = on;
  }

  listen(port: number, stack: TcpStack): () => void {
    this.#listeners.set(port, stack);
    return () => {
      if (this.#listeners.get(port) === stack) this.#listeners.delete(port);
    };
  }

  connect(address: string, port: number, established: (wire: Wire) => Connection, refused: () => void): void {
    this.clock.after(2 * this.latency, () => {
      if (!this.#isOnline || address === BROADCAST) return;
      const server = this.#servers.get(port);
      if (!server) return refused();
      const client = new MemoryClient(this, port, server.options);
      client.accept(established);
      server.accepted(client);
    });
  }

  resolve(host: string, answer: (address: string | undefined) => void): void {
    const isAddress = /^\d{1,3}(\.\d{1,3}){3}$/.test(host);
    if (isAddress) answer(host);
    else this.clock.after(2 * this.latency, () => answer(this.#names[host]));
  }

  boardGone(): void {
    this.#isOnline = false;
    this.#listeners.clear();
  }
}

/** One connection as the far end sees it. */
export class MemoryClient {
  readonly port: number;
  readonly events: ClientEvent[] = [];
  readonly #network: MemoryNetwork;
  readonly #clock: Clock;
  readonly #options: ClientOptions;
  readonly #receiveBuffer: number;
  /** Linux's books of it, for a client that has set socketBuffer. */
  readonly #books: ReceiveBuffer | undefined;
  #end: ClientEnd = "connecting";
  #connection: Connection | undefined;
  /** Nothing goes or comes any more: reset by either side, refused, given up. */
  #isOver = false;
  /** vanish() was called. */
  #isGone = false;
  // sending
  #queue: Buffer = Buffer.alloc(0);
  #sent = 0;
  #window = 0;
  #isEnding = false;
  #finSent = false;
  #cancelProbe: (() => void) | undefined;
  /** A lost segment and those that overtook it, until it is sent again. */
  #overtaken: Buffer[] | undefined;
  #finOvertook = false;
  // receiving
  readonly #read: Buffer[] = [];
  #unread: Buffer[] = [];
  #unreadLength = 0;
  #arrived = 0;
  #finArrived = false;
  #isPaused = false;
  /** close() was called: nobody reads any more. */
  #isClosed = false;
  #unacknowledged = 0;
  #unacknowledgedSegments = 0;
  #cancelAck: (() => void) | undefined;

  /** Made by MemoryNetwork. */
  constructor(network: MemoryNetwork, port: number, options: ClientOptions) {
    this.#network = network;
    this.#clock = network.clock;
    this.port = port;
    this.#options = options;
    this.#books = options.socketBuffer === undefined ? undefined : new ReceiveBuffer(options.socketBuffer);
    this.#receiveBuffer = this.#books?.initial ?? options.receiveBuffer ?? RECEIVE_BUFFER;
  }

  // --- what a test looks at

  get end(): ClientEnd {
    return this.#end;
  }
  /** Everything that the client has read. */
  get received(): Buffer {
    return Buffer.concat(this.#read);
  }
  /** The same, each byte a character. */
  get text(): string {
    return this.received.toString("latin1");
  }
  /** When something first happened [ms]; undefined if it did not. */
  time(what: ClientEvent["what"]): number | undefined {
    return this.events.find((event) => event.what === what)?.at;
  }

  // --- what a client does

  /** One write. @returns false if the connection cannot take it any more (EPIPE, ECONNRESET) */
  send(data: Buffer | string): boolean {
    if (this.#isOver || this.#isEnding) return false;
    const bytes = typeof data === "string" ? Buffer.from(data, "latin1") : data;
    this.#queue = Buffer.concat([this.#queue, bytes]);
    this.#transmit({ isWritten: true });
    return true;
  }

  /** Ends its direction with a FIN and goes on reading. */
  shutdown(): void {
    if (this.#isOver || this.#isEnding) return;
    this.#isEnding = true;
    this.#transmit();
  }

  /** Reads what has arrived, then ends both directions: later data of the board is answered with a reset. */
  close(): void {
    if (this.#isOver || this.#isClosed) return;
    this.resume();
    this.#isClosed = true;
    this.#ended("closed");
    if (!this.#connection) {
      this.#isOver = true;
      return;
    }
    this.shutdown();
    this.#clock.after(ORPHAN_TIMEOUT, () => this.#over());
  }

  /** Ends the connection at once, with a reset. */
  reset(): void {
    if (this.#isOver) return;
    this.#ended("closed");
    this.#abort();
  }

  /** Is gone without a word, as when its power fails. */
  vanish(): void {
    this.#ended("closed");
    this.#isGone = true;
    this.#over();
  }

  /** Stops reading: data waits in the receive buffer, then the window closes. */
  pause(): void {
    this.#isPaused = true;
  }

  /** Goes on reading. */
  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    const waited = this.#unreadLength;
    const pieces = this.#unread;
    this.#unread = [];
    this.#unreadLength = 0;
    this.#books?.read();
    for (const piece of pieces) this.#deliver(piece);
    if (this.#finArrived && !this.#isOver) this.#deliverEnd();
    if (waited > 0 && this.#connection && !this.#isOver) this.#packet({});
  }

  // --- opening; called by the network

  connect(port: number): void {
    const { latency } = this.#network;
    const patience = this.#options.patience ?? CONNECT_TIMEOUT;
    const begun = this.#clock.now();
    const wire = this.#wire();
    const ask = (wait: number) => {
      if (this.#end !== "connecting") return;
      this.#note("syn");
      this.#clock.after(latency, () => {
        if (this.#end !== "connecting") return;
        const answer = this.#network.knock(port, wire);
        if (answer === "refused") this.#clock.after(latency, () => this.#failed("refused"));
        else if (answer !== undefined && answer !== "ignored")
          this.#clock.after(latency, () => this.#connected(answer));
      });
      const left = begun + patience - this.#clock.now();
      this.#clock.after(Math.min(wait, left), () => {
        if (wait < left) ask(wait * 2);
        else this.#failed("no-answer");
      });
    };
    ask(SYN_TIMEOUT);
  }

  /** The board has connected to a server. */
  accept(established: (wire: Wire) => Connection): void {
    const connection = established(this.#wire());
    this.#connection = connection;
    this.#window = connection.receiveWindow;
    this.#end = "open";
    this.#note("connected");
    connection.established(this.#receiveBuffer);
  }

  #connected(connection: Connection): void {
    if (this.#end !== "connecting") {
      // given up meanwhile: the board's SYN|ACK finds nobody
      if (this.#isGone) return;
      this.#clock.after(this.#network.latency, () => connection.input({ reset: true }));
      return;
    }
    this.#connection = connection;
    this.#window = connection.receiveWindow;
    this.#end = "open";
    this.#note("connected");
    this.#clock.after(this.#network.latency, () => connection.established(this.#receiveBuffer));
    this.#transmit();
  }

  #failed(end: "refused" | "no-answer"): void {
    if (this.#end !== "connecting") return;
    this.#end = end;
    this.#isOver = true;
    this.#note(end);
    this.#options.onEnd?.(this);
  }

  // --- sending

  /**
   * Sends what the board's window takes, then the FIN if it is time. Linux sends no part of a segment that does not fit:
   * what is written goes out segment by segment; of what waits, once a whole segment fits, everything up to the window's edge.
   */
  #transmit({ isProbe = false, isWritten = false } = {}): void {
    if (!this.#connection || this.#isOver || this.#finSent) return;
    const { faults } = this.#options;
    const { mss } = this.#connection;
    while (this.#queue.length > 0) {
      const whole = Math.min(this.#queue.length, mss);
      if (whole > this.#window && !(isProbe && this.#window > 0)) {
        this.#probeLater();
        return;
      }
      for (let left = Math.min(this.#queue.length, this.#window); left > 0 && !this.#isOver; ) {
        if (isWritten && left < Math.min(this.#queue.length, mss)) break;
        const most = Math.min(left, mss);
        const cut = Math.max(1, Math.min(most, faults?.segment?.(this.#sent, most) ?? most));
        const untilReset = (faults?.resetAfterSent ?? Number.POSITIVE_INFINITY) - this.#sent;
        const data = this.#queue.subarray(0, Math.min(cut, untilReset));
        this.#queue = this.#queue.subarray(data.length);
        left -= data.length;
        this.#window -= data.length;
        this.#sent += data.length;
        this.#note("sent", data.length);
        const isLost = this.#overtaken === undefined && faults?.lose?.(this.#sent - data.length) === true;
        if (isLost) this.#loseOne();
        const isLast = this.#isEnding && this.#queue.length === 0;
        this.#finSent = isLast;
        this.#packet(isLast ? { data, fin: true } : { data });
        if (isLast) this.#note("fin sent");
        if (data.length === untilReset) this.reset();
      }
      if (this.#isOver) return;
    }
    if (this.#isEnding && !this.#finSent) {
      this.#finSent = true;
      this.#packet({ fin: true });
      this.#note("fin sent");
    }
  }

  #probeLater(): void {
    this.#cancelProbe ??= this.#clock.after(RETRANSMIT, () => {
      this.#cancelProbe = undefined;
      this.#transmit({ isProbe: true });
    });
  }

  /** Sends a packet, with whatever is to be acknowledged. */
  #packet(packet: Packet): void {
    this.#cancelAck?.();
    this.#cancelAck = undefined;
    const acknowledged = this.#unacknowledged;
    this.#unacknowledged = 0;
    this.#unacknowledgedSegments = 0;
    const window = this.#books?.announce() ?? this.#receiveBuffer - this.#unreadLength;
    let sent = packet;
    if (this.#overtaken && packet.data) {
      // what overtakes a lost segment waits for it at the board: only its acknowledgement counts now
      this.#overtaken.push(packet.data);
      sent = {};
    }
    if (this.#overtaken && packet.fin) {
      this.#finOvertook = true;
      sent = {};
    }
    this.#toBoard(acknowledged > 0 ? { ...sent, acknowledged, window } : { ...sent, window });
  }

  /** Keeps what is sent from now on, until the time-out of the first of it. */
  #loseOne(): void {
    this.#overtaken = [];
    this.#clock.after(RETRANSMIT, () => {
      const [data, ...overtaken] = this.#overtaken ?? [];
      const fin = this.#finOvertook;
      this.#overtaken = undefined;
      this.#finOvertook = false;
      if (this.#isOver || !data) return;
      this.#packet(fin ? { data, overtaken, fin } : { data, overtaken });
    });
  }

  #toBoard(packet: Packet, timeout = RETRANSMIT): void {
    const connection = this.#connection!;
    const { latency } = this.#network;
    const again = () => {
      if (!packet.data && !packet.fin) return;
      this.#clock.after(timeout, () => {
        if (!this.#isOver) this.#toBoard(packet, timeout * 2);
      });
    };
    this.#clock.after(latency, () => {
      if (!this.#network.isOnline) again();
      else if (!connection.alive) {
        if (!packet.reset) this.#clock.after(latency, () => this.#resetArrived());
      } else if (!connection.input(packet)) again();
    });
  }

  // --- receiving

  #wire(): Wire {
    const arrive = (job: () => void) => {
      // what the board sends while it is off the air is lost
      if (!this.#network.isOnline) return;
      this.#clock.after(this.#network.latency, () => {
        if (!this.#isOver) job();
      });
    };
    return {
      remotePort: this.port,
      remoteAddress: "192.168.4.2",
      segment: (data) => arrive(() => this.#segmentArrived(data)),
      fin: () => arrive(() => this.#finCame()),
      reset: () => arrive(() => this.#resetArrived()),
      windowOpened: (bytes) =>
        arrive(() => {
          this.#window += bytes;
          this.#transmit();
        }),
      probe: () =>
        this.#clock.after(this.#network.latency, () => {
          if (!this.#isGone) this.#toBoard(this.#isOver ? { reset: true } : {});
        }),
    };
  }

  #segmentArrived(data: Buffer): void {
    this.#arrived += data.length;
    this.#note("data", data.length);
    if (this.#isClosed) {
      this.#abort();
      return;
    }
    this.#unacknowledged += data.length;
    const isAtOnce = this.#books?.arrived(data.length) ?? !this.#options.delayedAck;
    if (data.length >= this.#connection!.mss) this.#unacknowledgedSegments++;
    if (this.#isPaused) {
      this.#unread.push(data);
      this.#unreadLength += data.length;
    } else {
      this.#books?.read();
      this.#deliver(data);
    }
    if (this.#isOver) return;
    if (this.#arrived >= (this.#options.faults?.resetAfterReceived ?? Number.POSITIVE_INFINITY)) this.reset();
    else if (this.#unacknowledged > 0) this.#acknowledge(isAtOnce);
  }

  #acknowledge(isAtOnce: boolean): void {
    const isDelayed = !isAtOnce && (this.#books !== undefined || this.#unacknowledgedSegments < 2);
    const more = this.#options.faults?.acknowledge?.(this.#arrived) ?? 0;
    const wait = (isDelayed ? DELAYED_ACK : 0) + more;
    if (wait <= 0) this.#packet({});
    else if (Number.isFinite(wait)) this.#cancelAck ??= this.#clock.after(wait, () => this.#packet({}));
  }

  #deliver(data: Buffer): void {
    this.#read.push(data);
    this.#options.onData?.(data, this);
  }

  #finCame(): void {
    this.#finArrived = true;
    this.#note("fin");
    this.#packet({ finAcknowledged: true });
    if (!this.#isPaused) this.#deliverEnd();
  }

  #deliverEnd(): void {
    if (this.#end !== "open") return;
    this.#ended("fin");
    this.#options.onData?.(undefined, this);
  }

  #resetArrived(): void {
    if (this.#isOver) return;
    this.#note("rst");
    // a client's kernel may drop what it has and nobody has read
    this.#unread = [];
    this.#ended("rst");
    this.#over();
  }

  // --- ending

  #ended(end: ClientEnd): void {
    const isOpen = this.#end === "open" || this.#end === "connecting";
    if (isOpen || (this.#end === "fin" && end === "rst")) this.#end = end;
    if (isOpen && end !== "closed") this.#options.onEnd?.(this);
  }

  #abort(): void {
    this.#over();
    if (!this.#connection) return;
    this.#note("rst sent");
    this.#toBoard({ reset: true });
  }

  #over(): void {
    this.#isOver = true;
    this.#queue = Buffer.alloc(0);
    this.#cancelProbe?.();
    this.#cancelAck?.();
  }

  #note(what: ClientEvent["what"], bytes?: number): void {
    this.events.push({ at: this.#clock.now(), what, ...(bytes === undefined ? {} : { bytes }) });
  }
}
