// npm run flash: builds an app and brings it to the board; with --firmware, writes the firmware itself.
import { stdin, stdout } from "node:process";
import { createInterface } from "node:readline/promises";
import { Mistake } from "../command/mistake.ts";
import { appSource } from "../image/app.ts";
import { HTTPSERVER } from "../image/build.ts";
import { nameText } from "../image/names.ts";
import { watchSources } from "../image/watch.ts";
import { RealClock } from "../simulator/clock.ts";
import { attach } from "./attach.ts";
import type { Capabilities } from "./board.ts";
import type { FlashConfig } from "./config.ts";
import { BoardConsole } from "./console.ts";
import { deploy } from "./deploy.ts";
import { findPrompt, Problem } from "./diagnose.ts";
import { deployFiles, firmwareImages, watched } from "./files.ts";
import { writeFirmware } from "./firmware.ts";
import { configurationOf, type Flags } from "./flags.ts";
import { identify } from "./identify.ts";
import { recall, remember } from "./known.ts";
import type { SerialLink } from "./link.ts";
import { findTool, nodemcuTool } from "./nodemcu-tool.ts";
import { finalName } from "./plan.ts";
import { type Candidate, choosePort, openPort } from "./port.ts";
import { type Output, output } from "./progress.ts";
import { counted, type Deployed, summary } from "./summary.ts";

const NO_BOARD = new Set(["no-port", "permission", "busy", "several-ports"]);

async function ask(ports: Candidate[]): Promise<Candidate> {
  ports.forEach(({ path, what }, i) => {
    console.log(`  ${i + 1}  ${path}  ${what}`);
  });
  const answer = await question(`which board? (1 to ${ports.length}) `);
  const chosen = ports[Number(answer) - 1];
  if (!chosen)
    throw new Mistake(`there is no board "${answer}" in the list: type a number from 1 to ${ports.length}`);
  return chosen;
}

async function question(text: string): Promise<string> {
  const lines = createInterface({ input: stdin, output: stdout });
  const answer = await lines.question(text);
  lines.close();
  return answer;
}

/** One run of the command. */
class Flash {
  readonly #flags: Flags;
  readonly #config: FlashConfig;
  readonly #say: Output;
  /** Somebody is there who can answer questions. */
  readonly #isPerson: boolean;
  /** Where the board was found. */
  #port: string | undefined;

  constructor(flags: Flags, config: FlashConfig) {
    this.#flags = flags;
    this.#config = config;
    this.#say = output({ json: flags.json ?? false, terminal: stdout.isTTY });
    this.#isPerson = stdin.isTTY && !flags.json;
  }

  async run(): Promise<void> {
    const { watch, monitor } = this.#flags;
    const sources = watch ? watched(this.#config) : [];
    await this.#once();
    if (monitor && process.exitCode === undefined) await this.#monitor();
    if (!watch) return;
    let working = Promise.resolve();
    this.#say.say("waiting for changes; Ctrl-C ends");
    const watcher = watchSources(sources, () => {
      working = working.then(() => this.#once());
    });
    process.on("SIGINT", () => void watcher.close().then(() => process.exit(0)));
  }

  async #once(): Promise<void> {
    try {
      if (this.#flags.firmware) await this.#firmware();
      else await this.#app();
    } catch (error) {
      await this.#offerFirmware(error)
        .then((isWritten) => isWritten || failed(error, this.#flags))
        .catch((other) => failed(other, this.#flags));
    }
  }

  /** Finds the board, says why it is that one, and opens its port. */
  async #openBoard(): Promise<{ path: string; link: SerialLink }> {
    const { port, baud } = this.#config;
    const { path, why } = await choosePort(port, {
      ask: this.#isPerson ? ask : undefined,
      last: recall(),
      identify: (candidate) => identify(candidate, baud),
    });
    this.#say.say(`board on ${path} (${why})`);
    const link = await openPort(path, baud);
    this.#port = path;
    return { path, link };
  }

  #note(path: string, { identity }: Capabilities): void {
    if (identity === undefined) return;
    const last = recall();
    if (last && last.identity !== identity)
      this.#say.say(`this is ${identity}, another board than last time (${last.identity})`);
    remember({ identity, port: path });
  }

  async #app(): Promise<void> {
    const { uploader, baud: usual, transferBaud } = this.#config;
    const { init, inPlace = false, clean = false, dryRun = false } = this.#flags;
    const tool = uploader === "nodemcu-tool" ? findTool() : undefined;
    const deployment = await deployFiles(this.#config, init);
    const { path, link } = await this.#openBoard();
    const board = new BoardConsole(link, new RealClock());
    const stop = () => board.interrupt();
    process.on("SIGINT", stop);
    try {
      const baud = await findPrompt(board, usual);
      if (baud !== usual) this.#say.say(`the board speaks at ${baud} baud`);
      const options = {
        baud,
        ...(transferBaud > 0 && transferBaud !== baud ? { transferBaud } : {}),
        ...(tool === undefined ? {} : { upload: nodemcuTool(tool, baud, (port) => openPort(port, baud)) }),
        ...{ inPlace, clean, dryRun },
      };
      const done = await deploy(board, deployment, options, this.#say);
      this.#say.end();
      this.#note(path, done.capabilities);
      this.#tell(done, path, tool !== undefined);
    } finally {
      this.#say.end();
      process.off("SIGINT", stop);
      await board.link.close().catch(() => {});
    }
  }

  #tell(done: Deployed, path: string, isTool: boolean): void {
    if (!this.#flags.json) {
      console.log(summary(done, path, { ...this.#flags, way: isTool ? "nodemcu-tool" : done.path }));
      return;
    }
    const { plan, ...rest } = done;
    console.log(
      JSON.stringify({
        event: "done",
        sent: plan.send.map((file) => file.label ?? nameText(finalName(file))),
        same: plan.same.map(nameText),
        removed: plan.remove.map(nameText),
        stale: plan.stale.map(nameText),
        ...rest,
      }),
    );
  }

  async #firmware(): Promise<void> {
    const { chip, baud, transferBaud } = this.#config;
    const images = firmwareImages(this.#config);
    const { path, link } = await this.#openBoard();
    try {
      const done = await writeFirmware(
        link,
        images,
        { chip, baud: transferBaud || baud, reset: !path.startsWith("/dev/pts/") },
        this.#say,
      );
      this.#say.end();
      if (this.#flags.json) console.log(JSON.stringify({ event: "done", ...done }));
      else
        console.log(
          `${counted(images.length, "image")} written and verified; the board starts (the first start formats its flash and takes a minute)`,
        );
    } finally {
      this.#say.end();
      await link.close().catch(() => {});
    }
  }

  async #monitor(): Promise<void> {
    if (this.#port === undefined) return;
    const { app, baud } = this.#config;
    const sources = [HTTPSERVER, appSource(app)];
    await attach({ path: this.#port, baud, timestamps: true, sources, reconnect: true });
  }

  /** A board without NodeMCU: offers to write it, where the configuration says what. */
  async #offerFirmware(error: unknown): Promise<boolean> {
    if (!(error instanceof Problem) || !["no-firmware", "silent"].includes(error.kind)) return false;
    if (!this.#isPerson || this.#flags.firmware || Object.keys(this.#config.firmware).length === 0)
      return false;
    console.error(`error: ${error.message}`);
    const answer = await question("write the firmware of flash.config.json to it now? (y/N) ");
    if (!/^y/i.test(answer)) return false;
    await this.#firmware();
    return true;
  }
}

function failed(error: unknown, flags: Flags): void {
  if (!(error instanceof Problem) && !(error instanceof Mistake)) throw error;
  const kind = error instanceof Mistake ? "mistake" : error.kind;
  if (flags.json) console.log(JSON.stringify({ event: "error", kind, text: error.message }));
  else console.error(`error: ${error.message}`);
  process.exitCode = kind === "mistake" ? 1 : kind === "interrupted" ? 130 : NO_BOARD.has(kind) ? 2 : 3;
}

/** Does what the command line says. What goes wrong is printed, and sets the exit code: 1 to 3, 130 after Ctrl-C. */
export async function flash(flags: Flags): Promise<void> {
  try {
    await new Flash(flags, configurationOf(flags)).run();
  } catch (error) {
    failed(error, flags);
  }
}
