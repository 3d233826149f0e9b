// What deploy has a board run, in bytes: the files that boot it, and the Lua that is typed at its prompt, by the function of
// packages/deploy that types it. Deployments to simulated boards, on the virtual clock, so that the figures are exact.

import { readFileSync } from "node:fs";
import { BoardConsole } from "../deploy/console.ts";
import { deploy } from "../deploy/deploy.ts";
import { findPrompt } from "../deploy/diagnose.ts";
import type { Chosen, Deployment } from "../deploy/files.ts";
import type { DeployFile } from "../deploy/plan.ts";
import { journal } from "../deploy/swap.ts";
import { bytecode, codeImage } from "../image/code.ts";
import { type BootOptions, bootLua, initLua } from "../image/init.ts";
import { Board } from "../simulator/board.ts";
import { CHIPS } from "../simulator/chips.ts";
import { VirtualClock } from "../simulator/clock.ts";
import type { BoardOptions } from "../simulator/hardware.ts";
import { LfsRegion } from "../simulator/lfs/region.ts";
import { MemoryNetwork } from "../simulator/network/memory.ts";
import { SerialLine } from "../simulator/serial/line.ts";
import { linkInMemory } from "./link-in-memory.ts";

/** Bytes by what they are of. */
export type Bytes = Record<string, number>;

const APP = {
  app: { name: "app.lc", peak: 9000 },
  httpserver: { name: "httpserver", peak: 30000 },
  title: "apps/page",
};
const WIFI = { ssid: "network", password: "password" };
const BOOT_FILES: Record<string, BootOptions> = {
  "without httpserver": { app: { name: "app.lua" }, title: "apps/page" },
  "code in files": APP,
  "code in files, Wi-Fi": { ...APP, wifi: WIFI },
  "code in the store, Lua 5.1": { ...APP, store: { app: true, lua: "5.1" }, wifi: WIFI },
  "code in the store, Lua 5.3": { ...APP, store: { app: true, lua: "5.3" }, wifi: WIFI },
};
const MOVES = [
  { from: "~0", to: "httpserver.lc" },
  { from: "~1", to: "app.lc" },
  { from: "~2.lua", to: "boot.lua" },
];

/** Files that deploy makes for a board's start. */
function bootFiles(): Bytes {
  const bytes: Bytes = { "init.lua": initLua().length };
  for (const [what, options] of Object.entries(BOOT_FILES)) {
    const lua = Buffer.from(bootLua(options));
    bytes[`boot.lua, ${what}`] = lua.length;
    bytes[`boot.lua as bytecode, ${what}`] = bytecode(lua).length;
  }
  bytes["journal of three files"] = journal(MOVES, []).length;
  bytes["journal of three files and an init.lua that is written over"] = journal(
    MOVES,
    ["old.lua"],
    200,
  ).length;
  return bytes;
}

/** Counts the Lua that is typed by the function that has it typed. */
class CountingConsole extends BoardConsole {
  readonly typed: Bytes = {};
  #by: string | undefined;

  override async run(lua: string, ms?: number): Promise<string[]> {
    const { stack = "" } = new Error();
    const frames = stack
      .split("\n")
      .slice(1)
      .filter((frame) => !/agent\.ts|console\.ts|Agent\.|Console\./.test(frame));
    const name = /at (?:async )?(?:\w+\.)?#?(\w+)/.exec(frames[0] ?? "")?.[1] ?? "the console itself";
    this.#by = name;
    try {
      return await super.run(lua, ms);
    } finally {
      this.#by = undefined;
    }
  }

  override async send(data: Buffer | string): Promise<void> {
    // contents go as a buffer
    if (typeof data === "string" && data.trim() !== "") {
      const by = this.#by ?? "the console itself";
      this.typed[by] = (this.typed[by] ?? 0) + data.length;
    }
    return super.send(data);
  }
}

interface Scenario {
  board: Partial<BoardOptions> & Pick<BoardOptions, "chip">;
  store?: true;
  /** Contents that go as lines, where the firmware has no timer that watches bytes. */
  isSlow?: true;
  compiles?: true;
  baud?: number;
}

const SCENARIOS: Record<string, Scenario> = {
  ESP8266: { board: { chip: "esp8266", crypto: true }, baud: 921600 },
  "ESP8266, no crypto": { board: { chip: "esp8266" } },
  "ESP8266, lines of base64": { board: { chip: "esp8266", encoder: true, crypto: true }, isSlow: true },
  "ESP8266, lines of hex, compiled on the board": {
    board: { chip: "esp8266" },
    isSlow: true,
    compiles: true,
  },
  "ESP8266, code in the store": { board: { chip: "esp8266", crypto: true }, store: true },
  ESP32: { board: { chip: "esp32", lua: "5.3", crypto: true }, baud: 921600 },
  "ESP32, console module": { board: { chip: "esp32", lua: "5.3", crypto: true, consoleModule: true } },
};

/** An app of so many bytes, more than a change of the rate pays for. */
const CODE = "x=1\n".repeat(1200);
/** One that the board compiles itself. */
const SHORT_CODE = "x=1\n".repeat(200);

/** Deploys twice, the second time with one file changed and one removed. @returns bytes typed at the prompt, by function */
async function typedIn({ board: kind, store, isSlow, compiles, baud }: Scenario): Promise<Bytes> {
  const clock = new VirtualClock();
  const board = new Board({
    heap: CHIPS[kind.chip].heap,
    clock,
    network: new MemoryNetwork(clock),
    ...(store ? { lfs: new LfsRegion(64 * 1024) } : {}),
    ...kind,
  });
  const line = new SerialLine(clock, {});
  board.uart.connect(line);
  const link = linkInMemory(line);
  const console = new CountingConsole(link, clock);
  const finish = async <T>(work: Promise<T>): Promise<T> => {
    let done = false;
    const watched = work.finally(() => (done = true));
    watched.catch(() => {});
    while (!done) {
      await new Promise(setImmediate);
      let steps = 0;
      clock.runUntil(() => steps++ > 0, 1000);
    }
    return watched;
  };
  const deployment = (version: number): Deployment => ({
    needs: [],
    mayStore: store === true,
    choose: (can) => {
      const lua = Buffer.from(`${isSlow ? SHORT_CODE : CODE}-- ${version}\n`);
      const files: DeployFile[] = [
        ...(store ? [] : [{ name: "app.lua", content: lua, ...(compiles ? { compiled: true } : {}) }]),
        ...(version === 1 ? [{ name: "empty.txt", content: Buffer.alloc(0) }] : []),
        {
          name: "boot.lua",
          // the bytes of a real one are no part of what is counted, but the one that loads an image must be real
          content: Buffer.from(
            store
              ? bootLua({ app: { name: "app" }, title: "app", store: { app: true, lua: "5.1" } })
              : 'print("http://192.168.1.2/")',
          ),
        },
        { name: "init.lua", content: Buffer.from(initLua()) },
      ];
      const chosen: Chosen = { files, removes: version === 2 ? ["empty.txt"] : [], says: [] };
      if (!store) return chosen;
      const { file, size, names } = codeImage([{ name: "app", lua }], {
        lua: "5.1",
        numbers: can.numbers,
        time: 1e9 + version,
      });
      return {
        ...chosen,
        image: { unchanged: undefined, fresh: { file, size, names, time: 1e9 + version } },
      };
    },
  });
  for (const version of [1, 2]) {
    await finish(
      (async () => {
        const rate = await findPrompt(console, 115200);
        if (isSlow) board.firmware.vm.run("uart.on=nil tmr.create=nil");
        const options = {
          baud: rate,
          ...(baud === undefined ? {} : { transferBaud: baud }),
          noRestart: isSlow === true,
        };
        await deploy(console, deployment(version), options, { say: () => {}, progress: () => {} });
      })(),
    );
  }
  return console.typed;
}

/** All figures: the files, and by kind of board what is typed at its prompt. */
export async function agentFigures(): Promise<Record<string, Bytes>> {
  const all: Record<string, Bytes> = { files: bootFiles() };
  for (const [name, scenario] of Object.entries(SCENARIOS)) all[name] = await typedIn(scenario);
  return all;
}

/** The figures of the Lua that was written by hand, before src/agent was compiled in its place. They stay as they are. */
export function byHand(): Record<string, Bytes> {
  return JSON.parse(readFileSync(new URL("./agent.json", import.meta.url), "utf8"));
}
