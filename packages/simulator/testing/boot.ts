// boot(): an app on a simulated board, for a test.
import { Mistake } from "../../command/mistake.ts";
import type { Code } from "../../image/code.ts";
import type { NumberKind } from "../../lua-vm/proto.ts";
import type { LuaVersion } from "../../lua-vm/vm/dialect.ts";
import { CHIPS, type Chip } from "../chips.ts";
import { needLua } from "../simulate.ts";
import { loadApp } from "./app.ts";
import { TestBoard } from "./test-board.ts";

/** What a test's board is like. */
export interface BootOptions {
  /**
   * The app: a folder with an index.ts, a src/index.ts or an app.lua (plain Lua), or that file itself. The working directory if left out;
   * `new URL("../src", import.meta.url)` depends on nothing.
   */
  app?: string | URL;
  /** "esp8266" if left out. */
  chip?: Chip;
  /** Free heap of the freshly started board [bytes]: 40 KB on ESP8266 and 150 KB on ESP32 if left out. */
  heap?: number;
  /** The firmware's Lua: "5.1" if left out. "5.3" has to be built once (npm run lua53). */
  lua?: LuaVersion;
  /** What Lua 5.1 counts in: "double" if left out, or "integer". */
  numbers?: NumberKind;
  /** Where the code is: in the Lua flash store ("lfs") if left out, or in RAM, loaded from "bytecode" or "source". */
  code?: Code;
  /** Modules of the firmware that builds do not have unless they are asked for. */
  modules?: readonly ("crypto" | "encoder")[];
  /** Files in the board's flash beside those in public/, such as settings that the app reads. */
  files?: Record<string, string | Uint8Array>;
  /** Called before the board is switched on: attaches the sensors that the app looks for when it starts. */
  wire?: (board: TestBoard) => void;
  /** Of what comes at random in faults: 1 if left out. */
  seed?: number;
}

/** More than a board takes to start, and an app to run its main chunk [ms]. */
const STARTED = 500;
/** What a board prints when its start went wrong. */
const FAILED = /not enough memory|stack traceback:|PANIC/;

const OPTIONS: Record<keyof BootOptions, true> = {
  app: true,
  chip: true,
  heap: true,
  lua: true,
  numbers: true,
  code: true,
  modules: true,
  files: true,
  wire: true,
  seed: true,
};

/**
 * Puts an app on a simulated board and starts it. Compiled once in a process, and kept on disk from one to the next; each board is a new one.
 * @returns the board, on which the app's main chunk has run
 * @throws Error if the app does not compile (with file and line) or does not start (with what the board has printed)
 */
export async function boot(options: BootOptions = {}): Promise<TestBoard> {
  for (const name of Object.keys(options))
    if (!(name in OPTIONS))
      throw new TypeError(`boot has no option ${name}: there are ${Object.keys(OPTIONS).join(", ")}`);
  const { chip = "esp8266", lua = "5.1", numbers = "double", code = "lfs", seed = 1 } = options;
  if (!(chip in CHIPS))
    throw new TypeError(`there is no chip ${JSON.stringify(chip)}: ${Object.keys(CHIPS).join(" or ")}`);
  needLua(lua, numbers);
  const { heap = CHIPS[chip].heap } = options;
  const app = await loadApp(options.app, { code, lua, numbers });
  const modules = Object.fromEntries((options.modules ?? []).map((name) => [name, true]));
  const board = new TestBoard(app, { chip, lua, numbers, heap, peripherals: true, ...modules }, seed);
  if (options.files) board.write(options.files);
  options.wire?.(board);
  board.advance(STARTED);
  const { console, restarts } = board;
  if (FAILED.test(console) || restarts.length > 0)
    throw new Mistake(`the app does not start; the board says:\n${console.trim()}`);
  return board;
}
