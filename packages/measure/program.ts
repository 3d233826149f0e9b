// A program in Lua, such as people have published, on the simulated board and unchanged: asked as a browser and curl ask, over one
// connection, at once, and cut off. Nothing is judged here: each exchange is told as its client saw it, and what failed on the board.
import { bytecode } from "../image/code.ts";
import { Board } from "../simulator/board.ts";
import { CHIPS } from "../simulator/chips.ts";
import { VirtualClock } from "../simulator/clock.ts";
import { type ClientOptions, type MemoryClient, MemoryNetwork } from "../simulator/network/memory.ts";
import type { Server } from "./server.ts";

export interface Program {
  /** What is in the board's flash; init.lua starts it. */
  files: Record<string, Buffer>;
  /** The module that it requires as httpserver. */
  server: Server;
  /** All of its Lua files but init.lua are compiled, as whoever runs it from flash does. */
  isCompiled: boolean;
  /** Heap that is free when it runs, as if its code were in flash; left out, the board has its usual heap [bytes]. */
  free?: number;
  port: number;
  gets: string[];
  posts: { path: string; body: string }[];
}

export interface Exchange {
  what: string;
  /** Status line, body and end of each answer. */
  seen: string;
  /** Lines of the console that tell of an error. */
  errors: string[];
  restarts: number;
}

/** Until a program has started; some wait for the network, or for a key [ms]. */
const START = 9000;
/** Longer than an answer takes [ms]. */
const ANSWER = 4000;
const CURL = "Host: 192.168.4.1\r\nUser-Agent: curl/8.5.0\r\nAccept: */*\r\n";
const BROWSER =
  "Host: 192.168.4.1\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36\r\n" +
  "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8\r\nAccept-Encoding: gzip, deflate\r\n" +
  "Accept-Language: en-US,en;q=0.9\r\nConnection: keep-alive\r\nUpgrade-Insecure-Requests: 1\r\nCache-Control: max-age=0\r\n";

const browser = (path: string) => `GET ${path} HTTP/1.1\r\n${BROWSER}\r\n`;
const curl = (path: string) => `GET ${path} HTTP/1.1\r\n${CURL}\r\n`;

/** What a client got, in one line. */
function told(text: string, end: string): string {
  if (text === "") return `nothing (${end})`;
  const [status] = text.split(/\r?\n/, 1);
  const headEnd = text.indexOf("\r\n\r\n");
  if (headEnd < 0)
    return `${text.length} bytes without the end of a head: ${JSON.stringify(text.slice(0, 40))} (${end})`;
  const head = text.slice(0, headEnd);
  const body = text.slice(headEnd + 4);
  const length = /^content-length: *(\d+)/im.exec(head)?.[1];
  const isWhole = /^transfer-encoding: *chunked/im.test(head)
    ? /(^|\r\n)0\r\n\r\n/.test(body)
    : length === undefined
      ? end !== "open" && end !== "rst"
      : body.length >= Number(length);
  return `${status}, body ${body.length}${isWhole ? "" : " NOT WHOLE"} (${end})`;
}

function start(
  { files, server, isCompiled }: Program,
  heap: number,
): { board: Board; network: MemoryNetwork; clock: VirtualClock } {
  const clock = new VirtualClock();
  const network = new MemoryNetwork(clock);
  const board = new Board({ chip: "esp8266", heap, clock, network, encoder: true, crypto: true });
  for (const [name, code] of server.bytecode("5.1")) board.files.write(`${name}.lc`, code);
  for (const [name, content] of Object.entries(files)) {
    const isSource = isCompiled && name.endsWith(".lua") && name !== "init.lua";
    // a first line that begins with # is for shells
    if (isSource)
      board.files.write(
        name.replace(/lua$/, "lc"),
        bytecode(Buffer.from(content.toString("latin1").replace(/^#.*/, ""), "latin1")),
      );
    else board.files.write(name, content);
  }
  clock.advance(START);
  return { board, network, clock };
}

/** Runs a program and asks it. @returns every exchange, in order, and the number of requests */
export function tryProgram(program: Program): { requests: number; exchanges: Exchange[] } {
  const { free, port, gets, posts } = program;
  let heap = CHIPS.esp8266.heap;
  if (free !== undefined) {
    const { board } = start(program, 10 * heap);
    for (let i = 0; i < 4; i++) board.firmware.vm.collect();
    heap = board.firmware.heapUsed + free;
    board.stop();
  }
  const { board, network, clock } = start(program, heap);
  const exchanges: Exchange[] = [];
  let requests = 0;
  let restarts = 0;
  const tell = (what: string, seen: string) => {
    const printed = board.takeConsole().split("\n");
    const errors = printed.filter((line) =>
      /PANIC|attempt to|not enough|out of memory|cannot open|bad argument/.test(line),
    );
    exchanges.push({ what, seen, errors, restarts: board.restarts - restarts });
    if (board.restarts > restarts) clock.advance(START);
    board.takeConsole();
    restarts = board.restarts;
  };
  const open = (request: string, options: ClientOptions = {}): MemoryClient => {
    requests++;
    const client = network.client(port, options);
    client.send(request);
    return client;
  };
  const polite: ClientOptions = { onEnd: (client) => client.close() };
  const ask = (what: string, ...pieces: string[]) => {
    const client = open(pieces[0]!, polite);
    for (const piece of pieces.slice(1)) {
      clock.advance(100);
      client.send(piece);
    }
    clock.advance(ANSWER);
    tell(what, told(client.text, client.end));
    client.close();
  };

  board.firmware.vm.collect();
  tell("start", `${heap - board.firmware.heapUsed} bytes free`);
  for (const path of gets) {
    ask(`browser GET ${path}`, browser(path));
    ask(`curl GET ${path}`, curl(path));
  }
  for (const { path, body } of posts)
    ask(
      `curl POST ${path} ${body}`,
      `POST ${path} HTTP/1.1\r\n${CURL}Content-Length: ${body.length}\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n${body}`,
    );
  const [first = "/", second = first] = gets;
  ask("a request in two segments", browser(first).slice(0, 150), browser(first).slice(150));

  const kept = open(curl(first));
  const parts: string[] = [];
  let read = 0;
  for (const path of [second, first, undefined]) {
    clock.advance(ANSWER);
    parts.push(told(kept.text.slice(read), kept.end));
    read = kept.text.length;
    if (path === undefined || kept.end !== "open") break;
    requests++;
    kept.send(curl(path));
  }
  kept.close();
  clock.advance(500);
  tell("one connection, up to three requests", parts.join("; "));

  for (let round = 0; round < 2; round++) {
    const all = gets.slice(0, 4).map((path) => open(browser(path), polite));
    clock.advance(2 * ANSWER);
    tell(`${all.length} at once`, all.map(({ text, end }) => told(text, end)).join("; "));
    for (const client of all) client.close();
    clock.advance(2000);
  }

  for (const faults of [
    { resetAfterSent: 20 },
    { resetAfterSent: 200 },
    { resetAfterReceived: 1 },
    { resetAfterReceived: 200 },
  ])
    for (const path of gets.slice(0, 3)) {
      const client = open(browser(path), { faults });
      clock.advance(1500);
      client.close();
    }
  for (const leave of ["close", "reset"] as const)
    for (const after of [0, 3, 10, 50]) {
      const client = open(browser(first));
      clock.advance(after);
      client[leave]();
      clock.advance(1500);
    }
  tell("clients that leave", "");
  clock.advance(20_000);
  ask("browser GET afterwards", browser(first));
  board.stop();
  return { requests, exchanges };
}
