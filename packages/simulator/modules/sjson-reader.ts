// JSON text, read as the firmware's parser (jsonsl) reads it: byte by byte, with its names for errors and its leniency
// (strings in an array need no comma). What follows the end of the outermost object or array is not looked at.

/** `message` is the parser's name for what is wrong. */
export class JsonError extends Error {}

/** Strings are bytes. */
export type JsonValue = Buffer | number | boolean | null | Container;

export interface Container {
  kind: "{" | "[";
  entries: [key: Buffer | number, value: JsonValue][];
}

interface Level extends Container {
  /** Keys and values so far, as the parser counts them. */
  count: number;
  key: Buffer | undefined;
}

const WHITESPACE = " \t\n\r";
const WORDS: Record<string, boolean | null> = { true: true, false: false, null: null };
const ESCAPES: Record<string, string> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

export class JsonReader {
  readonly #depth: number;
  readonly #levels: Level[] = [];
  #result: Container | undefined;
  /** The token under way: a string without its quotes, or a word or number. */
  #token: string | undefined;
  #isString = false;
  #isEscaped = false;
  #canInsert = true;
  #expected = "";
  #last = "";

  constructor(depth: number) {
    this.#depth = depth;
  }

  /** @returns the outermost object or array once it is complete. @throws JsonError */
  write(text: Buffer): Container | undefined {
    for (const byte of text) {
      if (this.#result) break;
      this.#take(String.fromCharCode(byte));
    }
    return this.#result;
  }

  #take(c: string): void {
    if (this.#token !== undefined && this.#isString) this.#takeInString(c);
    else if (this.#token !== undefined) {
      if (!`${WHITESPACE}",:{}[]\\`.includes(c)) {
        this.#token += c;
        this.#checkWord();
        return;
      }
      this.#endWord();
      this.#takeStructure(c);
    } else this.#takeStructure(c);
  }

  #takeInString(c: string): void {
    if (this.#isEscaped) {
      if (!'"\\/bfnrtu'.includes(c)) throw new JsonError("ESCAPE_INVALID");
      this.#isEscaped = false;
      this.#token += `\\${c}`;
    } else if (c === "\\") this.#isEscaped = true;
    else if (c === '"') this.#endString();
    else if (c < " ") throw new JsonError("WEIRD_WHITESPACE");
    else this.#token += c;
  }

  #takeStructure(c: string): void {
    if (WHITESPACE.includes(c)) return;
    const level = this.#levels.at(-1);
    switch (c) {
      case '"':
        this.#beginString(level);
        return;
      case "\\":
        throw new JsonError("ESCAPE_OUTSIDE_STRING");
      case ":":
      case ",":
        if (this.#expected !== c) throw new JsonError("STRAY_TOKEN");
        this.#canInsert = c === ":" || level?.kind !== "{";
        this.#expected = '"';
        this.#last = c;
        return;
      case "{":
      case "[":
        this.#open(c, level);
        return;
      case "}":
      case "]":
        this.#close(c, level);
        return;
      default:
        this.#beginWord(c, level);
    }
  }

  #beginString(level: Level | undefined): void {
    if (!level) throw new JsonError("STRING_OUTSIDE_CONTAINER");
    const isValue = level.kind === "[" || level.count % 2 === 1;
    if (level.kind === "{" && isValue && this.#last !== ":") throw new JsonError("MISSING_TOKEN");
    if (!isValue && this.#expected !== '"') throw new JsonError("STRAY_TOKEN");
    this.#expected = isValue ? "," : ":";
    this.#last = "";
    this.#canInsert = false;
    this.#enter(level);
    this.#token = "";
    this.#isString = true;
  }

  #endString(): void {
    const level = this.#levels.at(-1)!;
    const text = unquote(this.#token!);
    this.#token = undefined;
    if (level.kind === "{" && level.count % 2 === 1) level.key = text;
    else this.#add(level, text);
  }

  #beginWord(c: string, level: Level | undefined): void {
    if (!/[-\dtfn]/.test(c))
      throw new JsonError(c === "\0" ? "FOUND_NULL_BYTE" : c < " " ? "WEIRD_WHITESPACE" : "SPECIAL_EXPECTED");
    if (level?.kind === "{" && level.count % 2 === 0) throw new JsonError("HKEY_EXPECTED");
    if (!this.#canInsert) throw new JsonError("CANT_INSERT");
    if (level) this.#enter(level);
    this.#token = c;
    this.#isString = false;
  }

  /** What can no longer become a word or number is an error at once. */
  #checkWord(): void {
    const token = this.#token!;
    if (/^[tfn]/.test(token)) {
      if (!Object.keys(WORDS).some((word) => word.startsWith(token))) throw new JsonError("SPECIAL_EXPECTED");
    } else if (!/^-?(0|[1-9]\d*)?(\.\d*)?([eE][-+]?\d*)?$/.test(token)) throw new JsonError("INVALID_NUMBER");
  }

  #endWord(): void {
    const token = this.#token!;
    this.#token = undefined;
    this.#canInsert = false;
    this.#expected = ",";
    this.#last = "";
    const level = this.#levels.at(-1);
    if (/^[tfn]/.test(token)) {
      const value = WORDS[token];
      if (value === undefined) throw new JsonError("SPECIAL_INCOMPLETE");
      if (level) this.#add(level, value);
    } else {
      if (!/\d$/.test(token)) throw new JsonError("INVALID_NUMBER");
      if (level) this.#add(level, Number(token));
    }
  }

  #open(kind: "{" | "[", level: Level | undefined): void {
    if (!this.#canInsert) throw new JsonError("CANT_INSERT");
    if (level?.kind === "{" && level.count % 2 === 0) throw new JsonError("HKEY_EXPECTED");
    const opened: Level = { kind, entries: [], count: 0, key: undefined };
    if (level) {
      this.#enter(level);
      this.#add(level, opened);
    }
    this.#levels.push(opened);
    this.#canInsert = true;
    if (kind === "{") this.#expected = '"';
    this.#last = "";
  }

  #close(c: "}" | "]", level: Level | undefined): void {
    if (this.#last === ",") throw new JsonError("TRAILING_COMMA");
    if (level?.kind !== (c === "}" ? "{" : "[")) throw new JsonError("BRACKET_MISMATCH");
    if (c === "}" && level.count % 2 === 1) throw new JsonError("VALUE_EXPECTED");
    this.#canInsert = false;
    this.#expected = ",";
    this.#last = "";
    this.#levels.pop();
    if (this.#levels.length === 0) this.#result = level;
  }

  #enter(level: Level): void {
    level.count++;
    if (this.#levels.length + 1 >= this.#depth) throw new JsonError("LEVELS_EXCEEDED");
  }

  #add(level: Level, value: JsonValue): void {
    level.entries.push([level.kind === "{" ? level.key! : level.entries.length + 1, value]);
  }
}

/** The bytes that a string stands for; halves of surrogate pairs become question marks. */
function unquote(text: string): Buffer {
  const pieces = text.split(/(\\u.{0,4}|\\.)/s).map((piece) => {
    if (!piece.startsWith("\\")) return Buffer.from(piece, "latin1");
    if (piece[1] !== "u") return Buffer.from(ESCAPES[piece[1]!] ?? piece[1]!, "latin1");
    const code = Number.parseInt(piece.slice(2), 16) || 0;
    return Buffer.from(code >= 0xd800 && code < 0xe000 ? "?" : String.fromCharCode(code), "utf8");
  });
  return Buffer.concat(pieces);
}
