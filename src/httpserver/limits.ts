// Every bound of the server, with its reason. Sizes in bytes, times in seconds; an app overrides them through `options`.
import type { Exchange, Handler } from "./exchange";

export interface Limits {
  line: number;
  head: number;
  fields: number;
  headtime: number;
  idle: number;
  bodytime: number;
  sendtime: number;
  answer: number;
  connections: number;
  reserve: number;
  onerror?: (this: void, problem: unknown, req: Exchange) => void;
}

/** A server: its handler, and through its metatable its limits. */
export interface Server extends Limits {
  _handler: Handler;
  /** Gets what comes on its connections. */
  _receive: (this: void, socket: net.TcpSocket | undefined, data?: string) => void;
}

export const DEFAULTS: Limits = {
  // The unread part of a line plus one received piece (1460) must stay below the firmware's 4096-byte strings.
  line: 1024,
  // Browsers send 500 to 1500 bytes; the 8 KB that servers on computers allow would be a fifth of the heap.
  head: 4096,
  // Browsers send 10 to 20.
  fields: 64,
  // A browser needs milliseconds; a slow loris wants forever.
  headtime: 10,
  // Longer than the pause between a page and its next poll, shorter than a browser would keep it (60 s and more).
  idle: 15,
  // For 256 bytes: what the worst mobile link manages.
  bodytime: 15,
  // Several retransmissions to a client that has lost its Wi-Fi for a moment.
  sendtime: 20,
  // Any time: a silent app is no stall (server-sent events).
  answer: 0x7ffffffe,
  // lwIP on ESP8266 ignores a sixth SYN.
  connections: 5,
  // Two TCP segments of 1.5 KB and one received piece must still find room.
  reserve: 4096,
};
