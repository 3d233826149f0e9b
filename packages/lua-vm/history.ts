// The line under which the firmware's compiler first wrote each instruction. It corrects the line of three kinds of instructions
// afterwards to an earlier one (app/lua/lparser.c): a call, from the end of its arguments to their beginning; the end of a loop, to its
// "for"; what stores a function statement, from its "end" to its beginning. That leaves a trace in the packed line information
// (lines.ts), which is the only reason to know it: images and chunks are luac.cross's byte for byte with it, and tell the same lines
// without. PUC's dump has only the lines at the end, so this reads the source.
import type { Proto } from "./proto.ts";

const OPCODE = { mask: 0x3f, call: 28, tailCall: 29, forLoop: 31, genericForLoop: 33, closure: 36 } as const;

/** The first lines of those instructions of one function whose line is corrected, in the order in which they are written. */
interface Trace {
  /** The line at which the arguments of each call end. */
  calls: number[];
  /** The line of the last word before each loop's end. */
  loops: number[];
  /** By number of the inner function: the line of its "end", if it is a statement. */
  statements: Map<number, number>;
  inner: Trace[];
}

/**
 * The function with the lines at which its instructions were written first.
 * @param main as compiled from `source`, with its lines
 */
export function withFirstLines(main: Proto, source: Buffer): Proto {
  return apply(main, trace(source.toString("latin1")));
}

function apply(proto: Proto, { calls, loops, statements, inner }: Trace): Proto {
  const opcodes = proto.code.map((instruction) => instruction & OPCODE.mask);
  const first = [...proto.lines];
  let call = 0;
  let loop = 0;
  for (let at = 0; at < opcodes.length; at++) {
    const opcode = opcodes[at]!;
    if (opcode === OPCODE.call || opcode === OPCODE.tailCall) first[at] = calls[call++] ?? first[at]!;
    else if (opcode === OPCODE.forLoop || opcode === OPCODE.genericForLoop)
      first[at] = loops[loop++] ?? first[at]!;
    else if (opcode === OPCODE.closure) {
      const number = proto.code[at]! >>> 14;
      const end = statements.get(number);
      // Behind the instruction that makes a closure stands a word for each upvalue; these are no instructions of their own.
      at += proto.protos[number]?.upvalueCount ?? 0;
      if (end === undefined) continue;
      // A local function is made in the variable's own register. For any other the next instruction stores it, and that one was moved.
      const stored = proto.lines[at] === end ? at + 1 : at;
      first[stored] = end;
      if (stored > at) at = stored;
    }
  }
  const fits = call === calls.length && loop === loops.length && inner.length === proto.protos.length;
  return {
    ...proto,
    ...(fits && proto.lines.length > 0 ? { firstLines: first } : {}),
    protos: proto.protos.map((child, i) => (inner[i] ? apply(child, inner[i]) : child)),
  };
}

const TOKEN =
  /\s+|--\[(=*)\[[\s\S]*?\]\1\]|--[^\n]*|\[(=*)\[[\s\S]*?\]\2\]|"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'|[A-Za-z_]\w*|\.?\d(?:[eE][+-]|[\w.])*|\.{1,3}|[=~<>]=|[\s\S]/y;
const KEYWORDS = new Set(
  "and break do else elseif end false for function if in local nil not or repeat return then true until while".split(
    " ",
  ),
);

/** A bracket or block that has begun and not ended. */
type Open =
  | { kind: "arguments" | "group" | "parameters" | "index" | "table" | "table argument" }
  | { kind: "block" | "loop header" | "loop" }
  | { kind: "function"; number: number; isStatement: boolean };

/** Reads source for the first lines. The parser has accepted it already, so mistakes are not looked for. */
function trace(source: string): Trace {
  const make = (): Trace => ({ calls: [], loops: [], statements: new Map(), inner: [] });
  const main = make();
  const functions = [main];
  const open: Open[] = [];
  let line = 1;
  let lastLine = 1;
  let last = "";
  /** The word before ends something that can be called. */
  let isCallable: boolean = false;
  /** Between "local" and the end of its names. */
  let isDeclaring = false;
  /** Between "function" and its parameters. */
  let isNaming = false;

  TOKEN.lastIndex = source.startsWith("#") ? source.indexOf("\n") : 0;
  while (TOKEN.lastIndex >= 0 && TOKEN.lastIndex < source.length) {
    const [token] = TOKEN.exec(source)!;
    line += token.split("\n").length - 1;
    if (/^\s/.test(token) || token.startsWith("--")) continue;
    const current = functions.at(-1)!;
    const isName = /^[A-Za-z_]/.test(token) && !KEYWORDS.has(token);
    const isText = /^(["']|\[=*\[)/.test(token);
    if (isDeclaring && !isName && token !== ",") isDeclaring = false;
    const wasCallable: boolean = isCallable;
    isCallable = false;
    if (isName) isCallable = !isDeclaring && !isNaming;
    else if (isText) {
      isCallable = wasCallable;
      if (wasCallable) current.calls.push(line);
    } else
      switch (token) {
        case "(":
          open.push({ kind: isNaming ? "parameters" : wasCallable ? "arguments" : "group" });
          isNaming = false;
          break;
        case "{":
          open.push({ kind: wasCallable ? "table argument" : "table" });
          break;
        case "[":
          open.push({ kind: "index" });
          break;
        case ")":
        case "}":
        case "]": {
          const kind = open.pop()?.kind;
          isCallable = kind !== "parameters" && kind !== "table";
          if (kind === "arguments" || kind === "table argument") current.calls.push(line);
          break;
        }
        case "local":
          isDeclaring = true;
          break;
        case "function": {
          const rest = source.slice(TOKEN.lastIndex);
          open.push({
            kind: "function",
            number: current.inner.length,
            isStatement: last !== "local" && !/^(\s|--\[(=*)\[[\s\S]*?\]\2\]|--[^\n]*)*\(/.test(rest),
          });
          const inner = make();
          current.inner.push(inner);
          functions.push(inner);
          isNaming = true;
          break;
        }
        case "for":
          open.push({ kind: "loop header" });
          break;
        case "do":
          if (open.at(-1)?.kind === "loop header") open[open.length - 1] = { kind: "loop" };
          else open.push({ kind: "block" });
          break;
        case "if":
        case "repeat":
          open.push({ kind: "block" });
          break;
        case "until":
          open.pop();
          break;
        case "end": {
          const block = open.pop();
          if (block?.kind === "loop") current.loops.push(lastLine);
          else if (block?.kind === "function") {
            functions.pop();
            if (block.isStatement) functions.at(-1)!.statements.set(block.number, line);
          }
          break;
        }
      }
    last = token;
    lastLine = line;
  }
  return main;
}
