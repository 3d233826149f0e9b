// npm run flash in a process of its own, and a simulated board on a pseudo-terminal for it.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { request } from "node:http";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ROOT } from "../../packages/image/build.ts";
import type { Board } from "../../packages/simulator/board.ts";
import { CHIPS, type Chip } from "../../packages/simulator/chips.ts";
import { RealClock } from "../../packages/simulator/clock.ts";
import { LfsRegion } from "../../packages/simulator/lfs/region.ts";
import { openPty, type SerialPty } from "../../packages/simulator/serial/pty.ts";
import { simulate } from "../../packages/simulator/simulate.ts";

interface Event {
  event: string;
  [key: string]: unknown;
}

/** npm run flash in a process of its own, with its events as they come. */
export class Flash {
  readonly events: Event[] = [];
  readonly child: ChildProcess;
  readonly code: Promise<number | null>;
  #changed: () => void = () => {};

  constructor(...parameters: string[]) {
    this.child = spawn(
      process.execPath,
      ["--import", "tsx", join(ROOT, "scripts/nodemcu.ts"), "flash", "--json", ...parameters],
      { cwd: ROOT, env: { ...process.env, WIFI_SSID: "home", WIFI_PASSWORD: "password" } },
    );
    createInterface({ input: this.child.stdout! }).on("line", (line) => {
      this.events.push(JSON.parse(line));
      this.#changed();
    });
    this.child.stderr!.resume();
    this.code = new Promise((resolve) => {
      this.child.on("close", (code) => {
        this.#changed();
        resolve(code);
      });
    });
  }

  /** Waits for the `count`-th event of a kind. */
  async event(kind: string, count = 1): Promise<Event> {
    for (;;) {
      const found = this.events.filter(({ event }) => event === kind)[count - 1];
      if (found) return found;
      assert.equal(this.child.exitCode, null, JSON.stringify(this.events));
      await new Promise<void>((resolve) => (this.#changed = resolve));
    }
  }
}

/** The board's time passes so much faster than the computer's: its 2 s for a key, its restarts, its serial line. */
const SPEED = 2;

/** Asks over a connection of its own: the board's time-outs are a fraction of what people's programs reckon with. */
export function get(url: string): Promise<{ status: number | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (piece) => (text += piece));
      response.on("end", () => resolve({ status: response.statusCode, text }));
    });
    asked.on("error", reject);
    asked.end();
  });
}

/** A simulated board on a pseudo-terminal and on the computer's network. */
export class Rig {
  readonly board: Board;
  readonly serial: SerialPty;
  url = "";

  constructor(chip: Chip, store?: number) {
    this.board = simulate(
      {},
      {
        port: 0,
        chip,
        heap: CHIPS[chip].heap,
        clock: new RealClock(SPEED),
        console: () => {},
        listening: (_, address) => {
          this.url = address;
        },
        failed: (mistake) => {
          throw mistake;
        },
        ...(store === undefined ? {} : { lfs: new LfsRegion(store) }),
      },
    );
    this.serial = openPty(this.board);
  }

  end(): void {
    this.board.stop();
    this.serial.close();
  }
}
