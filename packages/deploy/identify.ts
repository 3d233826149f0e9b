// Which board is on a port: asks it for its MAC or chip id.
import { RealClock } from "../simulator/clock.ts";
import { capabilities } from "./board.ts";
import { BoardConsole } from "./console.ts";
import { findPrompt } from "./diagnose.ts";
import type { SerialLink } from "./link.ts";
import { openPort } from "./port.ts";

/** A board that is not busy gives its prompt in this time, one that resets when its port is opened included [ms]. */
const PATIENCE = 4000;

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
