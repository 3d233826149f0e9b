// CPU time of what people wait for, in this checkout and in another commit of it, side by side in one run.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Mistake } from "../../command/mistake.ts";
import { median } from "../median.ts";
import type { Rebuilds } from "./rebuild.ts";

export interface Timing {
  name: string;
  /** Medians of CPU time [ms]. */
  now: number;
  before: number;
}

/** Puts another commit beside this checkout while something is done. @throws Mistake if git does not know it */
export async function withCommit<T>(
  root: string,
  commit: string,
  work: (other: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "timings-"));
  const other = join(folder, "checkout");
  const git = (...args: string[]) => {
    const { status, stderr } = spawnSync("git", args, { cwd: root, encoding: "utf8" });
    if (status !== 0) throw new Mistake(`git ${args.join(" ")} says: ${stderr.trim()}`);
  };
  try {
    git("worktree", "add", "--detach", other, commit);
    try {
      symlinkSync(join(root, "node_modules"), join(other, "node_modules"));
      return await work(other);
    } finally {
      git("worktree", "remove", "--force", other);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** CPU time of a command and of all processes that it starts [ms], as the shell counts it. @throws Mistake if it fails */
function cpuOf(command: string, cwd: string): number {
  const { stdout, stderr, status } = spawnSync("sh", ["-c", `${command} >&2 || exit 1; times`], {
    cwd,
    encoding: "utf8",
  });
  if (status !== 0) throw new Mistake(`${command} failed:\n${stderr}`);
  const [, children = ""] = stdout.trim().split("\n");
  const parts = [...children.matchAll(/(\d+)m([\d.]+)s/g)];
  return parts.reduce(
    (sum, [, minutes, seconds]) => sum + Number(minutes) * 60_000 + Number(seconds) * 1000,
    0,
  );
}

/** A simulated board with a serial port. */
async function withBoard<T>(root: string, work: (port: string) => T): Promise<T> {
  const args = [
    "--import",
    "tsx/esm",
    // an older checkout has a program for each command
    ...(existsSync(join(root, "scripts/nodemcu.ts"))
      ? ["scripts/nodemcu.ts", "start"]
      : ["scripts/start.ts"]),
    "--serial",
    "--port",
    "18099",
    "--app",
    "examples/hello",
  ];
  const board: ChildProcess = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  try {
    let said = "";
    const port = await new Promise<string>((found, failed) => {
      const hear = (data: Buffer) => {
        said += data;
        const path = /serial port: (\S+)/.exec(said)?.[1];
        if (path) found(path);
      };
      board.stdout!.on("data", hear);
      board.stderr!.on("data", hear);
      board.once("exit", () => failed(new Mistake(`the simulated board has stopped:\n${said}`)));
    });
    return work(port);
  } finally {
    board.kill();
  }
}

function rebuilds(root: string, checkout: string, runs: number): Rebuilds {
  const script = join(root, "packages/measure/timings/rebuild.ts");
  const result: Rebuilds = { app: [], server: [] };
  for (let i = 0; i < runs; i++) {
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      ["--import", "tsx/esm", script, checkout],
      { cwd: checkout, encoding: "utf8" },
    );
    if (status !== 0) throw new Mistake(`rebuilding in ${checkout} failed:\n${stderr}`);
    const { app, server }: Rebuilds = JSON.parse(stdout);
    result.app.push(...app);
    result.server.push(...server);
  }
  return result;
}

/**
 * Measures the CPU time of builds, a deployment and rebuilds in two checkouts, in turns.
 * @param root this checkout
 * @param other the one that it is compared with
 * @param runs of which the median counts
 * @throws Mistake if a command fails in one of them
 */
export async function timings(root: string, other: string, runs: number): Promise<Timing[]> {
  const roots = [root, other] as const;
  /** Alternates between the checkouts, so that what else the computer does falls on both. */
  const measure = (name: string, work: (checkout: string) => number): Timing => {
    const all: [number[], number[]] = [[], []];
    for (let i = 0; i < runs; i++) {
      for (const [side, checkout] of roots.entries()) all[side]!.push(work(checkout));
    }
    return timing(name, ...all);
  };
  const timing = (name: string, mine: readonly number[], theirs: readonly number[]): Timing => ({
    name,
    now: median(mine),
    before: median(theirs),
  });
  const build = "npm run build";
  // Once beforehand, because the loader for TypeScript keeps what it has transformed and the first run would be the only slow one.
  for (const checkout of roots) cpuOf(build, checkout);
  const result = [
    measure("npm run build, nothing under build/", (checkout) => {
      rmSync(join(checkout, "build"), { recursive: true, force: true, maxRetries: 5 });
      return cpuOf(build, checkout);
    }),
    measure("npm run build, nothing changed", (checkout) => cpuOf(build, checkout)),
  ];
  result.push(
    await withBoard(root, (port) => {
      const flash = `npm run flash -- --port ${port} --app examples/dashboard`;
      const all = roots.map((checkout) => {
        cpuOf(flash, checkout);
        return Array.from({ length: runs }, () => cpuOf(flash, checkout));
      });
      return timing("npm run flash, nothing changed", all[0]!, all[1]!);
    }),
  );
  const [mine, theirs] = roots.map((checkout) => rebuilds(root, checkout, runs)) as [Rebuilds, Rebuilds];
  result.push(timing("rebuild in npm start, the app changed", mine.app, theirs.app));
  result.push(timing("rebuild in npm start, a file of httpserver changed", mine.server, theirs.server));
  return result;
}
