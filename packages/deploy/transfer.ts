// A file's bytes from here to the board's flash, over the fastest path that its firmware offers. What arrived is not
// taken on faith: the caller compares checks afterwards (board.ts).
import { BLOCK, DONE, FAILED, FULL, LATE, NEXT, WATCHDOG, WINDOW } from "../../src/agent/block.ts";
import { agentLines } from "../image/agent.ts";
import type { Capabilities, RawInput } from "./board.ts";
import { type BoardConsole, LuaFailure, NoAnswer } from "./console.ts";

export type Path = "raw" | "base64" | "hex";

/** Nothing more fits into the board's flash. */
export class DiskFull extends Error {}
/** The file cannot be created: the flash is full, or as many files are open as the firmware allows. */
export class NotCreated extends Error {}
/** Bytes did not arrive. */
export class BytesLost extends Error {}

/** Bytes of a line's payload, so that base64 or hex of it fits the line editor. */
const LINE_BYTES = { base64: 162, hex: 108 };
/** A line is answered within this time, or bytes of it were lost [ms]. */
const ANSWER_TIME = 2000;

/** The paths that the board offers, fastest first. */
export function paths(can: Capabilities): Path[] {
  return [...(can.raw ? ["raw" as const] : []), ...(can.base64 ? ["base64" as const] : []), "hex"];
}

/**
 * Writes `content` to a file of the board.
 * @param progress told how many bytes have arrived
 * @throws DiskFull, NotCreated, BytesLost, LuaFailure, NoAnswer
 */
export function send(
  console: BoardConsole,
  can: Capabilities,
  path: Path,
  name: string,
  content: Buffer,
  progress: (bytes: number) => void,
): Promise<void> {
  return path === "raw"
    ? sendRaw(console, can.raw ?? "uart", name, content, progress)
    : sendLines(console, path, name, content, progress);
}

async function sendRaw(
  console: BoardConsole,
  input: RawInput,
  name: string,
  content: Buffer,
  progress: (bytes: number) => void,
): Promise<void> {
  if (content.length === 0) return createEmpty(console, name);
  const byConsole = input === "console";
  const answers = await console.ask(agentLines("receive", name, content.length, byConsole));
  if (!answers[0]?.includes("go")) throw new NotCreated(name);
  await console.run(agentLines("listen", byConsole));
  const blocks = Math.ceil(content.length / BLOCK);
  const padded = Buffer.alloc(blocks * BLOCK);
  content.copy(padded);
  console.heard = "";
  let sent = 0;
  let answered = 0;
  let failed = false;
  const { length: restarts } = console.restarts;
  while (answered < blocks || failed) {
    while (!failed && sent < blocks && sent - answered < WINDOW) {
      await console.send(padded.subarray(sent * BLOCK, (sent + 1) * BLOCK));
      sent++;
    }
    if (failed && sent === answered) {
      await console.send(Buffer.alloc(BLOCK));
      sent++;
    }
    const heard = await console.wait((text) => (text.length > 0 ? text : undefined), WATCHDOG * 2.5);
    console.heard = "";
    if (console.restarts.length > restarts) throw new BytesLost("the board has restarted");
    for (const sign of heard ?? LATE) {
      if (sign === LATE) throw new BytesLost(`after ${answered * BLOCK} bytes`);
      if (sign === FULL) throw new DiskFull(name);
      if (sign === NEXT || sign === FAILED || sign === DONE) answered++;
      if (sign === FAILED) failed = true;
      if (sign === DONE && answered !== blocks) throw new BytesLost("the board counted otherwise");
    }
    if (!failed) progress(Math.min(content.length, answered * BLOCK));
  }
}

async function createEmpty(console: BoardConsole, name: string): Promise<void> {
  const [answer] = await console.run(agentLines("createEmpty", name));
  if (!answer?.includes("1")) throw new NotCreated(name);
}

async function sendLines(
  console: BoardConsole,
  path: "base64" | "hex",
  name: string,
  content: Buffer,
  progress: (bytes: number) => void,
): Promise<void> {
  const [opened] = await console.ask(agentLines("receiveLines", name, path === "base64"));
  try {
    if (!opened?.includes("1")) throw new NotCreated(name);
    const step = LINE_BYTES[path];
    for (let at = 0; at < content.length; at += step) {
      const piece = content.subarray(at, at + step);
      const text = piece.toString(path);
      // a line may run twice when its answer was lost
      const [written] = await console.ask(agentLines("line", text, text.length, at), ANSWER_TIME);
      if (!written?.includes("1")) throw new DiskFull(name);
      progress(at + piece.length);
    }
  } catch (error) {
    if (error instanceof NoAnswer || error instanceof LuaFailure) throw new BytesLost(error.message);
    throw error;
  } finally {
    await console.run(agentLines("endLines")).catch(() => {});
  }
}
