// Strings as bytes, and the shortest spelling of a string or number.

const utf8 = new TextEncoder();

/** A JavaScript string as the bytes TypeScriptToLua writes for it. */
export function toBytes(value: string): string {
  let plain = true;
  for (let i = 0; i < value.length && plain; i++) plain = value.charCodeAt(i) < 128;
  return plain ? value : String.fromCharCode(...utf8.encode(value));
}

const decoder = new TextDecoder("utf-8", { fatal: true });

/** Splits a byte string into pieces that are whole UTF-8 and single bytes that are not. */
function pieces(bytes: string): { text: string; raw: boolean }[] {
  const result: { text: string; raw: boolean }[] = [];
  for (let i = 0; i < bytes.length; ) {
    const first = bytes.charCodeAt(i);
    const length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 0;
    const slice = bytes.slice(i, i + length);
    let decoded: string | undefined;
    if (length > 1 && slice.length === length) {
      try {
        decoded = decoder.decode(Uint8Array.from(slice, (c) => c.charCodeAt(0)));
      } catch {
        decoded = undefined;
      }
      // The byte order mark is dropped by decoders and editors: keep it as an escape.
      if (decoded === "" || decoded === "\ufeff") decoded = undefined;
    }
    if (length === 1) result.push({ text: slice, raw: true });
    else if (decoded !== undefined) result.push({ text: decoded, raw: true });
    else {
      result.push({ text: bytes[i]!, raw: false });
      i++;
      continue;
    }
    i += length;
  }
  return result;
}

const escapes: Record<string, string> = {
  "\n": "\\n",
  "\r": "\\r",
  "\\": "\\\\",
  "\x07": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\v": "\\v",
};

function quoted(bytes: string, quote: string): string {
  const parts = pieces(bytes);
  let result = quote;
  for (const [i, { text, raw }] of parts.entries()) {
    const code = text.charCodeAt(0);
    if (raw && text === quote) result += `\\${quote}`;
    else if (raw && escapes[text]) result += escapes[text];
    // A tab is one byte and harmless; other control characters do not survive every terminal and editor.
    else if (raw && isControl(code)) result += decimal(code, parts[i + 1]?.text);
    else if (raw) result += text;
    else result += decimal(code, parts[i + 1]?.text);
  }
  return result + quote;
}

/** A control character other than the tab. */
const isControl = (code: number): boolean => code !== 9 && (code < 32 || code === 127);

function decimal(code: number, next: string | undefined): string {
  return `\\${next !== undefined && /^[0-9]/.test(next) ? String(code).padStart(3, "0") : code}`;
}

/** `[[…]]`, where that is shorter: each line break and quote in it costs one byte instead of two. */
function long(bytes: string): string | undefined {
  if (/[\r\0]/.test(bytes)) return undefined;
  const parts = pieces(bytes);
  if (parts.some((p) => !p.raw || (p.text !== "\n" && isControl(p.text.charCodeAt(0))))) return undefined;
  const text = parts.map((p) => p.text).join("");
  let level = "";
  // `]` at the end would join with the closing bracket.
  while (text.includes(`]${level}]`) || `${text}]`.endsWith(`]${level}]`)) level += "=";
  // Lua 5.1 refuses a nested `[[`.
  if (level === "" && text.includes("[[")) level = "=";
  while (text.includes(`]${level}]`) || `${text}]`.endsWith(`]${level}]`)) level += "=";
  return `[${level}[${text.startsWith("\n") ? "\n" : ""}${text}]${level}]`;
}

/** The shortest way to write a byte string. `compact: false` keeps to double quotes. */
export function printString(bytes: string, compact = true): string {
  const double = quoted(bytes, '"');
  if (!compact) return double;
  const single = quoted(bytes, "'");
  const best = single.length < double.length ? single : double;
  const brackets = long(bytes);
  return brackets !== undefined && brackets.length < best.length ? brackets : best;
}

/** The shortest way that holds printable ASCII only and no line break: for a line that a person could type. */
export function printTyped(bytes: string): string {
  const spell = (quote: string): string => {
    const chars = [...bytes].map((char, i) => {
      const code = char.charCodeAt(0);
      if (char === quote) return `\\${quote}`;
      if (escapes[char]) return escapes[char];
      return code < 32 || code > 126 ? decimal(code, bytes[i + 1]) : char;
    });
    return `${quote}${chars.join("")}${quote}`;
  };
  const [double, single] = [spell('"'), spell("'")];
  return single.length < double.length ? single : double;
}

/** Not negative, and finite: the printer writes signs and infinities as operators. */
export function printNumber(value: number, compact = true): string {
  const plain = String(value);
  if (!compact) return plain;
  // Beyond 63 bits a number without a point is a float in every Lua, as one with an exponent always is.
  if (value >= 2 ** 63) {
    const exponential = value.toExponential().replace("e+", "e");
    if (exponential.length < plain.length) return exponential;
  }
  return plain.replace(/^0\./, ".").replace("e+", "e");
}
