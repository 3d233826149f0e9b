// What a board can do and what is on it: asked once, in one round.
import { CHECK_LUA, type Check } from "./check.ts";
import { type BoardConsole, quote } from "./console.ts";

export interface Capabilities {
  /** chipid() in hex, or the model where there is no id. */
  chip: string;
  lua: string;
  heap: number;
  /** Bytes of flash that files may still take. */
  free: number;
  /** Files are opened with file.open (ESP8266) or io.open (ESP32). */
  opens: "file" | "io" | undefined;
  /** uart.on can hand raw bytes to Lua. */
  raw: boolean;
  base64: boolean;
  compiles: boolean;
}

export interface Survey {
  capabilities: Capabilities;
  /** Every file on the board; a and b are 0 where only the size was asked. */
  files: Map<string, Check>;
  /** The manifest of what was compiled on the board, as its text. */
  compiled: Map<string, { source: Check; made: Check }>;
}

/** Remembers of which source a .lc on the board was made. */
export const MANIFEST = "~m";

/**
 * @param expected the sizes that files are to have: those that have them already are also checked; 0: check anyway
 */
export async function survey(console: BoardConsole, expected: Map<string, number>): Promise<Survey> {
  const wanted = [...expected].map(([name, size]) => `w[${quote(name)}]=${size}`).join("\n");
  const answers = await console.run(
    `${CHECK_LUA}
local function q(t,k)return t and t[k]and 1 or 0 end
local w={}
${wanted}
print("\\1c",node.heap(),(file.fsinfo()),q(file,"open"),q(io,"open"),q(node,"compile"))
print("\\1d",q(console,"on")==0 and q(uart,"on"),q(encoder,"fromBase64"),_VERSION)
print("\\1e",node.chipid and node.chipid()or node.chipmodel and node.chipmodel())
for n in pairs(file.list())do local v=w[n]or -1 if v==0 then v=nil end print("\\1f",c(n,v))print("\\1n"..n)end
local f=o("${MANIFEST}","r")if f then
for l in(f:read(1024)or""):gmatch("[^\\n]+")do print("\\1m"..l)end f:close()end`,
    30000,
  );
  const files = new Map<string, Check>();
  const compiled: Survey["compiled"] = new Map();
  let fields: string[] = [];
  const about: Record<string, string[]> = {};
  for (const answer of answers) {
    const [kind] = answer;
    if (kind === "n") {
      const [size = 0, a = 0, b = 0] = fields.slice(1).map(Number);
      files.set(answer.slice(1), { size, a, b });
    } else if (kind === "m") {
      const [name, ...numbers] = answer.slice(1).split(" ");
      const [size = 0, a = 0, b = 0, size2 = 0, a2 = 0, b2 = 0] = numbers.map(Number);
      compiled.set(name!, { source: { size, a, b }, made: { size: size2, a: a2, b: b2 } });
    } else {
      fields = answer.split("\t");
      about[kind!] = fields;
    }
  }
  const [, heap, free, fileOpen, ioOpen, compiles] = about.c ?? [];
  const [, raw, base64, lua] = about.d ?? [];
  const id = about.e?.[1] ?? "nil";
  return {
    capabilities: {
      chip: /^\d+$/.test(id) ? `0x${Number(id).toString(16)}` : id === "nil" ? "unknown" : id,
      lua: lua ?? "",
      heap: Number(heap),
      free: Number(free),
      opens: fileOpen === "1" ? "file" : ioOpen === "1" ? "io" : undefined,
      raw: raw === "1",
      base64: base64 === "1",
      compiles: compiles === "1",
    },
    files,
    compiled,
  };
}

/** Checks files that should be there. @returns what is there; missing files are missing */
export async function checks(console: BoardConsole, names: readonly string[]): Promise<Map<string, Check>> {
  const answers = await console.run(
    `${CHECK_LUA}\n${names.map((name) => `print("\\1",c(${quote(name)}))`).join("\n")}`,
    30000,
  );
  const result = new Map<string, Check>();
  for (const [i, name] of names.entries()) {
    const [, size, a, b] = (answers[i] ?? "").split("\t").map(Number);
    if (size !== undefined && a !== undefined && b !== undefined) result.set(name, { size, a, b });
  }
  return result;
}
