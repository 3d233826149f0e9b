// What a board says beside its answers: the part that a person can use, and the starts that nobody asked for.

/** How much of what the board said last is kept [characters]. */
export const KEPT = 4096;
/** How much of that a message quotes [characters]. */
const QUOTED = 500;
/**
 * What a board says first after a reset: the ROM of an ESP32, the ROM of an ESP8266 (at another baud rate, so it is seldom legible), the
 * firmware.
 */
const START = /rst:0x|rst cause:|(?:^|[\r\n])NodeMCU (?:\d|ESP32)/g;
/**
 * So much of the text that was searched is searched again with what follows, because a match of START may arrive in two pieces
 * [characters].
 */
const OVERLAP = 24;
/** What every start says: the firmware's name and build. */
const BANNER =
  /^(?:NodeMCU |ESP-ROM:|rst:0x|\s+(?:branch|commit|release|release DTS|SSL|build type|LFS|modules): |\s*build (?:\d|powered by ))/;
/** The echo of a line that we typed: nearly all contain the \1 that marks answers, the others are listed. */
const OURS = /\\1|^(?:>{1,2} )*(?:node\.restart\(\)|_G\.__b=|uart\.setup\(0,|\]\]=\))/;

/** What a board said, for a person: without the echo of our lines, prompts, colours and noise. May be empty. */
export function excerpt(heard: string, most = QUOTED): string {
  const lines = heard.split(/[\r\n]+/).flatMap((line) => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
    const plain = line.replace(/\x1b\[[0-9;]*m/g, "");
    if (plain.includes("\x01") || OURS.test(plain)) return [];
    const text = readable(plain);
    const words = text.replace(/^(?:>{1,2} )+/, "").trimEnd();
    return words === "" || words === ">" || BANNER.test(words) ? [] : [words];
  });
  let result = lines.join("\n");
  if (result.length > most) result = `…${result.slice(result.length - most)}`;
  return result;
}

/** Gives a line as text. An app may print UTF-8; what the ROM says at another baud rate arrives as noise and is left out. */
function readable(line: string): string {
  const text = Buffer.from(line, "latin1").toString("utf8");
  if (!text.includes("\ufffd")) return text.replace(/(?!\t)\p{Cc}/gu, "");
  const ascii = line.replace(/[^\t -~]/g, "");
  return ascii.length < 0.7 * line.length ? "" : ascii;
}

/** A message with what the board said below it, if it said something. */
export function quoting(message: string, heard: string, most?: number): string {
  const said = excerpt(heard, most);
  return said === "" ? message : `${message}. The board said:\n${said.replace(/^/gm, "  ")}`;
}

export interface Restart {
  /** When it was noticed, on the console's clock [ms]. */
  at: number;
  /** What the board said before it. */
  before: string;
}

/** Counts starts of the board that were not asked for. */
export class RestartWatch {
  readonly restarts: Restart[] = [];
  #tail = "";
  #scanned = 0;
  /** The ROM was heard last: the firmware's greeting that follows belongs to the same start. */
  #isRom = false;
  #isExpected = false;
  #heard = false;

  /** What was said since the last start. */
  get recent(): string {
    return this.#tail;
  }

  hear(text: string, now: number): void {
    this.#tail += text;
    START.lastIndex = this.#scanned;
    for (let match = START.exec(this.#tail); match; match = START.exec(this.#tail)) {
      const isRom = match[0].startsWith("rst");
      if (isRom || !this.#isRom) this.#count(this.#tail.slice(0, match.index), now);
      this.#isRom = isRom;
      this.#tail = this.#tail.slice(match.index);
      this.#scanned = START.lastIndex = match[0].length;
    }
    const scanned = Math.max(this.#scanned, this.#tail.length - OVERLAP);
    const lost = Math.max(0, this.#tail.length - KEPT);
    this.#tail = this.#tail.slice(lost);
    this.#scanned = Math.max(0, scanned - lost);
  }

  /** Announces a restart of our own: the next start is not counted. */
  expect(): void {
    this.#isExpected = true;
  }

  /** The board answers. @param isNew its Lua knows nothing of what it was told: it was restarted, heard or not */
  answered(isNew: boolean, now: number): void {
    if (isNew && !this.#heard) this.#count(this.#tail, now);
    this.#isExpected = false;
    this.#heard = false;
  }

  #count(before: string, at: number): void {
    this.#heard = true;
    if (this.#isExpected) this.#isExpected = false;
    else this.restarts.push({ at, before });
  }
}
