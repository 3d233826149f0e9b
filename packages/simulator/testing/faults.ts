// What goes wrong between a client and the board, by name. Each is a mechanism of the network in memory; what comes at random comes from a
// seed, the same in every run.
import type { ClientOptions } from "../network/memory.ts";

const NAMES = {
  "packet loss": "a quarter of the client's packets are lost and sent again 200 ms later",
  "late acknowledgements": "the client acknowledges up to half a second late, now and then 6 s",
  "slow sender": "the client sends its request a byte every 20 ms",
  "slow reader": "the client reads 1460 bytes every half second",
  "reader stops": "the client reads nothing of the answer and stays",
} as const;

/** The client goes away: at once when it has sent its request, or after so many bytes of the answer, head included. */
type Leaving =
  | `client ${"vanishes" | "resets" | "closes"}`
  | `client ${"vanishes" | "resets" | "closes"} after ${number} bytes`;

/**
 * - "packet loss": a quarter of the client's packets are lost and sent again 200 ms later
 * - "late acknowledgements": the client acknowledges up to half a second late, now and then 6 s
 * - "slow sender": the client sends its request a byte every 20 ms
 * - "slow reader": the client reads 1460 bytes every half second
 * - "reader stops": the client reads nothing of the answer and stays
 * - "client vanishes": its power fails; "client resets": its program crashes; "client closes": the browser's tab is closed. At once when the
 *   request was sent, or "… after 100 bytes" of the answer, its head included
 */
export type FaultName = keyof typeof NAMES | Leaving;

/** How a client behaves that has a fault. */
export interface Fault {
  options: ClientOptions;
  /** Pause after each byte of the request [ms]; undefined: it is sent at once. */
  pace?: number;
  /** The client goes away. */
  leaves?: { how: "vanish" | "reset" | "close"; after: number };
  /** The client reads so much at a time, and then pauses so long. */
  reads?: { bytes: number; pause: number };
}

/** What a client's buffer holds that does not read: one segment [bytes]. */
const SMALL_BUFFER = 1460;
const LOST_OF = 4;
const LEAVING = /^client (vanishe|reset|close)s(?: after (\d+) bytes)?$/;
const HOW = { vanishe: "vanish", reset: "reset", close: "close" } as const;

/** @param next random numbers @throws TypeError for a name that is none */
export function faultOf(name: FaultName, next: (limit: number) => number): Fault {
  const [, verb, bytes] = LEAVING.exec(name) ?? [];
  if (verb !== undefined)
    return { options: {}, leaves: { how: HOW[verb as keyof typeof HOW], after: Number(bytes ?? 0) } };
  switch (name) {
    case "packet loss":
      return {
        options: {
          faults: { segment: (_, most) => 1 + next(Math.min(most, 90)), lose: () => next(LOST_OF) === 0 },
        },
      };
    case "late acknowledgements":
      return { options: { faults: { acknowledge: () => next(next(LOST_OF) === 0 ? 6000 : 500) } } };
    case "slow sender":
      return { options: {}, pace: 20 };
    case "slow reader":
      return { options: { receiveBuffer: SMALL_BUFFER }, reads: { bytes: SMALL_BUFFER, pause: 500 } };
    case "reader stops":
      return {
        options: { receiveBuffer: SMALL_BUFFER },
        reads: { bytes: 0, pause: Number.POSITIVE_INFINITY },
      };
    default:
      throw new TypeError(
        `there is no fault ${JSON.stringify(name)}: ${[...Object.keys(NAMES), "client vanishes", "client resets", "client closes"].join(", ")}, the last three also with "after 100 bytes"`,
      );
  }
}
