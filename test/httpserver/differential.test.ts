// Our request reader beside node's own (llhttp, under node:http), over a large generated corpus: the same bytes must give the
// same requests (method, target, fields, content) and the same refusals. Where they differ one of the DIFFERENCES below
// must say why, and has an example that shows that it is still so.
//   DIFFERENTIAL_SEED=2 DIFFERENTIAL_CASES=100000 npx mocha test/httpserver/differential.test.ts
import assert from "node:assert/strict";
import { createServer, METHODS, type Server } from "node:http";
import { Duplex } from "node:stream";
import fc from "fast-check";
import { answers } from "../../packages/measure/faults/answers.ts";
import { httpserver, Rig } from "./rig.ts";

const SEED = Number(process.env.DIFFERENTIAL_SEED ?? 1);
const CASES = Number(process.env.DIFFERENTIAL_CASES ?? 3000);

interface Request {
  method: string;
  url: string;
  fields: [name: string, value: string][];
  body: string;
}

/** What a reader makes of a connection's bytes, to their end. */
interface Reading {
  requests: Request[];
  /** How it ends: every byte read, in the middle of a request, or refused. */
  end: "complete" | "incomplete" | "refused";
  /** The status of the refusal. */
  status?: number;
}

// --- ours

const APP = `
  http.createServer(80, function(req, res)
    local seen = {req.method, req.url}
    function req:onheader(name, value) seen[#seen + 1] = name seen[#seen + 1] = value end
    local body = ""
    function req:ondata(chunk)
      if chunk then body = body .. chunk return end
      res:finish(#seen .. "\\0" .. table.concat(seen, "\\0") .. "\\0" .. body)
    end
  end)`;

const TIMEOUT = 408;

function ours(rig: Rig, bytes: string): Reading {
  const client = rig.network.client(80);
  client.send(bytes);
  // nothing follows: a request that is not complete is answered with 408 by and by
  rig.clock.runUntil(() => client.end !== "open" && client.end !== "connecting", 30_000);
  const got = answers(client.text);
  const last = got.at(-1);
  const refusal = last && last.status !== 200 ? last.status : undefined;
  const requests = got
    .filter(({ status }) => status === 200)
    .map(({ body }): Request => {
      const [count, ...all] = body.split("\0");
      const [method, url, ...pairs] = all.slice(0, Number(count));
      const fields: Request["fields"] = [];
      for (let i = 0; i < pairs.length; i += 2) fields.push([pairs[i]!, pairs[i + 1]!]);
      return { method: method!, url: url!, fields, body: all.slice(Number(count)).join("\0") };
    });
  assert.equal(rig.board.restarts, 0, rig.printed());
  if (refusal === TIMEOUT) return { requests, end: "incomplete" };
  if (refusal !== undefined) return { requests, end: "refused", status: refusal };
  return { requests, end: "complete" };
}

// --- node's

class Wire extends Duplex {
  override _read(): void {}
  override _write(_chunk: Buffer, _encoding: string, done: () => void): void {
    done();
  }
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

async function nodes(server: Server, bytes: string): Promise<Reading> {
  const wire = new Wire();
  const reading: Reading = { requests: [], end: "complete" };
  readings.set(wire, reading);
  server.emit("connection", wire);
  wire.push(Buffer.from(bytes, "latin1"));
  for (let i = 0; i < 6; i++) await turn();
  wire.push(null);
  for (let i = 0; i < 3; i++) await turn();
  wire.destroy();
  return reading;
}

const readings = new WeakMap<object, Reading>();

function nodeServer(): Server {
  const server = createServer({ requireHostHeader: false }, (req, res) => {
    const reading = readings.get(req.socket)!;
    const body: Buffer[] = [];
    req.on("data", (chunk) => body.push(chunk));
    req.on("end", () => {
      const fields: Request["fields"] = [];
      for (let i = 0; i < req.rawHeaders.length; i += 2)
        fields.push([req.rawHeaders[i]!.toLowerCase(), req.rawHeaders[i + 1]!]);
      reading.requests.push({
        method: req.method!,
        url: req.url!,
        fields,
        body: Buffer.concat(body).toString("latin1"),
      });
      res.end();
    });
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    const reading = readings.get(socket)!;
    // the socket stays: what came before is still on its way to the handler
    if (reading.end !== "complete" || error.code === "HPE_CLOSED_CONNECTION") return;
    const isCut = error.code === "HPE_INVALID_EOF_STATE" || error.code === "ECONNRESET";
    reading.end = isCut ? "incomplete" : "refused";
    if (!isCut) reading.status = error.code === "HPE_HEADER_OVERFLOW" ? 431 : 400;
  });
  return server;
}

// --- the corpus

/** Mostly the first, now and then one of the others. */
function mostly<T>(usual: fc.Arbitrary<T>, ...odd: fc.Arbitrary<T>[]): fc.Arbitrary<T> {
  return fc.oneof(
    { weight: 16 * odd.length, arbitrary: usual },
    ...odd.map((arbitrary) => ({ weight: 1, arbitrary })),
  );
}
const one = <T>(...values: T[]) => fc.constantFrom(...values);
const bytes = (least: number, most: number, from = 0, to = 255) =>
  fc
    .array(fc.integer({ min: from, max: to }), { minLength: least, maxLength: most })
    .map((codes) => String.fromCharCode(...codes));

const method = mostly(
  one("GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"),
  one("BREW", "get", "M-SEARCH", "", "G ET", "G\x80T"),
);
const target = mostly(
  one("/", "/a/b?c=d&e=%20", "/*", "/~x;y=1", "//a", "/?"),
  one("http://b/x", "http://b", "*", "a", "", "/\x80", "/a b", "/a\tb", "/#f", "/\x7f", "?x"),
  bytes(1, 12, 0x21, 0x7e).map((text) => `/${text}`),
);
const version = mostly(
  one("HTTP/1.1"),
  one("HTTP/1.0"),
  one("HTTP/1.2", "HTTP/2.0", "HTTP/0.9", "http/1.1", "HTTP/1.", "HTTP/11", ""),
);
const eol = mostly(one("\r\n"), one("\n", "\r", "\r\r\n", " \r\n"));
const token = one("X-A", "accept", "User-Agent", "X_1", "x!#$%&'*+-.^_`|~", "Cookie");
const value = mostly(
  bytes(0, 20, 0x21, 0x7e),
  one("", "a b", "a\tb", "\x80\xff", 'a,b;c="d"'),
  one("a\0b", "a\rb", "\x01", "a\x7fb", "a\r\n b", "a\r\n\tb"),
);
const field = mostly(
  fc
    .tuple(token, mostly(one(": ", ":"), one(":\t ", ":  ")), value, mostly(one(""), one(" ", "\t")))
    .map((parts) => parts.join("")),
  one(" X: y", "X : y", ": y", "X", "X\x80: y", "X y: z", "", "Connection: keep-alive", "Connection: x, y"),
);
const hosts = mostly(
  one(["Host: b"], ["host:b:80"], ["Host: 192.168.4.1"]),
  one(
    [],
    ["Host: b", "Host: b"],
    ["Host:"],
    ["Host: a b"],
    ["Host: [::1]:80"],
    ["Host: a/b"],
    ["Host: a,b"],
    ["Host: b:x"],
  ),
);
const body = bytes(0, 40);

interface Framed {
  fields: string[];
  body: string;
}
const lengths: fc.Arbitrary<Framed> = fc.tuple(body, mostly(one(0), one(-1, 1, 5))).chain(([text, off]) => {
  const length = Math.max(0, text.length + off);
  return mostly(
    one([`Content-Length: ${length}`], [`content-length:00${length}`]),
    one(
      [`Content-Length: ${length}`, `Content-Length: ${length}`],
      [`Content-Length: ${length}`, `Content-Length: ${length + 1}`],
      [`Content-Length: ${length}, ${length}`],
      ["Content-Length: -1"],
      ["Content-Length: +1"],
      [`Content-Length: ${length} `],
      [`Content-Length: ${length}x`],
      [`Content-Length: 0x${length}`],
      ["Content-Length:"],
      ["Content-Length: 1 2"],
      ["Content-Length: 99999999999999999999"],
    ),
  ).map((fields) => ({ fields, body: text }));
});
const chunk = fc
  .tuple(
    bytes(1, 30),
    mostly(one(""), one(";a", ";a=b", "; a=b", ';a="b c"', " ;a", ";", " ", ";a\x01", ";a=b;c")),
    mostly(one("hex"), one("HEX", "0hex")),
    mostly(one("\r\n"), one("\n", "", "x\r\n")),
    mostly(one("\r\n"), one("\n", "\r")),
  )
  .map(([text, extension, style, end, lineEnd]) => {
    const digits = text.length.toString(16);
    const size = style === "HEX" ? digits.toUpperCase() : style === "0hex" ? `000${digits}` : digits;
    return `${size}${extension}${lineEnd}${text}${end}`;
  });
const chunked: fc.Arbitrary<Framed> = fc
  .tuple(
    mostly(
      one(["Transfer-Encoding: chunked"], ["transfer-encoding:CHUNKED"]),
      one(
        ["Transfer-Encoding: gzip, chunked"],
        ["Transfer-Encoding: gzip"],
        ["Transfer-Encoding: chunked, gzip"],
        ["Transfer-Encoding: chunked, chunked"],
        ["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"],
        ["Transfer-Encoding: xchunked"],
        ["Transfer-Encoding: chunked;q=1"],
        ["Transfer-Encoding:"],
        ["Transfer-Encoding: identity"],
        ["Transfer-Encoding: chunked", "Content-Length: 5"],
        ["Content-Length: 5", "Transfer-Encoding: chunked"],
      ),
    ),
    fc.array(chunk, { maxLength: 3 }),
    mostly(
      one("0\r\n\r\n"),
      one(
        "0\r\nT: u\r\n\r\n",
        "00\r\n\r\n",
        "0;x\r\n\r\n",
        "0\r\nbad\r\n\r\n",
        "-0\r\n\r\n",
        "g\r\n\r\n",
        "\r\n\r\n",
        "0\r\n",
      ),
    ),
  )
  .map(([fields, chunks, last]) => ({ fields, body: chunks.join("") + last }));
const framed = mostly(one<Framed>({ fields: [], body: "" }), lengths, lengths, chunked, chunked);

const request = fc
  .tuple(
    method,
    mostly(one(" "), one("  ", "\t")),
    target,
    version,
    eol,
    hosts,
    fc.array(field, { maxLength: 3 }),
    framed,
    eol,
    mostly(one(""), one("\r\n", "\n", "\r", " ")),
  )
  .map(
    ([verb, space, url, protocol, end, host, fields, { fields: framing, body: content }, blank, before]) => {
      const lines = [`${verb}${space}${url} ${protocol}`, ...host, ...fields, ...framing];
      return `${before}${lines.map((line, i) => line + (i === 0 ? end : "\r\n")).join("")}${blank}${content}`;
    },
  );
/** Now and then the connection breaks off. What follows shows where a reader believes the first request to have ended. */
const stream = fc
  .tuple(
    request,
    mostly(one("GET /next HTTP/1.1\r\nHost: next\r\n\r\n"), one("")),
    mostly(one<number | null>(null), fc.double({ min: 0, max: 1, noNaN: true })),
  )
  .map(([first, next, cut]) => (cut === null ? first + next : first.slice(0, Math.ceil(first.length * cut))));

// --- where they differ, and who is right

interface Difference {
  /** Bytes that are read differently for this reason, and no other. */
  example: string;
  /** What the two do, and why ours does it. */
  why: string;
  applies(bytes: string, our: Reading, node: Reading): boolean;
}

const refusesAlone = (our: Reading, node: Reading, status: number) =>
  our.end === "refused" && our.status === status && our.requests.length <= node.requests.length;
const isRefusedByBoth = (our: Reading, node: Reading, status: number) =>
  our.end === "refused" && our.status === status && node.end === "refused";

const DIFFERENCES: readonly Difference[] = [
  {
    example: "\nGET / HTTP/1.1\r\nHost: b\r\n\r\n",
    why: "A bare CR or LF, or a second empty line, before a request line: node skips it. RFC 9112 2.2 asks to skip one CRLF.",
    applies: (bytes, our, node) =>
      refusesAlone(our, node, 400) &&
      /^(?:\n|\r[^\n]|\r\n[\r\n])|\r\n\r\n(?:\n|\r[^\n]|\r\n[\r\n])/.test(bytes),
  },
  {
    example: "GET / HTTP/1.1\r\nHost: b\r\n\r\n\r\n",
    why: "An empty line, or a CR, where a request may begin, and nothing after it: to node it is nothing. To ours a request begins, and ends with 408.",
    applies: (bytes, our, node) =>
      our.end === "incomplete" &&
      node.end === "complete" &&
      our.requests.length === node.requests.length &&
      /(?:^|\r\n)\r\n?$|^\r$/.test(bytes),
  },
  {
    example: "G(T",
    why: "A line that cannot become right, cut before its end: node refuses it at the first wrong byte, ours when it is whole.",
    applies: (bytes, our, node) =>
      our.end === "incomplete" && node.end === "refused" && !bytes.endsWith("\n"),
  },
  {
    example: "GET  / HTTP/1.1\r\nHost: b\r\n\r\n",
    why: "Several spaces after the method: node takes them for one. RFC 9112 3 has one space, and lenience is how servers come to disagree.",
    applies: (bytes, our, node) => refusesAlone(our, node, 400) && /^\s*\S+ {2}/.test(bytes),
  },
  {
    example: "GET /#f HTTP/1.1\r\nHost: b\r\n\r\n",
    why: "A fragment in the target: node hands it on. RFC 9112 3.2 has no # in any form of a target.",
    applies: (bytes, our, node) => refusesAlone(our, node, 400) && /^\s*\S+ +\S*#/.test(bytes),
  },
  {
    example: "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
    why: "Host missing from HTTP/1.1, given twice, or no host: 400 by RFC 9112 3.2. node's parser leaves Host to the server.",
    applies: (bytes, our, node) => {
      if (!refusesAlone(our, node, 400)) return false;
      const hosts = [...bytes.split("\r\n\r\n")[0]!.matchAll(/^host:[ \t]*(.*)$/gim)].map(([, host]) =>
        host!.trim(),
      );
      return hosts.length !== 1 || !/^(?:\[[\da-f:.]+\]|[\w.~!$&'()*+,;=%-]*)(?::\d*)?$/i.test(hosts[0]!);
    },
  },
  {
    example: "BREW / HTTP/1.1\r\nHost: b\r\n\r\n",
    why: "A method that node does not know: it has a list. RFC 9110 9.1 makes any token a method; which ones there are is the app's business.",
    applies: (_, our, node) =>
      node.end === "refused" &&
      our.requests.slice(node.requests.length).some(({ method }) => !METHODS.includes(method)),
  },
  {
    example: "GET * HTTP/1.1\r\nHost: b\r\n\r\n",
    why: "The target * without OPTIONS: node hands it on. RFC 9112 3.2.4 has it for OPTIONS alone.",
    applies: (bytes, our, node) => refusesAlone(our, node, 400) && /^\s*(?!OPTIONS )\S+ +\* /.test(bytes),
  },
  {
    example: "GET / HTTP/1.0\r\nHost: b\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    why: "Transfer-Encoding in HTTP/1.0: node reads the chunks. RFC 9112 6.1: such framing is faulty, and the connection ends.",
    applies: (bytes, our, node) =>
      refusesAlone(our, node, 400) && /^\s*\S+ +\S+ HTTP\/1\.0\r\n.*^transfer-encoding:/ims.test(bytes),
  },
  {
    example: "GET / HTTP/1.1\r\nHost: b\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n",
    why: "The same Content-Length twice: node refuses it. RFC 9112 6.3 lets a server take equal values for one.",
    applies: (bytes, our, node) =>
      node.end === "refused" &&
      our.requests.length > node.requests.length &&
      /^content-length: (\d+)\r\ncontent-length: \1\r/im.test(bytes),
  },
  {
    example: "GET / HTTP/1.2\r\nHost: b\r\n\r\n",
    why: "HTTP/1.2: node refuses it. RFC 9110 2.5: a later minor version is served as the highest that is known.",
    applies: (bytes, our, node) =>
      node.end === "refused" &&
      our.requests.length > node.requests.length &&
      /^\s*\S+ \S+ HTTP\/1\.2\r\n/.test(bytes),
  },
  {
    example: "GET / HTTP/2.0\r\nHost: b\r\n\r\n",
    why: "HTTP/0.9 and HTTP/2.0 in a request line: node reads them as HTTP/1. Their messages are others: 505 (RFC 9110 15.6.6).",
    applies: (bytes, our, node) =>
      refusesAlone(our, node, 505) && /^\s*\S+ +\S+ HTTP\/(?:0\.9|2\.0)\r\n/.test(bytes),
  },
  {
    example: "GET / HTTP/1.1\r\nHost: b\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    why: "Another coding before chunked: 501 by RFC 9112 6.1. node hands the coded content on.",
    applies: (bytes, our) =>
      our.end === "refused" && our.status === 501 && /^transfer-encoding:[^\r]*,[ \t]*chunked/im.test(bytes),
  },
  {
    example: "GET / HTTP/1.1\r\nHost: b\r\nTransfer-Encoding:\r\n\r\n",
    why: "An empty Transfer-Encoding: node takes it for none. The length is unknown then, and what follows must not be taken for a request: 400.",
    applies: (bytes, our, node) =>
      refusesAlone(our, node, 400) && /^transfer-encoding:[ \t]*\r$/im.test(bytes),
  },
  {
    example: "GET / HTTP/1.1\r\nHost: b\r\nTransfer-Encoding: chunked\r\n\r\n1 ;a\r\nx\r\n0\r\n\r\n",
    why: "White space around the semicolon of a chunk extension, or nothing after it: node refuses it. RFC 9112 7.1.1 has a recipient take such space; an empty extension changes no length.",
    applies: (bytes, our, node) =>
      node.end === "refused" &&
      our.requests.length > node.requests.length &&
      /^[\da-f]+(?:[ \t]+;[^\r]*|;(?:[ \t][^\r]*)?)\r\n/im.test(bytes),
  },
  {
    example: "GET / HTTP/1.1\r\nHost: b\r\nContent-Length: 99999999999999999999\r\n\r\n",
    why: "A length that is a number, but too large to count: 413. node's parser knows only 400.",
    applies: (bytes, our, node) => isRefusedByBoth(our, node, 413) && /^content-length: 9{20}/im.test(bytes),
  },
];

describe("differential", () => {
  const server = nodeServer();
  let rig: Rig;
  before(async () => {
    rig = new Rig(await httpserver("compact"), APP, { heap: 100_000 });
  });

  /** @returns undefined if both read the bytes alike, else the difference that explains it. @throws AssertionError */
  async function compare(bytes: string): Promise<{ our: Reading; difference: Difference | undefined }> {
    const our = ours(rig, bytes);
    const node = await nodes(server, bytes);
    try {
      assert.deepEqual(our, node);
      return { our, difference: undefined };
    } catch {
      const difference = DIFFERENCES.find(({ applies }) => applies(bytes, our, node));
      if (!difference)
        assert.deepEqual(
          our,
          node,
          `ours (actual) and node's (expected) reading of ${JSON.stringify(bytes)}`,
        );
      return { our, difference };
    }
  }

  for (const each of DIFFERENCES) {
    it(`differs: ${each.why}`, async () => {
      const { difference } = await compare(each.example);
      assert.equal(difference?.why, each.why);
    });
  }

  it(`${CASES} streams are read as node's own parser reads them, but for what is listed`, async function () {
    this.timeout(60_000 + CASES * 50);
    const seen = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(stream, async (bytes) => {
        const { our, difference } = await compare(bytes);
        const what = difference ? "listed differences" : `the same, ${our.end}`;
        seen.set(what, (seen.get(what) ?? 0) + 1);
      }),
      { seed: SEED, numRuns: CASES },
    );
    console.log(`      ${[...seen].map(([what, times]) => `${what}: ${times}`).join("; ")}`);
    for (const end of ["complete", "incomplete", "refused"])
      assert.ok((seen.get(`the same, ${end}`) ?? 0) > CASES / 100, `too few streams are ${end} to both`);
  });
});
