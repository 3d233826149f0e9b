// What the flash file system of a board (SPIFFS) allows.

/** Longest file name (SPIFFS_OBJ_NAME_LEN without its NUL). */
export const LONGEST_NAME = 31;
/** The largest file system that a board can have: SPIFFS numbers its pages of 256 bytes with 16 bits [bytes]. */
export const LARGEST_FLASH = 0x10000 * 256;

/** Bytes that SPIFFS takes for a file: 5 of every page's 256 are its own, and one page is the index. */
export function flashSpace(bytes: number): number {
  return Math.ceil((bytes * 256) / 251) + 512;
}
