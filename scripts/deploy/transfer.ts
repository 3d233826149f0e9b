// A file's bytes from here to the board's flash, over the fastest path that its firmware offers. What arrived is not
// taken on faith: the caller compares checks afterwards (board.ts).
import type { Capabilities } from "./board.ts";
import { type BoardConsole, LuaFailure, NoAnswer, quote } from "./console.ts";

export type Path = "raw" | "base64" | "hex";

/** Nothing more fits into the board's flash. */
export class DiskFull extends Error {}
/** Bytes did not arrive. */
export class BytesLost extends Error {}

/** Bytes of a block. Two are under way at a time: together they fit the board's receive ring of 256. */
const BLOCK = 120;
const WINDOW = 2;
/** The board gives the prompt back when nothing came for this long [ms]: our cable may have been pulled. */
const WATCHDOG = 2500;
/** Bytes of a line's payload, so that base64 or hex of it fits the line editor. */
const LINE_BYTES = { base64: 174, hex: 116 };

export function bestPath(can: Capabilities): Path {
  return can.raw ? "raw" : can.base64 ? "base64" : "hex";
}

/**
 * Writes `content` to a file of the board.
 * @param progress told how many bytes have arrived
 * @throws DiskFull, BytesLost, LuaFailure, NoAnswer
 */
export function send(
  console: BoardConsole,
  path: Path,
  name: string,
  content: Buffer,
  progress: (bytes: number) => void,
): Promise<void> {
  return path === "raw"
    ? sendRaw(console, name, content, progress)
    : sendLines(console, path, name, content, progress);
}

const OPEN = (name: string) => `local f=(file.open or io.open)(${quote(name)},"w")`;

async function sendRaw(
  console: BoardConsole,
  name: string,
  content: Buffer,
  progress: (bytes: number) => void,
): Promise<void> {
  if (content.length === 0) return createEmpty(console, name);
  // Each block is answered with "."; the last one with "K", after which the prompt is back. "!" is a failed write: the
  // blocks that follow are thrown away, and the third "!" is an "X", with the prompt back. Nothing may be under way when
  // the prompt comes back, or the firmware calls a function that is gone.
  const answers = await console.run(
    `${OPEN(name)}
if not f then print"\\1full"else local l,k,x,t=${content.length},-1,0,tmr.create()
local function e(s)t:unregister()uart.on("data")f:close()uart.write(0,s)end
t:alarm(${WATCHDOG},1,function()if k==l+x then e("T")end k=l+x end)
uart.on("data",${BLOCK},function(d)if l<#d then d=d:sub(1,l)end
if x>0 or not f:write(d)then x=x+1 if x>2 then e("X")else uart.write(0,"!")end return end
l=l-#d if l==0 then e("K")else uart.write(0,".")end end,0)
print"\\1go"end`,
  );
  if (answers[0] !== "go") throw new DiskFull(name);
  const blocks = Math.ceil(content.length / BLOCK);
  const padded = Buffer.alloc(blocks * BLOCK);
  content.copy(padded);
  console.heard = "";
  let sent = 0;
  let answered = 0;
  let failed = false;
  while (answered < blocks || failed) {
    while (!failed && sent < blocks && sent - answered < WINDOW) {
      await console.send(padded.subarray(sent * BLOCK, (sent + 1) * BLOCK));
      sent++;
    }
    if (failed && sent === answered) {
      await console.send(Buffer.alloc(BLOCK));
      sent++;
    }
    const heard = await console.wait((text) => (text.length > 0 ? text : undefined), WATCHDOG * 2.5);
    console.heard = "";
    // an app may print meanwhile; only our own signs count, and a wrong one is found by the check at the end
    for (const sign of heard ?? "T") {
      if (sign === "T") throw new BytesLost(`${name}: after ${answered * BLOCK} bytes`);
      if (sign === "X") throw new DiskFull(name);
      if (sign === "." || sign === "!" || sign === "K") answered++;
      if (sign === "!") failed = true;
      if (sign === "K" && answered !== blocks) throw new BytesLost(`${name}: the board counted otherwise`);
    }
    if (!failed) progress(Math.min(content.length, answered * BLOCK));
  }
}

async function createEmpty(console: BoardConsole, name: string): Promise<void> {
  const [answer] = await console.run(`${OPEN(name)} if f then f:close()end print("\\1",f and 1)`);
  if (!answer?.includes("1")) throw new DiskFull(name);
}

async function sendLines(
  console: BoardConsole,
  path: "base64" | "hex",
  name: string,
  content: Buffer,
  progress: (bytes: number) => void,
): Promise<void> {
  const decode =
    path === "base64"
      ? "encoder.fromBase64(s)"
      : '(s:gsub("..",function(h)return string.char(tonumber(h,16))end))';
  const [opened] = await console.run(
    `_G.__f=(file.open or io.open)(${quote(name)},"w")
_G.__w=function(s)print("\\1",__f:write(${decode})and 1)end print("\\1",__f and 1)`,
  );
  try {
    if (!opened?.includes("1")) throw new DiskFull(name);
    const step = LINE_BYTES[path];
    for (let at = 0; at < content.length; at += step) {
      const piece = content.subarray(at, at + step);
      const [written] = await console.run(`__w"${piece.toString(path)}"`);
      if (!written?.includes("1")) throw new DiskFull(name);
      progress(at + piece.length);
    }
  } catch (error) {
    if (error instanceof NoAnswer || error instanceof LuaFailure)
      throw new BytesLost(`${name}: ${error.message}`);
    throw error;
  } finally {
    await console.run("if __f then __f:close()end __f=nil __w=nil").catch(() => {});
  }
}
