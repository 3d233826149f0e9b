// The names on a board's flash that are not free for an app's own files: those that npm run flash and boot.lua write, and those of
// the compiled modules. One table, from which the checks, the deployment and the Lua on the board take them.

import { DRAFT, HOLD } from "../../src/agent/marks.ts";

/** What the firmware runs at its start. */
export const INIT_FILE = "init.lua";
/** What init.lua runs: joins the network and starts the app. */
export const BOOT_FILE = "boot.lua";
/** What Lua requires an app and our module by. */
export const APP_MODULE = "app";
export const SERVER_MODULE = "httpserver";

/** Names that begin with this belong to npm run flash: those of src/agent/marks.ts, and the files of a transfer that is under way. */
export const OWN = "~";

/** Tells whether a file is left of a transfer that was cut off: one of its temporary files, the draft of the journal, the hold. */
export function isLeftBehind(name: string): boolean {
  return name === DRAFT || name === HOLD || (isOwn(name) && /^\d/.test(name.slice(OWN.length)));
}

/** Tells whether a file is one that npm run flash keeps on a board for itself. */
export function isOwn(name: string): boolean {
  return name.startsWith(OWN);
}

function isModule(name: string, module: string): boolean {
  return name === `${module}.lua` || name === `${module}.lc`;
}

/**
 * Tells why an app's own file cannot have a name.
 * @param withModule whether our module goes to the board too
 * @returns the reason, for a message; undefined: the name is free
 */
export function whyReserved(name: string, withModule: boolean): string | undefined {
  if (name === INIT_FILE || name === BOOT_FILE)
    return "npm run flash writes this file itself, to start the app (--no-init leaves those of the board as they are)";
  if (isModule(name, APP_MODULE)) return "this is the name of the compiled app";
  if (isOwn(name))
    return `names that begin with ${OWN} belong to npm run flash: transfers under way, journal, count of starts`;
  if (withModule && isModule(name, SERVER_MODULE))
    return 'this is the name of our module; with "httpserver": "none" it is free';
  return undefined;
}
