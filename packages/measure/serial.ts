// How fast files get to a board. Our own paths on the virtual clock (exact, the same every time), and
// with --nodemcu-tool also that tool and ours side by side over a pseudo-terminal, in real time.
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { Mistake } from "../command/mistake.ts";
import { capabilities, checks } from "../deploy/board.ts";
import { check, sameCheck } from "../deploy/check.ts";
import { BoardConsole } from "../deploy/console.ts";
import { findPrompt } from "../deploy/diagnose.ts";
import { openSerial, type SerialLink } from "../deploy/link.ts";
import { findTool } from "../deploy/nodemcu-tool.ts";
import { type Path, send } from "../deploy/transfer.ts";
import { Board } from "../simulator/board.ts";
import { CHIPS } from "../simulator/chips.ts";
import { RealClock, VirtualClock } from "../simulator/clock.ts";
import { MemoryNetwork } from "../simulator/network/memory.ts";
import { SerialLine } from "../simulator/serial/line.ts";
import { openPty } from "../simulator/serial/pty.ts";
import { median } from "./median.ts";

const SIZE = 50 * 1024;
const CONTENT = Buffer.from(Array.from({ length: SIZE }, (_, i) => (i * 7 + (i >> 8) * 13 + 3) & 255));

/** Runs of each tool; they take turns, so that both meet the same load. */
const RUNS = 3;

/** The computer's clock without the millisecond that its timers round up to: what is due soon is waited for awake. */
class PreciseClock extends RealClock {
  readonly #due: { at: number; job: () => void }[] = [];
  #awake = false;
  override after(delay: number, job: () => void): () => void {
    if (delay > 20) return super.after(delay, job);
    const entry = { at: this.now() + Math.max(0, delay), job };
    this.#due.push(entry);
    if (!this.#awake) {
      this.#awake = true;
      setImmediate(() => this.#look());
    }
    return () => {
      const at = this.#due.indexOf(entry);
      if (at >= 0) this.#due.splice(at, 1);
    };
  }
  stop(): void {
    this.#due.length = 0;
  }
  #look(): void {
    const now = this.now();
    const ripe = this.#due.filter(({ at }) => at <= now).sort((a, b) => a.at - b.at);
    for (const entry of ripe) {
      const at = this.#due.indexOf(entry);
      if (at < 0) continue;
      this.#due.splice(at, 1);
      entry.job();
    }
    this.#awake = this.#due.length > 0;
    if (this.#awake) setImmediate(() => this.#look());
  }
}

/** Opens, sends, verifies. @returns bytes per second */
async function transfer(console: BoardConsole, path: Path): Promise<number> {
  const can = await capabilities(console);
  const began = console.clock.now();
  await send(console, can, path, "f.bin", CONTENT, () => {});
  const there = await checks(console, can.summing, ["f.bin"]);
  if (!sameCheck(check(CONTENT, can.summing), there.get("f.bin")))
    throw new Error("the file arrived damaged");
  return (SIZE / (console.clock.now() - began)) * 1000;
}

/** Bytes of a line of nodemcu-tool 3.2.1: 232 characters of base64. */
const TOOL_LINE = 174;

/**
 * The lines that nodemcu-tool 3.2.1 types, each after the prompt of the one before, without its checks at the start and
 * without any time of the tool itself: the fastest that its dialogue can be. @returns bytes per second
 */
async function toolDialogue(console: BoardConsole): Promise<number> {
  const type = async (line: string) => {
    console.heard = "";
    await console.send(`${line}\n`);
    const prompt = await console.wait((heard) => (/\r\n> $/.test(heard) ? true : undefined), 5000);
    if (!prompt) throw new Error(`no prompt after ${line}`);
  };
  const began = console.clock.now();
  await type('file.remove("f.bin")');
  await type("_G.__nmtwrite = function(s) file.write(encoder.fromBase64(s)) end");
  await type('print(file.open("f.bin", "w+"))');
  for (let at = 0; at < SIZE; at += TOOL_LINE)
    await type(`__nmtwrite("${CONTENT.subarray(at, at + TOOL_LINE).toString("base64")}")`);
  await type("file.flush() file.close()");
  const speed = (SIZE / (console.clock.now() - began)) * 1000;
  const can = await capabilities(console);
  const there = await checks(console, can.summing, ["f.bin"]);
  if (!sameCheck(check(CONTENT, can.summing), there.get("f.bin")))
    throw new Error("the file arrived damaged");
  return speed;
}

async function simulated(
  measure: (console: BoardConsole) => Promise<number>,
  baud: number,
  latency: number,
): Promise<number> {
  const clock = new VirtualClock();
  const board = new Board({
    chip: "esp8266",
    heap: CHIPS.esp8266.heap,
    clock,
    network: new MemoryNetwork(clock),
    encoder: true,
  });
  const line = new SerialLine(clock, { latency });
  board.uart.connect(line);
  clock.advance(1000);
  board.uart.baud = baud;
  const link: SerialLink = {
    path: "memory",
    receive: () => {},
    lost: () => {},
    write: async (bytes) => line.toBoard(bytes),
    setBaud: async () => {},
    setSignals: async () => {},
    close: async () => {},
  };
  line.computer = (bytes) => link.receive(bytes);
  let done = false;
  const work = measure(new BoardConsole(link, clock)).finally(() => (done = true));
  while (!done) {
    await new Promise(setImmediate);
    let steps = 0;
    clock.runUntil(() => steps++ > 0, 1000);
  }
  return work;
}

function row(name: string, speed: number, baud: number): void {
  const share = ((100 * speed * 10) / baud).toFixed(0);
  console.log(
    `${name.padEnd(34)} ${(speed / 1024).toFixed(1).padStart(6)} KB/s ${share.padStart(4)} % of the line`,
  );
}

/** @param path true for the installed one @throws Mistake if it is not there */
function toolAt(path: string | true): string {
  if (path === true) {
    try {
      return findTool();
    } catch (problem) {
      throw new Mistake("nodemcu-tool is not installed; name its bin/nodemcu-tool.js", { cause: problem });
    }
  }
  const tool = resolve(path);
  if (!existsSync(tool))
    throw new Mistake(`there is no nodemcu-tool at ${tool}; name its bin/nodemcu-tool.js`);
  return tool;
}

/** nodemcu-tool's own upload, from the opened port to its promise's end. @returns bytes per second */
async function toolUpload(tool: string, port: string, file: string): Promise<number> {
  const program = `const tool = require(process.argv[1]);
    (async () => {
      await tool.connect(process.argv[2], 115200, true, 0);
      const began = performance.now();
      await tool.upload(process.argv[3], "g.bin", { minify: false }, () => {});
      console.log(performance.now() - began);
      await tool.disconnect();
    })();`;
  const library = join(dirname(tool), "..");
  const { stdout } = await promisify(execFile)(process.execPath, [
    "--no-warnings",
    "-e",
    program,
    library,
    port,
    file,
  ]);
  return (SIZE / Number(stdout.trim().split("\n").at(-1))) * 1000;
}

/**
 * Measures and prints.
 * @param path of nodemcu-tool's program; true: the installed one; undefined: without it
 * @throws Mistake if it is not there
 */
export async function serial(path: string | true | undefined): Promise<void> {
  const tool = path === undefined ? undefined : toolAt(path);
  for (const baud of [115200, 460800, 921600]) {
    for (const latency of [0, 1, 8]) {
      console.log(`${baud} baud, ${latency} ms each way`);
      const speeds = new Map<Path, number>();
      for (const path of ["raw", "base64", "hex"] as const) {
        speeds.set(path, await simulated((console) => transfer(console, path), baud, latency));
        row(`  ${path}`, speeds.get(path)!, baud);
      }
      const theirs = await simulated(toolDialogue, baud, latency);
      row("  nodemcu-tool's dialogue, replayed", theirs, baud);
      console.log(`  raw is ${(speeds.get("raw")! / theirs).toFixed(2)} times as fast as that`);
    }
  }
  if (tool !== undefined) {
    const folder = mkdtempSync(join(tmpdir(), "bench-"));
    const file = join(folder, "f.bin");
    writeFileSync(file, CONTENT);
    for (const baud of [115200, 921600]) {
      console.log(
        `in real time over a pseudo-terminal: ${baud} baud, 1 ms each way, firmware with encoder, median of ${RUNS}`,
      );
      const clock = new PreciseClock();
      const board = new Board({
        chip: "esp8266",
        heap: CHIPS.esp8266.heap,
        clock,
        network: new MemoryNetwork(clock),
        encoder: true,
        console: () => {},
      });
      const port = openPty(board, { latency: 1 });
      await new Promise((resolve) => setTimeout(resolve, 1000));
      board.uart.baud = baud;
      const ours: number[] = [];
      const theirs: number[] = [];
      for (let run = 0; run < RUNS; run++) {
        const link = await openSerial(port.path, 115200);
        const dialogue = new BoardConsole(link, clock);
        await findPrompt(dialogue, 115200);
        ours.push(await transfer(dialogue, "raw"));
        await link.close();
        theirs.push(await toolUpload(tool, port.path, file));
      }
      row("  ours, verified", median(ours), baud);
      row("  nodemcu-tool, not verified", median(theirs), baud);
      console.log(`  ${(median(ours) / median(theirs)).toFixed(2)} times as fast`);
      board.stop();
      clock.stop();
      port.close();
    }
    rmSync(folder, { recursive: true });
  }
}
