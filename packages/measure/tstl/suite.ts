// All programs of TypeScriptToLua's tests, shared out over some processes.
import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Mistake } from "../../command/mistake.ts";
import { table } from "../../command/table.ts";
import { compare, type Result, TARGETS, type Target, type Verdict } from "./compare.ts";
import { type Recorded, record } from "./record.ts";

export interface SuiteOptions {
  folder: string;
  /** Processes. */
  jobs: number;
  /** Only every n-th program. */
  every: number;
  /** Only tests whose name has this. */
  filter?: string;
}

interface Message {
  test: string;
  files: Recorded["files"];
  unchecked: boolean;
  results: Result[];
}

export interface SuiteReport {
  programs: number;
  counts: Record<Target, Map<Verdict, number>>;
  /** How often each reason let a difference pass, or refused a program. */
  reasons: Map<string, number>;
  failures: { test: string; files: Recorded["files"]; result: Result }[];
}

/**
 * Records the programs of TypeScriptToLua's tests and compares them in several processes.
 * @throws Mistake if the folder will not do, or a process ends early
 */
export async function runSuite(options: SuiteOptions): Promise<SuiteReport> {
  const report: SuiteReport = {
    programs: 0,
    counts: { "5.1": new Map(), "5.3": new Map(), universal: new Map() },
    reasons: new Map(),
    failures: [],
  };
  const add = <K>(map: Map<K, number>, key: K): void => void map.set(key, (map.get(key) ?? 0) + 1);
  const take = ({ test, files, results }: Message): void => {
    report.programs++;
    for (const result of results) {
      add(report.counts[result.target], result.verdict);
      if (result.verdict === "allowed" || result.verdict === "refused") add(report.reasons, result.detail);
      if (result.verdict === "different" || result.verdict === "crashed")
        report.failures.push({ test, files, result });
    }
  };
  await Promise.all(
    Array.from(
      { length: options.jobs },
      (_, job) =>
        new Promise<void>((done, failed) => {
          const child = fork(
            fileURLToPath(import.meta.url),
            [JSON.stringify({ ...options, folder: resolve(options.folder), job })],
            // Some tests write files into the current folder, which must not be the repository; from another one Node does not
            // find the loader of TypeScript by its name.
            { cwd: tmpdir(), execArgv: ["--import", import.meta.resolve("tsx")] },
          );
          child.on("message", (m: Message | { mistake: string }) => {
            if ("mistake" in m) failed(new Mistake(m.mistake));
            else take(m);
          });
          child.on("exit", (code) =>
            code === 0 ? done() : failed(new Mistake(`a process ended with ${code}`)),
          );
        }),
    ),
  );
  return report;
}

/** Prints every failure with its program, then the counts. */
export function printSuite({ programs, counts, reasons, failures }: SuiteReport): void {
  for (const { test, files, result } of failures) {
    const text = Object.entries(files).map(([name, code]) => `// ${name}\n${code}`);
    console.log(`✗ ${result.verdict} (${result.target}) ${test}\n${text.join("\n")}\n${result.detail}\n`);
  }
  const verdicts: Verdict[] = ["same", "allowed", "refused", "different", "crashed", "not compiled"];
  const row = (t: Target) => [t, ...verdicts.map((v) => String(counts[t].get(v) ?? 0))];
  console.log(
    table([
      ["target", ...verdicts.map((v) => (v === "not compiled" ? "not compiled by TypeScriptToLua" : v))],
      ...TARGETS.map(row),
    ]),
  );
  for (const [reason, count] of reasons) console.log(`${count} × ${reason}`);
  const sum = (v: Verdict) => TARGETS.reduce((total, t) => total + (counts[t].get(v) ?? 0), 0);
  console.log(
    `${programs} programs: ${sum("same") + sum("allowed") + sum("refused")} passed, ${failures.length} failed`,
  );
}

/** One process: its share of the programs. */
function work({ folder, jobs, every, filter, job }: SuiteOptions & { job: number }): void {
  const temporary = mkdtempSync(join(tmpdir(), "tstl-suite-"));
  const send = (m: Message | { mistake: string }): unknown => process.send?.(m);
  try {
    const programs = record(folder).filter((p) => filter === undefined || p.test.includes(filter));
    for (const [i, program] of programs.entries()) {
      if (i % every !== 0 || Math.floor(i / every) % jobs !== job) continue;
      const { test, files, unchecked } = program;
      send({ test, files, unchecked, results: compare(program, join(temporary, "program")) });
    }
  } catch (error) {
    if (!(error instanceof Mistake)) throw error;
    send({ mistake: error.message });
  } finally {
    rmSync(temporary, { recursive: true, force: true });
    process.disconnect?.();
  }
}

if (process.send && process.argv[1] === fileURLToPath(import.meta.url)) work(JSON.parse(process.argv[2]!));
