// From the old version to the new one in one call on the board: the journal that does it (src/agent/journal.ts).

import { BOOTS, HOLD, JOURNAL, LOADS } from "../../src/agent/marks.ts";
import { agentChunk } from "../image/agent.ts";
import { initLua } from "../image/init.ts";
import { OWN } from "../image/reserved.ts";

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
  const names = moves.flatMap(({ from, to }) => [from, to]);
  const gone = [...removals, BOOTS, LOADS, HOLD, JOURNAL];
  if (oldInit === undefined) return agentChunk("journal", names, gone);
  const init = initLua();
  return agentChunk("journal", names, gone, init, paddedInit(oldInit).length - init.length);
}

/** Our init.lua at the length of the one that it is written over. */
export function paddedInit(oldSize: number): Buffer {
  return Buffer.from(initLua().padEnd(oldSize, "\n"));
}
