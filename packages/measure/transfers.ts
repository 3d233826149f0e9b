// Long transfers and the time of a page, through the probe app on a simulated board with the chip's heap. Times are those
// of the virtual clock with 1 ms from one end to the other; the chip's own computing is not in them.
import { join } from "node:path";
import type { Form } from "../compact/src/compile.ts";
import { appSource } from "../image/app.ts";
import { compile, HTTPSERVER, ROOT } from "../image/build.ts";
import { bytecode } from "../image/code.ts";
import { Board } from "../simulator/board.ts";
import { CHIPS } from "../simulator/chips.ts";
import { VirtualClock } from "../simulator/clock.ts";
import { type MemoryClient, MemoryNetwork } from "../simulator/network/memory.ts";

/** Bytes of each transfer. */
export const UPLOAD = 1024 * 1024;
export const STREAM = 200_000;
export const PAGE = 4096;
/** Free heap of the fresh board: the chip's, and more by what the readable form is larger. */
const HEAP: Record<Form, number> = { compact: CHIPS.esp8266.heap, readable: CHIPS.esp8266.heap + 8192 };
/** So much more heap that the server sends two segments together [bytes]. */
const AMPLE = 16 * 1024;
/** Longer than the board takes from power on to the end of init.lua [ms]. */
const BOOT = 500;
/** Longer than any transfer may take [ms]. */
const PATIENCE = 120_000;

export interface Transfer {
  bytes: number;
  /** From the client's first packet to its last [ms]. */
  milliseconds: number;
  /** Most heap needed at once, module, app and lwIP included, and what of it was there before [bytes]. */
  peak: number;
  before: number;
}

/** How long a page takes [ms]: with the time to connect, and as a later request on the same connection. */
export interface PageTimes {
  first: number;
  kept: number;
}

/** Times of a page for a client that acknowledges at once, and for one that waits 40 ms for a second segment before it does. */
export interface Page {
  heap: number;
  atOnce: PageTimes;
  delayed: PageTimes;
}

export interface Transfers {
  heap: number;
  upload: Transfer;
  stream: Transfer;
  /** With the chip's heap, and with more than enough for two segments in flight. */
  pages: Page[];
}

/** Measures a large upload, a long stream and the time of a page. @throws Error for an answer that is not what was asked for */
export async function transfers(form: Form): Promise<Transfers> {
  const server = await compile(HTTPSERVER, form);
  const app = await compile(appSource(join(ROOT, "packages/measure/probe")), form);
  const files = [server, app].map(({ code }) => bytecode(Buffer.from(code))) as [Buffer, Buffer];
  const heap = HEAP[form];
  const page = (free: number): Page => ({
    heap: free,
    atOnce: times(new Probe(files, free), false),
    delayed: times(new Probe(files, free), true),
  });
  return {
    heap,
    upload: upload(new Probe(files, heap)),
    stream: stream(new Probe(files, heap)),
    pages: [page(heap), page(heap + AMPLE)],
  };
}

class Probe {
  readonly clock = new VirtualClock();
  readonly network = new MemoryNetwork(this.clock);
  readonly board: Board;

  constructor([server, app]: [Buffer, Buffer], heap: number) {
    this.board = new Board({
      chip: "esp8266",
      heap,
      clock: this.clock,
      network: this.network,
    });
    this.board.files.write("httpserver.lc", server);
    this.board.files.write("app.lc", app);
    this.board.files.write("init.lua", 'require("httpserver")\ndofile("app.lc")\n');
    this.clock.advance(BOOT);
  }

  /** Runs until the client has this many bytes of a body. @returns the answer's body */
  answer(client: MemoryClient, length: (text: string) => number | undefined): string {
    const from = client.text.length;
    let at: number | undefined;
    this.clock.runUntil(() => {
      const text = client.text.slice(from);
      at = length(text);
      return at !== undefined || client.end !== "open";
    }, PATIENCE);
    const text = client.text.slice(from);
    if (at === undefined || !text.startsWith("HTTP/1.1 200 ")) {
      throw new Error(`${client.end}, ${this.board.takeConsole()}: ${text.slice(0, 300)}`);
    }
    return text.slice(text.indexOf("\r\n\r\n") + 4);
  }

  measured(bytes: number, job: () => void): Transfer {
    const { firmware } = this.board;
    firmware.vm.collect();
    firmware.vm.resetPeak();
    const before = firmware.heapUsed;
    const begun = this.clock.now();
    // The firmware boots in a mode that collects at every allocation, so garbage never counts.
    firmware.vm.collectAlways = true;
    job();
    firmware.vm.collectAlways = false;
    if (this.board.restarts > 0) throw new Error("the board has restarted");
    return { bytes, milliseconds: this.clock.now() - begun, peak: firmware.heapPeak, before };
  }
}

/** The position after an answer with Content-Length, or undefined. */
function sized(text: string): number | undefined {
  const head = text.indexOf("\r\n\r\n");
  if (head < 0) return undefined;
  const length = Number(/\r\nContent-Length: (\d+)/i.exec(text)?.[1]);
  return text.length >= head + 4 + length ? head + 4 + length : undefined;
}

/** What /stream and /length of the probe app give. */
function pattern(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let i = 0; i < length; i++) bytes[i] = 33 + ((7 * i + 13 * Math.floor(i / 256)) % 94);
  return bytes;
}

function upload(probe: Probe): Transfer {
  const body = Buffer.alloc(UPLOAD);
  let sum = 0;
  for (let i = 0; i < UPLOAD; i++) {
    body[i] = (i * 31 + (i >> 8)) & 0xff;
    sum = (sum * 31 + body[i]!) % 65521;
  }
  return probe.measured(UPLOAD, () => {
    const client = probe.network.client(80);
    client.send(`POST /sink HTTP/1.1\r\nHost: board\r\nContent-Length: ${UPLOAD}\r\n\r\n`);
    client.send(body);
    probe.clock.advance(10);
    const answer = probe.answer(client, sized);
    if (answer !== `${UPLOAD} ${sum}`) throw new Error(`not ${UPLOAD} ${sum} but ${answer}`);
  });
}

function stream(probe: Probe): Transfer {
  return probe.measured(STREAM, () => {
    let received = 0;
    let tail = "";
    const client = probe.network.client(80, {
      onData: (data) => {
        received += data?.length ?? 0;
        tail = (tail + (data?.toString("latin1") ?? "")).slice(-5);
      },
    });
    client.send(`GET /stream?n=${STREAM} HTTP/1.1\r\nHost: board\r\n\r\n`);
    probe.clock.runUntil(() => tail === "0\r\n\r\n" && received > STREAM, PATIENCE);
    const text = client.text;
    let at = text.indexOf("\r\n\r\n") + 4;
    let body = "";
    for (;;) {
      const line = text.indexOf("\r\n", at);
      const size = Number.parseInt(text.slice(at, line), 16);
      if (!(size > 0)) break;
      body += text.slice(line + 2, line + 2 + size);
      at = line + 2 + size + 2;
    }
    if (body !== pattern(STREAM).toString("latin1"))
      throw new Error(
        `${body.length} of ${STREAM} bytes, ${client.end}, ${probe.board.takeConsole()} ${client.text.slice(0, 200)}`,
      );
  });
}

function times(probe: Probe, delayedAck: boolean): PageTimes {
  const expected = pattern(PAGE).toString("latin1");
  let client: MemoryClient | undefined;
  const ask = (): number => {
    const begun = probe.clock.now();
    client ??= probe.network.client(80, { delayedAck });
    client.send(`GET /length?n=${PAGE} HTTP/1.1\r\nHost: board\r\n\r\n`);
    if (client.end === "connecting") probe.clock.runUntil(() => client!.end !== "connecting", PATIENCE);
    if (probe.answer(client, sized) !== expected) throw new Error("wrong bytes");
    return probe.clock.now() - begun;
  };
  const first = ask();
  // what is still to be acknowledged is
  probe.clock.advance(100);
  return { first, kept: ask() };
}
