// What a board can do and what is on it: asked in one round, in small chunks of Lua, because an app may run beside them.
import { agentLines } from "../image/agent.ts";
import type { NumberKind } from "../lua-vm/proto.ts";
import { type Check, type Summing, sumsLua } from "./check.ts";
import type { BoardConsole } from "./console.ts";

/** Who hands raw bytes of the console to Lua: uart.on, or the module console of newer firmware for ESP32. */
export type RawInput = "uart" | "console";

export interface Capabilities {
  /** chipid() in hex, or the model where there is no id. */
  chip: string;
  /** What tells this board from others of its kind: its MAC, else its chip id; undefined: neither is known. */
  identity: string | undefined;
  lua: string;
  /** What its Lua counts in. */
  numbers: NumberKind;
  /** What was asked for and is not there: modules, and functions of modules. */
  missing: string[];
  heap: number;
  /** Bytes of flash that files may still take. */
  free: number;
  /** Files are opened with file.open (ESP8266) or io.open (ESP32). */
  opens: "file" | "io" | undefined;
  raw: RawInput | undefined;
  base64: boolean;
  compiles: boolean;
  summing: Summing;
}

export interface Survey {
  capabilities: Capabilities;
  /** Every file on the board; the sum is empty where only the size was asked. */
  files: Map<string, Check>;
  /** The manifest of what was compiled on the board. */
  compiled: Map<string, { source: Check; made: Check }>;
}

const yes = (field: string | undefined) => field === "1";

/**
 * Asks what the firmware can do. If something seems to be missing the question is put once more: a byte that was lost on the serial line
 * makes another name of one, which no firmware has.
 * @param needs modules, and functions of modules, to ask for; "a.f|b.f": one of the two is enough
 * @throws LuaFailure, NoAnswer, Restarting
 */
export async function capabilities(
  console: BoardConsole,
  needs: readonly string[] = [],
): Promise<Capabilities> {
  const first = await askCapabilities(console, needs);
  if (first.missing.length === 0 && first.opens) return first;
  const second = await askCapabilities(console, needs);
  return {
    ...second,
    missing: first.missing.filter((name) => second.missing.includes(name)),
    opens: first.opens ?? second.opens,
  };
}

async function askCapabilities(console: BoardConsole, needs: readonly string[]): Promise<Capabilities> {
  const answers = await console.ask([...missingLua(needs), agentLines("printCapabilities")].join("\n"));
  const fields = (kind: string) =>
    answers.find((answer) => answer.startsWith(`${kind}\t`))?.split("\t") ?? [];
  const [, heap, free, fileOpen, ioOpen, compiles] = fields("c");
  const [, consoleOn, uartOn, base64, fhash, newHash, lua, isInteger, timers] = fields("d");
  const [, id = "nil", mac = "nil"] = fields("e");
  const chip = /^\d+$/.test(id) ? `0x${Number(id).toString(16)}` : id === "nil" ? "unknown" : id;
  return {
    chip,
    identity: mac !== "nil" ? mac.toLowerCase() : chip.startsWith("0x") ? chip : undefined,
    lua: lua ?? "",
    numbers: isInteger === "true" ? "integer" : "double",
    missing: answers.filter((answer) => answer.startsWith("g")).map((answer) => answer.slice(1)),
    heap: Number(heap),
    free: Number(free),
    opens: yes(fileOpen) ? "file" : yes(ioOpen) ? "io" : undefined,
    // the board ends a raw transfer by a timer when bytes were lost; without timers it would wait for them for ever
    raw: !yes(timers) ? undefined : yes(consoleOn) ? "console" : yes(uartOn) ? "uart" : undefined,
    base64: yes(base64),
    compiles: yes(compiles),
    summing: yes(fhash) ? "fhash" : yes(newHash) ? "new_hash" : "adler32",
  };
}

/** Names that one line of Lua asks for [characters]: what the firmware's line editor takes, with room for the call around them. */
const NAMES_A_LINE = 160;

/** Lua that prints the names of what is missing. */
function missingLua(needs: readonly string[]): string[] {
  if (needs.length === 0) return [];
  const lines = [""];
  for (const name of needs) {
    if (lines.at(-1)!.length + name.length > NAMES_A_LINE) lines.push("");
    lines[lines.length - 1] += ` ${name}`;
  }
  return [
    agentLines("searchMissing"),
    ...lines.map((line) => agentLines("printMissing", line.trim())),
    agentLines("endSearch"),
  ];
}

/**
 * Asks what is on the board. A check sum takes the board time, so it makes one only where it can tell something.
 * @param expected the size that each file is to have: one of that size may be the right file and is summed, one of another size is not; 0:
 *   the file is summed whatever its size
 */
export async function survey(
  console: BoardConsole,
  can: Capabilities,
  expected: Map<string, number>,
): Promise<Omit<Survey, "capabilities">> {
  const answers = await console.ask(
    [
      sumsLua(can.summing),
      agentLines("prepareSurvey"),
      ...[...expected].map(([name, size]) => agentLines("want", name, size > 0 && size)),
      agentLines("printFiles"),
    ].join("\n"),
    30000,
  );
  const files = new Map<string, Check>();
  let last: Check = { size: 0, sum: "" };
  for (const answer of answers) {
    const [kind, size, sum = ""] = answer.split("\t");
    if (kind === "f") last = { size: Number(size), sum };
    else if (answer.startsWith("n")) files.set(unescapeName(answer.slice(1)), last);
  }
  const manifest = answers.filter((answer) => answer.startsWith("m")).map((answer) => answer.slice(1));
  return { files, compiled: parseManifest(manifest.join("").replaceAll("|", "\n")) };
}

/** A name as the board wrote it: bytes that a line cannot carry as % and two hexadecimal digits. */
function unescapeName(text: string): string {
  return text.replace(/%([0-9A-F]{2})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
}

type Compiled = Survey["compiled"];

function parseManifest(text: string): Compiled {
  const compiled: Compiled = new Map();
  for (const line of text.split("\n")) {
    const [name, size, sum, size2, sum2] = line.split(" ");
    // A line that is not ours is passed over. At worst a file is compiled once more.
    if (!name || !sum || !sum2) continue;
    compiled.set(name, { source: { size: Number(size), sum }, made: { size: Number(size2), sum: sum2 } });
  }
  return compiled;
}

/**
 * Writes the manifest of what was compiled on the board, a line for each file: name, size and sum of the source, size and sum of the .lc.
 */
export function manifestText(compiled: Compiled): string {
  return [...compiled]
    .map(([name, { source, made }]) => `${name} ${source.size} ${source.sum} ${made.size} ${made.sum}\n`)
    .join("");
}

/** Asks for sizes and sums of files that should be on the board. @returns them by name, without the files that are not there */
export async function checks(
  console: BoardConsole,
  summing: Summing,
  names: readonly string[],
): Promise<Map<string, Check>> {
  const answers = await console.ask(
    [sumsLua(summing), ...names.map((name) => agentLines("printCheck", name)), agentLines("forgetSums")].join(
      "\n",
    ),
    30000,
  );
  const result = new Map<string, Check>();
  for (const [i, name] of names.entries()) {
    const [, size, sum] = (answers[i] ?? "").split("\t");
    if (size !== undefined && sum !== undefined) result.set(name, { size: Number(size), sum });
  }
  return result;
}
