// Which port the board is on, why it was chosen, and what is in the way when it cannot be opened.
import { existsSync, readdirSync } from "node:fs";
import { SerialPort } from "serialport";
import { Problem } from "./diagnose.ts";
import type { KnownBoard } from "./known.ts";
import { openSerial, type SerialLink } from "./link.ts";

/** USB vendors of the bridges on boards, and of chips that are their own. */
const VENDORS: Record<string, string> = {
  "1a86": "CH340 bridge",
  "10c4": "CP210x bridge",
  "0403": "FTDI bridge",
  "303a": "Espressif chip",
  "067b": "PL2303 bridge",
};

export interface Candidate {
  path: string;
  /** What it is, for a person. */
  what: string;
}

export interface Choice {
  path: string;
  why: string;
}

/** The ports that look like a board. */
export async function candidates(): Promise<Candidate[]> {
  let ports: Awaited<ReturnType<typeof SerialPort.list>>;
  try {
    ports = await SerialPort.list();
  } catch {
    // On Linux serialport asks udevadm for the list. Where that is missing, as in a container, the names of the devices have to do.
    const names = existsSync("/dev")
      ? readdirSync("/dev").filter((name) => /^tty(USB|ACM)\d+$/.test(name))
      : [];
    return names.sort().map((name) => ({ path: `/dev/${name}`, what: "a USB serial port" }));
  }
  return ports.flatMap(({ path, vendorId, productId }) => {
    const what = VENDORS[vendorId?.toLowerCase() ?? ""];
    return what ? [{ path, what: `${what} (USB ${vendorId}:${productId ?? "?"})` }] : [];
  });
}

export interface Choosing {
  /** Lets a person choose; undefined when nobody is there to ask. */
  ask?: ((candidates: Candidate[]) => Promise<Candidate>) | undefined;
  /** The board of last time, and how to ask a port for its board. */
  last?: KnownBoard | undefined;
  identify?: (path: string) => Promise<string | undefined>;
  list?: () => Promise<Candidate[]>;
}

/**
 * Finds the port of the board: the one that is named, the only one, that of last time, or one that a person chooses.
 * @param wanted a port, or "auto"
 * @throws Problem: no-port or several-ports
 */
export async function choosePort(
  wanted: string,
  { ask, last, identify, list = candidates }: Choosing = {},
): Promise<Choice> {
  if (wanted !== "auto") return { path: wanted, why: "as told" };
  const found = await list();
  const [only] = found;
  if (!only)
    throw new Problem(
      "no-port",
      "no board found: plug it in with a cable that carries data (some only charge), install the driver of its USB bridge (CH340, CP210x), or name the port with --port",
    );
  if (found.length === 1) return { path: only.path, why: `the only board: ${only.what}` };
  if (last && identify) {
    // Asking a board takes seconds, so the port of last time comes first.
    const likely = [...found].sort((a, b) => Number(b.path === last.port) - Number(a.path === last.port));
    for (const { path, what } of likely) {
      if ((await identify(path)) === last.identity)
        return { path, why: `the board of last time, ${last.identity}: ${what}` };
    }
  }
  if (ask) {
    const chosen = await ask(found);
    return { path: chosen.path, why: `chosen: ${chosen.what}` };
  }
  const missing = last ? `, and the one of last time (${last.identity}) does not answer` : "";
  throw new Problem(
    "several-ports",
    `several boards are plugged in${missing}; name one with --port:\n${found.map(({ path, what }) => `  ${path}  ${what}`).join("\n")}`,
  );
}

/** Opens the port. @throws Problem that tells what is in the way */
export async function openPort(path: string, baud: number): Promise<SerialLink> {
  try {
    return await openSerial(path, baud);
  } catch (error) {
    throw openProblem(path, error as Error);
  }
}

/** Says in our words what the operating system says about a port that it does not open, and what to do. */
export function openProblem(path: string, error: Error): Problem {
  const text = error.message;
  if (/no such file|ENOENT|file not found|ENXIO|ENODEV/i.test(text))
    return new Problem(
      "no-port",
      `there is no port ${path}: is the board plugged in? npm run flash without --port finds it`,
    );
  if (/permission|EACCES|access denied/i.test(text) && process.platform !== "win32")
    return new Problem(
      "permission",
      `you may not open ${path}: add yourself to its group (sudo usermod -a -G dialout $USER) and log in again`,
    );
  if (/lock|busy|EBUSY|access denied|temporarily unavailable/i.test(text))
    return new Problem(
      "busy",
      `${path} is in use by another program (a serial monitor?): close it and run this again`,
    );
  return new Problem("no-port", `${path} cannot be opened: ${text}`);
}
