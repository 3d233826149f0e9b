// What of the heap is free, and what must stay free for the firmware.

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
