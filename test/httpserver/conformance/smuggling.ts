// RFC 9112 section 11: input on which two readers could disagree. Each case hides a request; only what every reader must
// see is answered.
import { type Case, echoed, type Group, hello, http, post, refusal, SECRET, shown } from "./case.ts";

/** A POST whose head has these lines, then the hidden request. */
const hidden = (...lines: string[]): string => post(lines, SECRET);
/** The same with an empty chunked body before it. */
const behindChunks = (...lines: string[]): string => post(lines, `0\r\n\r\n${SECRET}`);

const encodings = [
  "Transfer-Encoding: xchunked",
  "Transfer-Encoding: chunked, identity",
  "Transfer-Encoding: identity, chunked",
  "Transfer-Encoding: chunked, cow",
  "Transfer-Encoding: chunked\x0b",
  "Transfer-Encoding:\x0bchunked",
  "Transfer-Encoding:\x0cchunked",
  "Transfer-Encoding: chunked\0",
  "Transfer-Encoding: \0chunked",
  "Transfer-Encoding: chunked\x7f",
  "Transfer-Encoding: ch\tunked",
  "Transfer-Encoding: chunked\xa0",
  "Transfer-Encoding: \x85chunked",
  "Transfer-Encoding : chunked",
  "Transfer-Encoding\t: chunked",
  "Transfer-Encoding\0: chunked",
  "Transfer-Encoding\x0b: chunked",
  "Transfer-Encoding: \r\n chunked",
  "Transfer-Encoding:\r\n\tchunked",
  "Transfer-Encoding\r\n : chunked",
  "Transfer-Encoding: chunked\r",
  "Transfer-Encoding: chunked\n",
  "X: y\nTransfer-Encoding: chunked",
  "X: y\rTransfer-Encoding: chunked",
  "X: y\r\r\nTransfer-Encoding: chunked",
  " Transfer-Encoding: chunked",
  "\tTransfer-Encoding: chunked",
  "Transfer-Encoding",
  "Transfer-Encoding=chunked",
  "Transfer Encoding: chunked",
  '"Transfer-Encoding": chunked',
  "Transfer-Encoding;: chunked",
];

const lengths = [
  "+3",
  "-3",
  "3 3",
  "3\x0b",
  "\x0b3",
  "3\0",
  "\x03",
  "3\x0c",
  "3\r",
  "0x0",
  "0 ",
  "00x",
  "1e1",
  "3.",
  ".3",
  "3,",
  "3;3",
  "3\t3",
  "3\x85",
  "३",
];

const cases: Case[] = [
  ...encodings.map((line) =>
    refusal(
      `Content-Length with something like Transfer-Encoding is refused: ${shown(line)} (9112 11.2)`,
      behindChunks("Content-Length: 5", line),
      [400, 501],
    ),
  ),
  ...[
    "Transfer_Encoding: chunked",
    "X-Transfer-Encoding: chunked",
    "Transfer-Encodin: chunked",
    "TransferEncoding: chunked",
    "Transfer-Encoding-: chunked",
  ].map(
    (line): Case => ({
      rule: `a field of another name does not frame the body: ${line} (9112 11.2)`,
      send: post([line, "Content-Length: 5"], "0\r\n\r\n"),
      answers: [echoed("0\r\n\r\n")],
    }),
  ),
  ...lengths
    .filter((value) => value !== "0 ")
    .map((value) =>
      refusal(
        `a Content-Length that some would read is refused: ${shown(Buffer.from(value).toString("latin1"))} (9112 11.2)`,
        hidden(`Content-Length: ${Buffer.from(value).toString("latin1")}`),
      ),
    ),
  refusal(
    "two lengths are refused, the hidden request in either (9112 11.2)",
    hidden("Content-Length: 0", `Content-Length: ${SECRET.length}`),
  ),
  refusal(
    "two lengths are refused, whatever the case of the names (9112 11.2)",
    hidden(`content-length: ${SECRET.length}`, "CONTENT-LENGTH: 0"),
  ),
  refusal(
    "two lengths are refused, another field between them (9112 11.2)",
    hidden("Content-Length: 0", "X: y", `Content-Length: ${SECRET.length}`),
  ),
  refusal("a length behind a bare LF is refused (9112 11.2)", hidden("X: y\nContent-Length: 3")),
  refusal("a length behind a bare CR is refused (9112 11.2)", hidden("X: y\rContent-Length: 3")),
  refusal("a folded length is refused (9112 11.2)", hidden("Content-Length:\r\n 3")),
  refusal(
    "a length that is continued on the next line is refused (9112 11.2)",
    hidden("Content-Length: 1\r\n 0"),
  ),
  refusal("a length with a space before its colon is refused (9112 11.2)", hidden("Content-Length : 3")),
  refusal("a length with a NUL in its name is refused (9112 11.2)", hidden("Content-Length\0: 3")),
  refusal(
    "a head that ends with LF LF is refused (9112 11.2)",
    `POST /echo HTTP/1.1\r\nHost: board\r\nX: y\n\n${SECRET}`,
  ),
  refusal(
    "a head that ends with CR LF LF is refused (9112 11.2)",
    `POST /echo HTTP/1.1\r\nHost: board\r\n\n${SECRET}`,
  ),
  refusal(
    "a head that ends with CR CR LF is refused (9112 11.2)",
    `POST /echo HTTP/1.1\r\nHost: board\r\n\r\r\n${SECRET}`,
  ),
  refusal(
    "a request line with a second request line is refused (9112 11.2)",
    "GET / HTTP/1.1 GET /status/299 HTTP/1.1\r\nHost: board\r\n\r\n",
  ),
  refusal(
    "a target with a request in it is refused: bare CR (9112 11.2)",
    "GET /\rHost:\ra HTTP/1.1\r\nHost: board\r\n\r\n",
  ),
  refusal("a target with a request in it is refused: bare LF (9112 11.2)", `GET /\nHost: a\n\n${SECRET}`),
  ...[
    "0x0",
    "0 0",
    "-0",
    "+0",
    "0_0",
    "0\x0b",
    "\x0b0",
    "0\0",
    "0\x0c",
    "0\t",
    "0 ",
    "0\r",
    "0\n",
    "0,",
    "0.0",
    "00000000000000000000x",
    "0\xa0",
  ].map((size) =>
    refusal(
      `a last chunk that some would read is refused: ${shown(size)} (9112 11.2)`,
      post(["Transfer-Encoding: chunked"], `${size}\r\n\r\n${SECRET}`),
    ),
  ),
  refusal(
    "a chunk size that wraps to a small one is refused (9112 11.2)",
    post(["Transfer-Encoding: chunked"], `100000000\r\n\r\n${SECRET}`),
    [400, 413],
  ),
  refusal(
    "a bare LF in a chunk extension hides no request (9112 11.2)",
    post(["Transfer-Encoding: chunked"], `2;\nxx\r\n42\r\n0\r\n\r\n${SECRET}`),
  ),
  refusal(
    "a chunk's line end is checked before the next size is believed (9112 11.2)",
    post(["Transfer-Encoding: chunked"], `1\r\nAX0\r\n\r\n${SECRET}`),
  ),
  refusal(
    "trailers end with CRLF CRLF alone (9112 11.2)",
    post(["Transfer-Encoding: chunked"], `0\r\nX: y\n\n${SECRET}`),
  ),
  refusal(
    "chunks in HTTP/1.0 are refused, keep-alive or not (9112 6.1)",
    `POST /echo HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${SECRET}`,
    [400, 501],
  ),
  {
    rule: "a body that looks like a request is a body (9112 11.2)",
    send: post([`Content-Length: ${SECRET.length}`], SECRET),
    answers: [echoed(SECRET)],
  },
  {
    rule: "a chunk that looks like a request is a chunk (9112 11.2)",
    send: post(["Transfer-Encoding: chunked"], `${SECRET.length.toString(16)}\r\n${SECRET}\r\n0\r\n\r\n`),
    answers: [echoed(SECRET)],
  },
  {
    rule: "a trailer that looks like a request is refused (9112 11.2)",
    send: post(["Transfer-Encoding: chunked"], `0\r\n${SECRET}`),
    answers: [{ status: 400 }],
    after: "closed",
  },
  {
    rule: "a chunk extension that looks like a chunk is an extension (9112 11.2)",
    send: post(["Transfer-Encoding: chunked"], '3;a="0"\r\nabc\r\n0\r\n\r\n'),
    answers: [echoed("abc")],
  },
  {
    rule: "bytes behind a body are the next request, and refused if they are none (9112 11.2)",
    send: post(["Content-Length: 3"], "abcdef\r\n\r\n"),
    answers: [echoed("abc"), { status: 400 }],
    after: "closed",
  },
  {
    rule: "bytes behind a request without body are the next request, and refused if they are none (9112 11.2)",
    send: http`
      GET / HTTP/1.1
      Host: board

      x=1

      `,
    answers: [hello, { status: 400 }],
    after: "closed",
  },
  {
    rule: "a method glued to a body is a method of its own (9112 11.2)",
    send: http`
      POST /echo HTTP/1.1
      Host: board
      Content-Length: 0

      XGET /echo HTTP/1.1
      Host: board

      `,
    answers: [echoed(""), echoed("", "XGET")],
  },
];

export const smuggling: Group = { title: "smuggling: RFC 9112 section 11", cases };
