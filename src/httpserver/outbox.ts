// Sends responses: head, framing (RFC 9112 6), one full TCP segment after another, no more than may be in flight. What one
// callback has queued goes out together. connections.ts sees what becomes of a connection when its response has gone.
import { complete, count, isBusy } from "./connections";
import { type Exchange, Hold, type Pull } from "./exchange";
import { hasRoom, LEAST_HEAP, SEGMENT_BUFFER } from "./heap";
import { CONNECTIONS, RESERVE } from "./limits";
import { reason } from "./status";

const find = string.find;

/** What ESP8266 takes before an acknowledgement: two segments. ESP32 (which has no tmr.now) gets a little less [bytes]. */
const FLIGHT = 2920;
/** One send: a segment on ESP8266; on ESP32, which must have only one send in flight, two of its segments [bytes]. */
const SEGMENT = tmr.now ? 1460 : 2880;
/** What every path of the Internet takes in one packet (RFC 9293): for a heap that is nearly full [bytes]. */
const LEAST = 536;
/** Heap that a segment wants: twice its bytes in strings, once in Lua's own buffer, once in lwIP [bytes]. */
const COMFORT = 5500;
/** A chunk-size line of three digits and the chunk's end: segments must be full, or the last one waits (Nagle) [bytes]. */
const CHUNK_FRAME = 7;
/** The last chunk [bytes]. */
const LAST_CHUNK = 5;
/** Of a request's body, what is still read when the response has ended [bytes]. */
const DRAIN = 8192;
/** Length of a body that ends with its connection. Firmware that counts in integers refuses a larger constant. */
const ENDLESS = 0x7ffffffe;

/** Makes the next bytes of the response: its head, if there is none yet, and what there is of its body. */
function next(x: Exchange): string {
  const queue = x._queue!;
  let left = x._left;
  let start = "";
  if (left === undefined) {
    const code = x._code ?? 200;
    let framing = "";
    left = x._declared || (x._finished && x._total);
    if (code === 205) left = 0;
    if (code !== 200 && (code < 200 || code === 204 || code === 304)) left = 0;
    else if (left) framing = "Content-Length: " + (left + "\r\n");
    else if (x._http10) {
      left = ENDLESS;
      x._close = true;
    } else {
      left = false;
      framing = "Transfer-Encoding: chunked\r\n";
    }
    if (x.method === "HEAD") left = 0;
    if (count >= (x._server.connections ?? CONNECTIONS)) x._close = true;
    const connection = x._close ? "Connection: close\r\n" : x._http10 ? "Connection: keep-alive\r\n" : "";
    start = "HTTP/1.1 " + (reason(code) + ("\r\n" + (x._header + (framing + (connection + "\r\n")))));
  }
  let room = (hasRoom(COMFORT) ? SEGMENT : LEAST) - start.length;
  if (!left) room -= CHUNK_FRAME;
  else if (left < room) room = left;
  // the last two pieces stay apart: with large ones a segment is made once, of its pieces, and not copied for each of them
  let body = "";
  let middle = "";
  let last = "";
  const wanted = room;
  while (room > 0 && queue[0]) {
    const first = queue[0];
    if (type(first) === "function") {
      const piece = (first as Pull)(x);
      // it has misused its response, which has become a refusal
      if (x._queue !== queue) error(x._code, 0);
      if (piece === "") break;
      if (piece) table.insert(queue, 1, piece + "");
      else table.remove(queue, 1);
    } else {
      const at = x._at ?? 1;
      if (middle !== "") body = body + middle;
      middle = last;
      last = string.sub(first as string, at, at + room - 1);
      room -= last.length;
      const end = at + last.length;
      if (end > (first as string).length) {
        table.remove(queue, 1);
        if (at > 1) x._at = undefined;
      } else x._at = end;
    }
  }
  const size = wanted - room;
  let rest = "";
  if (left) {
    left -= size;
    // no body, or more than the app itself has promised
    if (left === 0) x._queue = [];
  } else if (size > 0) {
    start = start + string.format("%x\r\n", size);
    rest = "\r\n";
  }
  const isEnd = x._finished && !x._queue![0] && (left || room >= LAST_CHUNK);
  if (isEnd && !left) rest = rest + "0\r\n\r\n";
  const out = start + (body + (middle + (last + rest)));
  // nothing has gone yet: without memory for a call of `send` a client must not get a body's end and no head
  if (out !== "") x._raw = out;
  // not before: with no memory for `out` the head has not gone, or the body has not ended
  x._left = left;
  if (isEnd) {
    x._queue = undefined;
    // less than it has promised: must not look whole
    if ((left || 0) > 0) x._close = true;
  }
  return out;
}

/**
 * Sends what can go now.
 * @param most bytes of a send, if not a segment: ESP32 takes a part of what does not fit, and then nobody knows how much
 */
export function go(socket: net.PortableTcpSocket, x: Exchange, most?: number): void {
  if (x._hold > Hold.None) return;
  // so much of the request's body is still to come that the connection is not worth keeping
  if (x._finished && x._state && (x._expect || x._chunked || (x._length ?? 0) > DRAIN)) x._close = true;
  x._hold = Hold.Callback;
  let hold = Hold.None;
  let hasOthers: boolean | undefined;
  for (const _ of $range(SEGMENT, FLIGHT, SEGMENT)) {
    let out = x._raw;
    if (!out && !(x._queue && (x._finished || x._queue[0]))) break;
    if (hasOthers === undefined) hasOthers = count > 1 && isBusy(x);
    if (!out) {
      // other responses will give memory back
      if (hasOthers && !hasRoom((x._server.reserve ?? RESERVE) + SEGMENT_BUFFER)) break;
      out = next(x);
      // a function has misused its response: what it gives now must not make it look whole
      if (x._hold > Hold.Sending) return;
      if (out === "") break;
      x._silent = 0;
    }
    // what is in flight will give memory back; with nothing in flight there is nothing to wait for
    if ((hold > Hold.None || hasOthers) && !hasRoom(LEAST_HEAP + out.length)) {
      x._raw = out;
      break;
    }
    const [ok, problem] = pcall(socket.send, socket, most ? string.sub(out, 1, most) : out);
    if (!ok) {
      // what has no room goes on `sent` or at the next tick
      x._raw = out;
      // the peer has left, or (ESP32) only a part was queued
      if (!find(problem as string, "memory")[0] && !find(problem as string, "block")[0]) hold = Hold.Cut;
      break;
    }
    if (most && out.length > most) x._raw = string.sub(out, most + 1);
    else if (x._raw) x._raw = undefined;
    x._silent = 0;
    hold = Hold.Sending;
  }
  x._hold = hold;
  if (hold > Hold.None || x._queue || x._raw) return;
  complete(socket, x);
}
