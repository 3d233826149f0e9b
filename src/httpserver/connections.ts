// The open connections: which exchange each has, how many there are, how they begin and end.
import { age, ended, forget, keep } from "./ended";
import type { Server } from "./exchange";
import { type Exchange, Hold } from "./exchange";

/** The exchange of an open connection; between two, and before the first, its server. */
export const connections = new LuaTable<net.TcpSocket, Exchange | Server>();
/** Ticks since a connection without an exchange was last heard, or the beginning of a request that waits for memory. */
export const ticks = new LuaTable<net.TcpSocket, number | string>();
export let count = 0;
/** The response that an app used last, as long as it is there: for a method that is called without one. */
export const used = setmetatable(new LuaTable<1, Exchange>(), { __mode: "v" });

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
let isTicking: boolean | undefined;

/** A connection begins. @param tick called TICKS times a second until rest() */
export function open(socket: net.TcpSocket, server: Server, tick: (this: void) => void): void {
  // if memory ends on the way the tick forgets it
  ticks.set(socket, 0);
  if (!isTicking) {
    timer.alarm(TICK, tmr.ALARM_AUTO, tick);
    isTicking = true;
  }
  connections.set(socket, server);
  count++;
}

/** A request has begun. */
export function begin(socket: net.TcpSocket, x: Exchange): void {
  connections.set(socket, x);
  pause = 0;
}

/** A connection waits for its next request. */
export function idle(socket: net.TcpSocket, server: Server): void {
  connections.set(socket, server);
  ticks.set(socket, 0);
  pause = 0;
}

/** Whether another response than that of `x` is under way, and memory is being given back in this way. */
export function isBusy(x?: Exchange): boolean {
  if (count < 2 || pause > PATIENCE) return false;
  for (const [, other] of pairs(connections)) {
    if (
      other !== x &&
      ((other as Exchange)._finished || ((other as Exchange)._hold ?? Hold.None) >= Hold.Sending)
    )
      return true;
  }
  return false;
}

/** A tick has passed. */
export function elapse(): void {
  pause++;
  age();
}

/** No more ticks are needed until a connection is opened. */
export function rest(): void {
  timer.unregister();
  isTicking = undefined;
  if (ended[0]) timer.alarm(KEPT, tmr.ALARM_SINGLE, forget);
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
    if (error === undefined || error === 0) pcall(keep, socket);
    if (x._hold !== undefined) {
      x._finished = true;
      x._hold = Hold.Cut;
      // after a piece of the body it was absent; now every method is there, and does nothing
      x.send_header = x.finish as Exchange["send_header"];
      if (x.onclose) x.onclose();
    }
  }
}
