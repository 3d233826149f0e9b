// A browser as the soak has it: visits a page, then asks for what belongs to it over at most six connections, keeps them,
// gives up now and then. Knows nothing of how bytes travel: the same browser runs in memory and over TCP.

import type { Clock } from "../../simulator/clock.ts";
import { field, IncompleteResponse, parseResponses, type Response } from "../response-parser.ts";
import { type Ask, page, type Random, resource } from "./load.ts";

/** The browser's end of a connection. */
export interface Link {
  send(bytes: string): void;
  close(): void;
  reset(): void;
}

/** Opens a connection; the functions are told of its bytes and, once, of its end by the board. */
export type Open = (received: (bytes: string) => void, ended: () => void) => Link;

/** Chrome's connections to one host. */
const MOST_CONNECTIONS = 6;
/** A person looks at the page for so long at most [ms]. */
const LOOKS = 300;
/** Beyond this a request counts as never answered: the server's longest time-out, and a SYN that had to wait [ms]. */
const PATIENCE = 180_000;
/** If a connection ends before the first byte of an answer, the browser sends the request again, at most so often. */
const MOST_RETRIES = 20;

export interface Counts {
  requests: number;
  answered: number;
  /** Requests that the browser gave up, with a reset. */
  aborted: number;
  /** Requests that were sent again because the server had ended the connection before it answered. */
  retried: number;
  connections: number;
  kinds: Record<string, number>;
}

/** Something that must not be: the soak stops there. */
export class WrongAnswer extends Error {}

interface Lane {
  link: Link;
  ask: Ask | undefined;
  text: string;
  cancel: () => void;
}

export class Browser {
  readonly counts: Counts = { requests: 0, answered: 0, aborted: 0, retried: 0, connections: 0, kinds: {} };
  readonly #clock: Clock;
  readonly #open: Open;
  readonly #random: Random;
  readonly #pauses: boolean;
  readonly #retries = new Map<Ask, number>();
  #lanes: Lane[] = [];
  #queue: Ask[] = [];
  #left = 0;
  #done: () => void = () => {};
  #failed: (problem: Error) => void = () => {};

  /** @param pauses whether a person looks at each page; over TCP that would be most of the time */
  constructor(clock: Clock, open: Open, random: Random, pauses: boolean) {
    this.#clock = clock;
    this.#open = open;
    this.#random = random;
    this.#pauses = pauses;
  }

  /** Makes so many requests, then closes its connections. `failed` is told of the first wrong answer. */
  browse(requests: number, done: () => void, failed: (problem: Error) => void): void {
    this.#left = requests;
    this.#done = done;
    this.#failed = failed;
    this.#visit();
  }

  #visit(): void {
    if (this.#left <= 0) {
      for (const { link } of this.#lanes) link.close();
      this.#lanes = [];
      this.#done();
      return;
    }
    // some people open the page in a fresh browser
    if (this.#random(3) === 0) {
      for (const { link } of this.#lanes) link.close();
      this.#lanes = [];
    }
    this.#put(page());
    this.#pump();
    if (this.#random(12) === 0) this.#clock.after(1 + this.#random(60), () => this.#leave());
  }

  #put(ask: Ask): void {
    this.#queue.push(ask);
    this.#left--;
    this.counts.requests++;
    this.counts.kinds[ask.kind] = (this.counts.kinds[ask.kind] ?? 0) + 1;
  }

  /** Closes the tab: whatever is under way is given up. */
  #leave(): void {
    const busy = this.#lanes.filter(({ ask }) => ask !== undefined);
    if (busy.length === 0) return;
    this.counts.aborted += busy.length + this.#queue.length;
    this.#queue = [];
    for (const lane of this.#lanes) {
      lane.cancel();
      lane.ask = undefined;
      lane.link.reset();
    }
    this.#lanes = [];
    this.#rest();
  }

  /** Gives what waits to connections that have nothing to do, or to new ones. */
  #pump(): void {
    while (this.#queue.length > 0) {
      const lane = this.#lanes.find(({ ask }) => ask === undefined) ?? this.#connect();
      if (!lane) return;
      this.#begin(lane, this.#queue.shift()!);
    }
    if (this.#lanes.every(({ ask }) => ask === undefined)) this.#rest();
  }

  #rest(): void {
    this.#clock.after(this.#pauses ? this.#random(LOOKS) : 0, () => this.#visit());
  }

  #connect(): Lane | undefined {
    if (this.#lanes.length >= MOST_CONNECTIONS) return undefined;
    this.counts.connections++;
    const lane: Lane = { link: undefined as unknown as Link, ask: undefined, text: "", cancel: () => {} };
    lane.link = this.#open(
      (bytes) => this.#received(lane, bytes),
      () => this.#ended(lane),
    );
    this.#lanes.push(lane);
    return lane;
  }

  #begin(lane: Lane, ask: Ask): void {
    lane.ask = ask;
    lane.text = "";
    lane.cancel = this.#clock.after(PATIENCE, () => this.#wrong(lane, "no answer"));
    const writes = ask.abort?.writes ?? ask.writes.length;
    const write = (i: number) => {
      if (lane.ask !== ask) return;
      if (i < writes) lane.link.send(ask.writes[i]!);
      if (i + 1 < writes) this.#clock.after(this.#random(4), () => write(i + 1));
      else if (ask.abort?.writes !== undefined) {
        this.#clock.after(this.#random(10), () => {
          if (lane.ask === ask) this.#abort(lane);
        });
      }
    };
    write(0);
  }

  #abort(lane: Lane): void {
    this.counts.aborted++;
    lane.link.reset();
    this.#remove(lane);
    this.#finish(lane);
  }

  #remove(lane: Lane): void {
    this.#lanes = this.#lanes.filter((other) => other !== lane);
  }

  /** The request of a connection has come to its end. */
  #finish(lane: Lane): void {
    const { ask } = lane;
    lane.cancel();
    lane.ask = undefined;
    this.#retries.delete(ask!);
    if (ask!.kind === "page")
      for (let i = 4 + this.#random(5); i > 0 && this.#left > 0; i--) this.#put(resource(this.#random));
    this.#pump();
  }

  #received(lane: Lane, bytes: string): void {
    if (!this.#lanes.includes(lane)) return;
    if (!lane.ask) {
      this.#wrong(lane, `bytes that nobody asked for: ${JSON.stringify(bytes)}`);
      return;
    }
    lane.text += bytes;
    if (lane.ask.abort?.received !== undefined && lane.text.length >= lane.ask.abort.received) {
      this.#abort(lane);
      return;
    }
    this.#judge(lane, false);
  }

  #judge(lane: Lane, isEnded: boolean): void {
    const ask = lane.ask!;
    let response: Response;
    try {
      const responses = parseResponses(lane.text, [ask.method], isEnded);
      if (responses.length !== 1) throw new Error(`${responses.length} answers`);
      response = responses[0]!;
      ask.judge(response);
    } catch (error) {
      if (!isEnded && error instanceof IncompleteResponse) return;
      this.#wrong(lane, (error as Error).message);
      return;
    }
    this.counts.answered++;
    if (isEnded || field(response, "connection") === "close") {
      lane.link.close();
      this.#remove(lane);
    }
    this.#finish(lane);
  }

  #ended(lane: Lane): void {
    if (!this.#lanes.includes(lane)) return;
    const { ask } = lane;
    if (ask && lane.text !== "") {
      this.#judge(lane, true);
      return;
    }
    lane.link.close();
    this.#remove(lane);
    if (!ask) return;
    const retries = (this.#retries.get(ask) ?? 0) + 1;
    if (retries > MOST_RETRIES) {
      this.#wrong(lane, "the connection ends without an answer, again and again");
      return;
    }
    lane.cancel();
    lane.ask = undefined;
    this.#retries.set(ask, retries);
    this.counts.retried++;
    this.#queue.unshift(ask);
    this.#pump();
  }

  #wrong(lane: Lane, problem: string): void {
    const { ask, text } = lane;
    for (const each of this.#lanes) each.cancel();
    this.#lanes = [];
    this.#queue = [];
    const shown = `${ask?.kind} ${JSON.stringify(ask?.writes[0]?.split("\r\n")[0])}`;
    const received = `${JSON.stringify(text.slice(0, 300))} (${text.length} bytes)`;
    this.#failed(
      new WrongAnswer(`request ${this.counts.requests}, ${shown}: ${problem}\nreceived ${received}`),
    );
  }
}
