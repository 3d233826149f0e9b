// How a case of the conformance table is written, and words that cases share. Sections: 9110 and 9112 are RFC numbers.

/** What a client must see; what a case does not name may be anything that is well-formed. */
export interface Answer {
  /** One of these. */
  status: number | readonly number[];
  reason?: string;
  /** A field's value, a pattern for it, or false for a field that must be absent. Names in lower case. */
  fields?: Record<string, string | RegExp | false>;
  body?: string | RegExp;
  /** What tells the client where the body ends. */
  framing?: "none" | "length" | "chunked" | "close";
  /** 100 Continue comes before it: always, or only if the client's bytes come slowly; never, if left out. */
  continued?: true | "perhaps";
  /** Method of the request, where that changes how the answer is read. */
  to?: "HEAD" | "CONNECT";
}

export interface Case {
  /** The rule that the server keeps, and where it is written. */
  rule: string;
  /** The client's bytes, each a character. Of several parts each one goes when the board has long been silent. */
  send: string | readonly string[];
  /** In order; all of them, and no others. */
  answers: readonly Answer[];
  /**
   * What becomes of the connection. kept (if left out): it answers another request. closed: the board announces and ends
   * it, without a reset. lost: it ends it without a word. either: kept, or announced and closed.
   */
  after?: "kept" | "closed" | "lost" | "either";
  /** Seconds that pass before the client looks at the connection. */
  wait?: number;
  /** The client ends its direction after its last byte. */
  halfClose?: true;
  /** What the board's console shows; nothing, if left out. */
  prints?: RegExp;
  /** Why the bytes are sent in whole parts only. */
  unsplit?: string;
}

export interface Group {
  title: string;
  /** The server's bounds other than its defaults. */
  options?: Record<string, number>;
  cases: readonly Case[];
}

const HELD = /\uE000(\d+)\uE001/g;

/**
 * A message as it goes over the wire. Its lines are indented alike and end with CRLF; the last one, before the closing
 * quote, has no end. \r \n \t \0 \xHH stand for bytes; what is inserted with ${} is taken as it is.
 */
export function http(strings: TemplateStringsArray, ...values: (string | number)[]): string {
  const lines = strings.raw
    .map((text, i) => (i === 0 ? text : `\uE000${i - 1}\uE001${text}`))
    .join("")
    .split("\n");
  if (lines[0] === "") lines.shift();
  const indents = lines.filter((line) => line.trim() !== "").map((line) => line.search(/\S/));
  const indent = Math.min(...indents);
  return lines
    .map((line) => line.slice(indent))
    .join("\r\n")
    .replace(/\\(?:x([\da-f]{2})|(.))/gi, (_, hex: string | undefined, letter: string) =>
      hex ? String.fromCharCode(Number.parseInt(hex, 16)) : byteOf(letter),
    )
    .replace(HELD, (_, i) => String(values[Number(i)]));
}

function byteOf(letter: string): string {
  const byte = { r: "\r", n: "\n", t: "\t", "0": "\0", "\\": "\\" }[letter];
  if (byte === undefined) throw new Error(`\\${letter} stands for nothing`);
  return byte;
}

/** Bytes of a text in UTF-8, each a character. */
export const utf8 = (text: string): string => Buffer.from(text).toString("latin1");

// --- requests

/** A GET of `/headers` with these lines between Host and the end of the head. */
export const fieldLines = (...lines: string[]): string =>
  ["GET /headers HTTP/1.1", "Host: board", ...lines, "", ""].join("\r\n");

/** A POST to `/echo` with these lines in its head, and this body. */
export const post = (lines: readonly string[], body = ""): string =>
  ["POST /echo HTTP/1.1", "Host: board", ...lines, "", body].join("\r\n");

/** The last request of a client: what a smuggled one looks like, too. */
export const SECRET = http`
  GET /status/299 HTTP/1.1
  Host: board

  `;

// --- answers

/** Of `/`. */
export const hello: Answer = {
  status: 200,
  fields: { "content-type": "text/plain", "content-length": "5" },
  body: "hello",
  framing: "length",
};
export const notFound: Answer = { status: 404, body: "not found" };
/** Of `/` to a method other than GET and HEAD. */
export const notAllowed: Answer = { status: 405, fields: { allow: "GET, HEAD" }, body: "no" };
export const bad: Answer = { status: 400 };

/** Of `/echo`: what the app saw. */
export const echoed = (body: string, method = "POST", url = "/echo"): Answer => ({
  status: 200,
  fields: { "x-method": method, "x-url": url, "x-body-length": String(body.length) },
  body,
});

/** Of `/headers`: the fields that the app saw after Host. */
export const saw = (...lines: string[]): Answer => ({
  status: 200,
  body: ["host: board", ...lines, ""].join("\n"),
});

/** Of `/stream` and `/length`. */
export function pattern(length: number): string {
  let text = "";
  for (let i = 0; i < length; i++)
    text += String.fromCharCode(33 + ((i * 7 + Math.floor(i / 256) * 13) % 94));
  return text;
}

/** The request is malformed: nothing after it can be trusted. */
export const refusal = (rule: string, send: string, status: number | readonly number[] = 400): Case => ({
  rule,
  send,
  answers: [{ status }],
  after: "closed",
});

/** Control bytes and others that are hard to see, for a rule's name. */
export const shown = (text: string): string =>
  JSON.stringify(text)
    .slice(1, -1)
    .replace(/[\x7f-\xff]/g, (c) => `\\x${c.charCodeAt(0).toString(16)}`)
    .replaceAll('\\"', '"')
    .replaceAll("\\u00", "\\x");
