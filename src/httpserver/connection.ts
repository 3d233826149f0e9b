// The socket's callbacks, each guarded: on ESP8266 an error that leaves one reboots the board. They find the exchange,
// let request.ts read and outbox.ts send, and see to time-outs.
import { add, close, closeLater, connections, count, seconds } from "./connections";
import type { Exchange } from "./exchange";
import type { Server } from "./limits";
import { flush, unread } from "./outbox";
import { requestLine } from "./request";
import { HEAD, refuse } from "./response";

type Socket = net.TcpSocket;

const find = string.find;

/** A `sent` that has not come after this time may have been lost (ESP32) [s]. */
const SENT_LOST = 3;
/** Pipelined input that may wait for the end of a response before another piece comes: one piece [bytes]. */
const PIECE = 1460;

/** Lets a connection read: goes on with its exchange or begins one. */
function read(socket: Socket, data: string, server: Server): void {
  let x = connections.get(socket) as Exchange;
  if (type(x) === "number") {
    x = setmetatable(
      {
        conn: socket,
        _server: server,
        _state: requestLine,
        _deadline: seconds + server.headtime,
        _size: 0,
        _fields: 0,
        _header: "",
        _queue: [],
        _at: 1,
        _bytes: 0,
      } as unknown as Exchange,
      HEAD,
    );
    connections.set(socket, x);
  }
  if (!x || x._cut) return;
  x._hold = true;
  const rest = x._rest;
  if (rest) {
    if (!x._state && rest.length > PIECE) x._close = true;
    else data = rest + data;
  }
  let position: number | undefined = 1;
  let from = 1;
  while (x._state && position) {
    from = position;
    position = x._state(x, data, from);
  }
  const left = string.sub(data, position ?? from);
  x._rest = undefined;
  if (left !== "" && (x._state || !x._close)) {
    x._rest = left;
    // a line that is complete but that no state has taken, or one that is too long
    if (x._state) {
      if (find(left, "\n", 1, true)[0]) refuse(x, 400);
      else if (left.length > x._server.line) refuse(x, x.url ? 431 : 414);
    }
  }
  x._hold = !x._open;
  go(x);
}

/** Sends what can go; then, at the end of the exchange, closes, idles or turns to the next request. */
function go(x: Exchange): void {
  flush(x);
  if (!x._ended || x._raw || x._sending || x._cut) return;
  if (x._close || unread(x)) {
    x.onclose = undefined;
    closeLater(x);
  } else if (!x._state) {
    connections.set(x.conn, seconds + x._server.idle);
    if (x._rest) read(x.conn, x._rest, x._server);
  }
}

function sent(socket: Socket): void {
  const x = connections.get(socket) as Exchange;
  if (type(x) === "table") {
    x._sending = undefined;
    go(x);
  }
}

/** An error in the app, or no memory. */
function fail(socket: Socket, problem: unknown): void {
  const x = connections.get(socket) as Exchange;
  const report = type(x) === "table" && x._server.onerror;
  if (report) pcall(report, problem, x);
  else print(problem);
  if (type(x) === "table") {
    refuse(x, find(tostring(problem), "not enough memory", 1, true)[0] ? 503 : 500);
    x._hold = undefined;
    flush(x);
  }
}

/** Does a callback's work; nothing that it raises gets out. */
function guard(
  work: (this: void, socket: Socket, data: string, server: Server) => void,
  socket: Socket | undefined,
  data?: string,
  server?: Server,
): void {
  if (socket) {
    const [ok, problem] = pcall(work, socket, data!, server!);
    if (!ok) pcall(fail, socket, problem);
  }
}

const onSent = (socket: Socket | undefined) => guard(sent, socket);
// on ESP32 our end stays open until it is closed too
const onDisconnection = (socket: Socket | undefined) => guard(close, socket);

/** Once a second: time-outs, sends that found no room, functions that had nothing yet, sockets that the app has closed. */
function check(socket: Socket): void {
  const x = connections.get(socket) as Exchange;
  if (type(x) === "number") {
    if (seconds > (x as unknown as number)) close(socket);
  } else if (x._cut || !socket.getpeer()[0]) close(socket);
  else if (x._sending || x._raw) {
    const waited = seconds - x._since;
    if (waited > x._server.sendtime) close(socket);
    else if (waited > SENT_LOST || !x._sending) sent(socket);
  } else {
    if (x._deadline && seconds > x._deadline) {
      refuse(x, x._state ? 408 : 503);
      x._hold = undefined;
    }
    go(x);
  }
}

function tick(): void {
  for (const [socket] of pairs(connections)) guard(check, socket);
}

function accept(
  socket: Socket,
  receive: (this: void, socket: Socket | undefined, data: string) => void,
  server: Server,
): void {
  add(socket, server.idle, tick);
  socket.on("receive", receive);
  socket.on("sent", onSent);
  socket.on("disconnection", onDisconnection);
  if (count >= server.connections) {
    // the last slot: the oldest connection without a request makes room for the next client
    let oldest: Socket | undefined;
    let least = seconds + server.idle;
    for (const [other, x] of pairs(connections)) {
      if (other !== socket && type(x) === "number" && (x as number) <= least) {
        least = x as number;
        oldest = other;
      }
    }
    if (oldest) close(oldest);
  }
}

/** What net.server:listen gets for a server. */
export function acceptor(server: Server): (this: void, socket: Socket) => void {
  const receive = (socket: Socket | undefined, data: string) => guard(read, socket, data, server);
  return (socket) => {
    // without memory for its callbacks a connection idles until it is closed
    pcall(accept, socket, receive, server);
  };
}
