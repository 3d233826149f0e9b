// The socket's callbacks and the tick. They find the exchange, let request.ts read and outbox.ts send, and see to time-outs.
import { beat, begin, close, connections, count, elapse, isBusy, open, TICKS, ticks } from "./connections";
import { forget } from "./ended";
import type { Server } from "./exchange";
import { countDown, type Exchange, Hold, State } from "./exchange";
import { guard } from "./guard";
import { hasRoom, LEAST_HEAP, REQUEST } from "./heap";
import { BODYTIME, CONNECTIONS, HEADTIME, IDLE, RESERVE, SENDTIME } from "./limits";
import { go } from "./outbox";
import { take } from "./request";
import { HEAD } from "./response";

type Socket = net.PortableTcpSocket;

/** A `sent` that has not come after this time may have been lost (ESP32) [s]. */
const SENT_LOST = 3;
/** Input that may wait for the end of a response: two received pieces [bytes]. */
const WAITING = 2920;

/** What the smallest segment takes, in Lua and in lwIP [bytes]. */
const ANSWER = 1024;
/** A client that has been refused in the middle of its request sends no more, if it has been silent for so long [ticks]. */
const QUIET = 3;
/** More ticks than any connection has been silent. */
const ANY = 0x7ffffffe;

/** Makes the exchange of a request of which nothing has been read. */
function makeExchange(socket: Socket, server: Server): Exchange {
  return setmetatable(
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
}

/** Lets a connection read: goes on with its exchange or begins one. */
function read(socket: Socket, data: string): void {
  let x = connections.get(socket) as Exchange | undefined;
  // not a connection of ours, or one that is closed already
  if (!x) return;
  if (x._hold === undefined) {
    const server = x as unknown as Server;
    const before = ticks.get(socket)!;
    if (before !== 0 && type(before) === "string") data = (before as string) + data;
    const hasOthers = count > 1 && isBusy();
    if (
      hasOthers &&
      !hasRoom((server.reserve ?? RESERVE) + REQUEST) &&
      data.length <= WAITING &&
      hasRoom(LEAST_HEAP)
    ) {
      ticks.set(socket, data);
      return;
    }
    ticks.set(socket, 0);
    x = makeExchange(socket, server);
    begin(socket, x);
    const least = hasOthers ? LEAST_HEAP + ANSWER : LEAST_HEAP;
    if (!hasRoom(least)) {
      // a request is worth more than the sockets of connections that have ended
      forget();
      if (!hasRoom(least)) error(503, 0);
    }
  }
  if (x._hold > Hold.Sending && x._state !== State.Discard) return;
  if (x._hold === Hold.None) x._hold = Hold.Callback;
  if (x._rest) {
    if (!x._state && x._rest.length + data.length > WAITING) x._close = true;
    else data = x._rest + data;
    x._rest = undefined;
  }
  const rest = take(x, data);
  // the response has been cut, or only the rest of the request is waited for
  if (x._hold > Hold.Sending) return;
  // what nobody will read any more: its client is not done sending
  if (rest !== "") x._rest = x._state || !x._close ? rest : "";
  if (x._hold === Hold.Callback) x._hold = Hold.None;
  go(socket, x);
  // ESP8266: as long as the window is not opened again, to close means a reset, by which a client sees that a response was cut
  if (x._queue && !x._state && !x._held && socket.hold) {
    x._held = true;
    socket.hold();
  }
}

/** The time-out that `silent` seconds of silence are measured against: of the network, of the app or of the client [s]. */
function timeout(x: Exchange, hold: Hold, silent: number): number {
  const limits = x._server;
  return hold === Hold.Sending || x._raw
    ? (limits.sendtime ?? SENDTIME)
    : !x._state
      ? // any time: a silent app is no stall (server-sent events)
        (limits.answer ?? silent)
      : hold === Hold.Head
        ? (limits.headtime ?? HEADTIME)
        : (limits.bodytime ?? BODYTIME);
}

/**
 * The network has taken a send; or, at a tick: time-outs, what found no room, functions that had nothing, sockets that the app
 * closed.
 * @param seconds at a tick: how many have passed since the last one that had any
 */
function sent(socket: Socket, seconds?: number): void {
  const x = connections.get(socket) as Exchange | undefined;
  if (!x || x._hold === undefined) return;
  const hold = x._hold;
  let silent = 0;
  let most: number | undefined;
  if (seconds !== undefined) {
    silent = x._silent + seconds;
    if (!socket.getpeer()[0]) {
      close(socket);
      return;
    }
    const isSending = hold === Hold.Sending;
    if (silent > timeout(x, hold, silent)) {
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
  if (x._hold === Hold.Cut) close(socket);
  // the next request has come already
  else if (x._rest && connections.get(socket) !== x) read(socket, "");
}

const onReceive = guard(read);
const onSent = guard(sent);
// on ESP32 our end stays open until it is closed too
const onEnd = guard(close);

function tick(): void {
  let longest = 0;
  let oldest: Socket | undefined;
  for (const [socket, silent] of pairs(ticks)) {
    const x = connections.get(socket) as Exchange | undefined;
    let silence = silent as number;
    let server: Server | undefined;
    if (!x) ticks.delete(socket);
    else if (x._hold === undefined) {
      server = x as unknown as Server;
      if (type(silent) === "string") {
        silence = 0;
        onReceive(socket, "");
      } else {
        ticks.set(socket, silence + 1);
        if (silence >= (server.idle ?? IDLE) * TICKS) onEnd(socket);
      }
    } else {
      server = x._server;
      if (x._hold > Hold.Sending) {
        silence = ANY;
        x._silent += 1;
        if (countDown(x) || (x._state && x._length === undefined && x._silent > QUIET)) onEnd(socket);
      } else {
        silence = 0;
        if (beat === 0) onSent(socket, 1);
        else if (x._hold === Hold.None && x._finished && x._queue) onSent(socket, 0);
      }
    }
    // with the last slot taken one that ends anyway makes room, or the one that has been silent longest; one that has been
    // silent for less than a tick may have just come
    if (server && silence > longest && count >= (server.connections ?? CONNECTIONS)) {
      longest = silence;
      oldest = socket;
    }
  }
  onEnd(oldest);
  elapse(tick);
}

/** A client has connected to a server. */
export function accept(socket: Socket, server: Server): void {
  open(socket, server, tick);
  socket.on("receive", onReceive);
  socket.on("sent", onSent);
  socket.on("disconnection", onEnd);
}
