// A person at the board's console: what it prints on the screen, what is typed to its Lua prompt, until Ctrl-C or Ctrl-].
// A port that goes away is opened again when it is back.
import { appendFileSync } from "node:fs";
import { stdin, stdout } from "node:process";
import { Mistake } from "../command/mistake.ts";
import { appSource } from "../image/app.ts";
import { HTTPSERVER, outputPath, type Source } from "../image/build.ts";
import { loadConfig } from "./config.ts";
import { LinkLost } from "./console.ts";
import { Problem } from "./diagnose.ts";
import { identify } from "./identify.ts";
import { recall } from "./known.ts";
import type { SerialLink } from "./link.ts";
import { clockTime, Monitor, PATIENCE, tracerFor } from "./monitor.ts";
import { choosePort, openPort } from "./port.ts";

export interface AttachOptions {
  path: string;
  baud: number;
  timestamps: boolean;
  log?: string | undefined;
  /** What runs on the board, for its source maps. */
  sources: readonly Source[];
  reconnect: boolean;
  /** Ends it as Ctrl-C does. */
  signal?: AbortSignal;
}

/** Ctrl-C, and Ctrl-] as in other terminals. */
const QUIT = [3, 0x1d];
const AGAIN = 500;

/** Where a person sits; tests put streams of their own here. */
export interface Terminal {
  input: NodeJS.ReadableStream & { isTTY?: boolean; setRawMode?: (raw: boolean) => unknown };
  output: NodeJS.WritableStream;
  open: (path: string, baud: number) => Promise<SerialLink>;
}

/** Makes sure that the log can be written before a port is opened. @throws Mistake */
function checkLog(path: string): void {
  try {
    appendFileSync(path, "");
  } catch (error) {
    throw new Mistake(`--log ${path}: cannot be written (${(error as Error).message})`);
  }
}

/**
 * Connects a terminal with a board's console until a person ends it or the port is gone.
 * @throws Mistake if the log cannot be written, Problem if the port cannot be opened, LinkLost if it goes away and is not to be waited
 *   for
 */
export async function attach(
  options: AttachOptions,
  { input, output, open }: Terminal = { input: stdin, output: stdout, open: openPort },
): Promise<void> {
  if (options.log !== undefined) checkLog(options.log);
  const monitor = new Monitor({
    tracer: tracerFor(options.sources.map((source) => outputPath(source, "compact"))),
    timestamp: options.timestamps ? clockTime : undefined,
    write: (text) => output.write(text),
    log:
      options.log === undefined
        ? undefined
        : (line) => appendFileSync(options.log!, `${clockTime()} ${line}\n`),
  });
  let link: SerialLink | undefined;
  let quit: () => void = () => {};
  const ended = new Promise<"quit">((resolve) => {
    quit = () => resolve("quit");
  });
  const typed = (data: Buffer) => {
    if (input.isTTY && data.some((byte) => QUIT.includes(byte))) return quit();
    link?.write(Buffer.from(data.toString("latin1").replace(/\r?\n/g, "\r"), "latin1")).catch(() => {});
  };
  options.signal?.addEventListener("abort", quit);
  process.once("SIGINT", quit);
  process.once("SIGTERM", quit);
  if (input.isTTY) input.setRawMode?.(true);
  input.on("data", typed);
  try {
    let next = await open(options.path, options.baud);
    for (;;) {
      link = next;
      let timer: NodeJS.Timeout | undefined;
      link.receive = (bytes) => {
        monitor.receive(bytes.toString("latin1"));
        clearTimeout(timer);
        timer = setTimeout(() => monitor.flush(), PATIENCE);
      };
      const opened = link;
      const lost = new Promise<Error>((resolve) => {
        opened.lost = resolve;
      });
      const end = await Promise.race([ended, lost]);
      clearTimeout(timer);
      await link.close().catch(() => {});
      link = undefined;
      if (end === "quit") return;
      if (!options.reconnect) throw new LinkLost(`the port ${options.path} is gone: ${end.message}`);
      output.write(`\n(the port ${options.path} is gone; waiting for it)\n`);
      for (;;) {
        if ((await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, AGAIN))])) === "quit")
          return;
        const back = await open(options.path, options.baud).catch(() => undefined);
        if (!back) continue;
        next = back;
        break;
      }
      output.write(`(the port ${options.path} is back)\n`);
    }
  } finally {
    input.off("data", typed);
    if (input.isTTY) input.setRawMode?.(false);
    input.pause();
    process.off("SIGINT", quit);
    process.off("SIGTERM", quit);
  }
}

/** What the command line of npm run monitor says. */
export interface MonitorFlags {
  config?: string;
  port?: string;
  baud?: number | string;
  app?: string;
  log?: string;
  timestamps: boolean;
  reconnect: boolean;
}

/**
 * Finds a board and attaches to its console. Without a board or when its port goes away, says so and sets exit code 2.
 * @throws Mistake for flags and configurations that cannot be meant
 */
export async function monitor(flags: MonitorFlags): Promise<void> {
  const { port, baud, app, log, timestamps, reconnect } = flags;
  const given = Object.entries({ port, baud, app }).filter(([, value]) => value !== undefined);
  const config = loadConfig(flags.config, Object.fromEntries(given));
  try {
    const { path, why } = await choosePort(config.port, {
      last: recall(),
      identify: (candidate) => identify(candidate, config.baud),
    });
    console.log(`board on ${path} (${why}); ${stdin.isTTY ? "Ctrl-C" : "SIGINT"} ends`);
    const sources = [HTTPSERVER, appSource(config.app)];
    await attach({ path, baud: config.baud, timestamps, log, sources, reconnect });
  } catch (error) {
    if (!(error instanceof Problem) && !(error instanceof LinkLost)) throw error;
    console.error(`error: ${error.message}`);
    process.exitCode = 2;
  }
}
