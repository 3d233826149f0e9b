// Which board was flashed last: told by its MAC or chip id, because the commonest USB bridge (CH340) has no serial number.
// Kept beside the configuration, and out of version control.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import * as v from "valibot";

/** The MAC or chip id of a board, and the port where it was. */
const KNOWN = v.object({ identity: v.string(), port: v.string() });
export type KnownBoard = v.InferOutput<typeof KNOWN>;

export const KNOWN_FILE = ".flash-board.json";

/** Reads which board was flashed last; undefined: none was, or the file is damaged, by which only a convenience is lost. */
export function recall(file = KNOWN_FILE): KnownBoard | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return v.parse(KNOWN, JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return undefined;
  }
}

/** Notes which board was flashed. @throws Error if the file cannot be written */
export function remember(board: KnownBoard, file = KNOWN_FILE): void {
  writeFileSync(file, `${JSON.stringify(board, null, 2)}\n`);
}
