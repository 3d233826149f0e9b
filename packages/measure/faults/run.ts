// Puts a server through a fault again and again, and counts what must never happen: panics, bytes that are lost for good,
// wrong responses, connections that do not end. The same code judges our module (in the tests) and any other.

import type { MemoryClient } from "../../simulator/network/memory.ts";
import { ESP8266, type Platform } from "../platform.ts";
import type { Server } from "../server.ts";
import { type Answer, answers } from "./answers.ts";
import { APP, type Session } from "./sessions.ts";
import { World } from "./world.ts";

/** A connection that is idle or does not get on has ended after this time, if the fault does not name another [s]. */
const PATIENCE = 30;
/** Within this time a client that had stopped reading gets all that waited for it, once it reads again [ms]. */
const CAUGHT_UP = 3000;
/** After this time lwIP keeps nothing of any connection: retransmissions and TIME_WAIT are over [ms]. */
const FORGOTTEN = 200_000;
/**
 * A run that seems to lose bytes is repeated up to so often. A leak is there each time; a table of Lua's that had to grow has grown once.
 */
const REPEATS = 5;

/** A client and what it should get. */
export interface Talk {
  client: MemoryClient;
  session: Session;
}

export interface Run {
  name: string;
  /** Begins the talks and does what is wrong with them. @returns undefined if there was nothing left to go wrong */
  play(world: World): Talk[] | undefined;
}

export interface Fault {
  name: string;
  /** It uses what only our module has: kept connections, chunked uploads, functions as data, options. */
  extended?: true;
  /** Lua of the app, if not APP. */
  app?: string;
  /** Free heap of the fresh board, if not the chip's [bytes]. */
  heap?: number;
  runs(): Iterable<Run>;
  /** Statuses that may come instead of the right answer, without a body. */
  refusals?: readonly number[];
  /** Least number of right answers to each client; all, if left out. */
  least?: number;
  /** An answer that is not whole may begin with anything, because the app itself has failed while it gave it. */
  anyPart?: true;
  /** Seconds. */
  patience?: number;
}

export interface Tally {
  runs: number;
  /** Runs that restarted the board. */
  panics: number;
  /** Bytes of heap that did not come back. */
  leaked: number;
  /** Runs in which a client got a wrong answer, or one that looks whole and is not, or the next client none. */
  wrong: number;
  /** Runs after which a connection was still there. */
  stuck: number;
  /** What went wrong first, by run; the first few. */
  examples: string[];
}

const MOST_EXAMPLES = 3;

/**
 * Plays a fault on a server and counts what goes wrong.
 * @param fault its runs are made one after another, on one board as long as it lives
 */
export function runFault(server: Server, fault: Fault, platform: Platform = ESP8266): Tally {
  const tally: Tally = { runs: 0, panics: 0, leaked: 0, wrong: 0, stuck: 0, examples: [] };
  let world: World | undefined;
  let before = 0;
  for (const run of fault.runs()) {
    if (!world) {
      world = start(server, fault, platform);
      before = world.heap();
    }
    const outcome = once(world, fault, run);
    if (!outcome) break;
    tally.runs++;
    const note = (what: string) => {
      if (tally.examples.length < MOST_EXAMPLES) tally.examples.push(`${fault.name}: ${run.name}: ${what}`);
    };
    if (outcome.panic !== undefined) {
      tally.panics++;
      note(`panic: ${outcome.panic}`);
    }
    if (outcome.wrong !== undefined) {
      tally.wrong++;
      note(outcome.wrong);
    }
    if (outcome.stuck !== undefined) {
      tally.stuck++;
      note(outcome.stuck);
    }
    if (outcome.panic !== undefined || outcome.isHeld) {
      world.board.stop();
      world = undefined;
      continue;
    }
    let after = world.heap();
    let lost = after - before;
    for (let i = 0; i < REPEATS && lost > 0; i++) {
      before = after;
      if (once(world, fault, run)?.panic !== undefined) break;
      after = world.heap();
      lost = Math.min(lost, after - before);
    }
    if (lost > 0) {
      tally.leaked += lost;
      note(`${lost} bytes are lost`);
    }
    before = after;
    if (world.board.restarts > 0) world = undefined;
  }
  world?.board.stop();
  return tally;
}

/** Starts a board and lets it serve until everything that grows only once has grown. */
function start(server: Server, fault: Fault, platform: Platform): World {
  const world = new World(server, fault.app ?? APP, platform, fault.heap);
  for (let i = 0; i < 3; i++) {
    world.hello();
    world.clock.advance(FORGOTTEN);
    world.heap();
  }
  return world;
}

interface Outcome {
  panic?: string | undefined;
  wrong?: string | undefined;
  stuck?: string | undefined;
  /** A connection cannot be got rid of. */
  isHeld?: boolean;
}

function once(world: World, fault: Fault, run: Run): Outcome | undefined {
  const { board, clock } = world;
  const talks = run.play(world);
  if (!talks) return undefined;
  clock.advance((fault.patience ?? PATIENCE) * 1000);
  // A client that does not read would not notice the end of its connection.
  for (const { client } of talks) client.resume();
  clock.advance(CAUGHT_UP);
  if (board.restarts > 0 || board.panics.length > 0) {
    const [panic] = board.panics;
    return { panic: panic?.message ?? board.lastReason };
  }
  const outcome: Outcome = {};
  for (const { client, session } of talks) {
    outcome.wrong ??= judge(client, session, fault);
    if (["connecting", "open"].includes(client.end)) outcome.stuck ??= `a connection is still ${client.end}`;
    client.reset();
  }
  if (board.firmware.running) world.lua("faults = false");
  clock.advance(FORGOTTEN);
  if (board.firmware.connectionCount() > 0) {
    outcome.isHeld = true;
    outcome.stuck ??= "the board holds a connection whose client has gone";
  }
  const next = world.hello();
  clock.advance(FORGOTTEN);
  if (board.restarts > 0 || board.panics.length > 0) {
    const [panic] = board.panics;
    return { ...outcome, panic: panic?.message ?? board.lastReason };
  }
  board.takeConsole();
  if (!next.includes("hello")) outcome.wrong ??= `the next request gets ${JSON.stringify(next)}`;
  return outcome;
}

/** What is wrong with what a client got: undefined if nothing is. */
export function judge(client: MemoryClient, session: Session, fault: Fault): string | undefined {
  const rights = session.answers;
  const shown = JSON.stringify(client.text.slice(-200));
  let got: Answer[];
  try {
    got = answers(
      client.text,
      rights.map(({ method }) => method),
    );
  } catch (error) {
    return `${(error as Error).message} (${shown})`;
  }
  let count = 0;
  for (const [i, { isWhole, status, body }] of got.entries()) {
    const right = rights[i];
    const isLast = i === got.length - 1;
    if (isWhole && right && status === (right.status ?? 200) && body === right.body) count++;
    else if (isWhole && isLast && fault.refusals?.includes(status) && body === "") continue;
    else if (isWhole || !isLast) return `answer ${i + 1} is ${status} ${JSON.stringify(body.slice(0, 80))}`;
    else if (!fault.anyPart && status !== 0 && !right?.body.startsWith(body))
      return `a part that is no part of answer ${i + 1}: ${shown}`;
  }
  const least = fault.least ?? rights.length;
  return count < least ? `${count} right answers of ${rights.length}: ${shown}` : undefined;
}
