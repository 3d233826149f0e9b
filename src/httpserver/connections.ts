// The open connections: which exchange each has, how many there are, and how they end.
import type { Exchange } from "./exchange";

export const exchanges = new LuaTable<net.TcpSocket, Exchange>();
/** Connections between two exchanges, or before the first: ticks that they may still be silent. */
export const idle = new LuaTable<net.TcpSocket, number>();
export let count = 0;

/** Ticks in a second: few enough to cost nothing, enough to tell a client that is about to send from a silent one. */
export const TICKS = 10;
/** ... and its length [ms]; written out, for a quotient would be a float where Lua has integers. */
const TICK = 100;

const timer = tmr.create();

/** A connection begins. @param tick called TICKS times a second while there are any */
export function open(socket: net.TcpSocket, seconds: number, tick: (this: void) => void): void {
  idle.set(socket, seconds * TICKS);
  count++;
  if (count === 1) timer.alarm(TICK, tmr.ALARM_AUTO, tick);
}

/** Ends a connection at once and tells the app if a response was under way. Not for the one whose `receive` runs. */
export function close(socket: net.TcpSocket): void {
  pcall(socket.close, socket);
  const x = exchanges.get(socket);
  if (x || idle.get(socket)) {
    exchanges.delete(socket);
    idle.delete(socket);
    count--;
    if (count === 0) timer.unregister();
    if (x) {
      x._finished = true;
      x._cut = true;
      // after a piece of the body it was absent; now every method is there, and does nothing
      x.send_header = x.finish as Exchange["send_header"];
      if (x.onclose) x.onclose();
    }
  }
}
