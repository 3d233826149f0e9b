// From the old version to the new one in one call on the board. The journal is a Lua file that renames every new file
// from its short temporary name into place. It can run again from any point: a temporary file that is still there has
// not been moved. init.lua runs a journal that it finds before anything else, so a reset in the middle does no harm.

import { INIT } from "../image/init.ts";
import { BOOTS, HOLD, INIT_FILE, JOURNAL, LOADS, OWN } from "../image/reserved.ts";
import { quote } from "./console.ts";

/** Names the file under which new content waits on the board for the swap. @param index of the file in this transfer */
export function temporary(index: number, name: string): string {
  // node.compile takes only names that end so
  return `${OWN}${index}${name.endsWith(".lua") ? ".lua" : ""}`;
}

export interface Move {
  from: string;
  to: string;
}

/**
 * Writes the journal: Lua that puts the new files into place, and may be run again from any point.
 * @param oldInit size of the init.lua that is to be replaced; undefined if there is none, or it stays
 */
export function journal(moves: readonly Move[], removals: readonly string[], oldInit?: number): string {
  const lines = [
    "local x=file.exists",
    "local function m(a,b)if x(a)then file.remove(b)file.rename(a,b)end end",
  ];
  // SPIFFS cannot rename onto a file, and without init.lua nothing would finish this: it is written over, in one call
  if (oldInit !== undefined) {
    lines.push(
      `local f=(file.open or io.open)("${INIT_FILE}","r+")`,
      `f:write(${quote(INIT)}..("\\n"):rep(${paddedInit(oldInit).length - INIT.length}))f:close()`,
    );
  }
  for (const { from, to } of moves) lines.push(`m(${quote(from)},${quote(to)})`);
  for (const name of [...removals, BOOTS, LOADS, HOLD]) lines.push(`file.remove(${quote(name)})`);
  lines.push(`file.remove(${quote(JOURNAL)})`);
  return `${lines.join("\n")}\n`;
}

/** Our init.lua at the length of the one that it is written over. */
export function paddedInit(oldSize: number): Buffer {
  return Buffer.from(INIT.padEnd(oldSize, "\n"));
}
