// npm run flash: builds an app and brings it to the board; with --firmware, writes the firmware itself.
import { stdin, stdout } from "node:process";
import { createInterface } from "node:readline/promises";
import { watch } from "chokidar";
import { Mistake } from "../packages/command/mistake.ts";
import { attach } from "../packages/deploy/attach.ts";
import type { Capabilities } from "../packages/deploy/board.ts";
import type { FlashConfig } from "../packages/deploy/config.ts";
import { BoardConsole } from "../packages/deploy/console.ts";
import { deploy } from "../packages/deploy/deploy.ts";
import { findPrompt, Problem } from "../packages/deploy/diagnose.ts";
import { deployFiles, firmwareImages, watched } from "../packages/deploy/files.ts";
import { writeFirmware } from "../packages/deploy/firmware.ts";
import { configurationOf, flashFlags } from "../packages/deploy/flags.ts";
import { identify } from "../packages/deploy/identify.ts";
import { recall, remember } from "../packages/deploy/known.ts";
import type { SerialLink } from "../packages/deploy/link.ts";
import { findTool, nodemcuTool } from "../packages/deploy/nodemcu-tool.ts";
import { finalName } from "../packages/deploy/plan.ts";
import { type Candidate, choosePort, openPort } from "../packages/deploy/port.ts";
import { type Output, output } from "../packages/deploy/progress.ts";
import type { Deployed } from "../packages/deploy/summary.ts";
import { counted, summary } from "../packages/deploy/summary.ts";
import { appSource, HTTPSERVER } from "../packages/image/build.ts";
import { nameText } from "../packages/image/names.ts";
import { RealClock } from "../packages/simulator/clock.ts";

const flags = flashFlags(process.argv);

/** Somebody is there who can answer questions. */
const isPerson = stdin.isTTY && !flags.json;
const NO_BOARD = new Set(["no-port", "permission", "busy", "several-ports"]);

async function ask(ports: Candidate[]): Promise<Candidate> {
  ports.forEach(({ path, what }, i) => {
    console.log(`  ${i + 1}  ${path}  ${what}`);
  });
  const lines = createInterface({ input: stdin, output: stdout });
  const answer = await lines.question(`which board? (1 to ${ports.length}) `);
  lines.close();
  const chosen = ports[Number(answer) - 1];
  if (!chosen)
    throw new Mistake(`there is no board "${answer}" in the list: type a number from 1 to ${ports.length}`);
  return chosen;
}

/** Finds the board, says why it is that one, and opens its port. */
async function openBoard(config: FlashConfig, say: Output): Promise<{ path: string; link: SerialLink }> {
  const { path, why } = await choosePort(config.port, {
    ask: isPerson ? ask : undefined,
    last: recall(),
    identify: (port) => identify(port, config.baud),
  });
  say.say(`board on ${path} (${why})`);
  const link = await openPort(path, config.baud);
  portUsed = path;
  return { path, link };
}

function note(path: string, { identity }: Capabilities, say: Output): void {
  if (identity === undefined) return;
  const last = recall();
  if (last && last.identity !== identity)
    say.say(`this is ${identity}, another board than last time (${last.identity})`);
  remember({ identity, port: path });
}

async function flashOnce(config: FlashConfig, say: Output): Promise<Deployed> {
  const tool = config.uploader === "nodemcu-tool" ? findTool() : undefined;
  const deployment = await deployFiles(config, flags.init);
  const { path, link } = await openBoard(config, say);
  const board = new BoardConsole(link, new RealClock());
  const stop = () => board.interrupt();
  process.on("SIGINT", stop);
  try {
    const baud = await findPrompt(board, config.baud);
    if (baud !== config.baud) say.say(`the board speaks at ${baud} baud`);
    const options = {
      baud,
      ...(config.transferBaud > 0 && config.transferBaud !== baud
        ? { transferBaud: config.transferBaud }
        : {}),
      ...(tool === undefined ? {} : { upload: nodemcuTool(tool, baud, (port) => openPort(port, baud)) }),
      inPlace: flags.inPlace ?? false,
      clean: flags.clean ?? false,
      dryRun: flags.dryRun ?? false,
    };
    const done = await deploy(board, deployment, options, say);
    say.end();
    note(path, done.capabilities, say);
    if (flags.json) {
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
    } else console.log(summary(done, path, { ...flags, way: tool ? "nodemcu-tool" : done.path }));
    return done;
  } finally {
    say.end();
    process.off("SIGINT", stop);
    await board.link.close().catch(() => {});
  }
}

async function flashFirmware(config: FlashConfig, say: Output): Promise<void> {
  const images = firmwareImages(config);
  const { path, link } = await openBoard(config, say);
  try {
    const done = await writeFirmware(
      link,
      images,
      { chip: config.chip, baud: config.transferBaud || config.baud, reset: !path.startsWith("/dev/pts/") },
      say,
    );
    say.end();
    if (flags.json) console.log(JSON.stringify({ event: "done", ...done }));
    else
      console.log(
        `${counted(images.length, "image")} written and verified; the board starts (the first start formats its flash and takes a minute)`,
      );
  } finally {
    say.end();
    await link.close().catch(() => {});
  }
}

let portUsed: string | undefined;

async function monitor(config: FlashConfig): Promise<void> {
  if (portUsed === undefined) return;
  await attach({
    path: portUsed,
    baud: config.baud,
    timestamps: true,
    sources: [HTTPSERVER, appSource(config.app)],
    reconnect: true,
  });
}

/** A board without NodeMCU: offers to write it, where the configuration says what. */
async function offerFirmware(error: unknown, config: FlashConfig, say: Output): Promise<boolean> {
  if (!(error instanceof Problem) || !["no-firmware", "silent"].includes(error.kind)) return false;
  if (!isPerson || flags.firmware || Object.keys(config.firmware).length === 0) return false;
  console.error(`error: ${error.message}`);
  const lines = createInterface({ input: stdin, output: stdout });
  const answer = await lines.question("write the firmware of flash.config.json to it now? (y/N) ");
  lines.close();
  if (!/^y/i.test(answer)) return false;
  await flashFirmware(config, say);
  return true;
}

function failed(error: unknown): void {
  if (!(error instanceof Problem) && !(error instanceof Mistake)) throw error;
  const kind = error instanceof Mistake ? "mistake" : error.kind;
  if (flags.json) console.log(JSON.stringify({ event: "error", kind, text: error.message }));
  else console.error(`error: ${error.message}`);
  process.exitCode = kind === "mistake" ? 1 : kind === "interrupted" ? 130 : NO_BOARD.has(kind) ? 2 : 3;
}

async function main(): Promise<void> {
  const config = configurationOf(flags);
  const say = output({ json: flags.json ?? false, terminal: stdout.isTTY });
  const work = flags.firmware ? flashFirmware : flashOnce;
  const once = (): Promise<unknown> =>
    work(config, say).then(
      () => {},
      (error: unknown) =>
        offerFirmware(error, config, say).then((offered) => offered || failed(error), failed),
    );
  const sources = flags.watch ? watched(config) : [];
  await once();
  if (flags.monitor && process.exitCode === undefined) await monitor(config);
  if (flags.watch) {
    let working = Promise.resolve();
    say.say("waiting for changes; Ctrl-C ends");
    const watcher = watch(sources, {
      ignoreInitial: true,
      awaitWriteFinish: { stabilityThreshold: 100 },
    });
    watcher.on("all", () => {
      working = working.then(() => once().then(() => {}));
    });
    process.on("SIGINT", () => void watcher.close().then(() => process.exit(0)));
  }
}

await main().catch(failed);
