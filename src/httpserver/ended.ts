// The sockets of connections that have ended. lwIP on ESP8266 may call such a socket as long as it waits for the client (net.c does
// not tell it to forget the socket), and Lua must not have given its memory to another one by then: 20 s if the client does not end
// its side, 112 s if it is gone. ESP32 forgets a socket as it is closed.
import { free, hasRoom, REQUEST } from "./heap";
import { RESERVE } from "./limits";

type Socket = net.PortableTcpSocket;

/** So many are kept at most, at about 93 bytes each (stale.test.ts measures it) ... */
const MOST = 32;
/** ... and so many if less than AMPLE bytes are free. */
const MOST_IF_SHORT = 16;
const AMPLE = 16384;
/** The one that has ended first is the first. */
export let ended: Socket[] = [];

/** Keeps the socket of a connection that has ended in memory. */
export function keep(socket: Socket): void {
  // only ESP8266 has tmr.now
  if (!tmr.now) return;
  const size = ended.length;
  if (size >= MOST || (size >= MOST_IF_SHORT && free() < AMPLE)) table.remove(ended, 1);
  // without memory for it the call that may come is the lesser evil
  pcall(table.insert as (this: void, list: Socket[], value: Socket) => void, ended, socket);
  // frees their places in the registry; a piece that has come may still be on its way to `receive`
  pcall(socket.on, socket, "sent", undefined);
  pcall(socket.on, socket, "disconnection", undefined);
}

/** A tick has passed: lets the oldest go if memory is too short for a request. */
export function age(): void {
  if (ended[0] && !hasRoom(RESERVE + REQUEST)) table.remove(ended, 1);
}

/** Lets all go. */
export function forget(): void {
  ended = [];
}
