// The socket's callbacks, each guarded: on ESP8266 an error that leaves one reboots the board. They find the exchange,
// let request.ts read and outbox.ts send, and see to time-outs.
import { add, close, closeLater, count, exchanges, idle, TICKS } from "./connections";
import { type Exchange, Framing } from "./exchange";
import type { Server } from "./limits";
import { flush, unread } from "./outbox";
import { requestLine } from "./request";
import { fail, HEAD } from "./response";

type Socket = net.TcpSocket;

const find = string.find;

/** A `sent` that has not come after this time may have been lost (ESP32) [s]. */
const SENT_LOST = 3;
/** Time for a client to close before we do [ticks]. */
const LINGER = 3;
/** Pipelined input that may wait for the end of a response before another piece comes: one piece [bytes]. */
const PIECE = 1460;

/** The server that accepted last. */
let latest: Server;
/** Ticks until the next second. */
let ticks = TICKS;

/** Lets a connection read: goes on with its exchange or begins one. */
function read(socket: Socket, data: string, server: Server): void {
  let x = exchanges.get(socket);
  if (!x) {
    // not a connection of ours, or one that is closed already
    if (!idle.get(socket)) return;
    x = setmetatable(
      {
        conn: socket,
        _server: server,
        _state: requestLine,
        _patience: server.headtime,
        _size: 0,
        _fields: 0,
        _header: "",
        _queue: [],
        _at: 1,
        _bytes: 0,
        // with these the table has room for all fields from the start: growing would take both sizes at once
        _open: false,
        _hold: true,
        _close: false,
        _sending: false,
        _begun: false,
        _ended: false,
        _finished: false,
        _cut: false,
      } as unknown as Exchange,
      HEAD,
    );
    exchanges.set(socket, x);
    idle.delete(socket);
  }
  if (x._cut) return;
  x._hold = true;
  let rest = x._rest;
  if (rest) {
    if (!x._state && rest.length > PIECE) x._close = true;
    data = rest + data;
  }
  let position = 1;
  while (x._state) {
    const next = x._state(x, data, position);
    if (next === position) break;
    position = next;
  }
  rest = string.sub(data, position);
  x._rest = undefined;
  if (x._state) {
    // a line that is complete and that no state has taken, or one that is too long (a CR may be its last)
    if (find(rest, "\n", 1, true)[0]) error(400, 0);
    if (rest.length > server.line + 1) error(x.url ? 431 : 414, 0);
  }
  if (rest !== "" && (x._state || !x._close)) x._rest = rest;
  x._hold = !x._open;
  go(x);
}

/** Sends what can go; then, at the end of the exchange, closes, idles or turns to the next request. */
function go(x: Exchange): void {
  flush(x);
  if (!x._ended || x._raw || x._sending || x._cut) return;
  if (x._close || unread(x)) {
    x.onclose = undefined;
    // who closes first keeps 184 bytes in TIME_WAIT for 10 s: a client that can tell the end by itself gets to be the one
    if (x._state || !(x._left || x._framing === Framing.Chunked)) closeLater(x);
    else if (!idle.get(x.conn)) idle.set(x.conn, LINGER);
  } else if (!x._state) {
    // in this order: without memory for the one it is still the other
    idle.set(x.conn, x._server.idle * TICKS);
    exchanges.delete(x.conn);
    if (x._rest) read(x.conn, x._rest, x._server);
  }
}

function sent(socket: Socket): void {
  const x = exchanges.get(socket);
  if (x) {
    x._sending = undefined;
    x._patience = x._state ? x._server.bodytime : x._server.answer;
    go(x);
  }
}

/** Does a callback's work; nothing that it raises gets out. */
function guard(
  work: (this: void, socket: Socket, data: string, server: Server) => void,
  socket: Socket | undefined,
  data?: string,
  server?: Server,
): void {
  if (!socket) return;
  const [ok, problem] = pcall(work, socket, data!, server!);
  if (!ok) {
    const x = exchanges.get(socket);
    fail(x, problem);
    // what has come cannot be kept, and what follows must not be taken for a request
    if (!x) pcall(close, socket);
  }
}

const onSent = (socket: Socket | undefined) => guard(sent, socket);
// on ESP32 our end stays open until it is closed too
const onDisconnection = (socket: Socket | undefined) => guard(close, socket);

/** Once a second for an exchange: time-outs, what found no room, functions that had nothing, sockets that the app closed. */
function check(socket: Socket): void {
  const x = exchanges.get(socket)!;
  x._patience--;
  if (x._cut || !socket.getpeer()[0]) close(socket);
  else if (x._patience < 0) {
    if (x._framing || x._sending) close(socket);
    else error(x._state ? 408 : 503, 0);
  } else if (!x._sending) go(x);
  else if (x._patience < x._server.sendtime - SENT_LOST) {
    const left = x._patience;
    sent(socket);
    // room for more is not yet a client that reads
    if (x._sending || x._raw) x._patience = left;
  }
}

/** With the last slot taken the connection that has been silent longest makes room; one that has just come may still speak. */
function makeRoom(): void {
  if (count < latest.connections) return;
  let oldest: Socket | undefined;
  let least = latest.idle * TICKS;
  for (const [socket, left] of pairs(idle)) {
    if (left < least) {
      least = left;
      oldest = socket;
    }
  }
  guard(close, oldest);
}

function tick(): void {
  for (const [socket, left] of pairs(idle)) {
    idle.set(socket, left - 1);
    if (left === 0) guard(close, socket);
  }
  makeRoom();
  ticks--;
  if (ticks > 0) return;
  ticks = TICKS;
  for (const [socket] of pairs(exchanges)) guard(check, socket);
}

function sweep(): void {
  for (const [socket, x] of pairs(exchanges)) {
    if (x._cut) guard(close, socket);
  }
}

function accept(
  socket: Socket,
  receive: (this: void, socket: Socket | undefined, data: string) => void,
  server: Server,
): void {
  latest = server;
  idle.set(socket, server.idle * TICKS);
  add(tick, sweep);
  socket.on("receive", receive);
  socket.on("sent", onSent);
  socket.on("disconnection", onDisconnection);
  makeRoom();
}

/** What net.server:listen gets for a server. */
export function acceptor(server: Server): (this: void, socket: Socket) => void {
  const receive = (socket: Socket | undefined, data: string) => guard(read, socket, data, server);
  return (socket) => {
    if (!pcall(accept, socket, receive, server)[0]) pcall(close, socket);
  };
}
