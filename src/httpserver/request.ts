// Reads requests (RFC 9112): request line, fields, body, chunks. No I/O: a state takes what it can from the buffer and says
// where it stopped; a refusal is raised as an error that is the status code. A line that no state takes is refused by
// read() in connection.ts when it is complete. Tells the app what becomes known.
import { Hold, type State } from "./exchange";
import { lists } from "./response";

const find = string.find;
const lower = string.lower;
const match = string.match;

/** Bytes of a body with which a client does not count as silent. */
const PROGRESS = 256;

export const requestLine: State = (x, buffer, position) => {
  const [method, url, major, minor, next] = match(
    buffer,
    "^([%w!#$%%&'*+%-.^_`|~]+) ([!\"$-~]+) HTTP/(%d)%.(%d)\r\n()",
    position,
  );
  if (!next) {
    // RFC 9112 2.2: an empty line before the request line is ignored
    return position < 3 && find(buffer, "^\r\n", position)[0] ? position + 2 : position;
  }
  if (next - position - 2 > x._server.line) error(414, 0);
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
  x._state = field;
  x._server._handler(x, x);
  return next;
};

/** Reads the fields of the head, or (ignoring them) of the trailers, and the empty line that ends them. */
const field: State = (x, buffer, position) => {
  const { line, head, fields } = x._server;
  let size = x._size ?? 0;
  let count = x._fields ?? 0;
  while (true) {
    const [name, value, next] = match(
      buffer,
      "^([%w!#$%%&'*+%-.^_`|~]+):[ \t]*([^%z\x01-\x08\x0a-\x1f\x7f]-)[ \t]*\r\n()",
      position,
    );
    if (!next) break;
    size += next - position;
    count++;
    if (next - position - 2 > line || size > head || count > fields) error(431, 0);
    position = next;
    if (x._hold === Hold.Head) {
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
        if (lists(value, "close")) x._close = true;
        else if (x._http10 && lists(value, "keep%-alive")) x._close = undefined;
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
      if (x.onheader) x.onheader(key, value);
    }
  }
  if (!find(buffer, "^\r\n", position)[0]) {
    x._size = size;
    x._fields = count;
    return position;
  }
  if (x._hold === Hold.Head) {
    if (!x._host && !x._http10) error(400, 0);
    x._hold = Hold.Callback;
    x._silent = 0;
    x._state = x._chunked ? chunkSize : body;
    // trailers count anew
    if (x._size) x._size = x._fields = 0;
    if (x.onhead) x.onhead();
    if (x._expect && (x._chunked || (x._length ?? 0) > 0) && x.ondata && !x._queue![0] && !x._finished) {
      x._raw = "HTTP/1.1 100 Continue\r\n\r\n";
      x._expect = undefined;
    }
  } else x._state = undefined;
  return position + 2;
};

/** Gives the app what has come of the body or of a chunk. */
const body: State = (x, buffer, position) => {
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
  if (!x._chunked) x._state = undefined;
  else if (find(buffer, "^\r\n", position)[0]) {
    x._state = chunkSize;
    return position + 2;
  }
  return position;
};

const chunkSize: State = (x, buffer, position) => {
  const [digits, extension, next] = match(buffer, "^0*(%x+)([\t%C]*)\r\n()", position);
  if (!next || (extension !== "" && !find(extension, "^[ \t]*;")[0])) return position;
  // seven digits stay within 31 bits
  if (digits.length > 7) error(413, 0);
  x._length = tonumber(digits, 16)!;
  x._state = x._length > 0 ? body : field;
  return next;
};
