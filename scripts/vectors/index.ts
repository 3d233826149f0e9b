// Files of recorded scenarios, replayed and judged: what fails, and whether it was known to.
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { differences } from "./compare.ts";
import { readScenarios, type Scenario } from "./format.ts";
import { replay } from "./replay.ts";

/** Scenarios that do not pass yet: reasons by file name and id. */
const KNOWN = new URL("../../test/vectors/known-failures.json", import.meta.url);

export interface Case {
  scenario: Scenario;
  /** Why it is known to fail, if it is. */
  known: string | undefined;
}

/** @throws Mistake if the file cannot be read */
export function readCases(path: string): Case[] {
  const known: Record<string, Record<string, string>> = JSON.parse(readFileSync(KNOWN, "utf8"));
  const reasons = known[basename(path)] ?? {};
  return readScenarios(path).map((scenario) => ({ scenario, known: reasons[scenario.id] }));
}

/** Replays a scenario. @returns what differs from the recording, as lines to read; empty if nothing does */
export function judge(scenario: Scenario): string[] {
  try {
    return differences(scenario, replay(scenario));
  } catch (error) {
    return [`the replay broke off: ${(error as Error).stack}`];
  }
}
