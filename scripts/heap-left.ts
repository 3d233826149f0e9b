// How much heap an app leaves on a freshly started board, or why it does not start: asked of a simulated board of its own, on a
// virtual clock and an empty network.
import type { NumberKind } from "../packages/lua-vm/proto.ts";
import { Board, type Chip } from "../simulator/board.ts";
import { VirtualClock } from "../simulator/clock.ts";
import { MemoryNetwork } from "../simulator/network/memory.ts";
import type { LuaVersion } from "../simulator/vm/dialect.ts";
import { type BoardContents, fillFlash, regionWith } from "./simulate.ts";

/** Longer than a board takes to start and an app to run its main chunk [ms]. */
const STARTED = 2000;
/** What a board prints when its start went wrong. */
const FAILED = /not enough memory|stack traceback:|PANIC|:\d+: /;

export interface HeapLeft {
  /** Free heap once the app has started and garbage is gone [bytes]. */
  free: number;
  /** Most that was in use while it started [bytes]. */
  peak: number;
  /** What the board said if the app did not start. */
  failed?: string;
}

export function heapLeft(
  { files, image }: BoardContents,
  { chip, lua, numbers, heap }: { chip: Chip; lua: LuaVersion; numbers: NumberKind; heap: number },
): HeapLeft {
  const clock = new VirtualClock();
  const board = new Board({
    chip,
    lua,
    numbers,
    heap,
    clock,
    network: new MemoryNetwork(clock),
    ...(image ? { lfs: regionWith(image, numbers) } : {}),
  });
  fillFlash(board, files);
  const { firmware } = board;
  clock.advance(STARTED);
  const printed = board.takeConsole();
  firmware.vm.collect();
  const result = { free: firmware.heapFree, peak: firmware.heapPeak };
  board.stop();
  if (board.restarts === 0 && !FAILED.test(printed)) return result;
  return { ...result, failed: reason(printed) };
}

/** Why an app did not start, from what the board printed. */
function reason(printed: string): string {
  if (printed.includes("not enough memory")) {
    const file = /error loading module '.*' from file '(.*)'/.exec(printed)?.[1];
    return `not enough memory${file === undefined ? "" : ` to load ${file}`}`;
  }
  return printed.split("\n").find((line) => FAILED.test(line)) ?? "the board restarts";
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
