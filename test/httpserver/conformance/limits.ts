// Bounds: what is too large is told so at once (RFC 9110 15.5.14, 15.5.15, RFC 6585 5), what is silent is let go
// (RFC 9112 9.5, 9110 15.5.9). Small bounds, so that every split can be tried; then the defaults.
import { type Case, echoed, fieldLines, type Group, post, refusal, saw } from "./case.ts";

const LINE = 60;
const HEAD = 200;
const FIELDS = 6;

/** A GET whose request line has this many bytes. */
function withLine(length: number): string {
  const target = `/echo?${"x".repeat(length - "GET /echo? HTTP/1.1".length)}`;
  return `GET ${target} HTTP/1.1\r\nHost: board\r\n\r\n`;
}
const urlOf = (request: string): string => request.split(" ")[1]!;

/** A field line of this many bytes. */
const fieldOf = (length: number): string => `X: ${"x".repeat(length - 3)}`;

const lineCases = (line: number): Case[] => [
  {
    rule: `a request line of ${line} bytes is read (9112 3)`,
    send: withLine(line),
    answers: [echoed("", "GET", urlOf(withLine(line)))],
  },
  refusal(`a request line of ${line + 1} bytes is refused with 414 (9110 15.5.15)`, withLine(line + 1), 414),
  {
    rule: `a field line of ${line} bytes is read (9112 5)`,
    send: fieldLines(fieldOf(line)),
    answers: [saw(`x: ${"x".repeat(line - 3)}`)],
  },
  refusal(
    `a field line of ${line + 1} bytes is refused with 431 (6585 5)`,
    fieldLines(fieldOf(line + 1)),
    431,
  ),
];

const small: Case[] = [
  ...lineCases(LINE),
  refusal(
    "a request line is refused before its end comes (9110 15.5.15)",
    `GET /${"x".repeat(3 * LINE)}`,
    414,
  ),
  refusal("a method that does not end is refused (9110 15.5.15)", "G".repeat(3 * LINE), [400, 414]),
  refusal(
    "a field line is refused before its end comes (6585 5)",
    `GET / HTTP/1.1\r\nHost: ${"x".repeat(3 * LINE)}`,
    431,
  ),
  refusal(
    "a field that nobody reads is refused when it is larger than the head may be (6585 5)",
    `GET / HTTP/1.1\r\nHost: board\r\nX: ${"x".repeat(HEAD)}`,
    431,
  ),
  refusal(
    "a field name that does not end is refused (6585 5)",
    `GET / HTTP/1.1\r\n${"x".repeat(3 * LINE)}`,
    [400, 431],
  ),
  {
    rule: `${FIELDS} fields are read (6585 5)`,
    send: fieldLines("A:", "B:", "C:", "D:", "E:"),
    answers: [saw("a: ", "b: ", "c: ", "d: ", "e: ")],
  },
  refusal(
    `${FIELDS + 1} fields are refused with 431 (6585 5)`,
    fieldLines("A:", "B:", "C:", "D:", "E:", "F:"),
    431,
  ),
  {
    rule: `fields of ${HEAD} bytes are read, line ends and all (6585 5)`,
    send: fieldLines(fieldOf(LINE), fieldOf(LINE), "A:", fieldOf(HEAD - 13 - 2 * (LINE + 2) - 4 - 2)),
    answers: [{ status: 200 }],
  },
  refusal(
    `fields of ${HEAD + 1} bytes are refused with 431 (6585 5)`,
    fieldLines(fieldOf(LINE), fieldOf(LINE), "A:", fieldOf(HEAD - 13 - 2 * (LINE + 2) - 4 - 1)),
    431,
  ),
  {
    rule: "each request has the whole bound (6585 5)",
    send: fieldLines("A:", "B:", "C:", "D:", "E:") + fieldLines("F:", "G:", "H:", "I:", "J:"),
    answers: [saw("a: ", "b: ", "c: ", "d: ", "e: "), saw("f: ", "g: ", "h: ", "i: ", "j: ")],
  },
  {
    rule: "a body is not bounded by what bounds a head (9112 6)",
    send: post(["Content-Length: 250"], "x".repeat(250)),
    answers: [echoed("x".repeat(250))],
  },
  {
    rule: "a chunk extension beyond the bound of a line is ignored or refused (9112 7.1.1)",
    send: post(["Transfer-Encoding: chunked"], `1;${"x".repeat(3 * LINE)}\r\na\r\n0\r\n\r\n`),
    answers: [{ status: [200, 400, 413, 431] }],
    after: "either",
  },
  refusal(
    "a chunk extension that does not end is refused (9112 7.1.1)",
    post(["Transfer-Encoding: chunked"], `1;${"x".repeat(3 * LINE)}`),
    [400, 413, 431],
  ),
  refusal(
    "a chunk size that does not end is refused (9112 7.1)",
    post(["Transfer-Encoding: chunked"], "0".repeat(3 * LINE)),
    [400, 413, 431],
  ),
  {
    rule: "trailers are bounded as the head is: some are read (9112 7.1.2)",
    send: post(["Transfer-Encoding: chunked"], "1\r\na\r\n0\r\nA:\r\nB:\r\n\r\n"),
    answers: [echoed("a")],
  },
  refusal(
    "trailers are bounded as the head is: many are refused (9112 7.1.2)",
    post(["Transfer-Encoding: chunked"], `1\r\na\r\n0\r\n${"A:\r\n".repeat(FIELDS + 3)}\r\n`),
    [400, 431],
  ),
  refusal(
    "trailers are bounded as the head is: a long one is refused (9112 7.1.2)",
    post(["Transfer-Encoding: chunked"], `1\r\na\r\n0\r\n${fieldOf(HEAD + 1)}\r\n\r\n`),
    [400, 431],
  ),
];

export const smallLimits: Group = {
  title: "bounds that the app sets",
  options: { line: LINE, head: HEAD, fields: FIELDS },
  cases: small,
};

const silence: Case[] = [
  {
    rule: "a client that says nothing is let go after 15 s (9112 9.5)",
    send: "",
    answers: [],
    after: "lost",
    wait: 17,
    unsplit: "there is nothing to split",
  },
  {
    rule: "a client that says nothing may begin within 15 s (9112 9.5)",
    send: "",
    answers: [],
    wait: 13,
    unsplit: "there is nothing to split",
  },
  {
    rule: "a connection between two requests is let go after 15 s, without a word (9112 9.5)",
    send: fieldLines("X: a"),
    answers: [saw("x: a")],
    after: "lost",
    wait: 18,
    unsplit: "time is what counts",
  },
  {
    rule: "a head that is not complete in 10 s is answered with 408 (9110 15.5.9)",
    send: "GET / HTTP/1.1\r\nHost: bo",
    answers: [{ status: 408 }],
    after: "closed",
    wait: 12,
    unsplit: "time is what counts",
  },
  {
    rule: "a request line that is not complete in 10 s is answered with 408 (9110 15.5.9)",
    send: "GET",
    answers: [{ status: 408 }],
    after: "closed",
    wait: 12,
    unsplit: "time is what counts",
  },
  {
    rule: "an empty line is no request, and is let go (9112 9.5)",
    send: "\r\n",
    answers: [{ status: 408 }],
    after: "closed",
    wait: 17,
    unsplit: "time is what counts",
  },
  {
    rule: "a body that does not come in 15 s is answered with 408 (9110 15.5.9)",
    send: post(["Content-Length: 5"], "abc"),
    answers: [{ status: 408 }],
    after: "closed",
    wait: 18,
    unsplit: "time is what counts",
  },
  {
    rule: "a chunk that does not come in 15 s is answered with 408 (9110 15.5.9)",
    send: post(["Transfer-Encoding: chunked"], "5\r\nabc"),
    answers: [{ status: 408 }],
    after: "closed",
    wait: 18,
    unsplit: "time is what counts",
  },
  {
    rule: "an app may take its time (9110 15.6.4)",
    send: "GET /slow?ms=40000 HTTP/1.1\r\nHost: board\r\n\r\n",
    answers: [{ status: 200, body: "slow" }],
    wait: 42,
    unsplit: "time is what counts",
  },
];

const defaults: Case[] = [
  ...lineCases(2048),
  refusal("a request line that does not end is refused (9110 15.5.15)", `GET /${"x".repeat(5000)}`, 414),
  refusal(
    "a field line that does not end is refused (6585 5)",
    `GET / HTTP/1.1\r\nX: ${"x".repeat(5000)}`,
    431,
  ),
  {
    rule: "64 fields are read (6585 5)",
    send: fieldLines(...Array.from({ length: 63 }, (_, i) => `X${i}: ${i}`)),
    answers: [saw(...Array.from({ length: 63 }, (_, i) => `x${i}: ${i}`))],
  },
  refusal(
    "65 fields are refused with 431 (6585 5)",
    fieldLines(...Array.from({ length: 64 }, (_, i) => `X${i}: ${i}`)),
    431,
  ),
  {
    rule: "fields of 4096 bytes are read (6585 5)",
    send: fieldLines(fieldOf(1020), fieldOf(1020), fieldOf(1020), fieldOf(1015)),
    answers: [{ status: 200, body: /^host: board\n(x: x+\n){4}$/ }],
  },
  refusal(
    "fields of 4097 bytes are refused with 431 (6585 5)",
    fieldLines(fieldOf(1020), fieldOf(1020), fieldOf(1020), fieldOf(1016)),
    431,
  ),
  {
    rule: "a body of 8000 bytes is read piece by piece (9112 6.2)",
    send: post(["Content-Length: 8000"], "abcdefgh".repeat(1000)).replace("/echo", "/sink"),
    answers: [{ status: 200, body: /^8000 \d+$/ }],
  },
  {
    rule: "a chunk of 8000 bytes is read piece by piece (9112 7.1)",
    send: post(["Transfer-Encoding: chunked"], `1f40\r\n${"abcdefgh".repeat(1000)}\r\n0\r\n\r\n`).replace(
      "/echo",
      "/sink",
    ),
    answers: [{ status: 200, body: /^8000 \d+$/ }],
  },
];

export const defaultLimits: Group = {
  title: "bounds by default, and time",
  cases: [...defaults, ...silence],
};
