// The deployment itself, from an open port to a running board: look, compare, send, verify, swap, restart. Whatever
// goes wrong before the swap leaves the board as it was; the swap survives a reset at any point (swap.ts).

import { DRAFT, GOOD_IMAGE, IMAGE, JOURNAL, MANIFEST } from "../../src/agent/marks.ts";
import { NOT_LOADED, NOT_STARTED, STOPPED } from "../../src/agent/words.ts";
import { agentLines } from "../image/agent.ts";
import { firmwareModules, listNeeds, type Need, remedy, TOOL_NEEDS, unmet } from "../image/needs.ts";
import { BOOT_FILE, INIT_FILE, isLeftBehind } from "../image/reserved.ts";
import { canChangeBaud } from "./baud.ts";
import { type Capabilities, capabilities, checks, manifestText, type Survey, survey } from "./board.ts";
import { check } from "./check.ts";
import {
  type BoardConsole,
  GARBLED,
  Interrupted,
  LinkLost,
  LuaFailure,
  NoAnswer,
  Restarting,
} from "./console.ts";
import { Delivery, type Reporter, type Upload } from "./delivery.ts";
import { findPrompt, Problem, restartProblem } from "./diagnose.ts";
import type { Chosen, Deployment } from "./files.ts";
import { quoting } from "./heard.ts";
import { type DeployFile, expectedSizes, finalName, plan, planImage, shownFile } from "./plan.ts";
import { askStore, type Image, loadImage } from "./store.ts";
import { counted, type Deployed } from "./summary.ts";
import { journal, type Move, temporary } from "./swap.ts";
import { paths } from "./transfer.ts";

export interface DeployOptions {
  /** Remove the old versions first, when both do not fit. */
  inPlace?: boolean;
  /** Remove files on the board that are not ours. */
  clean?: boolean;
  /** Say what would be done, and do nothing. */
  dryRun?: boolean;
  /** Do not restart the board at the end. */
  noRestart?: boolean;
  /** The port's rate, and the one to try for the transfer. */
  baud: number;
  transferBaud?: number;
  /** Another program that sends the files. */
  upload?: Upload;
}

/** Changing the baud rate and back takes as long as sending this many bytes at 115200 baud; below that it does not pay. */
const WORTH = 4000;
/** Longest time for node.compile [ms]. */
const COMPILING = 20000;
/** From restart to the prompt [ms]. */
const BOOTING = 15000;
/** From the prompt to the app's first words: the time for a key, and Wi-Fi [ms]. */
const STARTING = 12000;

/** What a board prints when its start goes wrong. One of these ends the wait for the address. */
const FAILED = /stack traceback:|PANIC|cannot open boot\.lua|not enough memory/;
/** From the address to the end of the app's main chunk [ms]. */
const SETTLING = 1000;

/**
 * Brings what is to be there to the board. If the running app leaves too little heap for our questions, it is stopped first.
 * @throws Problem, with the state of the board in its message
 */
export async function deploy(
  console: BoardConsole,
  what: Deployment,
  options: DeployOptions,
  report: Reporter,
): Promise<Deployed> {
  try {
    return await withOrWithoutApp(console, what, options, report);
  } finally {
    await console.unmark();
  }
}

async function withOrWithoutApp(
  console: BoardConsole,
  what: Deployment,
  options: DeployOptions,
  report: Reporter,
): Promise<Deployed> {
  const told = new Set<string>();
  try {
    await console.mark();
    return await attempt(console, what, options, report, told);
  } catch (error) {
    const obstacle = obstacleOf(error);
    if (obstacle === undefined) throw await explain(console, error);
    report.say(`the running app ${obstacle}: restarting the board without it`);
  }
  await stopApp(console, options.baud);
  let failure: unknown;
  try {
    const done = await attempt(console, what, options, report, told);
    if (done.plan.send.length > 0 && !options.dryRun && !options.noRestart) return done;
    if (!options.noRestart) done.url = await restart(console, options.baud, report);
    return done;
  } catch (error) {
    failure = await explain(console, error);
  }
  if (!(failure instanceof Problem && failure.kind === "app"))
    await restart(console, options.baud, report).catch(() => undefined);
  throw failure;
}

/** Tells what the running app does that keeps us from working beside it; undefined: the error would be the same without the app. */
function obstacleOf(error: unknown): string | undefined {
  const isHeap =
    (error instanceof LuaFailure && error.message.includes("not enough memory")) ||
    (error instanceof Problem && error.kind === "heap" && !error.message.includes("compile"));
  if (isHeap) return "leaves too little heap to work beside it";
  if (error instanceof Problem && error.kind === "open-files") return "holds too many files open";
  return undefined;
}

/** Restarts the board without its app: our asking for the prompt is the key press that keeps boot.lua from starting it. */
async function stopApp(console: BoardConsole, baud: number): Promise<void> {
  await console.restart();
  await console.sleep(200);
  await findPrompt(console, baud, BOOTING);
  await console.mark();
}

async function attempt(
  console: BoardConsole,
  what: Deployment,
  options: DeployOptions,
  report: Reporter,
  told: Set<string>,
): Promise<Deployed> {
  const needs = [...TOOL_NEEDS, ...what.needs];
  const can = await capabilities(console, [...new Set(needs.map(({ what }) => what))]);
  checkNeeds(can, needs, report);
  if (!can.opens)
    throw new Problem(
      "no-files",
      "the firmware has neither file.open nor io.open: it cannot store files; build one with the file module (ESP32: with io)",
    );
  const store = what.mayStore ? await askStore(console) : undefined;
  const chosen = what.choose(can, store);
  // the second attempt, with the app stopped, would say it all again
  for (const text of chosen.says.filter((one) => !told.has(one))) report.say(text);
  for (const text of chosen.says) told.add(text);
  const seen = await look(console, can, chosen, report);
  const todo = plan(chosen.files, seen);
  const image = planImage(todo, chosen, seen);
  const removals = [...todo.remove, ...(options.clean ? todo.stale : [])];
  const [path = "hex"] = paths(can);
  const result: Deployed = {
    plan: todo,
    capabilities: can,
    path,
    bytes: 0,
    milliseconds: 0,
    url: undefined,
    ...(chosen.image && store
      ? { image: { bytes: chosen.image.fresh.size, of: store.size, names: chosen.image.fresh.names } }
      : {}),
  };
  if (todo.send.length === 0 && removals.length === 0) return result;
  if (!options.inPlace && todo.space > can.free) {
    throw new Problem(
      "no-space",
      `the new files take ${todo.space} bytes of flash while the old ones${seen.files.has(GOOD_IMAGE) ? `, and the code that ran last (${seen.files.get(GOOD_IMAGE)!.size} bytes), which the board goes back to if the new code does not last,` : ""} are kept, and ${can.free} are free; --in-place removes the old ones first (a failure then leaves neither)${todo.stale.length > 0 ? `, --clean removes ${counted(todo.stale.length, "file")} that are not part of this app` : ""}`,
    );
  }
  if (options.dryRun) return result;

  const delivery = new Delivery(console, can, options.baud, report);
  // set once the board was restarted without its app, which then has to be started again whatever happens
  let isStopped = false;
  try {
    if (options.inPlace) {
      const kept = [INIT_FILE, BOOT_FILE, IMAGE];
      const old = todo.send.map(finalName).filter((name) => !kept.includes(name) && seen.files.has(name));
      await console.run(old.map((name) => agentLines("remove", name)).join("\n"));
    }
    if (options.transferBaud && !options.upload && canChangeBaud(can) && worthIt(todo.send, options))
      await delivery.raise(options.transferBaud);
    const began = console.clock.now();
    const moves: FileMove[] = todo.send.map((file, i) => ({
      file,
      from: temporary(i, file.name),
      to: finalName(file),
    }));
    await delivery.send(
      moves.map(({ file, from }) => ({ from, name: shownFile(file), content: file.content })),
      options.upload,
    );
    result.bytes = todo.send.reduce((sum, { content }) => sum + content.length, 0);
    result.milliseconds = console.clock.now() - began;
    result.path = delivery.path;
    await delivery.lower();
    const moved: Move[] = moves;
    isStopped = image !== undefined || moves.some(({ file }) => file.compiled);
    const manifest = await compileAll(console, can, moves, seen, options.baud, report);
    const quiet = new Delivery(console, can, options.baud, { say: () => {}, progress: () => {} });
    const deliver = (from: string, text: string) =>
      quiet.send([{ from, name: from, content: Buffer.from(text, "latin1") }]);
    if (manifest) {
      const from = temporary(moves.length, MANIFEST);
      await deliver(from, manifest);
      moved.push({ from, to: MANIFEST });
    }
    const { from } = moves.find(({ to }) => to === IMAGE) ?? {};
    if (image && from !== undefined) await load(console, from, image, options.baud, report);
    await swap(console, deliver, moved, removals, seen, report);
  } catch (error) {
    const failure = await tidy(console, error, delivery);
    if (isStopped && !(error instanceof LinkLost)) await console.restart().catch(() => {});
    throw failure;
  }
  if (options.noRestart) return result;
  try {
    result.url = await restart(console, options.baud, report);
  } catch (error) {
    throw await explain(console, error, "The new files are in place", unmet(needs, can.missing));
  }
  return result;
}

type FileMove = Move & { file: DeployFile };

/** @throws Problem for what is missing and nothing works without; the rest is told */
function checkNeeds(can: Capabilities, needs: readonly Need[], report: Reporter): void {
  const missing = unmet(needs, can.missing);
  const musts = missing.filter(({ must }) => must);
  if (musts.length > 0)
    throw new Problem("no-module", `the firmware has ${listNeeds(missing)}. ${remedy(missing)}`);
  if (missing.length > 0)
    report.say(
      `the firmware has ${listNeeds(missing)}; if the app does not ask for it first, it fails there. ${remedy(missing)}`,
    );
}

/** Has the board load the image; what goes wrong leaves it at the version before. */
async function load(
  console: BoardConsole,
  from: string,
  image: Image,
  baud: number,
  report: Reporter,
): Promise<void> {
  report.say("restarting the board to load the image of the code");
  const found = async () => {
    await findPrompt(console, baud, BOOTING);
    await console.mark();
  };
  await loadImage(console, from, image, () => stopApp(console, baud), found);
}

/** Whether there is enough to send for a change of the rate to pay. */
function worthIt(files: readonly DeployFile[], { baud }: DeployOptions): boolean {
  return files.reduce((sum, { content }) => sum + content.length, 0) * 115200 > WORTH * baud;
}

/** Asks what is there, after finishing a swap that was cut off and removing what a failed transfer left. */
async function look(
  console: BoardConsole,
  can: Capabilities,
  { files, image }: Chosen,
  report: Reporter,
): Promise<Survey> {
  const expected = expectedSizes(files);
  if (image?.unchanged) for (const name of [IMAGE, GOOD_IMAGE]) expected.set(name, image.unchanged.length);
  let seen = await survey(console, can, expected);
  if (seen.files.has(JOURNAL)) {
    report.say("finishing a deployment that was cut off");
    await console.run(agentLines("finish"));
    seen = await survey(console, can, expected);
  }
  const left = [...seen.files.keys()].filter(isLeftBehind);
  if (left.length > 0) {
    await console.run(left.map((name) => agentLines("remove", name)).join("\n"));
    seen = await survey(console, can, expected);
  }
  return { capabilities: can, ...seen };
}

/**
 * Compiles on the board what is to be compiled, right after a restart, when the heap is largest.
 * @returns the new manifest's text, if anything was compiled
 */
async function compileAll(
  console: BoardConsole,
  can: Capabilities,
  moves: FileMove[],
  seen: Survey,
  baud: number,
  report: Reporter,
): Promise<string | undefined> {
  const toCompile = moves.filter(({ file }) => file.compiled);
  if (toCompile.length === 0) return undefined;
  report.say("restarting the board to compile on an empty heap");
  await stopApp(console, baud);
  const manifest = new Map(seen.compiled);
  for (const move of toCompile) {
    const { file, from } = move;
    const [heap] = await console.run(agentLines("printHeap"));
    const [answer] = await console.run(agentLines("compile", from), COMPILING);
    if (answer !== "ok") {
      const memory = answer?.includes("not enough memory");
      throw new Problem(
        memory ? "heap" : "lua",
        memory
          ? `the board cannot compile ${file.name} (${file.content.length} bytes): ${heap} bytes of heap are not enough memory for its parser; send it as bytecode, or make it smaller`
          : `the board cannot compile ${file.name}: ${answer?.replace(from, file.name)}`,
      );
    }
    const made = from.replace(/lua$/, "lc");
    const there = (await checks(console, can.summing, [made])).get(made);
    if (!there) throw new Problem("lua", `the board compiled ${file.name}, but its bytecode is not there`);
    await console.run(agentLines("remove", from));
    manifest.set(move.to, { source: check(file.content, can.summing), made: there });
    move.from = made;
  }
  return manifestText(manifest);
}

async function swap(
  console: BoardConsole,
  deliver: (name: string, text: string) => Promise<void>,
  moves: readonly Move[],
  removals: readonly string[],
  seen: Survey,
  report: Reporter,
): Promise<void> {
  const oldInit = seen.files.get(INIT_FILE)?.size;
  const init = moves.find(({ to }) => to === INIT_FILE);
  const over = init && oldInit !== undefined;
  await deliver(
    DRAFT,
    journal(
      over ? moves.filter((move) => move !== init) : moves,
      [...removals, ...(over ? [init.from] : [])],
      over ? oldInit : undefined,
    ),
  );
  const [answer] = await console.ask(agentLines("swap"), 20000);
  if (answer !== "ok")
    throw new Problem(
      "swap",
      "the board could not rename the new files into place. Press its reset button, which tries it once more, and run this again; if that does not help, its file system is damaged: file.format() at its prompt empties it",
    );
  report.say(`${counted(moves.length, "file")} in place`);
}

/** Restarts and listens until the app has started. @returns the address that the board printed */
async function restart(console: BoardConsole, baud: number, report: Reporter): Promise<string | undefined> {
  await console.restart();
  const prompt = await console.wait((heard) => (/\n> /.test(heard.slice(20)) ? true : undefined), BOOTING);
  if (!prompt) {
    // If Lua had changed the baud rate of the console, the restart has undone that: the board may speak at another rate now.
    const rate = await findPrompt(console, baud, BOOTING).catch(() => undefined);
    if (rate === undefined)
      throw new Problem(
        "no-boot",
        quoting(
          "the new files are in place, but the board gives no prompt after its restart: press its reset button; npm run monitor shows what it does",
          console.heard,
        ),
      );
    report.say(`the board has restarted and speaks at ${rate} baud now`);
    return undefined;
  }
  const word = await console.wait((heard) => {
    const url = /http:\/\/[\d.]+(?::\d+)?\//.exec(heard)?.[0];
    if (url) return { url };
    if ([NOT_STARTED, STOPPED, NOT_LOADED].some((words) => heard.includes(words))) return { failed: true };
    if (FAILED.test(heard)) return { failed: true };
    return undefined;
  }, STARTING);
  // More follows: after the address the app's main chunk runs on, after the first words of an error comes the rest of it.
  if (word) await console.sleep(SETTLING);
  if ((word && "failed" in word) || FAILED.test(console.heard))
    throw new Problem(
      "app",
      quoting("the new files are in place, but the app does not start", console.heard, 1500),
    );
  if (!word)
    report.say(
      "the board has restarted; it printed no address (is there a wifi.json, and the network in reach? npm run monitor shows what it prints)",
    );
  return word?.url;
}

/** Waits for the board to have its prompt back, takes away what was sent. @returns what to tell the person */
async function tidy(console: BoardConsole, error: unknown, delivery: Delivery): Promise<unknown> {
  if (error instanceof LinkLost)
    return new Problem(
      "link-lost",
      `${error.message}. The board keeps its previous version; plug it in and run this again`,
    );
  const interrupted = error instanceof Interrupted;
  console.resume();
  try {
    await delivery.recover();
    await delivery.lower();
    await console.run(agentLines("removeTemporary"));
  } catch {
    if (interrupted)
      return new Problem(
        "interrupted",
        "interrupted; the board keeps its previous version, but its prompt did not come back: press its reset button",
      );
  }
  if (interrupted) return new Problem("interrupted", "interrupted; the board keeps its previous version");
  if (error instanceof Problem) {
    error.message += error.kind === "swap" ? "" : ". The board keeps its previous version";
    return error;
  }
  return explain(console, error);
}

/** Lua's message for the use of something that does not exist. */
const NIL = /attempt to (?:call|index) (?:global|field|method|local|upvalue) '(\w+)' \(a nil value\)/;

/**
 * Errors of the dialogue, in words for a person.
 * @param state of the board; before the swap nothing has changed, and the swap finishes by itself
 * @param missing what the app names and the firmware does not have
 */
async function explain(
  console: BoardConsole,
  error: unknown,
  state = "The board keeps its previous version, or finishes the swap at its next start",
  missing: readonly Need[] = [],
): Promise<unknown> {
  if (error instanceof LinkLost) return new Problem("link-lost", `${error.message}. ${state}`);
  if (error instanceof Interrupted) return new Problem("interrupted", `interrupted. ${state}`);
  if (error instanceof Problem && error.kind === "app" && missing.length > 0)
    error.message += `\nThe firmware has ${listNeeds(missing)}. ${remedy(missing)}`;
  // The console notices a restart when the board answers again.
  if (error instanceof NoAnswer || error instanceof LuaFailure)
    await console.prompt(5000).catch((failure: unknown) => {
      if (failure instanceof Restarting) error = failure;
    });
  if (error instanceof Restarting) return restartProblem(error, state);
  if (!(error instanceof NoAnswer) && !(error instanceof LuaFailure)) return error;
  const restarted = console.restarts.at(-1);
  if (restarted)
    return new Problem(
      "crash-loop",
      quoting(
        `the board was restarted in the middle, by itself or by its reset button. ${state}; run this again`,
        restarted.before,
      ),
    );
  if (error instanceof NoAnswer)
    return new Problem(
      "no-answer",
      quoting(`${error.message}: press its reset button and run this again. ${state}`, error.heard),
    );
  const nil = NIL.exec(error.message)?.[1];
  const missed =
    TOOL_NEEDS.find(({ what }) => what === nil || what.endsWith(`.${nil}`)) ??
    (nil !== undefined && firmwareModules().has(nil)
      ? { what: nil, by: "npm run flash", must: true }
      : undefined);
  if (missed)
    return new Problem(
      "no-module",
      `the firmware has ${listNeeds([missed])}: ${error.message}. ${state}. ${remedy([missed])}`,
    );
  if (error.message.includes("not enough memory"))
    return new Problem(
      "heap",
      `the board has too little heap left for this (not enough memory): a smaller app, or one sent as bytecode (--app-form bytecode), leaves more. ${state}`,
    );
  if (error.isCertain)
    return new Problem(
      "lua",
      `the board answers, whenever it is asked: ${error.message}. Its firmware is not as npm run flash expects it. ${state}`,
    );
  if (GARBLED.test(error.message))
    return new Problem(
      "bytes-lost",
      `the board did not understand a line (${error.message}): bytes were lost or changed on the way; try a shorter cable or a lower --baud. ${state}`,
    );
  return new Problem("lua", `the board answered: ${error.message}. ${state}`);
}
