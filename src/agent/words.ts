// What boot.lua counts and says. The computer reads it: npm run flash knows by these words how a start went.

/** A key within this time stops the app from starting [s]. */
export const KEY_SECONDS = 2;
/** After so many starts in a row that did not last, the app is not started, or the image before is loaded again. */
export const MOST_BOOTS = 3;
/** An image that is not in the store after so many attempts to load it is left alone. */
export const MOST_LOADS = 3;
/** A start has lasted after this time [s]. */
export const LASTING_SECONDS = 60;
/** What boot.lua prints when a key was pressed. */
export const STOPPED = "stopped by a key";
/** What boot.lua prints when the app did not last. */
export const NOT_STARTED = "the app is not started";
/** What boot.lua prints when it goes back to the image before. */
export const BACK = "going back to the code that ran before";
/** What boot.lua prints when the board does not take an image. */
export const NOT_LOADED = "the image of the code is not loaded";
