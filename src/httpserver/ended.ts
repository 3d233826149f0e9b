// The sockets of connections that have ended. lwIP on ESP8266 may call such a socket as long as it waits for the client (net.c does
// not tell it to forget the socket), and Lua must not have given its memory to another one by then: 20 s if the client does not end
// its side, 112 s if it is gone. ESP32 forgets a socket as it is closed.
import { free, hasRoom, REQUEST } from "./heap";
import { RESERVE } from "./limits";

/** So many are kept at most, at about 93 bytes each (stale.test.ts measures it) ... */
const MOST = 32;
/** ... and so many if less than AMPLE bytes are free. */
const MOST_IF_SHORT = 16;
const AMPLE = 16384;
/** The one that has ended first is the first. */
export let ended: net.PortableTcpSocket[] = [];

/** Keeps the socket of a connection that has ended in memory. */
export function keep(socket: net.PortableTcpSocket): void {
  // only ESP8266 has tmr.now
  if (!tmr.now) return;
  const size = ended.length;
  if (size >= MOST || (size >= MOST_IF_SHORT && free() < AMPLE)) table.remove(ended, 1);
  ended[ended.length] = socket;
  // frees their places in the registry; a piece that has come may still be on its way to `receive`
  socket.on("sent", undefined);
  socket.on("disconnection", undefined);
}

/** A tick has passed: lets the oldest go if memory is too short for a request. */
export function age(): void {
  if (ended[0] && !hasRoom(RESERVE + REQUEST)) table.remove(ended, 1);
}

/** Lets all go. */
export function forget(): void {
  ended = [];
}
