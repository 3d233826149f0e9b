// What both ends of a transfer of raw bytes know.

/** Bytes of a block. Three are under way at a time: together they fit the board's receive ring of 256. */
export const BLOCK = 84;
export const WINDOW = 3;
/** The board gives the prompt back when nothing came for this long: our cable may have been pulled [ms]. */
export const WATCHDOG = 2500;

// The board's signs are bytes that no app prints.
/** A block is stored. */
export const NEXT = "\x06";
/** The last one is; the prompt is back. */
export const DONE = "\x04";
/** A block could not be stored; it and what follows are thrown away. */
export const FAILED = "\x15";
/** The last block that can be under way after that; the prompt is back. */
export const FULL = "\x18";
/** Nothing came for too long; the prompt is back. */
export const LATE = "\x19";
