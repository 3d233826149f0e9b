// Files of recorded scenarios, replayed and judged: what differs, and which differences are argued.
import { basename, join } from "node:path";
import * as v from "valibot";
import { readChecked } from "../../command/reading.ts";
import { ROOT } from "../../image/build.ts";
import type { Chip } from "../../simulator/chips.ts";
import { differences } from "./compare.ts";
import { readScenarios, type Scenario } from "./format.ts";
import { replay } from "./replay.ts";

const folder = join(ROOT, "test/vectors");

/** What was recorded on each chip. */
export const RECORDED: Record<Chip, string> = {
  esp8266: join(folder, "net-esp8266.json"),
  esp32: join(folder, "net-esp32c3.json"),
};

/** Scenarios in which the simulator is not like the recording, and why it need not be: reasons by file name and id. */
const EXCEPTIONS = join(folder, "exceptions.json");
const REASONS = v.record(v.string(), v.record(v.string(), v.string()));

export interface Case {
  scenario: Scenario;
  /** Why it differs, if it is an exception. */
  exception: string | undefined;
}

/** Reads scenarios and, beside each, why it may differ. @throws Mistake if the file or that of the exceptions cannot be read */
export function readCases(path: string): Case[] {
  const reasons = readChecked(EXCEPTIONS, "the exceptions", REASONS)[basename(path)] ?? {};
  return readScenarios(path).map((scenario) => ({ scenario, exception: reasons[scenario.id] }));
}

/** Replays a scenario on a chip. @returns what differs from the recording, as lines to read; empty if nothing does */
export function judge(scenario: Scenario, chip: Chip): string[] {
  try {
    return differences(scenario, replay(scenario, chip), chip);
  } catch (error) {
    return [`the replay broke off: ${(error as Error).stack}`];
  }
}
