// The open connections: what each one is about, how many there are, what time it is for them, and how they end.
import type { Exchange } from "./exchange";

/** What a connection is about: an exchange, or between two only the second at which patience ends. */
export const connections = new LuaTable<net.TcpSocket, Exchange | number>();
export let count = 0;
/** Seconds that have passed while there were connections. */
export let seconds = 0;

const timer = tmr.create();

/** A connection begins. @param idle seconds that it may be silent @param tick called once a second while there are any */
export function add(socket: net.TcpSocket, idle: number, tick: (this: void) => void): void {
  connections.set(socket, seconds + idle);
  count++;
  if (count === 1) {
    timer.alarm(1000, tmr.ALARM_AUTO, () => {
      seconds++;
      tick();
    });
  }
}

/** Ends a connection at once and tells the app if a response was under way. Not for the one whose `receive` runs. */
export function close(socket: net.TcpSocket): void {
  pcall(socket.close, socket);
  const x = connections.get(socket);
  if (!x) return;
  connections.delete(socket);
  count--;
  if (count === 0) timer.unregister();
  if (type(x) === "table") {
    (x as Exchange)._finished = true;
    if ((x as Exchange).onclose) (x as Exchange).onclose!();
  }
}

/** Ends an exchange's connection after the callback that runs: a close inside `receive` would be a reset on ESP8266. */
export function closeLater(x: Exchange): void {
  x._cut = true;
  // with the task queue full the next tick does it
  pcall(node.task.post as (this: void, task: (this: void) => void) => void, sweep);
}

function sweep(): void {
  for (const [socket, x] of pairs(connections)) {
    if (type(x) === "table" && (x as Exchange)._cut) close(socket);
  }
}
