// Every bound of the server, with its reason. Sizes in bytes, times in seconds; an app overrides them through `options`.
import type { Exchange, Handler } from "./exchange";

export interface Limits {
  line?: number;
  head?: number;
  fields?: number;
  headtime?: number;
  idle?: number;
  bodytime?: number;
  sendtime?: number;
  answer?: number;
  connections?: number;
  reserve?: number;
  onerror?: (this: void, problem: unknown, req: Exchange) => void;
}

/** A server: its handler, and through its metatable the options of the app. */
export interface Server extends Limits {
  _handler: Handler;
}

/** The unread part of a line plus one received piece (1460) must stay below the firmware's 4096-byte strings. */
export const LINE = 2048;
/** Browsers send 500 to 1500 bytes; the 8 KB that servers on computers allow would be a fifth of the heap. */
export const HEAD_SIZE = 4096;
/** Browsers send 10 to 20. */
export const FIELDS = 64;
/** A browser needs milliseconds; a slow loris wants forever. */
export const HEADTIME = 10;
/** Longer than the pause between a page and its next poll, shorter than a browser would keep it (60 s and more). */
export const IDLE = 15;
/** For 256 bytes: what the worst mobile link manages. */
export const BODYTIME = 15;
/** Several retransmissions to a client that has lost its Wi-Fi for a moment. */
export const SENDTIME = 20;
/** lwIP on ESP8266 ignores a sixth SYN. */
export const CONNECTIONS = 5;
/** Two TCP segments of 1.5 KB and one received piece must still find room. */
export const RESERVE = 4096;
