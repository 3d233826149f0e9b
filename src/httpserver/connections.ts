// The open connections: which exchange each has, how many there are, how they begin and end.
import { age, ended, forget, keep } from "./ended";
import type { Server } from "./exchange";
import { DRAINING, type Exchange, Hold, LINGERING, State } from "./exchange";
import { hasRoom } from "./heap";
import { RESERVE } from "./limits";

/** The exchange of an open connection; between two, and before the first, its server. */
export const connections = new LuaTable<net.TcpSocket, Exchange | Server>();
/** Ticks since a connection without an exchange was last heard, or the beginning of a request that waits to be read. */
export const ticks = new LuaTable<net.TcpSocket, number | string>();
export let count = 0;
/** The response that an app used last, until it ends: for a method that is called without one. */
export let used: Exchange | undefined;

/** Ticks of the second that runs; absent while none is needed. */
export let beat: number | undefined;
/** Ticks in a second: few enough to cost nothing, enough to tell a client that is about to send from a silent one. */
export const TICKS = 10;
/** ... and its length [ms]; written out, for a quotient would be a float where Lua has integers. */
const TICK = 100;

/** Ticks since an exchange has begun or ended. */
let pause = 0;
/** If none has for so long, there is nothing to wait for [ticks]. */
const PATIENCE = 20;
/** With no connection left the ended sockets are let go after this time [ms]. */
const KEPT = 150_000;

const timer = tmr.create();

/** The app uses a response. */
export function use(x: Exchange): void {
  used = x;
}

/** A connection begins. @param tick called TICKS times a second until rest() */
export function open(socket: net.TcpSocket, server: Server, tick: (this: void) => void): void {
  // if memory ends on the way the tick forgets it
  ticks.set(socket, 0);
  if (beat === undefined) {
    timer.alarm(TICK, tmr.ALARM_AUTO, tick);
    beat = 1;
  }
  connections.set(socket, server);
  count++;
}

/** A request has begun. */
export function begin(socket: net.TcpSocket, x: Exchange): void {
  connections.set(socket, x);
  pause = 0;
}

/** A connection waits for its next request, or has the beginning of it already: then the tick reads that, if nobody does before. */
function idle(socket: net.TcpSocket, x: Exchange): void {
  connections.set(socket, x._server);
  ticks.set(socket, x._rest ?? 0);
  pause = 0;
  if (used === x) used = undefined;
}

/**
 * How a connection ends when all has been sent. Who closes first is left with TIME_WAIT, which takes 184 bytes for 10 s: if memory is
 * short, a client that can tell the end by itself gets to be the one.
 */
function ending(x: Exchange): number {
  return x._http10 || (x._left || 0) > 0 || hasRoom(3 * (x._server.reserve ?? RESERVE))
    ? Hold.Cut
    : LINGERING;
}

/** A response has gone as a whole: its connection closes, waits for the rest of the request, idles or turns to the next one. */
export function complete(socket: net.PortableTcpSocket, x: Exchange): void {
  if (x._held) {
    x._held = false;
    socket.unhold!();
  }
  if (x._close) {
    x.onclose = undefined;
    x._silent = 0;
    if (x._state && (x._length ?? 1) > 0) {
      // RFC 9112 9.6: closed now, a connection on which more is coming is reset, and the client may lose the answer
      if (x._state !== State.Discard) {
        x._size = 0;
        x._state = State.Discard;
        if (x._chunked || x._expect) x._length = undefined;
      }
      x._hold = DRAINING;
    } else {
      x._hold = x._rest ? LINGERING : ending(x);
    }
  } else if (!x._state) {
    idle(socket, x);
  }
}

/** Whether another response than that of `x` is under way, and memory is being given back in this way; not for a lone connection. */
export function isBusy(x?: Exchange): boolean {
  if (pause > PATIENCE) return false;
  for (const [, other] of pairs(connections)) {
    if (
      other !== x &&
      ((other as Exchange)._finished || ((other as Exchange)._hold ?? Hold.None) >= Hold.Sending)
    )
      return true;
  }
  return false;
}

/**
 * A tick has passed. Without connections no more are needed until one is opened, but a last one, which lets the ended sockets go.
 * @param tick see open()
 */
export function elapse(tick: (this: void) => void): void {
  pause++;
  age();
  if (count > 0) {
    beat = (beat! + 1) % TICKS;
    return;
  }
  timer.unregister();
  if (ended[0]) {
    if (beat === undefined) forget();
    else timer.alarm(KEPT, tmr.ALARM_SINGLE, tick);
  }
  beat = undefined;
}

/**
 * Ends a connection at once and tells the app if a response was under way. Not for the one whose `receive` runs.
 * @param error what `disconnection` tells: not 0 if lwIP has forgotten the connection
 */
export function close(socket: net.TcpSocket, error?: number): void {
  const x = connections.get(socket) as Exchange | undefined;
  // a chunked body that is cut between two chunks: no client must take its end for the end of the response
  if (x && x._left === false && x._queue && !x._raw) pcall(socket.send, socket, "!");
  pcall(socket.close, socket);
  if (x) {
    connections.delete(socket);
    ticks.delete(socket);
    count--;
    pause = 0;
    if (error === undefined || error === 0) keep(socket);
    if (used === x) used = undefined;
    if (x._hold !== undefined) {
      x._finished = true;
      x._hold = Hold.Cut;
      // after a piece of the body it was absent; now every method is there, and does nothing
      x.send_header = x.finish as Exchange["send_header"];
      if (x.onclose) x.onclose();
    }
  }
}
