// Reads what a server sent, as strictly as RFC 9112 lets a server write: anything that a client would have to guess is
// an error. No I/O; bytes are characters.

export interface Response {
  status: number;
  reason: string;
  /** Names as they were sent. */
  fields: [name: string, value: string][];
  body: string;
  /** What told where the body ends. */
  framing: "none" | "length" | "chunked" | "close";
  /** Status codes of the interim responses before it. */
  interim: number[];
}

/** Not HTTP, or not certain in its meaning. */
export class MalformedResponse extends Error {}
/** Right so far, but not at its end. */
export class IncompleteResponse extends Error {}

/** The value of a field, several joined as a list; undefined if it is absent. */
export function field({ fields }: Pick<Response, "fields">, name: string): string | undefined {
  const values = fields.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value);
  return values.length > 0 ? values.join(", ") : undefined;
}

const TOKEN = /^[!#$%&'*+\-.^_`|~\dA-Za-z]+$/;
/** Visible characters, spaces, tabs, obs-text; begins and ends with something visible. */
const VALUE = /^(?:[!-~\x80-\xff](?:[\t -~\x80-\xff]*[!-~\x80-\xff])?)?$/;

class Reader {
  at = 0;
  readonly #bytes: string;
  readonly #ended: boolean;

  constructor(bytes: string, ended: boolean) {
    this.#bytes = bytes;
    this.#ended = ended;
  }

  get atEnd(): boolean {
    return this.at >= this.#bytes.length;
  }

  line(): string {
    const end = this.#bytes.indexOf("\n", this.at);
    if (end < 0) throw new IncompleteResponse(`no end of the line ${this.#show()}`);
    const line = this.#bytes.slice(this.at, end);
    if (!line.endsWith("\r")) throw new MalformedResponse(`a bare LF ends ${this.#show()}`);
    this.at = end + 1;
    return line.slice(0, -1);
  }

  take(length: number): string {
    const piece = this.#bytes.slice(this.at, this.at + length);
    if (piece.length < length) throw new IncompleteResponse(`${piece.length} of ${length} bytes of a body`);
    this.at += length;
    return piece;
  }

  rest(): string {
    if (!this.#ended) throw new IncompleteResponse("the connection's end is still to come");
    return this.take(this.#bytes.length - this.at);
  }

  #show(): string {
    return JSON.stringify(this.#bytes.slice(this.at, this.at + 40));
  }
}

/**
 * Reads all responses on a connection.
 * @param methods of the requests that they answer, in order; GET beyond the last
 * @param ended the server has ended its side
 * @throws MalformedResponse, IncompleteResponse
 */
export function parseResponses(bytes: string, methods: readonly string[], ended: boolean): Response[] {
  const reader = new Reader(bytes, ended);
  const responses: Response[] = [];
  while (!reader.atEnd) responses.push(readResponse(reader, methods[responses.length] ?? "GET"));
  return responses;
}

function readResponse(reader: Reader, method: string): Response {
  const interim: number[] = [];
  for (;;) {
    const { status, reason } = readStatusLine(reader.line());
    const fields = readFields(reader);
    const length = field({ fields }, "content-length");
    const coding = field({ fields }, "transfer-encoding");
    check(length === undefined || /^\d+$/.test(length), `Content-Length: ${length}`);
    check(coding === undefined || coding === "chunked", `Transfer-Encoding: ${coding}`);
    check(
      length === undefined || coding === undefined,
      "Content-Length and Transfer-Encoding in one response (9112 6.1)",
    );
    if (status < 200 || status === 204) {
      check(length === undefined, `Content-Length with status ${status} (9110 8.6)`);
      check(coding === undefined, `Transfer-Encoding with status ${status} (9112 6.1)`);
    }
    if (status < 200) {
      check(status !== 101, "a switch of protocols");
      interim.push(status);
      continue;
    }
    const response = { status, reason, fields, interim };
    if (method === "HEAD" || status === 204 || status === 304)
      return { ...response, framing: "none", body: "" };
    check(method !== "CONNECT" || status >= 300, "a tunnel");
    if (coding !== undefined) return { ...response, framing: "chunked", body: readChunks(reader) };
    if (length !== undefined) return { ...response, framing: "length", body: reader.take(Number(length)) };
    return { ...response, framing: "close", body: reader.rest() };
  }
}

function readStatusLine(line: string): { status: number; reason: string } {
  const match = /^HTTP\/1\.1 ([1-5]\d\d) ([\t -~\x80-\xff]*)$/.exec(line);
  if (!match) throw new MalformedResponse(`status line ${JSON.stringify(line)}`);
  return { status: Number(match[1]), reason: match[2]! };
}

/** Reads fields up to and with the empty line. */
function readFields(reader: Reader): [string, string][] {
  const fields: [string, string][] = [];
  for (let line = reader.line(); line !== ""; line = reader.line()) {
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(0, colon));
    const value = line.slice(colon + 1).replace(/^[\t ]+|[\t ]+$/g, "");
    check(TOKEN.test(name) && VALUE.test(value), `field ${JSON.stringify(line)}`);
    const isSingle = !["set-cookie", "www-authenticate", "vary", "link"].includes(name.toLowerCase());
    check(!isSingle || field({ fields }, name.toLowerCase()) === undefined, `a second ${name}`);
    fields.push([name, value]);
  }
  return fields;
}

function readChunks(reader: Reader): string {
  const chunks: string[] = [];
  for (;;) {
    const line = reader.line();
    check(/^[\da-fA-F]{1,7}$/.test(line), `chunk size ${JSON.stringify(line)}`);
    const size = Number.parseInt(line, 16);
    if (size === 0) {
      check(reader.line() === "", "a trailer that nobody asked for");
      return chunks.join("");
    }
    chunks.push(reader.take(size));
    check(reader.take(2) === "\r\n", "no line end after a chunk");
  }
}

function check(condition: boolean, problem: string): asserts condition {
  if (!condition) throw new MalformedResponse(problem);
}
