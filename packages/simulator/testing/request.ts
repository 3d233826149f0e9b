// What a test asks of a board, as bytes: the options of fetch() turned into an HTTP/1.1 request.

import type { Duration } from "./duration.ts";
import type { FaultName } from "./faults.ts";

/** The options of `board.fetch()`: those of the standard's fetch that mean something here, and three more. */
export interface BoardRequest {
  /** "GET" if left out, as in the standard. */
  method?: string;
  /** Fields of the head; Host, Content-Length and, for text, Content-Type are filled in. `connection: "close"` ends the connection afterwards. */
  headers?: NonNullable<RequestInit["headers"]>;
  /** A stream goes chunked, piece by piece, and the board's time stands still while the test makes the next piece. */
  body?: NonNullable<RequestInit["body"]> | null;
  /** Ends the request with a reset of the connection. */
  signal?: AbortSignal;
  /** The answer is given as soon as its head is there; its body is read as it comes, and time passes while it is read. */
  stream?: boolean;
  /** Something that goes wrong between client and board. */
  fault?: FaultName;
  /** Longest silence of the board, in its own time; "60 s" if left out. */
  timeout?: Duration;
}

/** A request, ready to be sent. */
export interface Prepared {
  method: string;
  port: number;
  url: string;
  head: string;
  /** The whole body, or a stream of which each piece is a chunk. */
  body: Buffer | ReadableStream<Uint8Array>;
  /** The client asks for the end of the connection. */
  isLast: boolean;
}

const HTTP = 80;

/**
 * @param target a path, or a URL of which port, path and query count
 * @param address of the board, for the field Host
 * @throws TypeError for what is no request
 */
export function prepare(target: string | URL, init: BoardRequest, address: string): Prepared {
  const url = urlOf(target, address);
  const method = normalized(init.method ?? "GET");
  const headers = new Headers(init.headers);
  const { body, type } = bodyOf(init.body);
  if ((method === "GET" || method === "HEAD") && init.body != null)
    throw new TypeError(`a ${method} has no body; give the request a method such as "POST"`);
  if (type !== undefined && !headers.has("content-type")) headers.set("content-type", type);
  if (!headers.has("host")) headers.set("host", url.host);
  if (!Buffer.isBuffer(body)) headers.set("transfer-encoding", "chunked");
  else if (body.length > 0 || !["GET", "HEAD", "DELETE", "OPTIONS"].includes(method))
    headers.set("content-length", String(body.length));
  const lines = [...headers].map(([name, value]) => `${name}: ${value}\r\n`);
  return {
    method,
    port: url.port === "" ? HTTP : Number(url.port),
    url: url.href,
    head: `${method} ${url.pathname}${url.search} HTTP/1.1\r\n${lines.join("")}\r\n`,
    body,
    isLast: headers.get("connection")?.toLowerCase() === "close",
  };
}

function urlOf(target: string | URL, address: string): URL {
  const url = URL.canParse(String(target), `http://${address}/`)
    ? new URL(String(target), `http://${address}/`)
    : undefined;
  if (url?.protocol !== "http:")
    throw new TypeError(`${JSON.stringify(String(target))} is no path of the board, such as "/status"`);
  return url;
}

/** The standard's methods in capitals, as the standard has it. */
function normalized(method: string): string {
  if (!/^[!#$%&'*+\-.^_`|~\dA-Za-z]+$/.test(method))
    throw new TypeError(`${JSON.stringify(method)} is no method, such as "GET"`);
  const upper = method.toUpperCase();
  return ["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"].includes(upper) ? upper : method;
}

function bodyOf(body: BoardRequest["body"]): {
  body: Buffer | ReadableStream<Uint8Array>;
  type?: string;
} {
  if (body == null) return { body: Buffer.alloc(0) };
  if (typeof body === "string") return { body: Buffer.from(body), type: "text/plain;charset=UTF-8" };
  if (body instanceof URLSearchParams)
    return { body: Buffer.from(String(body)), type: "application/x-www-form-urlencoded;charset=UTF-8" };
  if (body instanceof ArrayBuffer) return { body: Buffer.from(body) };
  if (ArrayBuffer.isView(body)) return { body: Buffer.from(body.buffer, body.byteOffset, body.byteLength) };
  if (body instanceof ReadableStream) return { body };
  // what is left, the platform turns into bytes: Blob, FormData
  const { body: stream, headers } = new Response(body);
  const type = headers.get("content-type");
  return { body: stream!, ...(type === null ? {} : { type }) };
}
