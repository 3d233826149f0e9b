// What a board can do and what is on it: asked in one round, in small chunks of Lua, because an app may run beside them.
import { type Check, checkLua, FORGET_LUA, type Summing } from "./check.ts";
import { type BoardConsole, quote } from "./console.ts";

/** Who hands raw bytes of the console to Lua: uart.on, or the module console of newer firmware for ESP32. */
export type RawInput = "uart" | "console";

export interface Capabilities {
  /** chipid() in hex, or the model where there is no id. */
  chip: string;
  /** What tells this board from others of its kind: its MAC, else its chip id; undefined: neither is known. */
  identity: string | undefined;
  lua: string;
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

/** Remembers of which source a .lc on the board was made: name, size and sum of the source, size and sum of the .lc. */
export const MANIFEST = "~m";

const yes = (field: string | undefined) => field === "1";

/** @throws LuaFailure, NoAnswer */
export async function capabilities(console: BoardConsole): Promise<Capabilities> {
  const answers = await console.ask(
    `function __q(t,k)return t and t[k]and 1 or 0 end
print("\\1c",node.heap(),file and file.fsinfo and(file.fsinfo()),__q(file,"open"),__q(io,"open"),__q(node,"compile"))
print("\\1d",__q(console,"on"),__q(uart,"on"),__q(encoder,"fromBase64"),__q(crypto,"fhash"),__q(crypto,"new_hash"),_VERSION)
__q=node.chipid and node.chipid()or node.chipmodel and node.chipmodel()
print("\\1e",__q,wifi and wifi.sta and wifi.sta.getmac and wifi.sta.getmac())__q=nil`,
  );
  const fields = (kind: string) =>
    answers.find((answer) => answer.startsWith(`${kind}\t`))?.split("\t") ?? [];
  const [, heap, free, fileOpen, ioOpen, compiles] = fields("c");
  const [, consoleOn, uartOn, base64, fhash, newHash, lua] = fields("d");
  const [, id = "nil", mac = "nil"] = fields("e");
  const chip = /^\d+$/.test(id) ? `0x${Number(id).toString(16)}` : id === "nil" ? "unknown" : id;
  return {
    chip,
    identity: mac !== "nil" ? mac.toLowerCase() : chip.startsWith("0x") ? chip : undefined,
    lua: lua ?? "",
    heap: Number(heap),
    free: Number(free),
    opens: yes(fileOpen) ? "file" : yes(ioOpen) ? "io" : undefined,
    raw: yes(consoleOn) ? "console" : yes(uartOn) ? "uart" : undefined,
    base64: yes(base64),
    compiles: yes(compiles),
    summing: yes(fhash) ? "fhash" : yes(newHash) ? "new_hash" : "adler32",
  };
}

/**
 * What is on the board.
 * @param expected the sizes that files are to have: those that have them already are also summed; 0: sum anyway
 */
export async function survey(
  console: BoardConsole,
  can: Capabilities,
  expected: Map<string, number>,
): Promise<Omit<Survey, "capabilities">> {
  const answers = await console.ask(
    `${checkLua(can.summing)}
__w={}function __n(n)print("\\1n"..n:gsub("[^ -$&-~]",function(c)return("%%%02X"):format(c:byte())end))end
${[...expected].map(([name, size]) => `__w[${quote(name)}]=${size > 0 && size}`).join("\n")}
for n in pairs(file.list())do local w=__w[n]if w==nil then w=-1 end print("\\1f",__c(n,w))__n(n)end
__w,__n=__o("${MANIFEST}","r")
if __w then local d=__w:read(256)while d do print("\\1m"..d:gsub("\\n","|"))d=__w:read(256)end __w:close()end
__w=nil ${FORGET_LUA}`,
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
    // a manifest that somebody else wrote only means that something is compiled again
    if (!name || !sum || !sum2) continue;
    compiled.set(name, { source: { size: Number(size), sum }, made: { size: Number(size2), sum: sum2 } });
  }
  return compiled;
}

export function manifestText(compiled: Compiled): string {
  return [...compiled]
    .map(([name, { source, made }]) => `${name} ${source.size} ${source.sum} ${made.size} ${made.sum}\n`)
    .join("");
}

/** Checks files that should be there. @returns what is there; missing files are missing */
export async function checks(
  console: BoardConsole,
  summing: Summing,
  names: readonly string[],
): Promise<Map<string, Check>> {
  const answers = await console.ask(
    `${checkLua(summing)}\n${names.map((name) => `print("\\1",__c(${quote(name)}))`).join("\n")}\n${FORGET_LUA}`,
    30000,
  );
  const result = new Map<string, Check>();
  for (const [i, name] of names.entries()) {
    const [, size, sum] = (answers[i] ?? "").split("\t");
    if (size !== undefined && sum !== undefined) result.set(name, { size: Number(size), sum });
  }
  return result;
}
