// One request of a test and its answer: the promise that the test waits for, and the connection that carries both.
import type { VirtualClock } from "../clock.ts";
import type { MemoryClient, MemoryNetwork } from "../network/memory.ts";
import { milliseconds } from "./duration.ts";
import type { Fault } from "./faults.ts";
import type { BoardRequest, Prepared } from "./request.ts";
import { NoHttp, ResponseReader } from "./response-reader.ts";

/** What an exchange needs of the board's surroundings. */
export interface Surroundings {
  clock: VirtualClock;
  network: MemoryNetwork;
  /** Somebody waits for what only the passing of time brings. */
  drive(): void;
  /** Something that somebody waits for has come: the test goes on before time does. */
  settled(): void;
  /** A connection that can be used again has become free, or a new one has to be found for a request that has not been answered. */
  free(link: Link): void;
  again(exchange: Exchange): void;
}

const PATIENCE = "60 s";
/** Of these a second attempt does no harm. */
const REPEATABLE = ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"];
/** A Response of these statuses takes no body. */
const WITHOUT_BODY = [204, 205, 304];

/** A connection of the test's client to the board; it carries one exchange at a time. */
export class Link {
  readonly port: number;
  readonly client: MemoryClient;
  readonly fault: Fault | undefined;
  exchange: Exchange | undefined;
  /** Exchanges that it has carried to their end. */
  used = 0;

  constructor(network: MemoryNetwork, port: number, fault: Fault | undefined) {
    this.port = port;
    this.fault = fault;
    this.client = network.client(port, {
      delayedAck: true,
      ...fault?.options,
      onData: (data) => {
        if (data) this.exchange?.arrived(data);
      },
      onEnd: (client) => {
        this.exchange?.ended();
        client.close();
      },
    });
    if (fault?.reads) this.#readSlowly(network, fault.reads);
  }

  get isIdle(): boolean {
    return this.exchange === undefined && this.client.end === "open";
  }

  #readSlowly({ clock }: MemoryNetwork, { pause }: NonNullable<Fault["reads"]>): void {
    const { client } = this;
    client.pause();
    if (!Number.isFinite(pause)) return;
    const read = () => {
      if (client.end !== "open" && client.end !== "connecting") return;
      client.resume();
      client.pause();
      clock.after(pause, read);
    };
    clock.after(pause, read);
  }
}

export class Exchange {
  readonly promise: Promise<Response>;
  readonly request: Prepared;
  readonly #init: BoardRequest;
  readonly #around: Surroundings;
  readonly #reader: ResponseReader;
  #link: Link | undefined;
  #resolve!: (response: Response) => void;
  #reject!: (error: unknown) => void;
  /** The promise has been kept or broken. */
  #isSettled = false;
  /** Nothing comes any more. */
  #isOver = false;
  /** The test is making the next piece of the body. */
  #waitsForTest = false;
  #pieces: Buffer[] = [];
  #received = 0;
  #sent = 0;
  #isSent = false;
  #cancelPatience = () => {};
  /** Called when the body of a streamed answer has changed while somebody reads it. */
  #wake: (() => void) | undefined;
  #failure: unknown;

  constructor(request: Prepared, init: BoardRequest, around: Surroundings) {
    this.request = request;
    this.#init = init;
    this.#around = around;
    this.#reader = new ResponseReader(request.method, (piece) => this.#pieces.push(piece));
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    init.signal?.addEventListener("abort", () => this.#abort(), { once: true });
  }

  /** The passing of time may bring what somebody waits for. */
  get needsTime(): boolean {
    if (this.#waitsForTest && !this.#isOver) return false;
    return this.#wake !== undefined || !this.#isSettled;
  }
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Sends the request. */
  start(link: Link): void {
    this.#link = link;
    link.exchange = this;
    this.#beLenient();
    const { head, body } = this.request;
    if (Buffer.isBuffer(body)) {
      this.#send(Buffer.concat([Buffer.from(head, "latin1"), body]));
      if (!link.fault?.pace) this.#isSent = true;
      return;
    }
    this.#send(Buffer.from(head, "latin1"));
    this.#waitsForTest = true;
    void this.#sendStream(body);
  }

  /** Called after everything that happens: a client that is to leave once its request is out does so. */
  observe(): void {
    const leaves = this.#link?.fault?.leaves;
    if (this.#isOver || leaves?.after !== 0 || !this.#isSent) return;
    const sent = this.#link!.client.events.reduce(
      (sum, { what, bytes = 0 }) => sum + (what === "sent" ? bytes : 0),
      0,
    );
    if (sent >= this.#sent) this.#leave();
  }

  arrived(data: Buffer): void {
    if (this.#isOver) return;
    this.#received += data.length;
    this.#beLenient();
    try {
      this.#reader.push(data);
    } catch (error) {
      if (!(error instanceof NoHttp)) throw error;
      this.#link?.client.reset();
      this.fail(`the board's answer is no HTTP: ${error.message}`);
      return;
    }
    const leaves = this.#link?.fault?.leaves;
    if (leaves && leaves.after > 0 && this.#received >= leaves.after) this.#leave();
    else this.#progress();
  }

  /** The connection has come to an end that the client did not bring about. */
  ended(): void {
    if (this.#isOver) return;
    const { client, used, port } = this.#link!;
    const { end } = client;
    if (end === "fin" && this.#reader.end()) {
      this.#progress();
      return;
    }
    if (used > 0 && this.#received === 0 && this.#isRepeatable) {
      this.#around.again(this);
      return;
    }
    const had = this.#received === 0 ? "nothing of it" : `${this.#received} bytes of it`;
    const why: Record<string, string> = {
      refused: `nobody listens on port ${port} of the board`,
      "no-answer": "the board does not answer",
      fin: `the board has ended the connection before the answer was complete (it had sent ${had})`,
      rst: `the board has reset the connection before the answer was complete (it had sent ${had})`,
    };
    this.fail(why[end] ?? `the connection is ${end}`);
  }

  /** Breaks the promise, or ends the body with an error. */
  fail(reason: string, cause?: unknown): void {
    this.#fail(new TypeError(`fetch failed: ${reason}`, cause === undefined ? {} : { cause }));
  }

  /** As fail(), with an error as it is. */
  failWith(error: unknown): void {
    this.#fail(error);
  }

  get #isRepeatable(): boolean {
    return REPEATABLE.includes(this.request.method) && Buffer.isBuffer(this.request.body);
  }

  #fail(error: unknown): void {
    if (this.#isOver) return;
    this.#end();
    this.#failure = error;
    if (!this.#isSettled) {
      this.#isSettled = true;
      this.#reject(error);
    }
    this.#wake?.();
    this.#around.settled();
  }

  #end(): void {
    this.#isOver = true;
    this.#cancelPatience();
    if (this.#link) this.#link.exchange = undefined;
  }

  #abort(): void {
    this.#link?.client.reset();
    this.#fail(this.#init.signal?.reason);
  }

  #leave(): void {
    const { client, fault } = this.#link!;
    const { how } = fault!.leaves!;
    client[how]();
    const did = {
      vanish: "has vanished",
      reset: "has reset the connection",
      close: "has closed the connection",
    };
    this.fail(`the client ${did[how]}, as the test has asked for`);
  }

  /** The board has the whole time to go on again. */
  #beLenient(): void {
    this.#cancelPatience();
    const limit = this.#init.timeout ?? PATIENCE;
    this.#cancelPatience = this.#around.clock.after(milliseconds(limit), () => {
      if (this.#waitsForTest) return;
      const silence = `for ${limit}${typeof limit === "number" ? " ms" : ""}`;
      const reads = this.#link?.fault?.reads;
      if (reads && !Number.isFinite(reads.pause)) {
        this.#link?.client.reset();
        this.fail(`the client has read nothing ${silence}, as the test has asked for`);
        return;
      }
      const had =
        this.#received === 0
          ? "has sent nothing"
          : `has sent ${this.#received} bytes, and not the end of the answer,`;
      const hint =
        this.#reader.head && !this.#init.stream
          ? " (of an answer without an end, { stream: true } gives the head and a body to read from)"
          : "";
      this.#link?.client.reset();
      this.fail(`the board ${had} ${silence}${hint}`);
    });
  }

  #send(data: Buffer): void {
    const { client, fault } = this.#link!;
    this.#sent += data.length;
    if (!fault?.pace) {
      client.send(data);
      return;
    }
    const next = (at: number) => {
      if (this.#isOver || at >= data.length) {
        this.#isSent = true;
        return;
      }
      client.send(data.subarray(at, at + 1));
      this.#around.clock.after(fault.pace!, () => next(at + 1));
    };
    next(0);
  }

  async #sendStream(body: ReadableStream<Uint8Array>): Promise<void> {
    const reader = body.getReader();
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (this.#isOver) return;
        if (done) break;
        if (value.length === 0) continue;
        const size = Buffer.from(`${value.length.toString(16)}\r\n`);
        this.#send(Buffer.concat([size, value, Buffer.from("\r\n")]));
      }
      this.#send(Buffer.from("0\r\n\r\n"));
      this.#isSent = true;
      this.#waitsForTest = false;
      this.#beLenient();
      this.#around.drive();
    } catch (error) {
      this.#link?.client.reset();
      this.fail("the body of the request has failed", error);
    } finally {
      if (this.#isOver) void reader.cancel().catch(() => {});
    }
  }

  /** Something has arrived: gives the answer if it is time, and what is there of its body. */
  #progress(): void {
    const { head, isDone } = this.#reader;
    if (isDone) this.#finish();
    if (head && !this.#isSettled && (isDone || this.#init.stream)) {
      this.#isSettled = true;
      this.#answer();
      this.#around.settled();
    }
    if (this.#wake && (isDone || this.#pieces.length > 0)) {
      this.#wake();
      this.#around.settled();
    }
  }

  /** The answer is complete: the connection is free for the next, if both want that. */
  #finish(): void {
    const link = this.#link!;
    const isClosing = this.#reader.head!.fields.some(
      ([name, value]) => name.toLowerCase() === "connection" && value.toLowerCase() === "close",
    );
    this.#end();
    link.used++;
    const isUsable = this.#isSent && this.#reader.surplus === 0 && link.client.end === "open";
    if (isUsable && !isClosing && !this.request.isLast && !link.fault) this.#around.free(link);
    else link.client.close();
  }

  /** Keeps the promise, unless what was sent does not fit into a Response. */
  #answer(): void {
    try {
      this.#resolve(this.#response());
    } catch (error) {
      this.#link?.client.reset();
      this.#end();
      this.#reject(new TypeError(`fetch failed: the board's answer is no HTTP: ${(error as Error).message}`));
    }
  }

  #response(): Response {
    const { status, statusText, fields } = this.#reader.head!;
    const isEmpty = WITHOUT_BODY.includes(status) || this.request.method === "HEAD";
    const body = this.#init.stream ? this.#stream() : new Uint8Array(Buffer.concat(this.#pieces));
    const response = new Response(isEmpty ? null : body, { status, statusText, headers: fields });
    Object.defineProperty(response, "url", { value: this.request.url });
    return response;
  }

  #stream(): ReadableStream<Uint8Array> {
    const pull = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
      while (this.#pieces.length === 0 && !this.#isOver) {
        await new Promise<void>((wake) => {
          this.#wake = wake;
          this.#around.drive();
        });
        this.#wake = undefined;
      }
      for (const piece of this.#pieces) controller.enqueue(new Uint8Array(piece));
      this.#pieces = [];
      if (!this.#isOver) return;
      if (this.#failure === undefined) controller.close();
      else controller.error(this.#failure);
    };
    const cancel = () => {
      if (this.#isOver) return;
      this.#end();
      this.#link?.client.reset();
    };
    return new ReadableStream({ pull, cancel }, { highWaterMark: 0 });
  }
}
