// Files of recorded network scenarios (test/vectors/README.md, "Format of net-*.json"), read and checked.
import { readFileSync } from "node:fs";
import { Mistake } from "../../command/mistake.ts";

/** A client's step: its kind, its client (or a time in ms), its argument. */
export type Step =
  | ["connect", string]
  | ["connect", string, { port?: number; rcvbuf?: number }]
  | ["send", string, string | { repeat: string; n: number } | { hex: string }]
  | ["wait", number]
  | ["expectClose", string, number]
  | ["shutdown" | "close" | "reset" | "pause" | "resume", string];

export interface ClientResult {
  bytes: number;
  sha1?: string;
  end: string;
}

export type Outcome = "running" | "restart" | "panic";

export interface Scenario {
  id: string;
  title: string;
  lua: string;
  client: Step[];
  log: string[];
  otherOutput?: string[];
  clientResult: Record<string, ClientResult>;
  outcome: Outcome;
  nondeterministic?: boolean;
  /** Present if the recorded runs differed: what each kind of run gave. */
  logs?: string[][];
  clientResults?: Record<string, ClientResult>[];
  outcomes?: Outcome[];
}

const ARGUMENTS: Record<Step[0], (step: unknown[]) => boolean> = {
  connect: ([, name, options]) =>
    isString(name) && (options === undefined || (typeof options === "object" && options !== null)),
  send: ([, name, data]) => isString(name) && isData(data),
  wait: ([, ms]) => isNumber(ms),
  expectClose: ([, name, ms]) => isString(name) && isNumber(ms),
  shutdown: ([, name]) => isString(name),
  close: ([, name]) => isString(name),
  reset: ([, name]) => isString(name),
  pause: ([, name]) => isString(name),
  resume: ([, name]) => isString(name),
};

/** @throws Mistake if the file cannot be read or is not of the format */
export function readScenarios(path: string): Scenario[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Mistake(code === "ENOENT" ? `there is no file ${path}` : `${path} cannot be read: ${code}`);
  }
  let scenarios: unknown;
  try {
    scenarios = JSON.parse(text);
  } catch (error) {
    throw new Mistake(`${path} is not JSON: ${(error as Error).message}`);
  }
  const wrong = (what: string) => new Mistake(`${path} is not a file of network scenarios: ${what}`);
  if (!Array.isArray(scenarios)) throw wrong("it is not an array");
  for (const [i, scenario] of scenarios.entries()) {
    const what = problem(scenario);
    if (what !== undefined) throw wrong(`scenario ${scenario?.id ?? i + 1}: ${what}`);
  }
  return scenarios as Scenario[];
}

function problem(scenario: Partial<Scenario> | null): string | undefined {
  if (typeof scenario !== "object" || scenario === null) return "it is not an object";
  for (const key of ["id", "lua", "outcome"] as const)
    if (!isString(scenario[key])) return `"${key}" is not a string`;
  if (!isLines(scenario.log)) return '"log" is not an array of strings';
  if (!isResult(scenario.clientResult)) return '"clientResult" does not say bytes and end of each client';
  if (!Array.isArray(scenario.client)) return '"client" is not an array of steps';
  const bad = scenario.client.find((step) => !Array.isArray(step) || !ARGUMENTS[step[0]]?.(step));
  if (bad !== undefined) return `${JSON.stringify(bad)} is not a step`;
  const { logs, clientResults } = scenario;
  if (logs && !(Array.isArray(logs) && logs.every(isLines))) return '"logs" is not an array of logs';
  if (logs && !(Array.isArray(clientResults) && clientResults.every(isResult)))
    return '"clientResults" does not go with "logs"';
  return undefined;
}

const isString = (value: unknown) => typeof value === "string";
const isNumber = (value: unknown) => typeof value === "number";
const isLines = (value: unknown) => Array.isArray(value) && value.every(isString);
function isData(value: unknown): boolean {
  if (isString(value)) return true;
  const data = value as { repeat?: unknown; n?: unknown; hex?: unknown } | null;
  return isString(data?.hex) || (isString(data?.repeat) && isNumber(data?.n));
}
function isResult(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).every((client) => isNumber(client?.bytes) && isString(client?.end));
}
