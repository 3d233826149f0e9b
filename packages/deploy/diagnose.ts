// What is wrong with a board or a port, in words that say what to do.
import type { BoardConsole } from "./console.ts";
import { NoAnswer, Restarting } from "./console.ts";
import { excerpt, quoting } from "./heard.ts";

export type ProblemKind =
  | "no-port"
  | "permission"
  | "busy"
  | "several-ports"
  | "wrong-baud"
  | "boot-loader"
  | "crash-loop"
  | "no-firmware"
  | "silent"
  | "no-module"
  | "no-files"
  | "no-space"
  | "disk-full"
  | "open-files"
  | "corrupt"
  | "bytes-lost"
  | "heap"
  | "no-store"
  | "refused"
  | "lua"
  | "swap"
  | "no-boot"
  | "wrong-chip"
  | "uploader"
  | "firmware"
  | "app"
  | "link-lost"
  | "no-answer"
  | "interrupted";

export class Problem extends Error {
  constructor(
    readonly kind: ProblemKind,
    message: string,
  ) {
    super(message);
  }
}

/** Rates that a NodeMCU console may have, likeliest first; 74880 is the ESP8266's boot loader. */
const RATES = [115200, 9600, 921600, 460800, 230400, 74880];
/** A board that resets when its port is opened takes this long to its prompt; a cut transfer gives it back after 5 s [ms]. */
const PATIENCE = 8000;

/** Tells what is wrong with a board that gives no prompt, by what it says instead. */
export function diagnose(heard: string): Problem {
  const boots = heard.match(/rst:0x|rst cause:|NodeMCU [\d.]+|PANIC/g)?.length ?? 0;
  const odd = [...heard].filter(
    (char) => char > "~" || (char < " " && !"\r\n\t\x1b\b\x01".includes(char)),
  ).length;
  if (/waiting for download|DOWNLOAD_BOOT|boot mode:\(1,/i.test(heard))
    return new Problem(
      "boot-loader",
      "the board is in its boot loader: release the FLASH (BOOT, GPIO0) button and press reset",
    );
  if (boots >= 3) return crashLoop(`${boots} starts were seen`, heard);
  if (/>>> $|MicroPython|ready\r\n|\r\nERROR\r\n/.test(heard))
    return new Problem(
      "no-firmware",
      quoting(
        "another firmware than NodeMCU answers; npm run flash -- --firmware <image> writes NodeMCU to the board",
        heard,
      ),
    );
  if (heard.length > 20 && odd > heard.length / 4)
    return new Problem(
      "wrong-baud",
      "what the board sends is not readable at any usual baud rate; give its rate with --baud",
    );
  if (heard.length === 0)
    return new Problem(
      "silent",
      "nothing answers: the board may be busy, without NodeMCU firmware, or another device; press its reset button, or write a firmware with npm run flash -- --firmware <image>",
    );
  return new Problem(
    "no-firmware",
    quoting(
      "the board gives no Lua prompt: press its reset button and run this again, or write NodeMCU to it with npm run flash -- --firmware <image>",
      heard,
    ),
  );
}

/** A board that restarts by itself. @param heard what it said before a restart @param state of the board */
function crashLoop(how: string, heard: string, state = ""): Problem {
  return new Problem(
    "crash-loop",
    quoting(
      `the board restarts again and again (${how}): what it runs at its start crashes; the cable is not to blame. Press its reset button and, within 2 s, any key in npm run monitor: an app of npm run flash does not start then. Another init.lua is put aside by typing, between two restarts, file.rename("init.lua", "init.old"). Then run this again${state}`,
      heard,
    ),
  );
}

/** What the console noticed of restarts, for a person. @param state of the board */
export function restartProblem({ restarts }: Restarting, state?: string): Problem {
  const [first, last] = [restarts[0], restarts.at(-1)];
  const seconds = Math.max(1, Math.round(((last?.at ?? 0) - (first?.at ?? 0)) / 1000));
  // Our own lines may have cut short what the board said before the last restart, so the last text that is not empty is quoted.
  const heard = restarts.map(({ before }) => before).findLast((before) => excerpt(before) !== "");
  return crashLoop(
    `${restarts.length} times within ${seconds} s`,
    heard ?? "",
    state === undefined ? "" : `. ${state}`,
  );
}

/**
 * Waits for the prompt, at another rate if need be.
 * @param rates to try after `baud`
 * @returns the rate that works
 * @throws Problem
 */
export async function findPrompt(
  console: BoardConsole,
  baud: number,
  patience = PATIENCE,
  rates: readonly number[] = RATES,
): Promise<number> {
  let heard = "";
  for (const rate of [baud, ...rates.filter((other) => other !== baud)]) {
    try {
      if (rate !== baud) await console.link.setBaud(rate);
      await console.prompt(rate === baud ? patience : 900);
      return rate;
    } catch (error) {
      if (error instanceof Restarting) throw restartProblem(error);
      if (!(error instanceof NoAnswer)) throw error;
      heard = rate === baud ? error.heard : heard;
    }
  }
  await console.link.setBaud(baud);
  throw diagnose(heard);
}
