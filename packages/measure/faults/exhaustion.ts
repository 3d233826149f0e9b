// Sessions for which the heap is not enough. There is a run for every allocation of a session, in which exactly that one fails; runs in
// which each callback finds only so many bytes free; and runs in which the heap gets smaller in steps until nothing fits.
// What the firmware's C code allocates before it calls into Lua never fails here: no Lua code could do anything about it.
import type { LuaVm } from "../../lua-vm/vm/lua.ts";
import { talk } from "./network.ts";
import type { Fault } from "./run.ts";
import { APP, type Session } from "./sessions.ts";
import type { World } from "./world.ts";

/** Free heap of the board when nothing is short: enough for everything at once. */
const HEAP = 64 * 1024;
/** Enough for any callback [bytes]. */
const MOST_ROOM = 6000;
/** Enough for any session: buffers of the network are part of the heap [bytes]. */
const MOST_HEAP = 18_000;

/** Lua that calls as many functions inside each other as a server's callback has called when it is in its pcall. */
const LEVELS = "function levels(n) n = n or 6 if n > 0 then levels(n - 1) end end\n";

/** What there is too little of in a run. */
interface Shortage {
  /** The allocation, counted from the run's first in Lua, that fails. */
  allocation?: number;
  /** Bytes that each callback finds free. */
  room?: number;
  /** Bytes that are free beyond what the idle server holds. */
  heap?: number;
}

/** Places on Lua's stack: more than a server's callback takes of them until it is in its pcall. */
const SLOTS = 200;

/** Several clients at once, each with a session of its own. */
type Sessions = readonly Session[];

/**
 * One run.
 * @returns undefined if it had no such allocation
 */
function play(world: World, sessions: Sessions, shortage: Shortage) {
  const { firmware } = world.board;
  const { vm } = firmware;
  const { limit } = vm;
  vm.collect();
  const idle = vm.used;
  const restore = interpose(
    world,
    () => {
      if (shortage.room !== undefined) {
        vm.limit = vm.used + shortage.room;
      } else if (shortage.heap !== undefined) {
        // The limit is never below what is in use already: the heap may be full, not more than full.
        vm.limit = Math.min(limit, Math.max(vm.used, idle + shortage.heap));
      }
    },
    () => {
      vm.limit = limit;
    },
  );
  vm.failAfter = shortage.allocation ?? 0;
  vm.refusesAtOnce = shortage.allocation === undefined;
  const talks = sessions.map((session) => talk(world, session));
  world.clock.advance(20_000);
  const isSpared = shortage.allocation !== undefined && vm.failAfter > 0;
  vm.failAfter = 0;
  vm.refusesAtOnce = false;
  restore();
  return isSpared ? undefined : talks;
}

/**
 * Brings Lua's stack near to its least size. It is halved at each collection, and what that freed in a run would be room that the run was
 * not to have.
 */
function settle(vm: LuaVm): void {
  for (let i = 0; i < 4; i++) vm.collect();
}

/** Lets the shortage begin where a callback enters Lua, so that what the firmware's C code allocates before is not short. */
function interpose(world: World, begin: () => void, end: () => void): () => void {
  const { firmware } = world.board;
  const { vm } = firmware;
  const names = ["callProtected", "callUnprotected"] as const;
  const originals = names.map((name) => firmware[name]);
  for (const name of names) {
    const call = firmware[name].bind(firmware);
    firmware[name] = (reference, push = () => 0) => {
      const left = vm.failAfter;
      vm.failAfter = 0;
      call(reference, (L) => {
        const pushed = push(L);
        // room for the call itself: a server's function has to get as far as its pcall, and Lua's stack grows on the way (on
        // Lua 5.3 by a block for each level of calls)
        if (left === 0) settle(vm);
        vm.getGlobal("levels");
        vm.callUnprotected(L, 0, 0);
        vm.api.lua_checkstack!(L, SLOTS);
        begin();
        vm.failAfter = left;
        return pushed;
      });
      end();
    };
  }
  return () => {
    for (const [i, name] of names.entries()) firmware[name] = originals[i]!;
  };
}

function rows(name: string, sessions: Sessions, steps: Steps): Fault[] {
  const refusals = [408, 500, 503];
  const common = { app: LEVELS + APP, heap: HEAP, refusals, least: 0 };
  const inSteps = (what: "room" | "heap", most: number) =>
    function* () {
      for (let free = 0; free <= most; free += steps[what])
        yield { name: `${free} bytes`, play: (world: World) => play(world, sessions, { [what]: free }) };
    };
  return [
    {
      name: `${name}: one allocation fails`,
      *runs() {
        for (let allocation = 1; ; allocation++)
          yield { name: `allocation ${allocation}`, play: (world) => play(world, sessions, { allocation }) };
      },
      ...common,
    },
    { name: `${name}: callbacks find little room`, runs: inSteps("room", MOST_ROOM), ...common },
    { name: `${name}: the heap is small`, runs: inSteps("heap", MOST_HEAP), ...common },
  ];
}

/** By how much runs differ from the next [bytes]. */
export interface Steps {
  room: number;
  heap: number;
}

/** Makes the faults of a full heap: for each session alone, and for all of `crowd` at once. */
export function exhaustion(sessions: Sessions, crowd: Sessions, steps: Steps): Fault[] {
  return [
    ...sessions.flatMap((session) => rows(session.name, [session], steps)),
    ...rows(`${crowd.length} clients at once`, crowd, steps),
  ];
}
