// Reads requests (RFC 9112): request line, fields, body, chunks. No I/O: a reader takes what it can from the buffer and says
// where it stopped; a refusal is raised as an error that is the status code. Tells the app what becomes known.
import { use } from "./connections";
import { type Exchange, Hold, type Reader, State } from "./exchange";
import { FIELDS, HEAD_SIZE, LINE } from "./limits";

const find = string.find;
const lower = string.lower;
const match = string.match;

/** Bytes of a body with which a client does not count as silent. */
const PROGRESS = 256;
/** Of what nobody wants of a request, so much is taken before the connection is closed all the same [bytes]. */
const DISCARD = 262144;

const requestLine: Reader = (x, buffer, position) => {
  const [method, url, major, minor, next] = match(
    buffer,
    "^([%w!#$%%&'*+%-.^_`|~]+) ([!\"$-~]+) HTTP/(%d)%.(%d)\r\n()",
    position,
  );
  if (!next) {
    // RFC 9112 2.2: an empty line before the request line is ignored
    return position < 3 && find(buffer, "^\r\n", position)[0] ? position + 2 : position;
  }
  if (next - position - 2 > (x._server.line ?? LINE)) error(414, 0);
  if (major !== "1") error(505, 0);
  // RFC 9112 3.2: authority-form for CONNECT alone, asterisk-form for OPTIONS alone, else origin- or absolute-form
  if (
    !find(url, method === "CONNECT" ? "^[^/?@]+:%d+$" : "^/")[0] &&
    (method === "CONNECT" || (!find(url, "^%a[%w+.-]*://[^/?]")[0] && (url !== "*" || method !== "OPTIONS")))
  ) {
    error(400, 0);
  }
  // HTTP/1.0 must ask for it if the connection is to be kept
  if (minor === "0") {
    x._http10 = true;
    x._close = true;
  }
  x.method = method;
  x.url = url;
  x._state = State.Field;
  use(x);
  x._server._handler(x, x);
  return next;
};

/**
 * Reads the fields of the head, or (ignoring them) of the trailers, and the empty line that ends them. A field that neither the
 * server nor the app reads may be longer than a line: of such a one only the syntax is checked.
 */
const field: Reader = (x, buffer, position) => {
  const limits = x._server;
  const line = (limits.line ?? LINE) + 2;
  const fields = limits.fields ?? FIELDS;
  const isHead = x._hold === Hold.Head;
  const start = position - (x._size ?? 0);
  const end = start + (limits.head ?? HEAD_SIZE);
  // what ends before this is within every bound
  const bound = buffer.length > line ? 0 : end;
  // without one no code of the app runs in here that could set one
  const { onheader } = x;
  /** Absent if there are as many fields as there may be. */
  let left: number | undefined;
  for (const more of $range(fields - (x._fields ?? 0), 1, -1)) {
    const [name, value, next] = match(
      buffer,
      "^([%w!#$%%&'*+%-.^_`|~]+):[ \t]*([\t%C]-)[ \t]*\r\n()",
      position,
    );
    if (!next || next > bound) {
      if (next && next > end) error(431, 0);
      // a line that is too long is read in another way, complete or not
      if (!next || next > position + line) {
        left = more;
        break;
      }
    }
    position = next;
    if (isHead) {
      const key = lower(name);
      if (key === "host") {
        if (
          x._host ||
          (!find(value, "^[%w%-._~!$&'()*+,;=%%]*:?%d*$")[0] && !find(value, "^%[[%x:.]+%]:?%d*$")[0])
        ) {
          error(400, 0);
        }
        x._host = true;
      } else if (key === "connection") {
        const list = "," + (lower(value) + ",");
        if (find(list, ",[ \t]*close[ \t]*,")[0]) x._close = true;
        else if (x._http10 && find(list, ",[ \t]*keep%-alive[ \t]*,")[0]) x._close = undefined;
      } else if (key === "content-length") {
        const [digits] = match(value, "^0*(%d+)$");
        const length = tonumber(digits);
        if (!length || x._chunked || (x._length && x._length !== length)) error(400, 0);
        // ten digits may pass 31 bits
        if (digits!.length > 9) error(413, 0);
        x._length = length;
      } else if (key === "transfer-encoding") {
        // RFC 9112 6.1 and 6.3: another coding before chunked is 501; without chunked at the end the length is unknown: 400
        const coding = lower(value);
        if (coding !== "chunked" || x._chunked || x._length || x._http10)
          error(find(coding, ", *chunked$")[0] ? 501 : 400, 0);
        x._chunked = true;
      } else if (key === "expect" && !x._http10) {
        if (lower(value) !== "100-continue") error(417, 0);
        x._expect = true;
      }
      if (onheader && x.onheader) {
        x.onheader(key, value);
        // the app has misused its response: nothing more is read
        if (x._state !== State.Field) break;
      }
    }
  }
  if (x._state !== State.Field) return position;
  if (!find(buffer, "^\r\n", position)[0]) {
    if (!left) {
      if (!find(buffer, "^\r?$", position)[0]) error(431, 0);
      left = 0;
    } else if (buffer.length - position >= line) {
      const [name, next] = match(buffer, "^([%w!#$%%&'*+%-.^_`|~]+):[ \t]*()", position);
      if (name) {
        const key = lower(name);
        if (
          isHead &&
          (onheader ||
            key === "host" ||
            key === "connection" ||
            key === "content-length" ||
            key === "transfer-encoding" ||
            key === "expect")
        ) {
          error(431, 0);
        }
        position = next;
        left--;
        x._state = State.Unread;
      }
    }
    x._size = position - start;
    x._fields = fields - left;
    return position;
  }
  if (isHead) {
    if (!x._host && !x._http10) error(400, 0);
    x._hold = Hold.Callback;
    x._silent = 0;
    const length = x._length ?? 0;
    x._state = x._chunked ? State.ChunkSize : length > 0 ? State.Body : undefined;
    // trailers count anew
    if (x._size) x._size = x._fields = 0;
    if (x.onhead) x.onhead();
    if (x._expect && (x._chunked || length > 0) && x.ondata && !x._queue![0] && !x._finished) {
      x._raw = "HTTP/1.1 100 Continue\r\n\r\n";
      x._expect = undefined;
    }
  } else x._state = undefined;
  return position + 2;
};

/** The rest of a field line that is too long to be kept until it is complete. */
const unread: Reader = (x, buffer, position) => {
  const [, last] = find(buffer, "^[\t%C]*", position);
  let next = last! + 1;
  if (find(buffer, "^\r\n", next)[0]) {
    next += 2;
    x._state = State.Field;
  } else if (!find(buffer, "^\r?$", next)[0]) error(400, 0);
  x._size = x._size! + next - position;
  if (x._size > (x._server.head ?? HEAD_SIZE)) error(431, 0);
  return next;
};

/** Gives the app what has come of the body or of a chunk. */
const body: Reader = (x, buffer, position) => {
  const length = x._length ?? 0;
  if (length > 0) {
    const piece = string.sub(buffer, position, position + length - 1);
    x._length = length - piece.length;
    const size = (x._size ?? 0) + piece.length;
    if (size >= PROGRESS) x._silent = 0;
    x._size = size % PROGRESS;
    if (piece !== "" && x.ondata) x.ondata(piece);
    return position + piece.length;
  }
  if (!x._chunked) {
    x._state = undefined;
    return position;
  }
  if (!find(buffer, "^\r\n", position)[0]) return position;
  x._state = State.ChunkSize;
  return position + 2;
};

const chunkSize: Reader = (x, buffer, position) => {
  const [digits, extension, next] = match(buffer, "^0*(%x+)([\t%C]*)\r\n()", position);
  if (!next || (extension !== "" && !find(extension, "^[ \t]*;")[0])) return position;
  // seven digits stay within 31 bits
  if (digits.length > 7) error(413, 0);
  x._length = tonumber(digits, 16)!;
  x._state = x._length > 0 ? State.Body : State.Field;
  return next;
};

/** Takes the rest of a request that nobody wants; all that is known to be still to come, or DISCARD bytes, end the connection. */
const discard: Reader = (x, buffer, position) => {
  const size = buffer.length - position + 1;
  const total = (x._size ?? 0) + size;
  x._size = total;
  if (x._length) x._length -= size;
  if (x._hold > Hold.Sending) {
    x._silent = 0;
    // nothing is waited for any more: go() ends the connection, not before the next tick, for in `receive` that would be a reset
    if ((x._length ?? 1) <= 0) x._hold = Hold.None;
    else if (total > DISCARD) x._hold = Hold.Cut;
  }
  return position + size;
};

/**
 * Reads on in a request, state by state, until one waits for more, the request is complete, or its response is cut.
 * @returns what waits for more
 */
export function take(x: Exchange, buffer: string): string {
  let position = 1;
  let state = x._state;
  while (state) {
    let next: number;
    if (state === State.RequestLine) next = requestLine(x, buffer, position);
    else if (state === State.Field) next = field(x, buffer, position);
    else if (state === State.Body) next = body(x, buffer, position);
    else if (state === State.ChunkSize) next = chunkSize(x, buffer, position);
    else if (state === State.Unread) next = unread(x, buffer, position);
    else next = discard(x, buffer, position);
    if (x._hold > Hold.Sending) {
      // no line is waited for
      state = undefined;
      break;
    }
    state = x._state;
    if (!state) {
      x._silent = 0;
      if (x.ondata) x.ondata();
    }
    if (next === position) break;
    position = next;
  }
  const rest = string.sub(buffer, position);
  if (state) {
    // a line that is complete and that no state has taken, or one that is too long (a CR may be its last)
    if (find(rest, "\n", 1, true)[0]) error(400, 0);
    if (rest.length > (x._server.line ?? LINE) + 1) error(x.url ? 431 : 414, 0);
  }
  return rest;
}
