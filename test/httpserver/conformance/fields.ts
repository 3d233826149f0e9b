// RFC 9112 section 5 and RFC 9110 section 5: fields, as the app gets them from `/headers`.
import { type Case, echoed, fieldLines, type Group, http, post, refusal, saw, shown } from "./case.ts";

const accepted: Case[] = [
  {
    rule: "a field is a name, a colon and a value (9112 5)",
    send: fieldLines("X: a"),
    answers: [saw("x: a")],
  },
  {
    rule: "white space after the colon may be left out (9112 5)",
    send: fieldLines("X:a"),
    answers: [saw("x: a")],
  },
  {
    rule: "white space around a value is no part of it (9112 5.1)",
    send: fieldLines("X: \t a \t "),
    answers: [saw("x: a")],
  },
  {
    rule: "white space within a value is kept (9110 5.5)",
    send: fieldLines("X: a  b\tc"),
    answers: [saw("x: a  b\tc")],
  },
  { rule: "a value may be empty (9112 5)", send: fieldLines("X:"), answers: [saw("x: ")] },
  {
    rule: "a value may be empty, with white space (9112 5)",
    send: fieldLines("X:  \t "),
    answers: [saw("x: ")],
  },
  { rule: "a value may have colons (9110 5.5)", send: fieldLines("X: a:b: c"), answers: [saw("x: a:b: c")] },
  { rule: "a value may begin with a colon (9110 5.5)", send: fieldLines("X::a"), answers: [saw("x: :a")] },
  {
    rule: "a value may have any visible character (9110 5.5)",
    send: fieldLines(`X: !"#$%&'()*+,-./:;<=>?@[\\]^_\`{|}~`),
    answers: [saw(`x: !"#$%&'()*+,-./:;<=>?@[\\]^_\`{|}~`)],
  },
  {
    rule: "a value may have bytes above 127, kept as they are (9110 5.5)",
    send: fieldLines("X: \x80\xa0\xff"),
    answers: [saw("x: \x80\xa0\xff")],
  },
  {
    rule: "a value is no pattern and no format (9110 5.5)",
    send: fieldLines("X: %d%s%1%%^$"),
    answers: [saw("x: %d%s%1%%^$")],
  },
  {
    rule: "names are case-insensitive (9110 5.1)",
    send: fieldLines("X-MiXeD: Aa"),
    answers: [saw("x-mixed: Aa")],
  },
  {
    rule: "a name may have every token character (9110 5.6.2)",
    send: fieldLines("!#$%&'*+-.^_`|~09azAZ: a"),
    answers: [saw("!#$%&'*+-.^_`|~09azaz: a")],
  },
  {
    rule: "a name of one character is a name (9110 5.1)",
    send: fieldLines("_: a", "0: b"),
    answers: [saw("_: a", "0: b")],
  },
  {
    rule: "fields come in their order (9110 5.3)",
    send: fieldLines("B: 1", "A: 2", "C: 3"),
    answers: [saw("b: 1", "a: 2", "c: 3")],
  },
  {
    rule: "a repeated field comes once for each line, in order (9110 5.3)",
    send: fieldLines("X: 1", "Y: 2", "x: 3", "X:"),
    answers: [saw("x: 1", "y: 2", "x: 3", "x: ")],
  },
  {
    rule: "fields that the server reads are told to the app like others (9110 5.1)",
    send: fieldLines("Connection: keep-alive", "TE: trailers", "Content-Length: 0"),
    answers: [saw("connection: keep-alive", "te: trailers", "content-length: 0")],
  },
  {
    rule: "names are compared as a whole: Content-Length is not X-Content-Length, Content_Length, Length (9110 5.1)",
    send: fieldLines(
      "X-Content-Length: 3",
      "Content-Length-X: 4",
      "Content_Length: 5",
      "Content: 6",
      "Length: x",
    ),
    answers: [
      saw("x-content-length: 3", "content-length-x: 4", "content_length: 5", "content: 6", "length: x"),
    ],
  },
  {
    rule: "names are compared as a whole: Transfer-Encoding is not Transfer, Encoding, Transfer_Encoding (9110 5.1)",
    send: fieldLines(
      "Transfer: chunked",
      "Encoding: chunked",
      "Transfer_Encoding: chunked",
      "Transfer.Encoding: gzip",
    ),
    answers: [
      saw("transfer: chunked", "encoding: chunked", "transfer_encoding: chunked", "transfer.encoding: gzip"),
    ],
  },
  {
    rule: "names are compared as a whole: Host is not Ost, Hos, X-Host, Host. (9110 5.1)",
    send: fieldLines("Ost: a b", "Hos: a b", "X-Host: a b", "Host.: a b"),
    answers: [saw("ost: a b", "hos: a b", "x-host: a b", "host.: a b")],
  },
  {
    rule: "names that a program uses for itself do no harm (9110 5.1)",
    send: fieldLines("__index: 1", "_state: 2", "conn: 3", "ondata: 4", "finish: 5", "self: 6", "nil: 7"),
    answers: [saw("__index: 1", "_state: 2", "conn: 3", "ondata: 4", "finish: 5", "self: 6", "nil: 7")],
  },
  {
    rule: "unknown fields are no error (9110 5.1)",
    send: fieldLines("Upgrade-Insecure-Requests: 1", "Sec-Fetch-Mode: navigate", "DNT: 1"),
    answers: [saw("upgrade-insecure-requests: 1", "sec-fetch-mode: navigate", "dnt: 1")],
  },
  {
    rule: "what a browser sends is understood (9110 5)",
    send: fieldLines(
      "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36",
      "Accept: text/html,application/xhtml+xml;q=0.9,*/*;q=0.8",
      "Accept-Encoding: gzip, deflate, br",
      'Cookie: a=b; c="d"',
      'If-None-Match: W/"x"',
      "Connection: keep-alive",
    ),
    answers: [
      saw(
        "user-agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36",
        "accept: text/html,application/xhtml+xml;q=0.9,*/*;q=0.8",
        "accept-encoding: gzip, deflate, br",
        'cookie: a=b; c="d"',
        'if-none-match: W/"x"',
        "connection: keep-alive",
      ),
    ],
  },
  {
    rule: "fields of one request are forgotten at the next (9110 5)",
    send: [fieldLines("X: 1", "Content-Length: 0"), fieldLines("Y: 2")],
    answers: [saw("x: 1", "content-length: 0"), saw("y: 2")],
  },
  {
    rule: "a field name in a body is no field (9112 6)",
    send: post(["Content-Length: 12"], "Host: other\n"),
    answers: [echoed("Host: other\n")],
  },
  {
    rule: "HTTP/1.0 has the same fields (9112 5)",
    send: http`
      GET /headers HTTP/1.0
      X: a

      `,
    answers: [{ status: 200, body: "x: a\n" }],
    after: "closed",
  },
];

const names = [
  "(",
  ")",
  ",",
  "/",
  ";",
  "<",
  "=",
  ">",
  "?",
  "@",
  "[",
  "\\",
  "]",
  "{",
  "}",
  '"',
  " ",
  "\t",
  "\0",
  "\x01",
  "\x0b",
  "\x7f",
  "\x80",
  "\xff",
].map((character) =>
  refusal(
    `a byte that no token has is refused in a name: ${shown(character)} (9112 5)`,
    fieldLines(`X${character}Y: a`),
  ),
);

const refused: Case[] = [
  ...names,
  refusal("a space before the colon is refused (9112 5.1)", fieldLines("X : a")),
  refusal("a tab before the colon is refused (9112 5.1)", fieldLines("X\t: a")),
  refusal(
    "a space before the colon of a field that the server reads is refused (9112 5.1)",
    post(["Content-Length : 3"], "abc"),
  ),
  refusal("an empty name is refused (9112 5)", fieldLines(": a")),
  refusal("an empty name without value is refused (9112 5)", fieldLines(":")),
  refusal("a line without a colon is refused (9112 5)", fieldLines("X")),
  refusal("a line without a colon is refused, white space or not (9112 5)", fieldLines("X a")),
  refusal("a second request line is no field (9112 5)", fieldLines("GET / HTTP/1.1")),
  refusal("a line that begins with white space is no field (9112 5)", fieldLines(" X: a", "Y: b")),
  refusal("a folded value is refused: a space (9112 5.2)", fieldLines("X: a", " b")),
  refusal("a folded value is refused: a tab (9112 5.2)", fieldLines("X: a", "\tb")),
  refusal("a folded value is refused: nothing but white space (9112 5.2)", fieldLines("X: a", "  ")),
  refusal("a folded value is refused: it looks like a field (9112 5.2)", fieldLines("X: a", " Y: b")),
  refusal("a folded value is refused: empty before the fold (9112 5.2)", fieldLines("X:", " a")),
  refusal(
    "a folded Host is refused (9112 5.2)",
    http`
      GET / HTTP/1.1
      Host:
       board

      `,
  ),
  refusal("a NUL in a value is refused (9110 5.5)", fieldLines("X: a\0b")),
  refusal("a CR in a value is refused (9110 5.5)", fieldLines("X: a\rb")),
  refusal("a CR in a value is refused: another field behind it (9110 5.5)", fieldLines("X: a\rY: b")),
  refusal("an LF in a value is refused (9110 5.5)", fieldLines("X: a\nb")),
  refusal("an LF in a value is refused: another field behind it (9110 5.5)", fieldLines("X: a\nY: b")),
  ...["\x01", "\x08", "\x0b", "\x0c", "\x1b", "\x1f", "\x7f"].map((character) =>
    refusal(
      `a control byte in a value is refused: ${shown(character)} (9110 5.5)`,
      fieldLines(`X: a${character}b`),
    ),
  ),
  refusal("a control byte after a value is refused: it is no white space (9110 5.5)", fieldLines("X: a\x0b")),
  refusal("a control byte before a value is refused: it is no white space (9110 5.5)", fieldLines("X:\x0ca")),
];

export const fields: Group = {
  title: "fields: RFC 9112 section 5, RFC 9110 section 5",
  cases: [...accepted, ...refused],
};
