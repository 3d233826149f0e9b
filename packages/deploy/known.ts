// Which board was flashed last: told by its MAC or chip id, because the commonest USB bridge (CH340) has no serial number.
// Kept beside the configuration, and out of version control.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { RealClock } from "../simulator/clock.ts";
import { capabilities } from "./board.ts";
import { BoardConsole } from "./console.ts";
import { findPrompt } from "./diagnose.ts";
import type { SerialLink } from "./link.ts";
import { openPort } from "./port.ts";

export interface KnownBoard {
  /** MAC, or chip id. */
  identity: string;
  /** Where it was. */
  port: string;
}

export const KNOWN_FILE = ".flash-board.json";
/** A board that is not busy gives its prompt in this time, one that resets when its port is opened included [ms]. */
const PATIENCE = 4000;

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

/** Asks the board on a port who it is. @returns undefined if nothing that we understand is there */
export async function identify(
  path: string,
  baud: number,
  open: (path: string, baud: number) => Promise<SerialLink> = openPort,
): Promise<string | undefined> {
  let link: SerialLink | undefined;
  try {
    link = await open(path, baud);
    const console = new BoardConsole(link, new RealClock());
    await findPrompt(console, baud, PATIENCE, [baud]);
    return (await capabilities(console)).identity;
  } catch {
    return undefined;
  } finally {
    await link?.close().catch(() => {});
  }
}
