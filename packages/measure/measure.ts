// Measures one server: every figure of figures.ts but those that compare with something minified.
// Runs on simulated boards with a virtual clock, so that the same server gives the same bytes every time.
import { regionWith } from "../simulator/contents.ts";
import type { MemoryClient } from "../simulator/network/memory.ts";
import { Instrument, type InstrumentOptions, type Layout, type Work } from "./board.ts";
import { BARE, GET, HELLO_BODY, hello, LAST_PIECE, POST, PULL, PUSH } from "./exchanges.ts";
import { REQUESTS, type Values } from "./figures.ts";
import { ESP8266, type Platform } from "./platform.ts";
import { profile, profiledInit } from "./profile.ts";
import type { Measured } from "./rows.ts";
import type { Server } from "./server.ts";

/** More than any server here needs: where the limit is not what is measured. */
const LARGE_HEAP = 1 << 20;
/** Idle connections of which the mean is taken. */
const CONNECTIONS = 100;
/** Bounds of our server that would end idle connections while they are counted. */
const MANY = { lua: `{ connections = 1000, idle = 100000 }`, board: 1000 };
/** Within this time every answer has come [ms]. */
const ANSWER = 10_000;
/** A time long enough for the network to carry what is under way, and so short that hardly a timer of the server runs [ms]. */
const CALM = 10;
/** After this time everything has ended, TIME_WAIT and timers included [ms]. */
const END = 20_000;
/** Connections before the one that is measured. They load modules that are required late and let tables grow. */
const WARM_UP = 3;
/** After at most so many repetitions Lua's stack is as large as it will be. */
const MOST_WARM_UP = 20;
/** More strings than the firmware and a server have: making them enlarges Lua's table of all strings beforehand. */
const STRINGS = 1000;
/**
 * Requests before growth is measured. A closed socket keeps its places in Lua's registry until it is collected, and the
 * registry never shrinks: so many that its largest size has been met.
 */
const WARM_UP_REQUESTS = 100;
/** Requests on one connection while growth is measured, if the server keeps it alive. */
const PER_CONNECTION = 5;

/** What makes require find modules in the Lua flash store. */
const FROM_STORE = "package.loaders[3] = function(name) return node.LFS.get(name) end";

/** Whether the server answers a second request on the same connection. */
type Kept = boolean;

/** A server, what it is to run on, and how its heap is counted. */
interface Subject {
  server: Server;
  platform: Platform;
  layout: Layout;
}

/**
 * Measures every figure of a server on simulated boards.
 * @param requests how many the growth figure asks; fewer only where its value is not what matters
 * @param layout how heap is counted; the chip's layout is for the ESP8266 with Lua 5.1
 */
export function measure(
  server: Server,
  platform = ESP8266,
  requests = REQUESTS,
  layout: Layout = "bench",
): Values {
  const subject = { server, platform, layout };
  const sum = (files: Iterable<Buffer>) => [...files].reduce((total, { length }) => total + length, 0);
  const source = loading(subject, "source");
  const compiled = loading(subject, "bytecode");
  const stored = loading(subject, "store");
  const kept = keepsAlive(subject);
  const get = exchange(subject, GET, kept);
  const post = exchange(subject, POST, kept);
  const pushed = long(subject, PUSH);
  const pulled = pulls(subject) ? long(subject, PULL) : undefined;
  const values: Values = {
    source: sum(server.sources.values()),
    "stripped bytecode": sum(server.bytecode(platform.lua).values()),
    "heap after require, from source": source.heap,
    "heap after require, from bytecode": compiled.heap,
    "peak heap while loading, from source": source.peak,
    "peak heap while loading, from bytecode": compiled.peak,
    "image for the Lua flash store": server.image(platform.lua).size,
    "RAM after require, with the code in flash": stored.heap,
    "peak heap while loading, with the code in flash": stored.peak,
    "heap per idle connection": idle(subject, 0),
    "heap per idle connection, after a request": kept ? idle(subject, 1) : null,
    "peak heap of 50 KB, pushed": pushed.peak,
    "VM instructions of 50 KB, pushed": pushed.instructions,
    "peak heap of 50 KB, pulled": pulled?.peak ?? null,
    "VM instructions of 50 KB, pulled": pulled?.instructions ?? null,
    [`heap growth over ${REQUESTS} requests`]: growth(subject, kept, requests),
  };
  for (const [what, { first, second }] of Object.entries({ GET: get, POST: post })) {
    for (const [when, figures] of [
      ["first on a connection", first],
      ["kept alive", second],
    ] as const) {
      values[`peak heap of a ${what}, ${when}`] = figures?.peak ?? null;
      values[`bytes allocated of a ${what}, ${when}`] = figures?.allocated ?? null;
      values[`allocations of a ${what}, ${when}`] = figures?.allocations ?? null;
      values[`VM instructions of a ${what}, ${when}`] = figures?.instructions ?? null;
    }
  }
  return values;
}

/** Measures a server in both layouts, or only in the bench's where the chip's is not known. @param requests as for measure() */
export function measureBoth(server: Server, platform = ESP8266, requests = REQUESTS): Measured {
  const isOnChip = platform.chip === ESP8266.chip && platform.lua === ESP8266.lua;
  return {
    bench: measure(server, platform, requests),
    chip: isOnChip ? measure(server, platform, requests, "chip") : {},
  };
}

function flash({ server, platform }: Subject, form: "source" | "bytecode"): Record<string, Buffer> {
  const files = form === "source" ? server.sources : server.bytecode(platform.lua);
  const ending = form === "source" ? "lua" : "lc";
  return Object.fromEntries([...files].map(([name, content]) => [`${name}.${ending}`, content]));
}

function board(subject: Subject, app: string, options?: InstrumentOptions): Instrument {
  return new Instrument(subject.platform, flash(subject, "bytecode"), app, {
    ...options,
    layout: subject.layout,
  });
}

/**
 * What the module costs once it is required, and at most meanwhile; the files that it requires later included. In the chip's
 * layout it is what node.heap() falls by: Lua's stack and table of all strings are as large as they have become.
 */
function loading(subject: Subject, form: "source" | "bytecode" | "store"): { heap: number; peak: number } {
  const { server, platform, layout } = subject;
  const isStored = form === "store";
  const instrument = new Instrument(
    platform,
    isStored ? {} : flash(subject, form),
    isStored ? FROM_STORE : "",
    {
      heap: LARGE_HEAP,
      layout,
      ...(isStored ? { lfs: regionWith(server.image(platform.lua), "double", platform.lua) } : {}),
    },
  );
  const jobs = [...server.sources.keys()].map((name) => instrument.prepare(`require("${name}")`));
  const isChip = layout === "chip";
  // Lua's table of all strings doubles at a power of two: grown before, it does not show up as the cost of one more string
  if (!isChip) instrument.prepare(`local t = {} for i = 1, ${STRINGS} do t[i] = "string " .. i end`)();
  const level = () => (isChip ? instrument.settled() : instrument.settledWithoutStack());
  const before = instrument.settled();
  const levelBefore = level();
  const peak = instrument.peak(false, () => {
    for (const job of jobs) job();
  });
  return { heap: level() - levelBefore, peak: peak - before };
}

/** RAM that a server takes on the chip once it is required: with its code as .lc in RAM, and with its code in flash [bytes]. */
export function ramOnChip(server: Server): { lc: number; flash: number } {
  const subject: Subject = { server, platform: ESP8266, layout: "chip" };
  return { lc: loading(subject, "bytecode").heap, flash: loading(subject, "store").heap };
}

/** Mean of what a connection takes beyond what the firmware itself needs for it, after some requests on each. */
function idle(subject: Subject, requests: number): number {
  const options = { heap: LARGE_HEAP, connections: MANY.board };
  const mean = (instrument: Instrument, each: number): number => {
    const ask = () => {
      const client = instrument.client();
      for (let i = 0; i < each; i++) answered(instrument, client, GET);
    };
    // The first connection makes what all later ones share, so it is not counted.
    ask();
    const before = instrument.settledWithoutStack();
    for (let i = 0; i < CONNECTIONS; i++) ask();
    const after = instrument.settledWithoutStack();
    instrument.healthy();
    return (after - before) / CONNECTIONS;
  };
  const all = mean(board(subject, hello(MANY.lua), options), requests);
  const bare = { ...options, layout: subject.layout };
  const firmware = mean(new Instrument(subject.platform, {}, BARE, bare), 0);
  return Number((all - firmware).toFixed(2));
}

interface Exchange extends Work {
  peak: number;
}

/** One request and its answer: from the client's SYN to the end of the connection, and as the second one on it. */
function exchange(subject: Subject, request: string, kept: Kept): { first: Exchange; second?: Exchange } {
  const connection = (instrument: Instrument, requests: number) => {
    const client = instrument.client();
    for (let i = 0; i < requests; i++) answered(instrument, client, request);
    client.close();
    instrument.clock.advance(CALM);
  };
  const ready = () => {
    const instrument = board(subject, hello());
    steady(instrument, () => connection(instrument, kept ? 2 : 1));
    instrument.clock.advance(END);
    return { instrument, before: instrument.settled() };
  };
  const measured = (prepare: (instrument: Instrument) => () => void): Exchange => {
    const counting = ready();
    const job = prepare(counting.instrument);
    counting.instrument.settled();
    const work = counting.instrument.work(job);
    counting.instrument.healthy();
    const collecting = ready();
    const again = prepare(collecting.instrument);
    collecting.instrument.settled();
    const peak = collecting.instrument.peak(true, again) - collecting.before;
    return { ...work, peak };
  };
  return {
    first: measured((instrument) => () => connection(instrument, 1)),
    ...(kept && {
      second: measured((instrument) => {
        const client = instrument.client();
        answered(instrument, client, request);
        return () => answered(instrument, client, request);
      }),
    }),
  };
}

/**
 * Does something until it leaves Lua's stack as it was. Lua doubles its stack where it has to and halves it at a
 * collection, so how large it is, and whether it grows during a request, depends on the past; not once this is done.
 */
function steady(instrument: Instrument, job: () => void): void {
  for (let i = 0; i < MOST_WARM_UP; i++) {
    instrument.settled();
    const { elasticBytes } = instrument.vm;
    job();
    if (i >= WARM_UP && instrument.vm.elasticBytes === elasticBytes) return;
  }
}

/**
 * Sends a request and waits for its answer, and no longer, so that no more of the server's timers run than must.
 * @param end the end of the response, or of what comes before its last chunk
 * @throws if it does not come
 */
function answered(instrument: Instrument, client: MemoryClient, request: string, end = HELLO_BODY): void {
  const before = client.received.length;
  const response = () => client.text.slice(before);
  client.send(request);
  if (!instrument.clock.runUntil(() => isComplete(response(), end), ANSWER)) {
    instrument.healthy();
    throw new Error(`the server did not answer as it should: ${JSON.stringify(response().slice(-300))}`);
  }
  instrument.clock.advance(CALM);
}

function isComplete(response: string, end: string): boolean {
  if (!response.startsWith("HTTP/1.1 200 ")) return false;
  const isChunked = /^transfer-encoding: *chunked\r$/im.test(response);
  return response.endsWith(isChunked ? `${end}\r\n0\r\n\r\n` : end);
}

/**
 * VM instructions of each function of our module for a GET, from the client's SYN to the end of the connection.
 * @param module its bytecode
 */
export function getOnce(module: Buffer): number[] {
  const instrument = new Instrument(
    ESP8266,
    { "httpserver.lc": module },
    profiledInit("httpserver", hello()),
  );
  const get = () => {
    const client = instrument.client();
    answered(instrument, client, GET);
    client.close();
    instrument.clock.advance(CALM);
  };
  steady(instrument, get);
  instrument.clock.advance(END);
  return profile(instrument.vm, get);
}

function keepsAlive(subject: Subject): Kept {
  const instrument = board(subject, hello());
  const client = instrument.client();
  answered(instrument, client, GET);
  return client.end === "open";
}

/** Whether the server takes a function as data. */
function pulls(subject: Subject): boolean {
  try {
    long(subject, PULL);
    return true;
  } catch {
    return false;
  }
}

/** The 50 KB response, on a board whose heap does not limit it. */
function long(subject: Subject, app: string): { instructions: number; peak: number } {
  const run = (): [Instrument, () => void] => {
    const instrument = board(subject, app, { heap: LARGE_HEAP });
    const ask = () => {
      const client = instrument.client();
      answered(instrument, client, GET, LAST_PIECE);
      client.close();
      instrument.clock.advance(CALM);
    };
    steady(instrument, ask);
    instrument.clock.advance(END);
    return [instrument, ask];
  };
  const [counting, count] = run();
  counting.settled();
  const { instructions } = counting.work(count);
  counting.healthy();
  const [collecting, collect] = run();
  const before = collecting.settled();
  return { instructions, peak: collecting.peak(true, collect) - before };
}

/** Bytes that are there after many requests and were not before; each connection carries as many as the server keeps. */
function growth(subject: Subject, kept: Kept, requests: number): number {
  const instrument = board(subject, hello());
  const ask = (total: number) => {
    for (let left = total; left > 0; ) {
      const client = instrument.client();
      const each = Math.min(left, kept ? PER_CONNECTION : 1);
      for (let i = 0; i < each; i++) answered(instrument, client, i % 2 === 0 ? GET : POST);
      client.close();
      instrument.clock.advance(CALM);
      left -= each;
    }
    instrument.clock.advance(END);
    return instrument.settledWithoutStack();
  };
  const before = ask(WARM_UP_REQUESTS);
  const after = ask(requests);
  instrument.healthy();
  return after - before;
}
