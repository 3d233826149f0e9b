// Which board was flashed last: told by its MAC or chip id, because the commonest USB bridge (CH340) has no serial number.
// Kept beside the configuration, and out of version control.
import { existsSync, readFileSync, writeFileSync } from "node:fs";

export interface KnownBoard {
  /** MAC, or chip id. */
  identity: string;
  /** Where it was. */
  port: string;
}

export const KNOWN_FILE = ".flash-board.json";

export function recall(file = KNOWN_FILE): KnownBoard | undefined {
  if (!existsSync(file)) return undefined;
  try {
    const { identity, port } = JSON.parse(readFileSync(file, "utf8")) as Partial<KnownBoard>;
    return typeof identity === "string" && typeof port === "string" ? { identity, port } : undefined;
  } catch {
    // only a convenience is lost
    return undefined;
  }
}

export function remember(board: KnownBoard, file = KNOWN_FILE): void {
  writeFileSync(file, `${JSON.stringify(board, null, 2)}\n`);
}
