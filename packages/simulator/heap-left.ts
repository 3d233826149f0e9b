// How much heap an app leaves on a freshly started board, or why it does not start: asked of a simulated board of its own, on a
// virtual clock and an empty network.

import type { BoardContents } from "../image/contents.ts";
import type { NumberKind } from "../lua-vm/proto.ts";
import type { LuaVersion } from "../lua-vm/vm/dialect.ts";
import { Board } from "./board.ts";
import type { Chip } from "./chips.ts";
import { VirtualClock } from "./clock.ts";
import { fillFlash, regionWith } from "./contents.ts";
import { MemoryNetwork } from "./network/memory.ts";

/** Longer than a board takes to start and an app to run its main chunk [ms]. */
const STARTED = 2000;
/** What a board prints when its start went wrong. */
const FAILED = /not enough memory|stack traceback:|PANIC/;

export interface HeapLeft {
  /** Free heap once the app has started and garbage is gone [bytes]. */
  free: number;
  /** Most that was in use while it started [bytes]. */
  peak: number;
  /** What the board said if the app did not start. */
  failed?: string;
}

/** What it is asked of. */
interface Asked {
  chip: Chip;
  lua: LuaVersion;
  numbers: NumberKind;
  heap: number;
}

/** Starts a simulated board with these contents and tells what heap is left, or why the app did not start. */
export function heapLeft(contents: BoardContents, asked: Asked): HeapLeft {
  const { printed, restarts, ...result } = start(contents, asked);
  if (restarts === 0 && !FAILED.test(printed)) return result;
  return { ...result, failed: reason(printed, contents, asked) };
}

/** Starts a board, and gives what it printed and what it has left. */
function start({ files, image }: BoardContents, { numbers, ...asked }: Asked) {
  const clock = new VirtualClock();
  const board = new Board({
    ...asked,
    numbers,
    peripherals: true,
    clock,
    network: new MemoryNetwork(clock),
    ...(image ? { lfs: regionWith(image, numbers, asked.lua) } : {}),
  });
  fillFlash(board, files);
  const { firmware } = board;
  clock.advance(STARTED);
  const printed = board.takeConsole();
  firmware.vm.collect();
  const { restarts } = board;
  board.stop();
  return { free: firmware.heapFree, peak: firmware.heapPeak, printed, restarts };
}

/** Why an app did not start: for lack of memory with the file, its size, the heap that was free and what loading it takes. */
function reason(printed: string, { files, image }: BoardContents, asked: Asked): string {
  if (!printed.includes("not enough memory"))
    return /PANIC.*|.*(?=\nstack traceback:)/.exec(printed)?.[0] ?? "the board restarts";
  const module = /error loading module '.*' from file '(.*)'/.exec(printed)?.[1];
  const name = module ?? ["app.lua", "app.lc"].find((file) => file in files);
  const content = name === undefined ? undefined : files[name];
  if (!content || asked.lua !== "5.1") return "not enough memory";
  const before = module
    ? asked.heap
    : start(
        {
          files: { ...files, "init.lua": Buffer.from('require("httpserver")') },
          ...(image ? { image } : {}),
        },
        asked,
      ).free;
  return `not enough memory to load ${name}: its ${content.length} bytes take about ${loadingPeak(content, asked.numbers)} bytes of heap while they are loaded, and ${before} were free`;
}

/** More than the loading of anything takes that a chip could run. */
const LARGE_HEAP = 1 << 22;

/** Most heap that a file of Lua 5.1, source or bytecode, takes while a board loads it [bytes]. */
export function loadingPeak(content: Buffer, numbers: NumberKind): number {
  const clock = new VirtualClock();
  const network = new MemoryNetwork(clock);
  const board = new Board({ chip: "esp8266", lua: "5.1", numbers, heap: LARGE_HEAP, clock, network });
  board.files.write("it", content);
  const { vm } = board.firmware;
  vm.collect();
  vm.resetPeak();
  const before = board.firmware.heapPeak;
  vm.run('return loadfile("it")');
  const peak = board.firmware.heapPeak - before;
  board.stop();
  return peak;
}
