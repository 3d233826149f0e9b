// Sends responses: head, framing (RFC 9112 6), and one send in flight. What one callback has queued goes out together;
// while more follows, a send is two full TCP segments if the heap allows.
import { closeLater, count } from "./connections";
import { type Exchange, Framing, type Pull } from "./exchange";
import { reason } from "./status";

const find = string.find;
const sub = string.sub;

/** Two segments: of 1460 bytes on ESP8266, of 1440 on ESP32 (which has no tmr.now). */
const SEGMENTS = tmr.now ? 2920 : 2880;
/** One segment, on either chip and behind any router. */
const SEGMENT = 1400;
/** What every path of the Internet takes in one packet (RFC 9293): for a heap that is nearly full. */
const LEAST = 536;
/** Heap that two segments want: twice their bytes in strings, once in Lua's own buffer, once in lwIP [bytes]. */
const COMFORT = 12500;
/** A chunk-size line of three digits and the chunk's end: segments must be full, or the last one waits (Nagle). */
const CHUNK_FRAME = 7;

/** Whether so much of the request's body is still to come that the connection is not worth keeping. */
export function unread(x: Exchange): unknown {
  return x._state && (x._expect || x._chunked || (x._length ?? 0) > x._server.drain);
}

/** Makes the response's head; settles how the body is framed and whether the connection goes on. */
function head(x: Exchange): string {
  const code = x._code ?? 200;
  let lines = x._header;
  let left = x._left || (x._finished && x._bytes);
  x._framing = Framing.Plain;
  if (code === 205) left = 0;
  if (code < 200 || code === 204 || code === 304) left = 0;
  else if (left) lines = lines + ("Content-Length: " + (left + "\r\n"));
  else if (x._http10) x._close = true;
  else {
    x._framing = Framing.Chunked;
    lines = lines + "Transfer-Encoding: chunked\r\n";
  }
  if (x.method === "HEAD") {
    left = 0;
    x._framing = Framing.Plain;
  }
  x._left = left as number | undefined;
  if ((x._http10 && !x._keep) || count >= x._server.connections || (x._finished && unread(x)))
    x._close = true;
  if (x._close) lines = lines + "Connection: close\r\n";
  else if (x._http10) lines = lines + "Connection: keep-alive\r\n";
  return "HTTP/1.1 " + (reason(code) + ("\r\n" + (lines + "\r\n")));
}

/** Makes the next bytes of the response, `most` of them if there are so many. */
function next(x: Exchange, most: number): string {
  const start = x._framing ? "" : head(x);
  let room = most - start.length - (x._framing === Framing.Chunked ? CHUNK_FRAME : 0);
  if (x._left && x._left < room) room = x._left;
  let body = "";
  while (room > 0 && x._queue[0]) {
    const first = x._queue[0];
    if (type(first) === "function") {
      const piece = (first as Pull)(x);
      if (piece === "") break;
      if (piece) table.insert(x._queue, 1, piece + "");
      else table.remove(x._queue, 1);
    } else {
      const piece = sub(first as string, x._at, x._at + room - 1);
      body = body + piece;
      room -= piece.length;
      x._at += piece.length;
      if (x._at > (first as string).length) {
        table.remove(x._queue, 1);
        x._at = 1;
      }
    }
  }
  if (x._left) {
    x._left -= body.length;
    // no body, or more than the app itself has promised
    if (x._left === 0) x._queue = [];
  }
  if (x._finished && !x._queue[0]) {
    x._ended = true;
    // less than it has promised: must not look whole
    if (x._left && x._left > 0) x._close = true;
  }
  if (x._framing === Framing.Chunked) {
    if (body !== "") body = string.format("%x\r\n", body.length) + (body + "\r\n");
    if (x._ended) body = body + "0\r\n\r\n";
  }
  return start + body;
}

/** Hands over what can go now. */
export function flush(x: Exchange): void {
  if (x._hold || x._sending || x._cut) return;
  x._hold = true;
  if (node.heap() < COMFORT) collectgarbage();
  const free = node.heap();
  const most = free > COMFORT ? SEGMENTS : free > COMFORT / 2 ? SEGMENT : LEAST;
  let out = x._raw ?? ((x._finished || x._queue[0]) && !x._ended ? next(x, most) : "");
  x._hold = undefined;
  if (out === "") return;
  if (!x._raw) x._patience = x._server.sendtime;
  const [ok, problem] = pcall(x.conn.send, x.conn, sub(out, 1, most));
  if (ok) {
    x._sending = true;
    x._begun = !!x._framing;
    x._patience = x._server.sendtime;
    out = sub(out, most + 1);
  } else if (!find(problem as string, "memory")[0] && !find(problem as string, "block")[0]) {
    // the peer has left, or (ESP32) only a part was queued
    closeLater(x);
  }
  // what had no room goes on `sent` or at the next tick
  x._raw = out !== "" ? out : undefined;
}
