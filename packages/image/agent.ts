// What deploy has a board run: functions of src/agent as Lua, with the arguments of a call filled in. A clone compiles them when they
// are needed for the first time; the package on npm has the module compiled (packing.ts). What a function and its arguments give is kept
// under build/ until the sources change: what is sent a second time is put together from text.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, shipped } from "../command/place.ts";
import { type Argument, type Fragment, fill } from "../compact/src/fill.ts";
import { compileNow, type Source } from "./build.ts";
import { CACHE, compilerVersion, loadCompiler } from "./compiler.ts";

/** An argument. Texts are bytes, as Lua sees them: a character is one byte. */
export type Value = string | number | boolean | undefined | readonly string[];

const AGENT: Source = {
  folder: join(ROOT, "src/agent"),
  entry: join(ROOT, "src/agent/index.ts"),
  name: "agent",
  project: join(ROOT, "src/tsconfig.json"),
  integers: true,
};

interface Agent {
  code: string;
  /** Where the fragments are kept. */
  path: string;
  /** By function, form and what is known of the arguments. */
  fragments: Record<string, Fragment[]>;
}

/** The module in the package on npm. */
export const READY_AGENT = "agent.lua";

let loaded: Agent | undefined;

/** The module as Lua, from which its functions are taken. @throws Mistake if it does not compile */
export function agentModule(): string {
  const ready = shipped(READY_AGENT);
  return ready === undefined ? compileNow(AGENT, "readable").code : readFileSync(ready, "utf8");
}

function load(): Agent {
  const code = agentModule();
  const version = createHash("sha1").update(`${compilerVersion()}\n${code}`).digest("hex");
  const path = join(CACHE, `agent-${version}.json`);
  return { code, path, fragments: kept(path) };
}

function kept(path: string): Agent["fragments"] {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    // There is none, or it was written by a process that was stopped.
    return {};
  }
}

function argument(value: Value): Argument {
  if (value === undefined) return "nil";
  if (typeof value === "boolean") return value ? "true" : "false";
  return typeof value === "string" || typeof value === "number"
    ? (typeof value as "string" | "number")
    : "list";
}

function fragmentsOf(name: string, values: readonly Value[], isTyped: boolean): Fragment[] {
  const agent = (loaded ??= load());
  const args = values.map(argument);
  const key = [name, isTyped ? "typed" : "whole", ...args].join(" ");
  const known = agent.fragments[key];
  if (known) return known;
  const made = loadCompiler().compiler.fragments(agent.code, name, args, isTyped);
  // Others may have added to it.
  agent.fragments = { ...kept(agent.path), ...agent.fragments, [key]: made };
  mkdirSync(CACHE, { recursive: true });
  writeFileSync(`${agent.path}.${process.pid}`, JSON.stringify(agent.fragments));
  renameSync(`${agent.path}.${process.pid}`, agent.path);
  return made;
}

/** The body of a function of src/agent as one chunk, for a file. @throws Mistake if src/agent does not compile */
export function agentChunk(name: string, ...values: Value[]): string {
  return fragmentsOf(name, values, false)
    .map((fragment) => fill(fragment, values))
    .join("");
}

/**
 * The body of a function of src/agent for a prompt: each line is a chunk of its own, so that no line needs the locals of another.
 * @throws Mistake if src/agent does not compile
 */
export function agentLines(name: string, ...values: Value[]): string {
  return fragmentsOf(name, values, true)
    .map((fragment) => fill(fragment, values))
    .join("\n");
}
