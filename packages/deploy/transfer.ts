// A file's bytes from here to the board's flash, over the fastest path that its firmware offers. What arrived is not
// taken on faith: the caller compares checks afterwards (board.ts).
import type { Capabilities, RawInput } from "./board.ts";
import { type BoardConsole, LuaFailure, NoAnswer, quote } from "./console.ts";

export type Path = "raw" | "base64" | "hex";

/** Nothing more fits into the board's flash. */
export class DiskFull extends Error {}
/** The file cannot be created: the flash is full, or as many files are open as the firmware allows. */
export class NotCreated extends Error {}
/** Bytes did not arrive. */
export class BytesLost extends Error {}

/** Bytes of a block. Three are under way at a time: together they fit the board's receive ring of 256. */
const BLOCK = 84;
const WINDOW = 3;
/** The board gives the prompt back when nothing came for this long [ms]: our cable may have been pulled. */
const WATCHDOG = 2500;
/** Bytes of a line's payload, so that base64 or hex of it fits the line editor. */
const LINE_BYTES = { base64: 162, hex: 108 };
/** A line is answered within this time, or bytes of it were lost [ms]. */
const ANSWER_TIME = 2000;

/** The paths that the board offers, fastest first. */
export function paths(can: Capabilities): Path[] {
  return [...(can.raw ? ["raw" as const] : []), ...(can.base64 ? ["base64" as const] : []), "hex"];
}

/**
 * Writes `content` to a file of the board.
 * @param progress told how many bytes have arrived
 * @throws DiskFull, NotCreated, BytesLost, LuaFailure, NoAnswer
 */
export function send(
  console: BoardConsole,
  can: Capabilities,
  path: Path,
  name: string,
  content: Buffer,
  progress: (bytes: number) => void,
): Promise<void> {
  return path === "raw"
    ? sendRaw(console, can.raw ?? "uart", name, content, progress)
    : sendLines(console, path, name, content, progress);
}

const OPEN = (name: string) => `__f=(file.open or io.open)(${quote(name)},"w")`;
const FORGET = "__f,__l,__k,__x,__t,__e,__w,__d,__r=nil";

/** The board's signs are bytes that no app prints. */
const SIGN = {
  /** A block is stored. */
  next: "\x06",
  /** The last one is; the prompt is back. */
  done: "\x04",
  /** A block could not be stored; it and what follows are thrown away. */
  failed: "\x15",
  /** The last block that can be under way after that; the prompt is back. */
  full: "\x18",
  /** Nothing came for too long; the prompt is back. */
  late: "\x19",
};
const lua = (sign: string) => `\\${sign.charCodeAt(0)}`;

/** Lua of the chip's way to take raw bytes for a function, and to give the prompt back. */
const RAW_INPUT: Record<RawInput, { on: (fn: string) => string; off: string; write: string }> = {
  uart: {
    on: (fn) => `uart.on("data",${BLOCK},${fn},0)`,
    off: 'uart.on("data")',
    write: "uart.write(0,s)",
  },
  console: {
    on: (fn) => `console.on("data",${BLOCK},${fn})console.mode(console.NONINTERACTIVE)`,
    off: 'console.on("data",0,nil)console.mode(console.INTERACTIVE)',
    write: "console.write(s)",
  },
};

async function sendRaw(
  console: BoardConsole,
  input: RawInput,
  name: string,
  content: Buffer,
  progress: (bytes: number) => void,
): Promise<void> {
  if (content.length === 0) return createEmpty(console, name);
  const { on, off, write } = RAW_INPUT[input];
  // What an earlier attempt left running would close the new file. Nothing may be under way when the prompt comes back, or
  // the firmware calls a function that is gone: so after a failed write the blocks that follow are thrown away. A block that comes
  // while the watchdog ends the transfer finds nothing to count: an error there would restart the board.
  const answers = await console.ask(
    `if __t then __t:unregister()end ${OPEN(name)}__l,__k,__x=${content.length},-1,0 print("\\1",__f and"go")
function __w(s)${write} end
function __e(s)__t:unregister()${off} __f:close()__w(s)${FORGET} end
function __d(d)if not __l then return end if __l<#d then d=d:sub(1,__l)end if __x>0 or not __f:write(d)then __x=__x+1 __r(__x)return end __l=__l-#d if __l==0 then __e"${lua(SIGN.done)}"else __w"${lua(SIGN.next)}"end end
function __r(x)if x>=${WINDOW} then __e"${lua(SIGN.full)}"else __w"${lua(SIGN.failed)}"end end
__t=tmr.create()__t:alarm(${WATCHDOG},1,function()if __k==__l+__x then __e"${lua(SIGN.late)}"end __k=__l+__x end)
if not __f then __t:unregister()${FORGET} end`,
  );
  if (!answers[0]?.includes("go")) throw new NotCreated(name);
  await console.run(on("__d"));
  const blocks = Math.ceil(content.length / BLOCK);
  const padded = Buffer.alloc(blocks * BLOCK);
  content.copy(padded);
  console.heard = "";
  let sent = 0;
  let answered = 0;
  let failed = false;
  const { length: restarts } = console.restarts;
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
    if (console.restarts.length > restarts) throw new BytesLost("the board has restarted");
    for (const sign of heard ?? SIGN.late) {
      if (sign === SIGN.late) throw new BytesLost(`after ${answered * BLOCK} bytes`);
      if (sign === SIGN.full) throw new DiskFull(name);
      if (sign === SIGN.next || sign === SIGN.failed || sign === SIGN.done) answered++;
      if (sign === SIGN.failed) failed = true;
      if (sign === SIGN.done && answered !== blocks) throw new BytesLost("the board counted otherwise");
    }
    if (!failed) progress(Math.min(content.length, answered * BLOCK));
  }
}

async function createEmpty(console: BoardConsole, name: string): Promise<void> {
  const [answer] = await console.run(`${OPEN(name)}if __f then __f:close()end print("\\1",__f and 1)__f=nil`);
  if (!answer?.includes("1")) throw new NotCreated(name);
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
  const [opened] = await console.ask(
    `if __f then __f:close()end ${OPEN(name)}print("\\1",__f and 1)
function __w(s,n,a)if #s~=n then error("unfinished")end __f:seek("set",a)print("\\1",__f:write(${decode})and 1)end`,
  );
  try {
    if (!opened?.includes("1")) throw new NotCreated(name);
    const step = LINE_BYTES[path];
    for (let at = 0; at < content.length; at += step) {
      const piece = content.subarray(at, at + step);
      const text = piece.toString(path);
      // a line may run twice when its answer was lost: it says where it belongs, and how long it is
      const [written] = await console.ask(`__w("${text}",${text.length},${at})`, ANSWER_TIME);
      if (!written?.includes("1")) throw new DiskFull(name);
      progress(at + piece.length);
    }
  } catch (error) {
    if (error instanceof NoAnswer || error instanceof LuaFailure) throw new BytesLost(error.message);
    throw error;
  } finally {
    await console.run(`if __f then __f:close()end ${FORGET}`).catch(() => {});
  }
}
