// How fast files get to a board: npm run bench:serial. Our own paths on the virtual clock (exact, the same every time), and
// with --nodemcu-tool also that tool and ours side by side over a pseudo-terminal, in real time.
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Command } from "commander";
import { capabilities, checks } from "../scripts/deploy/board.ts";
import { check, sameCheck } from "../scripts/deploy/check.ts";
import { BoardConsole } from "../scripts/deploy/console.ts";
import { findPrompt } from "../scripts/deploy/diagnose.ts";
import { openSerial, type SerialLink } from "../scripts/deploy/link.ts";
import { type Path, send } from "../scripts/deploy/transfer.ts";
import { Board, DEFAULT_HEAP } from "../simulator/board.ts";
import { RealClock, VirtualClock } from "../simulator/clock.ts";
import { MemoryNetwork } from "../simulator/network/memory.ts";
import { SerialLine } from "../simulator/serial/line.ts";
import { openPty } from "../simulator/serial/pty.ts";

const SIZE = 50 * 1024;
const CONTENT = Buffer.from(Array.from({ length: SIZE }, (_, i) => (i * 7 + (i >> 8) * 13 + 3) & 255));

const options = new Command("npm run bench:serial --")
  .description("Measures how fast a 50 KB file gets to a simulated ESP8266, verification included.")
  .option("--nodemcu-tool <path>", "bin/nodemcu-tool.js of an installed nodemcu-tool, to compare with")
  .parse()
  .opts<{ nodemcuTool?: string }>();

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

async function simulated(path: Path, baud: number, latency: number): Promise<number> {
  const clock = new VirtualClock();
  const board = new Board({
    chip: "esp8266",
    heap: DEFAULT_HEAP.esp8266,
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
  const work = transfer(new BoardConsole(link, clock), path).finally(() => (done = true));
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

for (const baud of [115200, 460800, 921600]) {
  for (const latency of [0, 1, 8]) {
    console.log(`${baud} baud, ${latency} ms each way`);
    for (const path of ["raw", "base64", "hex"] as const)
      row(`  ${path}`, await simulated(path, baud, latency), baud);
  }
}

if (options.nodemcuTool !== undefined) {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  writeFileSync(join(folder, "f.bin"), randomBytes(SIZE));
  for (const baud of [115200, 921600]) {
    console.log(`in real time over a pseudo-terminal: ${baud} baud, 1 ms each way, firmware with encoder`);
    const clock = new RealClock();
    const board = new Board({
      chip: "esp8266",
      heap: DEFAULT_HEAP.esp8266,
      clock,
      network: new MemoryNetwork(clock),
      encoder: true,
      console: () => {},
    });
    const serial = openPty(board, { latency: 1 });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    board.uart.baud = baud;
    const link = await openSerial(serial.path, 115200);
    const dialogue = new BoardConsole(link, clock);
    await findPrompt(dialogue, 115200);
    row("  ours", await transfer(dialogue, "raw"), baud);
    await link.close();
    const began = performance.now();
    const tool = [
      options.nodemcuTool,
      "--port",
      serial.path,
      "--baud",
      "115200",
      "upload",
      join(folder, "f.bin"),
    ];
    await promisify(execFile)(process.execPath, tool);
    row("  nodemcu-tool, with its start", (SIZE / (performance.now() - began)) * 1000, baud);
    board.stop();
    serial.close();
  }
  rmSync(folder, { recursive: true });
  process.exit(0);
}
