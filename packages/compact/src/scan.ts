// Lua text as the tokens that the parser reads, spaces and comments left out.
import { toBytes } from "./literal.ts";
import { reserved } from "./names.ts";
import { BINARY, UNARY } from "./operators.ts";
import { CompactError, type Position } from "./tree.ts";

/** A word of Lua text, and where it stands. */
export interface Token {
  kind: "name" | "keyword" | "string" | "number" | "symbol" | "end";
  text: string;
  position: Position;
}

const space = /^\s+/;
const word = /^[A-Za-z_][A-Za-z0-9_]*/;
const numeral = /^(?:0[xX][0-9a-fA-F]+|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)/;
/** What is no word: operators and punctuation, the longest first, as Lua reads them. */
const symbols = [...Object.keys(BINARY), ...Object.keys(UNARY), "...", "::", ..."=(){}[];:,."]
  .filter((text) => !word.test(text))
  .sort((a, b) => b.length - a.length);
const longOpen = /^\[(=*)\[/;
const escapes: Record<string, string> = {
  n: "\n",
  r: "\r",
  t: "\t",
  a: "\x07",
  b: "\b",
  f: "\f",
  v: "\v",
  "\n": "\n",
};

/**
 * Cuts Lua text into tokens, the last of which is the end of the text.
 * @param source the number of the text among the sources
 * @throws CompactError for what is no token of Lua
 */
export function scan(code: string, source: number): Token[] {
  const result: Token[] = [];
  let at = 0;
  let line = 1;
  let lineStart = 0;
  const fail = (message: string): never => {
    throw new CompactError(message, { source, line, column: at - lineStart });
  };
  const advance = (length: number): string => {
    const piece = code.slice(at, at + length);
    for (let i = 0; i < piece.length; i++) {
      if (piece[i] !== "\n") continue;
      line++;
      lineStart = at + i + 1;
    }
    at += length;
    return piece;
  };
  const longText = (): string | undefined => {
    const open = longOpen.exec(code.slice(at, at + 100));
    if (!open) return undefined;
    const close = code.indexOf(`]${open[1]}]`, at + open[0].length);
    if (close < 0) fail("unfinished long string");
    const body = code.slice(at + open[0].length, close).replace(/\r\n?/g, "\n");
    advance(close + open[0].length - at);
    return body.startsWith("\n") ? body.slice(1) : body;
  };
  const quoted = (): string => {
    const quote = code[at]!;
    let value = "";
    advance(1);
    for (;;) {
      const c = code[at];
      if (c === undefined || c === "\n") return fail("unfinished string");
      if (c === quote) {
        advance(1);
        return value;
      }
      if (c !== "\\") {
        const char = String.fromCodePoint(code.codePointAt(at)!);
        value += toBytes(advance(char.length));
        continue;
      }
      advance(1);
      const decimal = /^[0-9]{1,3}/.exec(code.slice(at, at + 3));
      const hex = /^x([0-9a-fA-F]{2})/.exec(code.slice(at, at + 3));
      if (decimal) value += String.fromCharCode(Number(advance(decimal[0].length)));
      else if (hex) {
        value += String.fromCharCode(Number.parseInt(hex[1]!, 16));
        advance(3);
      } else if (code[at] === "z") {
        advance(1);
        advance(space.exec(code.slice(at))?.[0].length ?? 0);
      } else {
        const e = advance(1);
        value += escapes[e] ?? e;
      }
    }
  };

  if (code.startsWith("#")) advance(code.indexOf("\n"));
  for (;;) {
    const rest = code.slice(at, at + 200);
    const blank = space.exec(rest);
    if (blank) {
      advance(blank[0].length);
      continue;
    }
    if (rest.startsWith("--")) {
      advance(2);
      if (longText() === undefined) {
        const newline = code.indexOf("\n", at);
        advance((newline < 0 ? code.length : newline) - at);
      }
      continue;
    }
    const position: Position = { source, line, column: at - lineStart };
    const put = (kind: Token["kind"], text: string) => result.push({ kind, text, position });
    if (rest === "") {
      put("end", "<eof>");
      return result;
    }
    const long = longText();
    if (long !== undefined) {
      put("string", toBytes(long));
      continue;
    }
    if (rest[0] === '"' || rest[0] === "'") {
      put("string", quoted());
      continue;
    }
    const name = word.exec(rest)?.[0];
    if (name !== undefined) {
      put(reserved.has(name) && name !== "goto" ? "keyword" : "name", advance(name.length));
      continue;
    }
    const digits = numeral.exec(rest)?.[0];
    if (digits !== undefined) {
      put("number", advance(digits.length));
      continue;
    }
    const symbol = symbols.find((text) => rest.startsWith(text));
    if (symbol === undefined) fail(`unexpected "${rest[0]}"`);
    else put("symbol", advance(symbol.length));
  }
}
