// What of the heap is free, what must stay free for the firmware, and what depends on it.
import { type Exchange, Hold, LINGERING } from "./exchange";
import { RESERVE } from "./limits";

/** What lwIP takes for each segment until it is acknowledged [bytes]. */
export const SEGMENT_BUFFER = 1530;
/** Heap that is left alone: the firmware panics without room for the next piece that it receives [bytes]. */
export const LEAST_HEAP = 2048;

/** What a request and its app take until the response has begun [bytes]. */
export const REQUEST = 2560;
/** Bytes that are free, garbage counted as taken. */
export const free = node.heap;

/** Whether so much of the heap is free, if need be after a collection. */
export function hasRoom(bytes: number): boolean {
  if (free() >= bytes) return true;
  collectgarbage();
  return free() >= bytes;
}

/**
 * How a connection ends when all has been sent. Who closes first is left with TIME_WAIT, which takes 184 bytes for 10 s: if memory is
 * short, a client that can tell the end by itself gets to be the one.
 */
export function ending(x: Exchange): number {
  return x._http10 || (x._left || 0) > 0 || hasRoom(3 * (x._server.reserve ?? RESERVE))
    ? Hold.Cut
    : LINGERING;
}
