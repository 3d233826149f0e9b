// The open connections: which exchange each has, how many there are, how they end, and for how long their sockets stay in memory.
import { type Exchange, Hold } from "./exchange";
import type { Server } from "./limits";

/** The exchange of an open connection; between two, and before the first, its server. */
export const connections = new LuaTable<net.TcpSocket, Exchange | Server>();
/** Ticks since a connection without an exchange was last heard; below 0, those for which an ended one's socket is kept. */
export const ticks = new LuaTable<net.TcpSocket, number>();
export let count = 0;
/** The response that an app used last, as long as it is there: for a method that is called without one. */
export const used = setmetatable(new LuaTable<1, Exchange>(), { __mode: "v" });

/** Ticks in a second: few enough to cost nothing, enough to tell a client that is about to send from a silent one. */
export const TICKS = 10;
/** ... and its length [ms]; written out, for a quotient would be a float where Lua has integers. */
const TICK = 100;
/**
 * lwIP on ESP8266 may call a socket that has ended, as long as it waits for the client, and Lua must not have given its memory to
 * another one: 20 s if a client that has just been heard does not end its side (FIN_WAIT_2; 10 s in LAST_ACK), 110 s if nobody knows
 * whether it is still there (FIN is sent again 12 times), or something was under way to it. ESP32 (which has no tmr.now) forgets a socket as it is closed [ticks].
 */
export const HEARD = tmr.now ? -30 * TICKS : 0;
const UNHEARD = tmr.now ? -150 * TICKS : 0;

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

/** Whether there is an exchange, other than `x`, which will give memory back when it ends. */
export function isBusy(x?: Exchange): boolean {
  for (const [, other] of pairs(connections)) {
    if (other !== x && (other as Exchange)._hold !== undefined) return true;
  }
  return false;
}

/** No more ticks are needed until a connection is opened. */
export function rest(): void {
  timer.unregister();
  isTicking = undefined;
}

/**
 * Ends a connection at once and tells the app if a response was under way. Not for the one whose `receive` runs.
 * @param end 0 if the client has just been heard, another number if lwIP has forgotten the connection; else nobody knows
 */
export function close(socket: net.TcpSocket, end?: number): void {
  const x = connections.get(socket) as Exchange | undefined;
  // a chunked body that is cut: no client must take its end for the end of the response
  if (x && x._left === false && x._queue) pcall(socket.send, socket, "!");
  pcall(socket.close, socket);
  if (x) {
    connections.delete(socket);
    ticks.set(
      socket,
      end !== undefined && end !== 0 ? 0 : end === 0 && x._hold !== Hold.Sending ? HEARD : UNHEARD,
    );
    count--;
    if (x._hold !== undefined) {
      x._finished = true;
      x._hold = Hold.Cut;
      // after a piece of the body it was absent; now every method is there, and does nothing
      x.send_header = x.finish as Exchange["send_header"];
      if (x.onclose) x.onclose();
    }
  }
}
