// One recorded scenario, played on a simulated board by clients in memory.
import { createHash } from "node:crypto";
import { Board } from "../../simulator/board.ts";
import type { Chip } from "../../simulator/chips.ts";
import { VirtualClock } from "../../simulator/clock.ts";
import { type MemoryClient, MemoryNetwork } from "../../simulator/network/memory.ts";
import type { ClientResult, Outcome, Scenario, Step } from "./format.ts";

/** What a replay gave, in the terms of the recording. */
export interface Replay {
  log: string[];
  otherOutput: string[];
  clientResult: Record<string, ClientResult>;
  outcome: Outcome;
}

/** How long a client of the recordings waited for its connection [ms]. */
const PATIENCE = 2500;
const BOOT = 1000;
/**
 * How long a client of the recordings took from its connection to its next step [ms]. Nobody noted it, and it decides when lwIP's timer
 * sends what waits: the scenarios client-fin-mid, client-close-mid and client-rst-mid, which send every 50 ms, are acknowledged as recorded
 * if it was 127 to 175 ms.
 */
const PACE = 160;
/** More heap than a scenario takes: the recordings were made without a limit [bytes]. */
const HEAP = 4 * 1024 * 1024;
/** How the scenarios' scripts begin a line that reports an event. */
const EVENT = /^(accept2?|connection|receive2?|sent|disconnection|reconnection|ok|error|value|call)( |$)/;

/**
 * Plays a scenario on a simulated board.
 * @returns what its script printed and its clients got
 * @throws Error for a step of a client that has not connected
 */
export function replay(scenario: Scenario, chip: Chip): Replay {
  const clock = new VirtualClock();
  const network = new MemoryNetwork(clock);
  const board = new Board({ chip, heap: HEAP, clock, network, recordedBuild: true });
  clock.advance(BOOT);
  board.files.write("s.lua", scenario.lua);
  board.firmware.execute('dofile("s.lua")', "=stdin");
  const clients = new Map<string, MemoryClient>();
  for (const step of scenario.client) play(step, clients, network, clock);
  board.stop();

  const lines = board.takeConsole().split("\n").slice(0, -1);
  return {
    log: lines.filter((line) => EVENT.test(line)),
    otherOutput: lines.filter((line) => !EVENT.test(line)),
    clientResult: Object.fromEntries([...clients].map(([name, client]) => [name, result(client)])),
    outcome: outcome(board),
  };
}

/** Tells how a scenario ended, as the recorder did: that of the ESP8266 ended at a panic, that of the ESP32 went on after the restart. */
function outcome({ options, panics, restarts }: Board): Outcome {
  if (options.chip === "esp8266" && panics.length > 0) return "panic";
  return restarts > 0 ? "restart" : "running";
}

function play(
  step: Step,
  clients: Map<string, MemoryClient>,
  network: MemoryNetwork,
  clock: VirtualClock,
): void {
  if (step[0] === "wait") {
    clock.advance(step[1]);
    return;
  }
  const [kind, name, argument] = step;
  if (kind === "connect") {
    const { port = 80, rcvbuf } = argument ?? {};
    const options = { patience: PATIENCE, ...(rcvbuf === undefined ? {} : { socketBuffer: rcvbuf }) };
    const client = network.client(port, options);
    clients.set(name, client);
    clock.runUntil(() => client.end !== "connecting", PATIENCE);
    clock.advance(PACE);
    return;
  }
  const client = clients.get(name);
  if (!client) throw new Error(`client ${name} has not connected`);
  switch (kind) {
    case "send":
      client.send(data(argument));
      break;
    case "expectClose":
      clock.runUntil(() => client.end !== "open", argument);
      break;
    default:
      client[kind]();
  }
}

function data(argument: (Step & { 0: "send" })[2]): Buffer {
  if (typeof argument === "string") return Buffer.from(argument, "utf8");
  return "hex" in argument
    ? Buffer.from(argument.hex, "hex")
    : Buffer.from(argument.repeat.repeat(argument.n), "utf8");
}

function result(client: MemoryClient): ClientResult {
  const { received } = client;
  return {
    bytes: received.length,
    ...(received.length > 0 ? { sha1: createHash("sha1").update(received).digest("hex") } : {}),
    end: client.end,
  };
}
