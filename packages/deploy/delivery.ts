// Files to the board under temporary names, until what is there is what was sent: lost or changed bytes are sent again,
// first as before, then at the console's own rate, then over a slower path that needs less of the firmware.
import { agentLines } from "../image/agent.ts";
import { raiseBaud, setBaud } from "./baud.ts";
import { type Capabilities, checks } from "./board.ts";
import { check, sameCheck } from "./check.ts";
import { type BoardConsole, GARBLED, LuaFailure, NoAnswer } from "./console.ts";
import { Problem } from "./diagnose.ts";
import { quoting } from "./heard.ts";
import { BytesLost, DiskFull, NotCreated, type Path, paths, send } from "./transfer.ts";

export interface Reporter {
  /** Something a person may want to know. */
  say(text: string): void;
  /** `bytes` of `total` have arrived on the board. */
  progress(name: string, bytes: number, total: number): void;
}

export interface Parcel {
  /** The temporary name. */
  from: string;
  /** What a person calls it. */
  name: string;
  content: Buffer;
}

/** Another program that sends the files, under their temporary names. */
export type Upload = (
  console: BoardConsole,
  parcels: readonly Parcel[],
  progress: (index: number) => void,
) => Promise<void>;

/** A board that has lost bytes of a transfer gives the prompt back by itself, at the latest after this time [ms]. */
const RECOVERY = 10000;

/** With less free flash than this no file can be created: SPIFFS wants a page for its index and one for content [bytes]. */
const LEAST_FREE = 1024;

export class Delivery {
  readonly #console: BoardConsole;
  readonly #can: Capabilities;
  readonly #report: Reporter;
  readonly #baud: number;
  #paths: Path[];
  /** Whether this path and rate were given a second chance already. */
  #again = false;
  /** How many restarts of the board were told. */
  #restarts = 0;
  /** Whether the line may run at a raised rate. */
  #raised = false;

  constructor(console: BoardConsole, can: Capabilities, baud: number, report: Reporter) {
    this.#console = console;
    this.#can = can;
    this.#baud = baud;
    this.#report = report;
    this.#paths = paths(can);
  }

  get path(): Path {
    return this.#paths[0] ?? "hex";
  }

  async raise(rate: number): Promise<void> {
    this.#raised = true;
    this.#raised = await raiseBaud(this.#console, this.#baud, rate);
    if (!this.#raised) this.#report.say(`the line does not work at ${rate} baud; staying at ${this.#baud}`);
  }

  /** Back to the console's own rate. */
  async lower(): Promise<void> {
    if (!this.#raised) return;
    await setBaud(this.#console, this.#baud);
    this.#raised = false;
  }

  /**
   * Waits for the prompt after whatever happened: in the middle of a block the board takes all that comes for bytes of
   * it, until its watchdog ends the transfer.
   * @throws NoAnswer
   */
  async recover(): Promise<void> {
    try {
      await this.#console.prompt(RECOVERY);
    } catch (error) {
      if (!this.#raised || !(error instanceof NoAnswer)) throw error;
      // a board that was reset speaks at its own rate again, and so does one whose rate was just being changed
      await this.#console.link.setBaud(this.#baud);
      this.#raised = false;
      await this.#console.prompt(RECOVERY);
    }
  }

  /** @throws Problem: disk-full, bytes-lost or corrupt */
  async send(parcels: readonly Parcel[], upload?: Upload): Promise<void> {
    let waiting = parcels;
    while (waiting.length > 0) {
      if (upload) {
        await upload(this.#console, waiting, (i) => {
          const { name, content } = waiting[i]!;
          this.#report.progress(name, content.length, content.length);
        });
      } else for (const parcel of waiting) await this.#sendOne(parcel);
      const there = await checks(
        this.#console,
        this.#can.summing,
        waiting.map(({ from }) => from),
      );
      waiting = waiting.filter(
        ({ from, content }) => !sameCheck(check(content, this.#can.summing), there.get(from)),
      );
      const [first] = waiting;
      if (first && (upload || !(await this.#fallBack(`${first.name} arrived with other contents`))))
        throw new Problem(
          "corrupt",
          `${first.name} arrived with other contents than were sent: ${upload ? "nodemcu-tool reported no error, but the board's flash holds something else" : "the line loses or changes bytes; try a shorter cable or a lower --baud"}`,
        );
    }
  }

  async #sendOne({ from, name, content }: Parcel): Promise<void> {
    for (;;) {
      try {
        await send(this.#console, this.#can, this.path, from, content, (bytes) =>
          this.#report.progress(name, bytes, content.length),
        );
        return;
      } catch (error) {
        if (error instanceof DiskFull)
          throw new Problem(
            "disk-full",
            `the board's flash is full: ${name} could not be written; --clean removes what is not part of the app`,
          );
        if (error instanceof NotCreated) throw await this.#notCreated(name);
        const garbled = error instanceof LuaFailure && GARBLED.test(error.message);
        if (!(error instanceof BytesLost) && !(error instanceof NoAnswer) && !garbled) throw error;
        const isCertain = error instanceof LuaFailure && error.isCertain;
        const heard = this.#console.recent;
        if (!(await this.#fallBack(`${name}: ${error.message}${isCertain ? "" : ": bytes were lost"}`))) {
          if (isCertain) throw error;
          throw new Problem(
            "bytes-lost",
            quoting(
              `bytes were lost on the line in every attempt (${error.message}); try a shorter cable, another USB port or a lower --baud`,
              heard,
            ),
          );
        }
      }
    }
  }

  async #notCreated(name: string): Promise<Problem> {
    const [free] = await this.#console.ask(agentLines("printFree"));
    return Number(free) < LEAST_FREE
      ? new Problem(
          "disk-full",
          `the board's flash is full: ${name} could not be created; --clean removes what is not part of the app`,
        )
      : new Problem(
          "open-files",
          `the board could not create ${name}, although ${free} bytes of its flash are free: its program may hold as many files open as the firmware allows (4 on ESP8266)`,
        );
  }

  /** Chooses what to try next after bytes were lost. @returns false if nothing is left @throws Restarting */
  async #fallBack(why: string): Promise<boolean> {
    await this.recover();
    this.#console.checkRestarts();
    const { length: restarts } = this.#console.restarts;
    if (restarts > this.#restarts) {
      // The restart explains the loss, so the same rate and path get another chance.
      this.#restarts = restarts;
      this.#report.say(quoting("the board has restarted; going on", this.#console.restarts.at(-1)!.before));
      return true;
    }
    if (!this.#again) {
      this.#again = true;
      this.#report.say(`${why}; trying again`);
    } else if (this.#raised) {
      await this.lower();
      this.#again = false;
      this.#report.say(`${why}; trying again at ${this.#baud} baud`);
    } else if (this.path === "raw") {
      // The slower path sends lines, each of which is answered and can be sent again by itself.
      this.#paths.shift();
      this.#again = false;
      this.#report.say(`${why}; trying again in lines of ${this.path}`);
    } else return false;
    return true;
  }
}
