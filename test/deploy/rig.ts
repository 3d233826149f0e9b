// A simulated board and a deploy tool's port on the two ends of one simulated line, all on the virtual clock.

import assert from "node:assert/strict";
import { BoardConsole } from "../../packages/deploy/console.ts";
import type { Reporter } from "../../packages/deploy/delivery.ts";
import { type DeployOptions, deploy } from "../../packages/deploy/deploy.ts";
import { findPrompt, Problem } from "../../packages/deploy/diagnose.ts";
import type { Deployment } from "../../packages/deploy/files.ts";
import type { SerialLink } from "../../packages/deploy/link.ts";
import type { DeployFile } from "../../packages/deploy/plan.ts";
import type { Deployed } from "../../packages/deploy/summary.ts";
import { bootLua, initLua } from "../../packages/image/init.ts";
import type { Need } from "../../packages/image/needs.ts";
import type { NumberKind } from "../../packages/lua-vm/proto.ts";
import type { LuaVersion } from "../../packages/lua-vm/vm/dialect.ts";
import { linkInMemory } from "../../packages/measure/link-in-memory.ts";
import { Board } from "../../packages/simulator/board.ts";
import { CHIPS, type Chip } from "../../packages/simulator/chips.ts";
import { VirtualClock } from "../../packages/simulator/clock.ts";
import { FileSystem } from "../../packages/simulator/files.ts";
import { LfsRegion } from "../../packages/simulator/lfs/region.ts";
import { MemoryNetwork } from "../../packages/simulator/network/memory.ts";
import { type LineOptions, SerialLine } from "../../packages/simulator/serial/line.ts";

export interface DeployRigOptions extends LineOptions {
  chip?: Chip;
  encoder?: boolean;
  crypto?: boolean;
  consoleModule?: boolean;
  numbers?: NumberKind;
  lua?: LuaVersion;
  /** Bytes of flash. */
  flash?: number;
  /** Bytes of the Lua flash store; none if left out. */
  store?: number;
  heap?: number;
}

/** Files that every board gets, and what they need of its firmware, as a deployment. */
export function inFiles(files: DeployFile[], needs: Need[] = []): Deployment {
  return { needs, mayStore: false, choose: () => ({ files, removes: [], says: [] }) };
}

/** Whether a deployment was done; else a person was told why. */
export function outcome(work: Promise<unknown>): Promise<Problem | undefined> {
  return work.then(
    () => undefined,
    (error: unknown) => {
      assert.ok(error instanceof Problem, `no message for a person: ${String(error)}`);
      return error;
    },
  );
}

export class DeployRig {
  readonly clock = new VirtualClock();
  readonly network = new MemoryNetwork(this.clock);
  readonly board: Board;
  readonly line: SerialLine;
  link: SerialLink;
  console: BoardConsole;
  /** What the tool said. */
  readonly said: string[] = [];

  constructor(options: DeployRigOptions = {}) {
    const { chip = "esp8266" } = options;
    this.board = new Board({
      chip,
      heap: options.heap ?? CHIPS[chip].heap,
      encoder: options.encoder ?? false,
      crypto: options.crypto ?? false,
      consoleModule: options.consoleModule ?? false,
      numbers: options.numbers ?? "double",
      lua: options.lua ?? "5.1",
      clock: this.clock,
      network: this.network,
      files: new FileSystem(options.flash),
      ...(options.store === undefined ? {} : { lfs: new LfsRegion(options.store) }),
    });
    this.line = new SerialLine(this.clock, options);
    this.board.uart.connect(this.line);
    this.link = this.#connect();
    this.console = new BoardConsole(this.link, this.clock);
  }

  /** Pulls the cable. */
  unplug(): void {
    this.line.unplug();
    this.link.lost(new Error("disconnected"));
  }

  /** Plugs the cable in again: a new port. */
  replug(): void {
    this.line.plug();
    this.link = this.#connect();
    this.console = new BoardConsole(this.link, this.clock);
  }

  #connect(): SerialLink {
    return linkInMemory(this.line);
  }

  /** Lets the clock go on until `work` is done. */
  async finish<T>(work: Promise<T>, limit = 600_000): Promise<T> {
    let done = false;
    const watched = work.finally(() => (done = true));
    watched.catch(() => {});
    const end = this.clock.now() + limit;
    for (;;) {
      await new Promise(setImmediate);
      if (done) return watched;
      if (this.clock.now() > end) throw new Error(`not done after ${limit} ms`);
      let steps = 0;
      this.clock.runUntil(() => steps++ > 0, 1000);
    }
  }

  deploy(files: Record<string, string | Buffer>, options: Partial<DeployOptions> = {}): Promise<Deployed> {
    const list: DeployFile[] = Object.entries(files).map(([name, content]) => ({
      name,
      content: typeof content === "string" ? Buffer.from(content, "latin1") : content,
    }));
    return this.deployFiles(inFiles(list), options);
  }

  async deployFiles(what: Deployment, options: Partial<DeployOptions> = {}): Promise<Deployed> {
    const report: Reporter = { say: (text) => this.said.push(text), progress: () => {} };
    const work = async () => {
      const baud = await findPrompt(this.console, 115200);
      return deploy(this.console, what, { baud, ...options }, report);
    };
    return this.finish(work());
  }

  /** What a deployment of an app puts on the board. */
  static app(source: string, extra: Record<string, string> = {}): Record<string, string> {
    return {
      "init.lua": initLua(),
      "boot.lua": bootLua({ app: { name: "app.lua" }, title: "a test" }),
      "app.lua": source,
      ...extra,
    };
  }

  /** Restarts the board and gives what it prints until the app has run. */
  boot(): string {
    this.board.takeConsole();
    this.board.restart("power on");
    this.clock.advance(5000);
    return this.board.takeConsole();
  }

  contents(): Record<string, string> {
    return Object.fromEntries(
      this.board.files.names().map((name) => [name, this.board.files.read(name)!.toString("latin1")]),
    );
  }
}
