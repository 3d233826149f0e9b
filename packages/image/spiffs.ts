// What the flash file system of a board (SPIFFS) allows.

/** Longest file name (SPIFFS_OBJ_NAME_LEN without its NUL). */
export const LONGEST_NAME = 31;
/** SPIFFS counts its pages of 256 bytes with 16 bits: no board's file system is larger [bytes]. */
export const LARGEST_FLASH = 0x10000 * 256;

/** Bytes that SPIFFS takes for a file: 5 of every page's 256 are its own, and one page is the index. */
export function flashSpace(bytes: number): number {
  return Math.ceil((bytes * 256) / 251) + 512;
}
