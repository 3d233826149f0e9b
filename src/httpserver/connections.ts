// The open connections: which exchange each has, how many there are, and how they end.
import { type Exchange, Hold } from "./exchange";

/** The exchange of a connection; between two, and before the first, the ticks that it may still be silent. */
export const connections = new LuaTable<net.TcpSocket, Exchange | number>();
export let count = 0;

/** Ticks in a second: few enough to cost nothing, enough to tell a client that is about to send from a silent one. */
export const TICKS = 10;
/** ... and its length [ms]; written out, for a quotient would be a float where Lua has integers. */
const TICK = 100;

const timer = tmr.create();

/** A connection begins. @param tick called TICKS times a second while there are any */
export function open(socket: net.TcpSocket, seconds: number, tick: (this: void) => void): void {
  connections.set(socket, seconds * TICKS);
  count++;
  if (count === 1) timer.alarm(TICK, tmr.ALARM_AUTO, tick);
}

/** Ends a connection at once and tells the app if a response was under way. Not for the one whose `receive` runs. */
export function close(socket: net.TcpSocket): void {
  pcall(socket.close, socket);
  const x = connections.get(socket);
  if (x) {
    connections.delete(socket);
    count--;
    if (count === 0) timer.unregister();
    if (typeof x === "object") {
      x._finished = true;
      x._hold = Hold.Cut;
      // after a piece of the body it was absent; now every method is there, and does nothing
      x.send_header = x.finish as Exchange["send_header"];
      if (x.onclose) x.onclose();
    }
  }
}
