// A dialogue with the Lua prompt of a board: one chunk of Lua out, its answers back. Answers are lines that begin with
// byte 1, which no echo can hold, so an app that prints meanwhile does no harm.
import { agentLines } from "../image/agent.ts";
import type { Clock } from "../simulator/clock.ts";
import { KEPT, type Restart, RestartWatch } from "./heard.ts";
import type { SerialLink } from "./link.ts";

/** The board answered a chunk with an error. */
export class LuaFailure extends Error {
  /** The board gave the same error each time that it was asked, so a byte lost on the line is not the reason. */
  isCertain = false;
}
/** The board did not answer. `heard` is what it said instead. */
export class NoAnswer extends Error {
  constructor(
    message: string,
    readonly heard: string,
  ) {
    super(message);
  }
}
/** The port is gone. */
export class LinkLost extends Error {}
/** The board restarts again and again. */
export class Restarting extends Error {
  constructor(readonly restarts: readonly Restart[]) {
    super("the board restarts again and again");
  }
}
/** The person pressed Ctrl-C. */
export class Interrupted extends Error {}

const ANSWER = "\x01";
/**
 * Ends every line that is sent: the board prints this when it has run the line, and an app that prints meanwhile cannot be taken for it.
 */
const END = ' print"\\1."';
/** What END makes the board print. Newer firmware for ESP32 ends lines with LF only. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: no echo can hold this byte
const DONE = /\x01\.\r?\n/;
/** Lua's error for a line that we typed. Our lines are right, so one that gives this did not arrive as it was sent. */
export const GARBLED = /^stdin:\d+: /;
/** What the board answers to the call that loads an image, and what it says before it restarts with one. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: no echo can hold this byte
const ANSWERED = /\x01([^\r\n]*)\r?\n/;
const RELOADED = /LFS region updated|NodeMCU \d|rst cause/;
const ATTEMPTS = 3;
/** After so many restarts that nobody asked for, the board is taken to restart for ever: no more is asked of it. */
const MOST_RESTARTS = 3;
/** So many restarts while the board is asked for one thing are too many. One may be ours: many boards reset when their port is opened. */
const TOO_MANY_RESTARTS = 2;
/** If nothing has come for this time, nothing more is under way on the line [ms]. */
const QUIET = 150;
/** Lua's prompt for the rest of an unfinished chunk. Our lines are whole chunks, so one that gives this was not received whole. */
const MORE = /[\r\n]>> $/;
/** The firmware's line editor loses the beginning of a line of more than 255 characters. */
export const LONGEST_LINE = 250 - END.length;
const ERROR = /(?:^|[\r\n])(?:> )*(?:Lua error: ?\t?([^\r\n]*)|(stdin:\d+: [^\r\n]*))\r?\n/;
/** What clears a chunk that somebody left incomplete: the end of a long string or comment, then nonsense. */
const CLEAR = "]]=)";

export class BoardConsole {
  link: SerialLink;
  readonly clock: Clock;
  /** Everything received since the last command, as latin1. */
  heard = "";
  /** Sees all that arrives, for a log or a monitor. */
  listener: ((text: string) => void) | undefined;
  readonly #watch = new RestartWatch();
  #isMarked = false;
  #gone: Error | undefined;
  #wake: (() => void) | undefined;

  constructor(link: SerialLink, clock: Clock) {
    this.link = link;
    this.clock = clock;
    this.attach(link);
  }

  /** Goes on over another link: the port was lent to another program. */
  attach(link: SerialLink): void {
    this.link = link;
    link.receive = (bytes) => {
      const text = bytes.toString("latin1");
      this.heard += text;
      this.#watch.hear(text, this.clock.now());
      this.listener?.(text);
      this.#wake?.();
    };
    link.lost = (reason) => {
      this.#gone ??= new LinkLost(`the port ${link.path} is gone: ${reason.message}`);
      this.#wake?.();
    };
  }

  /** Restarts of the board that we did not ask for. */
  get restarts(): readonly Restart[] {
    return this.#watch.restarts;
  }
  /** What the board has said since it started, or lately. */
  get recent(): string {
    return this.#watch.recent;
  }

  /**
   * Leaves a mark in Lua by which prompt() tells a board that was restarted; restarts are counted from here on.
   * @throws LuaFailure, NoAnswer
   */
  async mark(): Promise<void> {
    this.#watch.restarts.length = 0;
    await this.#mark();
  }
  async #mark(): Promise<void> {
    // If a byte of the line is lost, another variable is set. So the mark is read back, and set again.
    for (let attempt = 1; attempt <= ATTEMPTS && !this.#isMarked; attempt++)
      this.#isMarked = (await this.ask(agentLines("leaveMark"))).some((answer) => answer === "\t1");
  }
  /** Takes the mark back. */
  async unmark(): Promise<void> {
    if (!this.#isMarked) return;
    this.#isMarked = false;
    await this.run(agentLines("removeMark"), 1000).catch(() => {});
  }

  /** Restarts the board, which forgets the mark. It gives the prompt when it is up again. */
  async restart(): Promise<void> {
    this.#isMarked = false;
    this.#watch.expect();
    this.heard = "";
    await this.send(`${agentLines("restart")}\n`);
  }

  /**
   * Loads an image into the Lua flash store, after which the board restarts by itself.
   * @returns why it was refused; undefined: it is being written, or will be after a restart
   * @throws NoAnswer
   */
  async reload(name: string, ms: number): Promise<string | undefined> {
    this.#isMarked = false;
    this.#watch.expect();
    this.heard = "";
    await this.send(`${agentLines("reload", name)}\n`);
    const word = await this.wait((heard) => {
      const answer = ANSWERED.exec(heard)?.[1];
      // A board with Lua 5.3 answers at once and loads the image after its restart; what is wrong with it shows only then.
      if (answer !== undefined) return { refused: answer === "true" ? undefined : answer };
      return RELOADED.test(heard) ? { refused: undefined } : undefined;
    }, ms);
    if (!word) throw new NoAnswer("the board neither loads the image nor says why", this.heard);
    return word.refused;
  }

  /** @throws Restarting if there were so many restarts that more will follow */
  checkRestarts(most = MOST_RESTARTS): void {
    if (this.restarts.length >= most) throw new Restarting(this.restarts);
  }

  /** Ends whatever waits now, or next, with `error`. */
  interrupt(error: Error = new Interrupted("interrupted")): void {
    this.#gone = error;
    this.#wake?.();
  }
  /** Takes an interrupt back, so that the board can be tidied up. */
  resume(): void {
    if (!(this.#gone instanceof LinkLost)) this.#gone = undefined;
  }

  async send(data: Buffer | string): Promise<void> {
    if (this.#gone) throw this.#gone;
    try {
      await this.link.write(typeof data === "string" ? Buffer.from(data, "latin1") : data);
    } catch (error) {
      throw new LinkLost(`the port ${this.link.path} is gone: ${(error as Error).message}`);
    }
  }

  /** Waits until `found` gives something for what was heard. @returns undefined after `ms` milliseconds */
  async wait<T>(found: (heard: string) => T | undefined, ms: number): Promise<T | undefined> {
    let expired = false;
    const cancel = this.clock.after(ms, () => {
      expired = true;
      this.#wake?.();
    });
    try {
      for (;;) {
        const result = found(this.heard);
        if (result !== undefined) return result;
        if (this.#gone) throw this.#gone;
        if (expired) return undefined;
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      cancel();
      this.#wake = undefined;
    }
  }

  sleep(ms: number): Promise<undefined> {
    return this.wait(() => undefined, ms);
  }

  /** Asks for a fresh prompt until there is one. @throws NoAnswer after `ms` milliseconds; Restarting */
  async prompt(ms: number): Promise<void> {
    const end = this.clock.now() + ms;
    const before = this.restarts.length;
    let all = "";
    while (this.clock.now() < end) {
      this.heard = "";
      await this.send("\r\n");
      const found = await this.wait((heard) => /(?:^|\n)(>>?) $/.exec(heard)?.[1], 300);
      all = (all + this.heard).slice(-KEPT);
      if (found === ">>") await this.send(`${CLEAR}\r\n`);
      if (found !== ">") continue;
      // What looks like a prompt may have been on its way since before. Only a board that answers this question is at its prompt now.
      try {
        const nonce = Math.floor(this.clock.now() * 7919) % 100000;
        const [answer] = await this.run(agentLines("answer", nonce), 1000);
        if (answer === String(nonce)) {
          this.#watch.answered(await this.#isNew(), this.clock.now());
          return;
        }
      } catch (error) {
        if (!(error instanceof LuaFailure) && !(error instanceof NoAnswer)) throw error;
        all = (all + this.heard).slice(-KEPT);
      }
      // The question went out several times, so more answers may be on their way. Without this pause they would be taken for answers to
      // the next question.
      await this.sleep(QUIET);
    }
    if (this.restarts.length - before >= TOO_MANY_RESTARTS) throw new Restarting(this.restarts.slice(before));
    throw new NoAnswer("the board gives no prompt", all);
  }

  /** Whether Lua's state is another one than that which was marked; it is marked then. */
  async #isNew(): Promise<boolean> {
    if (!this.#isMarked) return false;
    // A question that has lost a byte asks for another variable. So the answer counts only if it is the same each time.
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const [answer] = await this.run(agentLines("printMark"), 1000);
      if (answer !== "\tnil") return false;
    }
    this.#isMarked = false;
    await this.#mark();
    return true;
  }

  /**
   * Runs Lua and gives the lines that it printed with byte 1 in front. Every line of `lua` must be a chunk of its own: the
   * board compiles them one by one, which takes far less of its heap than one long chunk.
   * @param ms for each line
   * @throws LuaFailure, NoAnswer
   */
  async run(lua: string, ms = 5000): Promise<string[]> {
    const answers: string[] = [];
    for (const line of fold(lua)) answers.push(...(await this.#runLine(line, ms)));
    return answers;
  }

  /**
   * Runs Lua that may as well run twice: when bytes were lost, or the board was restarted, it runs again.
   * @throws LuaFailure, NoAnswer, Restarting
   */
  async ask(lua: string, ms?: number): Promise<string[]> {
    const answers = new Set<string>();
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.run(lua, ms);
      } catch (error) {
        answers.add(error instanceof LuaFailure ? error.message : "");
        const lost =
          error instanceof NoAnswer || (error instanceof LuaFailure && GARBLED.test(error.message));
        if (!lost) throw error;
        if (attempt === ATTEMPTS) {
          this.checkRestarts(TOO_MANY_RESTARTS);
          if (error instanceof LuaFailure) error.isCertain = answers.size === 1;
          throw error;
        }
        await this.prompt(10000);
        this.checkRestarts();
      }
    }
  }

  async #runLine(line: string, ms: number): Promise<string[]> {
    this.heard = "";
    const before = this.restarts.length;
    await this.send(`${line}${END}\n`);
    const state = await this.wait((heard) => {
      if (DONE.test(heard)) return "done";
      if (ERROR.test(heard)) return "error";
      if (MORE.test(heard)) return "more";
      return this.restarts.length > before ? "restarted" : undefined;
    }, ms);
    if (state === "restarted") throw new NoAnswer("the board has restarted", this.heard);
    if (state === "more")
      throw new NoAnswer("the board waits for the rest of a line, of which bytes were lost", this.heard);
    if (state === undefined) throw new NoAnswer("the board did not answer", this.heard);
    if (state === "error") {
      const [, message, bare] = ERROR.exec(this.heard)!;
      await this.wait((heard) => (heard.endsWith("> ") ? true : undefined), 300);
      throw new LuaFailure(message ?? bare ?? "");
    }
    await this.wait((heard) => (heard.includes("> ", DONE.exec(heard)!.index) ? true : undefined), 300);
    return this.heard
      .split("\n")
      .filter((text) => text.includes(ANSWER))
      .map((text) => text.slice(text.indexOf(ANSWER) + 1).replace(/\r$/, ""))
      .filter((text) => text !== ".");
  }
}

/** Chunks of Lua in lines that the firmware's line editor takes: as many in a line as fit. */
export function fold(lua: string): string[] {
  const lines: string[] = [];
  for (const piece of lua.split("\n")) {
    if (piece.length > LONGEST_LINE) throw new Error(`a line of Lua is too long for the prompt: ${piece}`);
    const last = lines.at(-1);
    const joined = last === undefined ? undefined : last + between(last, piece) + piece;
    if (joined !== undefined && joined.length <= LONGEST_LINE) lines[lines.length - 1] = joined;
    else lines.push(piece);
  }
  return lines;
}

/** What keeps two statements apart: words by a space, and a parenthesis would make a call of both. */
function between(one: string, other: string): string {
  if (other.startsWith("(")) return ";";
  return /\w$/.test(one) && /^\w/.test(other) ? " " : "";
}
