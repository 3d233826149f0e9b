// The soak: a browser's load on a simulated board until so many requests are made. Then the server is closed and let go of,
// and every byte of heap must be back.
import { connect } from "node:net";
import { compile, HTTPSERVER } from "../../image/build.ts";
import { codeImage } from "../../image/code.ts";
import type { LuaVersion } from "../../lua-vm/vm/dialect.ts";
import { Board } from "../../simulator/board.ts";
import type { Chip } from "../../simulator/chips.ts";
import { type Clock, RealClock, VirtualClock } from "../../simulator/clock.ts";
import { regionWith } from "../../simulator/contents.ts";
import { MemoryNetwork } from "../../simulator/network/memory.ts";
import type { Network } from "../../simulator/network/network.ts";
import { RealNetwork } from "../../simulator/network/real.ts";
import { Browser, type Counts, type Open } from "./browser.ts";
import { APP, END, type Random } from "./load.ts";

const HTTP = 80;
/** Requests before the heap is first measured. By then what Lua keeps for itself has reached its size. */
const WARM_UP = 500;
/**
 * More references to Lua values than the firmware holds at a time. So many are made at first, because Lua's registry never gets smaller
 * again.
 */
const MOST_REFERENCES = 200;
/** After the last request everything of it is over: time-outs, TIME_WAIT, a closed client's orphan [ms]. */
const SETTLE = 200_000;
/** The same over the computer's own TCP, where nothing is kept as long as in the model of the board's [ms]. */
const SETTLE_TCP = 15_000;
/** The clock goes on in steps of this length between two looks at the progress [ms]. */
const STEP = 60_000;

export interface SoakOptions {
  requests: number;
  seed: number;
  chip: Chip;
  lua: LuaVersion;
  /** Free heap of the freshly started board [bytes]. */
  heap: number;
  /** Real TCP and a real clock instead of memory and a virtual one. */
  tcp: boolean;
  /** Told now and then how many requests were made. */
  progress?: (requests: number) => void;
}

export interface SoakResult extends Counts {
  panics: number;
  restarts: number;
  /** Bytes of heap in use before and after, without the server and everything collected, and the most meanwhile. */
  before: number;
  after: number;
  peak: number;
  /** Time that passed for the board [s]. */
  seconds: number;
  /** What the board's console showed. */
  printed: string;
}

/** A small generator (mulberry32): the same numbers for a seed everywhere. */
function generator(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 0x100000000) * below);
  };
}

/** A network with a board on it, and time. */
interface World {
  clock: Clock;
  network: Network;
  open: Open;
  /** Lets time pass until `isOver`, calling `look` now and then. */
  run(isOver: () => boolean, look: () => void): Promise<void>;
  pass(ms: number): Promise<void>;
}

function inMemory(): World {
  const clock = new VirtualClock();
  const network = new MemoryNetwork(clock);
  return {
    clock,
    network,
    open: (received, ended) => {
      const client = network.client(HTTP, {
        onData: (data) => {
          if (data) received(data.toString("latin1"));
        },
        onEnd: ended,
      });
      return {
        send: (bytes) => void client.send(bytes),
        close: () => client.close(),
        reset: () => client.reset(),
      };
    },
    run: async (isOver, look) => {
      while (!clock.runUntil(isOver, STEP)) look();
    },
    pass: async (ms) => clock.advance(ms),
  };
}

function overTcp(): World {
  const clock = new RealClock();
  let port = 0;
  const network = new RealNetwork(
    clock,
    () => 0,
    (_, number, error) => {
      if (error) throw error;
      port = number;
    },
  );
  const pass = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
  return {
    clock,
    network,
    open: (received, ended) => {
      const socket = connect({ port, host: network.address, noDelay: true });
      let isOver = false;
      const end = () => {
        if (!isOver) ended();
        isOver = true;
      };
      socket.setEncoding("latin1");
      socket.on("data", (bytes) => {
        if (!isOver) received(String(bytes));
      });
      socket.on("end", end);
      socket.on("error", end);
      return {
        send: (bytes) => void socket.write(bytes, "latin1"),
        close: () => {
          isOver = true;
          socket.end();
        },
        reset: () => {
          isOver = true;
          socket.resetAndDestroy();
        },
      };
    },
    run: async (isOver, look) => {
      while (!isOver()) {
        await pass(50);
        look();
      }
    },
    pass,
  };
}

/**
 * Lets a browser ask a simulated board as often as is wanted, checks every answer, and counts the heap in the end.
 * @throws WrongAnswer, for the first answer that is not the right one
 */
export async function soak(options: SoakOptions): Promise<SoakResult> {
  const { chip, lua } = options;
  const world = options.tcp ? overTcp() : inMemory();
  const { clock, network } = world;
  const { code } = await compile(HTTPSERVER, "compact");
  const modules = [
    { name: "httpserver", lua: Buffer.from(code) },
    { name: "app", lua: Buffer.from(APP) },
  ];
  const image = codeImage(modules, { lua, numbers: "double", time: 0 });
  const lfs = regionWith(image, "double", lua);
  const board = new Board({ chip, lua, heap: options.heap, clock, network, lfs });
  board.files.write("init.lua", "package.loaders[3] = function(name) return node.LFS.get(name) end");
  await world.pass(1000);
  // what the firmware says of its store
  board.takeConsole();

  const elasticAtBoot = board.firmware.vm.elasticBytes;
  const heapInUse = () => {
    const { vm } = board.firmware;
    // Lua halves its buffer for joining strings at each collection. If it is made larger here than it ever was, the collections below
    // bring it to the same size whatever came before.
    vm.run('local x = ("x"):rep(2047) local _ = x .. x .. "x"');
    // More than one collection is needed, because what a finalizer lets go of is freed by the next one.
    for (let i = 0; i < 12; i++) vm.collect();
    return board.firmware.heapUsed - (vm.elasticBytes - elasticAtBoot);
  };
  const browser = new Browser(clock, world.open, generator(options.seed), !options.tcp);
  const browse = async (requests: number) => {
    board.firmware.execute('node.LFS.get("app")()', "=start");
    await world.pass(100);
    let isDone = false;
    let problem: Error | undefined;
    browser.browse(
      requests,
      () => {
        isDone = true;
      },
      (error) => {
        problem ??= error;
      },
    );
    await world.run(
      () => isDone || problem !== undefined || board.restarts > 0,
      () => options.progress?.(browser.counts.requests),
    );
    if (problem) throw problem;
    if (board.restarts === 0) board.firmware.execute(END, "=end");
    await world.pass(options.tcp ? SETTLE_TCP : SETTLE);
  };

  try {
    const { vm } = board.firmware;
    const references = Array.from({ length: MOST_REFERENCES }, () => {
      vm.pushValue(vm.L, true);
      const reference = vm.ref(vm.L, -1);
      vm.pop(vm.L);
      return reference;
    });
    for (const reference of references) vm.unref(reference);
    await browse(WARM_UP);
    const before = heapInUse();
    vm.resetPeak();
    await browse(options.requests);
    return {
      ...browser.counts,
      panics: board.panics.length,
      restarts: board.restarts,
      before,
      after: heapInUse(),
      peak: board.firmware.heapPeak,
      seconds: clock.now() / 1000,
      printed: board.takeConsole(),
    };
  } finally {
    board.stop();
  }
}
