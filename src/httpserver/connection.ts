// The socket's callbacks and the tick. They find the exchange, let request.ts read and outbox.ts send, and see to time-outs.
import { close, connections, count, HEARD, isBusy, open, rest, TICKS, ticks } from "./connections";
import { type Exchange, Hold, State } from "./exchange";
import { BODYTIME, CONNECTIONS, HEADTIME, IDLE, LINE, RESERVE, SENDTIME, type Server } from "./limits";
import { go, hasRoom, LEAST_HEAP, SEGMENT_BUFFER } from "./outbox";
import { body, chunkSize, discard, field, requestLine, unread } from "./request";
import { guard, HEAD, wake } from "./response";

type Socket = net.PortableTcpSocket;

/** A `sent` that has not come after this time may have been lost (ESP32) [s]. */
const SENT_LOST = 3;
/** Pipelined input that may wait for the end of a response: two received pieces [bytes]. */
const WAITING = 2920;

/** A client that has been refused in the middle of its request sends no more, if it has been silent for so long [ticks]. */
const QUIET = 3;
/** What a request and its app take until the response has begun [bytes]. */
const REQUEST = 2560;
/** More ticks than any connection has been silent. */
const ANY = 0x7ffffffe;
/**
 * Sockets of ended connections that are kept for their full time. With more of them, or if memory is short, time runs faster for those
 * that need it least, with twice as many for all.
 */
const KEPT = 16;

/** Ticks of the second that runs. */
let beat = 0;
/** Sockets that are kept, at the last tick. */
let kept = 0;

/** Requests that wait for memory: what has come of them. */
const waiting = new LuaTable<Socket, string>();

/** Lets a connection read: goes on with its exchange or begins one. */
export function read(socket: Socket, data: string, server: Server): void {
  let x = connections.get(socket) as Exchange | undefined;
  // not a connection of ours, or one that is closed already
  if (!x) return;
  if (x._hold === undefined) {
    const before = waiting.get(socket);
    if (before) data = before + data;
    const reserve = server.reserve ?? RESERVE;
    const mustWait = !hasRoom(reserve + REQUEST) && isBusy();
    if (mustWait && !hasRoom(LEAST_HEAP)) error(503, 0);
    waiting.set(socket, (mustWait ? data : undefined) as string);
    if (mustWait) return;
    x = setmetatable(
      {
        conn: socket,
        _server: server,
        _state: State.RequestLine,
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
    if (!hasRoom(LEAST_HEAP + SEGMENT_BUFFER)) error(503, 0);
  }
  if (x._hold > Hold.Sending && x._state !== State.Discard) return;
  if (x._hold === Hold.None) x._hold = Hold.Callback;
  if (x._rest) {
    if (!x._state && x._rest.length + data.length > WAITING) x._close = true;
    else data = x._rest + data;
    x._rest = undefined;
  }
  let position = 1;
  while (x._state) {
    const state = x._state;
    let next: number;
    if (state === State.RequestLine) next = requestLine(x, data, position);
    else if (state === State.Field) next = field(x, data, position);
    else if (state === State.Body) next = body(x, data, position);
    else if (state === State.ChunkSize) next = chunkSize(x, data, position);
    else if (state === State.Unread) next = unread(x, data, position);
    else next = discard(x, data, position);
    // the response has been cut, or only the rest of the request is waited for
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
    if (data.length > (server.line ?? LINE) + 1) error(x.url ? 431 : 414, 0);
  }
  // what nobody will read any more: its client is not done sending
  if (data !== "") x._rest = x._state || !x._close ? data : "";
  if (x._hold === Hold.Callback) x._hold = Hold.None;
  go(socket, x);
  // ESP8266: as long as the window is not opened again, to close means a reset, by which a client sees that a response was cut
  if (x._queue && !x._state && !x._held && socket.hold) {
    x._held = true;
    socket.hold();
  }
}

/**
 * The network has taken a send; or, once a second for an exchange: time-outs, what found no room, functions that had nothing,
 * sockets that the app closed.
 */
function sent(socket: Socket, isSecond?: boolean): void {
  const x = connections.get(socket) as Exchange | undefined;
  if (!x || x._hold === undefined) return;
  const hold = x._hold;
  let silent = 0;
  let most: number | undefined;
  if (isSecond) {
    silent = x._silent + 1;
    if (!socket.getpeer()[0]) {
      close(socket);
      return;
    }
    const limits = x._server;
    const isSending = hold === Hold.Sending;
    if (
      silent >
      (isSending || x._raw
        ? (limits.sendtime ?? SENDTIME)
        : !x._state
          ? // any time: a silent app is no stall (server-sent events)
            (limits.answer ?? silent)
          : hold === Hold.Head
            ? (limits.headtime ?? HEADTIME)
            : (limits.bodytime ?? BODYTIME))
    ) {
      if (isSending || x._left !== undefined) {
        close(socket);
        return;
      }
      error(x._state ? 408 : 503, 0);
    }
    if (isSending) {
      x._silent = silent;
      // a `sent` may only be late: a byte fits, or does not
      if (silent <= SENT_LOST) return;
      most = 1;
    }
  }
  x._silent = silent;
  if (hold === Hold.Sending) x._hold = Hold.None;
  go(socket, x, most);
  // room for more is not yet a client that reads
  if (most && (x._hold > Hold.None || x._raw)) x._silent = silent;
  if (x._hold === Hold.Cut) close(socket, 0);
}

const onSent = guard(sent);
// on ESP32 our end stays open until it is closed too
const onEnd = guard(close);

function tick(): void {
  let longest = 0;
  let oldest: Socket | undefined;
  const step = !hasRoom(RESERVE) ? -HEARD : kept > KEPT ? 4 * (kept - KEPT) : 1;
  const hurried = kept > 2 * KEPT ? -ANY : HEARD;
  kept = 0;
  beat = (beat + 1) % TICKS;
  for (const [socket, silent] of pairs(ticks)) {
    const x = connections.get(socket) as Exchange | undefined;
    if (!x) {
      const left = silent + (silent < hurried ? 1 : step);
      ticks.set(socket, (left < 0 ? left : undefined) as number);
      kept++;
    } else {
      const isIdle = x._hold === undefined;
      const server = isIdle ? (x as unknown as Server) : x._server;
      let age = silent;
      if (isIdle) {
        ticks.set(socket, silent + 1);
        if (waiting.get(socket)) server._receive(socket, "");
        if (silent >= (server.idle ?? IDLE) * TICKS) onEnd(socket);
      } else if (x._hold > Hold.Sending) {
        age = ANY;
        x._hold -= 1;
        x._silent += 1;
        if (x._hold < Hold.Cut || (x._state && x._length === undefined && x._silent > QUIET)) onEnd(socket);
      } else {
        age = 0;
        if (beat === 0) onSent(socket, true);
        else if (x._hold === Hold.None && x._finished && x._queue) wake(socket, x);
      }
      // with the last slot taken one that ends anyway makes room, or the one that has been silent longest; one that has been
      // silent for less than a tick may have just come
      if (age > longest && count >= (server.connections ?? CONNECTIONS)) {
        longest = age;
        oldest = socket;
      }
    }
  }
  onEnd(oldest);
  if (count + kept === 0) rest();
}

/** What net.server:listen gets for a server. */
export function accept(socket: Socket, _: unknown, server: Server): void {
  open(socket, server, tick);
  socket.on("receive", server._receive);
  socket.on("sent", onSent);
  socket.on("disconnection", onEnd);
}
