// The deployment itself, from an open port to a running board: look, compare, send, verify, swap, restart. Whatever
// goes wrong before the swap leaves the board as it was; the swap survives a reset at any point (swap.ts).
import { type Capabilities, checks, MANIFEST, type Survey, survey } from "./board.ts";
import { check, sameCheck } from "./check.ts";
import { type BoardConsole, Interrupted, LinkLost, LuaFailure, NoAnswer, quote } from "./console.ts";
import { Problem } from "./diagnose.ts";
import { NOT_STARTED, STOPPED } from "./init.ts";
import { type DeployFile, expectedSizes, finalName, LONGEST_NAME, type Plan, plan } from "./plan.ts";
import { DRAFT, JOURNAL, journal, type Move, temporary } from "./swap.ts";
import { BytesLost, bestPath, DiskFull, type Path, send } from "./transfer.ts";

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
  /** Another program that sends the files, under the names that it is told. */
  upload?: (
    console: BoardConsole,
    files: readonly { from: string; content: Buffer }[],
    progress: (index: number) => void,
  ) => Promise<void>;
}

export interface Reporter {
  /** Something a person may want to know. */
  say(text: string): void;
  /** `bytes` of `total` have arrived on the board. */
  progress(name: string, bytes: number, total: number): void;
}

export interface Deployed {
  plan: Plan;
  capabilities: Capabilities;
  path: Path;
  /** Bytes and milliseconds of the transfer of contents. */
  bytes: number;
  milliseconds: number;
  /** What boot.lua printed as the board's address. */
  url: string | undefined;
}

const ATTEMPTS = 3;
/** Longest time for node.compile [ms]. */
const COMPILING = 20000;
/** From restart to the prompt [ms]. */
const BOOTING = 15000;
/** From the prompt to the app's first words: the time for a key, and Wi-Fi [ms]. */
const STARTING = 12000;

/** What a board prints when its start goes wrong. */
const FAILED = /stack traceback:|PANIC|cannot open boot\.lua|not enough memory/;
/** From the address to the end of the app's main chunk [ms]. */
const SETTLING = 500;

/**
 * Brings `files` to the board. If the running app leaves too little heap for our questions, it is stopped first.
 * @throws Problem, with the state of the board in its message
 */
export async function deploy(
  console: BoardConsole,
  files: readonly DeployFile[],
  options: DeployOptions,
  report: Reporter,
): Promise<Deployed> {
  for (const file of files) checkName(file);
  try {
    return await attempt(console, files, options, report);
  } catch (error) {
    if (!isOutOfMemory(error)) throw explain(error);
  }
  report.say("the running app leaves too little heap to work beside it: restarting the board without it");
  await stopApp(console);
  let failure: unknown;
  try {
    const done = await attempt(console, files, options, report);
    if (done.plan.send.length > 0 && !options.dryRun && !options.noRestart) return done;
    if (!options.noRestart) done.url = await restart(console, report);
    return done;
  } catch (error) {
    failure = explain(error);
  }
  if (!(failure instanceof Problem && failure.kind === "app"))
    await restart(console, report).catch(() => undefined);
  throw failure;
}

function isOutOfMemory(error: unknown): boolean {
  return (
    (error instanceof LuaFailure && error.message.includes("not enough memory")) ||
    (error instanceof Problem && error.kind === "heap" && !error.message.includes("compile"))
  );
}

/** Restarts the board; asking for the prompt is the key that keeps boot.lua from starting the app. */
async function stopApp(console: BoardConsole): Promise<void> {
  await console.send("node.restart()\n");
  await console.sleep(200);
  await console.prompt(BOOTING);
}

async function attempt(
  console: BoardConsole,
  files: readonly DeployFile[],
  options: DeployOptions,
  report: Reporter,
): Promise<Deployed> {
  const seen = await look(console, files, report);
  const { capabilities } = seen;
  const path = bestPath(capabilities);
  if (!capabilities.opens)
    throw new Problem(
      "no-files",
      "the firmware has neither file.open nor io.open: it cannot store files; build one with the file module (ESP32: with io)",
    );
  const todo = plan(files, seen);
  const removals = [...todo.remove, ...(options.clean ? todo.stale : [])];
  const result: Deployed = { plan: todo, capabilities, path, bytes: 0, milliseconds: 0, url: undefined };
  if (todo.send.length === 0 && removals.length === 0) return result;
  if (!options.inPlace && todo.space > capabilities.free) {
    throw new Problem(
      "no-space",
      `the new files take ${todo.space} bytes of flash while the old ones are kept, and ${capabilities.free} are free; --in-place removes the old ones first (a failure then leaves neither), --clean removes ${todo.stale.length} files that are not part of this app`,
    );
  }
  if (options.dryRun) return result;

  let raised = false;
  try {
    if (options.inPlace) {
      const old = todo.send.map(finalName).filter((name) => name !== "init.lua" && seen.files.has(name));
      await console.run(old.map((name) => `file.remove(${quote(name)})`).join("\n"));
    }
    if (options.transferBaud && !options.upload)
      raised = await raiseBaud(console, options.baud, options.transferBaud, report);
    const began = console.clock.now();
    const moves = await sendAll(console, path, todo.send, report, options.upload);
    result.bytes = todo.send.reduce((sum, { content }) => sum + content.length, 0);
    result.milliseconds = console.clock.now() - began;
    if (raised) {
      await setBaud(console, options.baud);
      raised = false;
    }
    const manifest = await compileAll(console, moves, seen, report);
    if (manifest) moves.push(await sendChecked(console, path, MANIFEST, `~${moves.length}`, manifest));
    await swap(console, path, moves, removals, seen, report);
  } catch (error) {
    throw await tidy(console, error, raised ? options.baud : undefined);
  }
  if (!options.noRestart) result.url = await restart(console, report);
  return result;
}

function checkName(file: DeployFile): void {
  const name = finalName(file);
  const bad = [...name].find((char) => char < " " || char > "~" || char === '"' || char === "\\");
  if (bad)
    throw new Problem(
      "name",
      `${JSON.stringify(name)}: a name on the board cannot contain ${JSON.stringify(bad)}`,
    );
  if (name.length === 0 || name.length > LONGEST_NAME)
    throw new Problem(
      "name",
      `${name}: its name has ${name.length} characters; flash allows 1 to ${LONGEST_NAME}`,
    );
}

/** Asks what is there, after finishing a swap that was cut off and removing what a failed transfer left. */
async function look(console: BoardConsole, files: readonly DeployFile[], report: Reporter): Promise<Survey> {
  let seen = await survey(console, expectedSizes(files));
  if (seen.files.has(JOURNAL)) {
    report.say("finishing a deployment that was cut off");
    await console.run(`dofile("${JOURNAL}")`);
    seen = await survey(console, expectedSizes(files));
  }
  const left = [...seen.files.keys()].filter((name) => /^~(\d|n$)/.test(name));
  if (left.length > 0) {
    await console.run(left.map((name) => `file.remove(${quote(name)})`).join("\n"));
    seen = await survey(console, expectedSizes(files));
  }
  return seen;
}

/** Sends all files under temporary names and verifies them. */
async function sendAll(
  console: BoardConsole,
  path: Path,
  files: readonly DeployFile[],
  report: Reporter,
  upload: DeployOptions["upload"],
): Promise<(Move & { file?: DeployFile })[]> {
  const moves = files.map((file, i) => ({ file, from: temporary(i, file.name), to: finalName(file) }));
  if (upload) {
    await upload(
      console,
      moves.map(({ file, from }) => ({ from, content: file.content })),
      (i) => report.progress(files[i]!.name, files[i]!.content.length, files[i]!.content.length),
    );
  }
  for (const { file, from } of upload ? [] : moves) {
    await sendRetrying(console, path, from, file, report);
  }
  if (moves.length === 0) return moves;
  const there = await checks(
    console,
    moves.map(({ from }) => from),
  );
  for (const { file, from } of moves) {
    if (!sameCheck(check(file.content), there.get(from)))
      throw new Problem(
        "corrupt",
        `${file.name} arrived with other contents than were sent: the line loses or changes bytes; try a shorter cable or a lower --baud`,
      );
  }
  return moves;
}

async function sendRetrying(
  console: BoardConsole,
  path: Path,
  name: string,
  file: DeployFile,
  report: Reporter,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await send(console, path, name, file.content, (bytes) =>
        report.progress(file.name, bytes, file.content.length),
      );
    } catch (error) {
      if (error instanceof DiskFull)
        throw new Problem("disk-full", `the board's flash is full: ${file.name} could not be written`);
      if (!(error instanceof BytesLost) && !(error instanceof NoAnswer)) throw error;
      if (attempt === ATTEMPTS)
        throw new Problem(
          "bytes-lost",
          `bytes were lost on the line in each of ${ATTEMPTS} attempts (${error.message}); try a shorter cable, another USB port or a lower --baud`,
        );
      report.say(`${error.message}: bytes were lost; trying again`);
      await console.prompt(10000);
    }
  }
}

async function sendChecked(
  console: BoardConsole,
  path: Path,
  to: string,
  from: string,
  text: string,
): Promise<Move> {
  const file: DeployFile = { name: to, content: Buffer.from(text, "latin1") };
  await sendRetrying(console, path, from, file, { say: () => {}, progress: () => {} });
  const there = await checks(console, [from]);
  if (!sameCheck(check(file.content), there.get(from)))
    throw new Problem("corrupt", `${from} arrived with other contents than were sent`);
  return { from, to };
}

/**
 * Compiles on the board what is to be compiled, right after a restart, when the heap is largest.
 * @returns the new manifest's text, if anything was compiled
 */
async function compileAll(
  console: BoardConsole,
  moves: (Move & { file?: DeployFile })[],
  seen: Survey,
  report: Reporter,
): Promise<string | undefined> {
  const toCompile = moves.filter(({ file }) => file?.compiled);
  if (toCompile.length === 0) return undefined;
  report.say("restarting the board to compile on an empty heap");
  await stopApp(console);
  const manifest = new Map(seen.compiled);
  for (const move of toCompile) {
    const { file, from } = move;
    const [heap] = await console.run('print("\\1"..node.heap())');
    const [answer] = await console.run(
      `local ok,e=pcall(node.compile,${quote(from)})print("\\1"..(ok and"ok"or tostring(e)))`,
      COMPILING,
    );
    if (answer !== "ok") {
      const memory = answer?.includes("not enough memory");
      throw new Problem(
        memory ? "heap" : "lua",
        memory
          ? `the board cannot compile ${file!.name} (${file!.content.length} bytes): ${heap} bytes of heap are not enough memory for its parser; send it as bytecode, or make it smaller`
          : `the board cannot compile ${file!.name}: ${answer?.replace(from, file!.name)}`,
      );
    }
    const made = from.replace(/lua$/, "lc");
    const there = (await checks(console, [made])).get(made);
    if (!there) throw new Problem("lua", `the board compiled ${file!.name}, but its bytecode is not there`);
    await console.run(`file.remove(${quote(from)})`);
    manifest.set(move.to, { source: check(file!.content), made: there });
    move.from = made;
  }
  return [...manifest]
    .map(([name, { source, made }]) => [name, ...[source, made].flatMap((c) => [c.size, c.a, c.b])].join(" "))
    .join("\n")
    .concat("\n");
}

async function swap(
  console: BoardConsole,
  path: Path,
  moves: readonly Move[],
  removals: readonly string[],
  seen: Survey,
  report: Reporter,
): Promise<void> {
  const oldInit = seen.files.get("init.lua")?.size;
  const init = moves.find(({ to }) => to === "init.lua");
  const over = init && oldInit !== undefined;
  await sendChecked(
    console,
    path,
    JOURNAL,
    DRAFT,
    journal(
      over ? moves.filter((move) => move !== init) : moves,
      [...removals, ...(over ? [init.from] : [])],
      over ? oldInit : undefined,
    ),
  );
  const [answer] = await console.run(
    `local r=file.rename("${DRAFT}","${JOURNAL}")if r then dofile("${JOURNAL}")end
print("\\1"..(r and not file.exists("${JOURNAL}")and"ok"or"no"))`,
    20000,
  );
  if (answer !== "ok") throw new Problem("swap", "the board did not put the new files into place");
  report.say(`${moves.length} files in place`);
}

/** Restarts and listens until the app has started. @returns the address that the board printed */
async function restart(console: BoardConsole, report: Reporter): Promise<string | undefined> {
  console.heard = "";
  await console.send("node.restart()\n");
  const prompt = await console.wait((heard) => (/\n> /.test(heard.slice(20)) ? true : undefined), BOOTING);
  if (!prompt) throw new Problem("no-boot", "the new files are in place, but the board does not come back");
  const word = await console.wait((heard) => {
    const url = /http:\/\/[\d.]+(?::\d+)?\//.exec(heard)?.[0];
    if (url) return { url };
    if (heard.includes(NOT_STARTED) || heard.includes(STOPPED)) return { failed: true };
    if (FAILED.test(heard)) return { failed: true };
    return undefined;
  }, STARTING);
  if (word?.url) await console.sleep(SETTLING);
  if ((word && "failed" in word) || FAILED.test(console.heard))
    throw new Problem(
      "app",
      `the new files are in place, but the app does not start:\n${console.heard.slice(-1500).trim()}`,
    );
  if (!word) report.say("the board has restarted; it printed no address");
  return word?.url;
}

/** Waits for the board to have its prompt back, takes away what was sent. @returns what to tell the person */
async function tidy(console: BoardConsole, error: unknown, baud: number | undefined): Promise<unknown> {
  if (error instanceof LinkLost)
    return new Problem(
      "link-lost",
      `${error.message}. The board keeps its previous version; plug it in and run this again`,
    );
  const interrupted = error instanceof Interrupted;
  console.resume();
  try {
    if (baud !== undefined) await setBaud(console, baud);
    else await console.prompt(10000);
    await console.run('for n in pairs(file.list())do if n:find"^~%d"or n=="~n"then file.remove(n)end end');
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
  return explain(error);
}

/** Errors of the dialogue, in words for a person. Before the swap nothing has changed; the swap finishes by itself. */
function explain(error: unknown): unknown {
  const state = "The board keeps its previous version, or finishes the swap at its next start";
  if (error instanceof LinkLost) return new Problem("link-lost", `${error.message}. ${state}`);
  if (error instanceof Interrupted) return new Problem("interrupted", `interrupted. ${state}`);
  if (error instanceof NoAnswer) return new Problem("no-answer", `${error.message}. ${state}`);
  if (!(error instanceof LuaFailure)) return error;
  if (error.message.includes("not enough memory"))
    return new Problem("heap", `the board has too little heap left for this (not enough memory). ${state}`);
  if (/^stdin:\d+: .*(near|expected|unfinished|malformed)/.test(error.message))
    return new Problem(
      "bytes-lost",
      `the board did not understand a line (${error.message}): bytes were lost or changed on the way; try a shorter cable or a lower --baud. ${state}`,
    );
  return new Problem("lua", `the board answered: ${error.message}. ${state}`);
}

/** Switches both ends to a faster rate. The board goes back by itself unless it hears from us there. */
async function raiseBaud(
  console: BoardConsole,
  from: number,
  to: number,
  report: Reporter,
): Promise<boolean> {
  await console.send(
    `_G.__b=tmr.create() __b:alarm(1500,0,function()uart.setup(0,${from},8,0,1,1)end)uart.setup(0,${to},8,0,1,1)\n`,
  );
  await console.sleep(150);
  await console.link.setBaud(to);
  try {
    await console.prompt(1000);
    await console.run("__b:unregister() __b=nil");
    return true;
  } catch (error) {
    if (!(error instanceof NoAnswer) && !(error instanceof LuaFailure)) throw error;
    report.say(`the line does not work at ${to} baud; staying at ${from}`);
    await console.link.setBaud(from);
    await console.sleep(1600);
    await console.prompt(5000);
    return false;
  }
}

async function setBaud(console: BoardConsole, rate: number): Promise<void> {
  await console.send(`\nuart.setup(0,${rate},8,0,1,1)\n`);
  await console.sleep(150);
  await console.link.setBaud(rate);
  await console.prompt(5000);
}
