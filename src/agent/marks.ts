// Names of files that npm run flash and boot.lua keep on a board for themselves. They begin with ~, which no file of a person may.

/** While this exists, a swap is to be finished. Its own rename is the moment at which the new version is decided. */
export const JOURNAL = "~j";
/** The journal before it counts. */
export const DRAFT = "~n";
/** The boot counter of boot.lua; a new version starts with a clean record. */
export const BOOTS = "~b";
/** The image of the code that is to run, and has not lasted yet. */
export const IMAGE = "~i";
/** The last image that ran for a minute. */
export const GOOD_IMAGE = "~g";
/** boot.lua is to leave the Lua flash store alone at its next start. */
export const HOLD = "~h";
/** boot.lua's count of attempts to load an image. */
export const LOADS = "~r";
/** Remembers of which source a .lc on the board was made: name, size and sum of the source, size and sum of the .lc. */
export const MANIFEST = "~m";
