// The socket's callbacks and the tick. They find the exchange, let request.ts read and outbox.ts send, and see to time-outs.
import { close, connections, count, open, TICKS } from "./connections";
import { type Exchange, Hold } from "./exchange";
import type { Server } from "./limits";
import { go } from "./outbox";
import { requestLine } from "./request";
import { guard, HEAD } from "./response";

type Socket = net.TcpSocket;

/** A `sent` that has not come after this time may have been lost (ESP32) [s]. */
const SENT_LOST = 3;
/** Pipelined input that may wait for the end of a response: two received pieces [bytes]. */
const WAITING = 2920;

/** The server that accepted last. */
let latest: Server;
/** Ticks of the second that runs. */
let ticks = 0;

/** Lets a connection read: goes on with its exchange or begins one. */
export function read(socket: Socket, data: string, server: Server): void {
  let x = connections.get(socket);
  // not a connection of ours, or one that is closed already
  if (!x) return;
  if (typeof x === "number") {
    x = setmetatable(
      {
        conn: socket,
        _server: server,
        _state: requestLine,
        _silent: 0,
        _hold: Hold.Head,
        _header: "",
        _queue: [],
        _total: 0,
        // with these the table has room for all fields from the start: growing would take both sizes at once
        _code: undefined,
        _left: undefined,
      } as unknown as Exchange,
      HEAD,
    );
    connections.set(socket, x);
  }
  if (x._hold > Hold.Sending) return;
  if (x._hold === Hold.None) x._hold = Hold.Callback;
  if (x._rest) {
    if (!x._state && x._rest.length + data.length > WAITING) x._close = true;
    else data = x._rest + data;
    x._rest = undefined;
  }
  let position = 1;
  while (x._state) {
    const next = x._state(x, data, position);
    // a callback has lost a piece of its response: what follows is no longer read rightly, and nobody's business
    if (x._hold > Hold.Sending) return;
    if (!x._state) {
      x._silent = 0;
      if (x.ondata) x.ondata();
    }
    if (next === position) break;
    position = next;
  }
  data = string.sub(data, position);
  if (x._state) {
    // a line that is complete and that no state has taken, or one that is too long (a CR may be its last)
    if (string.find(data, "\n", 1, true)[0]) error(400, 0);
    if (data.length > server.line + 1) error(x.url ? 431 : 414, 0);
  }
  if (data !== "" && (x._state || !x._close)) x._rest = data;
  if (x._hold === Hold.Callback) x._hold = Hold.None;
  go(socket, x);
}

function sent(socket: Socket, most?: number): void {
  const x = connections.get(socket);
  if (typeof x === "object") {
    if (x._hold === Hold.Sending) x._hold = Hold.None;
    x._silent = 0;
    go(socket, x, most);
    if (x._hold === Hold.Cut) close(socket);
  }
}

/** Once a second for an exchange: time-outs, what found no room, functions that had nothing, sockets that the app closed. */
function check(socket: Socket): void {
  const x = connections.get(socket) as Exchange;
  const limits = x._server;
  const silent = x._silent + 1;
  x._silent = silent;
  const hold = x._hold;
  const isSending = hold === Hold.Sending;
  if (!socket.getpeer()[0]) close(socket);
  else if (
    silent >
    (isSending || x._raw
      ? limits.sendtime
      : !x._state
        ? limits.answer
        : hold === Hold.Head
          ? limits.headtime
          : limits.bodytime)
  ) {
    if (isSending || x._left !== undefined) close(socket);
    else error(x._state ? 408 : 503, 0);
  } else if (!isSending) go(socket, x);
  else if (silent > SENT_LOST) {
    // it may only be late: a byte fits, or does not
    sent(socket, 1);
    // room for more is not yet a client that reads
    if (x._hold > Hold.None || x._raw) x._silent = silent;
  }
}

const onSent = guard(sent);
// on ESP32 our end stays open until it is closed too
const onEnd = guard(close);
const onSecond = guard(check);

function tick(): void {
  // one that has been silent for less than a tick may have just come
  let least = latest.idle * TICKS - 1;
  let oldest: Socket | undefined;
  ticks = (ticks + 1) % TICKS;
  for (const [socket, x] of pairs(connections)) {
    if (typeof x === "number") {
      connections.set(socket, x - 1);
      if (x < 1) onEnd(socket);
      else if (x < least) {
        least = x;
        oldest = socket;
      }
    } else if (x._hold > Hold.Sending) {
      x._hold -= 1;
      if (x._hold < Hold.Cut) onEnd(socket);
      least = 0;
      oldest = socket;
    } else if (ticks === 0) onSecond(socket);
  }
  // with the last slot taken one that ends anyway makes room, or the one that has been silent longest
  if (count >= latest.connections) onEnd(oldest);
}

/** What net.server:listen gets for a server. */
export function accept(socket: Socket, _: unknown, server: Server): void {
  latest = server;
  open(socket, server.idle, tick);
  socket.on("receive", server._receive);
  socket.on("sent", onSent);
  socket.on("disconnection", onEnd);
}
