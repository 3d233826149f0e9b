// What a board says beside its answers: the part that a person can use, and the starts that nobody asked for.

/** Of what was heard, so much is kept [characters]. */
const KEPT = 4096;
/** So much of it is quoted. */
const QUOTED = 500;
/** The first words after a reset: of an ESP32's ROM, of an ESP8266's (at another rate, so seldom read), of the firmware. */
const START = /rst:0x|rst cause:|(?:^|[\r\n])NodeMCU (?:\d|ESP32)/g;
/** Longer than what START matches: that may arrive in two pieces. */
const OVERLAP = 24;
/** What every start says: the firmware's name and build. */
const BANNER =
  /^(?:NodeMCU |ESP-ROM:|rst:0x|\s+(?:branch|commit|release|release DTS|SSL|build type|LFS|modules): |\s*build (?:\d|powered by ))/;
/** Echo of what we sent: a line that asks for an answer, or one of the few that do not. */
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

/** What an app prints may be UTF-8; what the ROM says at its own rate is nothing. */
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
  /** The ROM has announced a start, of which the firmware's own words will be part. */
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

  /** We restart the board ourselves. */
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
