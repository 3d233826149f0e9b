// Tokens as a file for the chip: nothing between them but a newline, where it keeps them apart or tells lines of the TypeScript apart.
import { isBinaryOperator } from "./operators.ts";
import type { Token } from "./token-list.ts";
import type { Func, Position } from "./tree.ts";

/** Where a piece of the output came from. `line` is 1-based, `column` 0-based. */
export interface Mapping {
  line: number;
  column: number;
  original: Position;
  name?: string | undefined;
  /** An error in what is computed here is reported on this line. */
  raises: boolean;
}

export interface Printed {
  code: string;
  mappings: Mapping[];
  /** Newlines that stand only so that an error's line tells the TypeScript line. */
  extraNewlines: number;
  /** Bytes of every function that has a name; what is in no function counts for undefined. */
  functions: Map<Func | undefined, number>;
}

const wordEnd = /[A-Za-z0-9_]$/;
const wordStart = /^[A-Za-z0-9_]/;
const number = /^\.?[0-9]/;

/** Lua tells errors apart by the line. */
export const sameLine = (a: Position, b: Position): boolean => a.source === b.source && a.line === b.line;

/** Must there be something between these two tokens, lest they be read as others? */
export function needsSeparator(a: string, b: string): boolean {
  if (wordEnd.test(a) && wordStart.test(b)) return true;
  // A number swallows a dot that follows, and `..` one that follows it.
  if (number.test(a) && b.startsWith(".")) return true;
  if (a.endsWith(".") && (b.startsWith(".") || (a === "." && /^[0-9]/.test(b)))) return true;
  if (a === "-" && b.startsWith("-")) return true;
  if (a === "[" && b.startsWith("[")) return true;
  return false;
}

/** After these no expression can go on, so a statement may begin with a parenthesis. */
export const closed = new Set(["end", "do", "then", "else", "repeat", ";", "break", "return"]);

/** On one line, for a prompt; nothing tells the lines of the TypeScript apart. */
export function layoutLine(list: readonly Token[]): string {
  let line = "";
  for (const [i, token] of list.entries()) {
    const before = list[i - 1]?.text;
    if (before !== undefined) {
      if (needsSeparator(before, token.text)) line += " ";
      else if (opensAnew(token, before)) line += ";";
    }
    line += token.text;
  }
  return line;
}

/** A statement that begins with a parenthesis, which the one before would take for arguments. */
const opensAnew = (token: Token, before: string): boolean =>
  token.starts && token.text === "(" && token.follows && !closed.has(before);

/** Every byte counts. */
export function layoutCompact(list: readonly Token[]): Printed {
  const pieces: string[] = [];
  const mappings: Mapping[] = [];
  let line = 1;
  let column = 0;
  let extraNewlines = 0;
  /** What an error on the current line means so far. */
  let owner: Position | undefined;
  const functions = new Map<Func | undefined, number>();

  const emit = (text: string): void => {
    pieces.push(text);
    const parts = text.split("\n");
    column = parts.length > 1 ? parts.at(-1)!.length : column + text.length;
    line += parts.length - 1;
  };
  const newline = (): void => {
    owner = undefined;
    emit("\n");
  };
  /** The first thing that can raise in the statement or the part of one that starts at `i`, if no separator comes before it. */
  const raisesHere = (i: number): Position | undefined => {
    let depth = 0;
    for (let j = i; j < list.length; j++) {
      const token = list[j]!;
      if (/^[({]$/.test(token.text)) depth++;
      else if (/^[)}]$/.test(token.text) && --depth < 0) return undefined;
      else if (j > i && (token.text === "do" || token.text === "then")) return undefined;
      if (j > i && (token.starts || token.item || needsSeparator(list[j - 1]!.text, token.text)))
        return undefined;
      if (token.raises) return token.position;
    }
    return undefined;
  };
  let counted = 0;
  for (const [i, token] of list.entries()) {
    const before = list[i - 1];
    if (before) {
      if (needsSeparator(before.text, token.text)) newline();
      else if (token.starts || token.item) {
        if (opensAnew(token, before.text)) emit(";");
        // Lua finds what an operator computes on the line of the right operand.
        const operated = isBinaryOperator(before.text) && before.raises ? before.position : undefined;
        const next = owner && (raisesHere(i) ?? operated);
        if (owner && next && !sameLine(owner, next)) {
          extraNewlines++;
          newline();
        }
      }
    }
    if (token.position) {
      if (token.raises) owner ??= token.position;
      mappings.push({ line, column, original: token.position, name: token.name, raises: token.raises });
    }
    if (token.text.includes("\n")) owner = undefined;
    emit(token.text);
    const bytes = pieces.slice(counted).reduce((sum, piece) => sum + Buffer.byteLength(piece), 0);
    counted = pieces.length;
    functions.set(token.owner, (functions.get(token.owner) ?? 0) + bytes);
  }
  return { code: pieces.join(""), mappings, extraNewlines, functions };
}
