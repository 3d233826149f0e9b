// Whether a replay is like its recording, by the rules of test/vectors/README.md ("How a simulator test should compare").
import type { Chip } from "../../simulator/chips.ts";
import { linesOfBoth } from "../difference.ts";
import type { Scenario } from "./format.ts";
import type { Replay } from "./replay.ts";

/** Compares a replay with its recording. @returns what differs, as lines for a person to read; empty if nothing does */
export function differences(recorded: Scenario, got: Replay, chip: Chip): string[] {
  // Where several runs of a scenario differed all were recorded. The replay must be like one of them as a whole.
  const choices: Replay[] = (recorded.logs ?? [recorded.log]).map((log, i) => ({
    log,
    clientResult: recorded.clientResults?.[i] ?? recorded.clientResult,
    outcome: recorded.outcomes?.[i] ?? recorded.outcome,
    otherOutput: recorded.otherOutput ?? [],
  }));
  const isLoose = recorded.nondeterministic === true && recorded.logs === undefined;
  const found = choices.map((choice) => differencesFromRun(choice, got, isLoose, chip));
  return found.reduce((least, lines) => (lines.length < least.length ? lines : least));
}

function differencesFromRun(recorded: Replay, got: Replay, isLoose: boolean, chip: Chip): string[] {
  const lines: string[] = [];
  if (recorded.outcome !== got.outcome) lines.push(`outcome: ${got.outcome}, not ${recorded.outcome}`);
  for (const name of new Set([...Object.keys(recorded.clientResult), ...Object.keys(got.clientResult)])) {
    const wanted = JSON.stringify(inOrder(recorded.clientResult[name]));
    const is = JSON.stringify(inOrder(got.clientResult[name]));
    if (wanted !== is) lines.push(`client ${name}: ${is}, not ${wanted}`);
  }
  const isSame = isLoose ? isLike(recorded.log, got.log) : matches(recorded.log, got.log, chip === "esp32");
  if (!isSame) lines.push("log:", ...linesOfBoth(recorded.log, got.log));
  const [message] = recorded.otherOutput;
  const isMessage = (line: string) => withoutAddresses(line) === message;
  if (message !== undefined && !got.otherOutput.some(isMessage))
    lines.push("console:", `  - ${message}`, ...got.otherOutput.map((line) => `  + ${line}`));
  return lines;
}

function inOrder(result: Replay["clientResult"][string] | undefined): unknown[] {
  return result ? [result.end, result.bytes, result.sha1 ?? ""] : [];
}

/**
 * Tells whether two logs have the same first and last lines, and the same kinds of lines for each socket in the same order of their first
 * time. How often a line comes does not count.
 */
function isLike(recorded: string[], got: string[]): boolean {
  const sockets = new Set([...recorded, ...got].map(socket));
  return (
    recorded[0] === got[0] &&
    recorded.at(-1) === got.at(-1) &&
    [...sockets].every((name) => {
      const kinds = (log: string[]) => log.filter((line) => socket(line) === name).map(withoutCounts);
      return areEqual(new Set(kinds(recorded)), new Set(kinds(got)));
    })
  );
}

/** The socket that a line is about; "" for lines that do not name one. */
function socket(line: string): string {
  return /^(?:accept|connection|receive2?|sent|disconnection|reconnection) (\w+)/.exec(line)?.[1] ?? "";
}

function withoutCounts(line: string): string {
  return line.replace(/\d+/g, "N");
}

/**
 * The same lines in the same order. How many acknowledgements a burst of sends gets is the client's affair: no more than
 * there were sends (or than were recorded), and at least one, or none if they may be lost (ESP32).
 */
function matches(recorded: string[], got: string[], canLose: boolean): boolean {
  let [i, j, sends] = [0, 0, 0];
  while (i < recorded.length || j < got.length) {
    const [wanted, is] = [repeats(recorded, i, "sent "), repeats(got, j, "sent ")];
    if (wanted > 0 || is > 0) {
      const isBurst = canLose && sends > 1;
      if (!isBurst && (wanted === 0 || is === 0 || recorded[i] !== got[j])) return false;
      if (is > Math.max(wanted, sends)) return false;
      sends = 0;
      i += wanted;
      j += is;
      continue;
    }
    const line = recorded[i];
    if (line === undefined || line !== got[j]) return false;
    const counted = /^value sends ok (\d+)$/.exec(line);
    if (counted) sends += Number(counted[1]);
    else if (/^ok .*\b(send|retry)\b/.test(line)) sends++;
    i++;
    j++;
  }
  return true;
}

/** How often the line at `at` comes in a row, if it begins so; else 0. */
function repeats(log: string[], at: number, start: string): number {
  if (!log[at]?.startsWith(start)) return 0;
  const next = log.findIndex((line, i) => i > at && line !== log[at]);
  return (next < 0 ? log.length : next) - at;
}

function withoutAddresses(line: string): string {
  return line.replace(/\b(table|function|userdata|thread): 0?x?[0-9a-f]+/gi, "$1: ADDR");
}

function areEqual(a: Iterable<string>, b: Iterable<string>): boolean {
  return JSON.stringify([...a]) === JSON.stringify([...b]);
}
