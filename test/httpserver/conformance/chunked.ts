// RFC 9112 section 7.1: chunks, their extensions, trailers.
import {
  type Case,
  echoed,
  type Group,
  hello,
  http,
  notAllowed,
  post,
  refusal,
  SECRET,
  shown,
} from "./case.ts";

/** A POST to `/echo` whose body is these bytes. */
const chunks = (body: string): string => post(["Transfer-Encoding: chunked"], body);

const accept = (rule: string, body: string, text: string): Case => ({
  rule,
  send: chunks(body),
  answers: [echoed(text)],
});

const SIXTEEN = "0123456789abcdef";

const good: Case[] = [
  accept("a body may be one chunk (9112 7.1)", "3\r\nabc\r\n0\r\n\r\n", "abc"),
  accept("a body may be several chunks (9112 7.1)", "3\r\nabc\r\n1\r\nd\r\n2\r\nef\r\n0\r\n\r\n", "abcdef"),
  accept("a body may be no chunk (9112 7.1)", "0\r\n\r\n", ""),
  accept("a size is hexadecimal (9112 7.1)", `10\r\n${SIXTEEN}\r\n0\r\n\r\n`, SIXTEEN),
  accept("a size may have small letters (9112 7.1)", "a\r\n0123456789\r\n0\r\n\r\n", "0123456789"),
  accept("a size may have capital letters (9112 7.1)", "A\r\n0123456789\r\n0\r\n\r\n", "0123456789"),
  accept("a size may have leading zeros (9112 7.1)", "0003\r\nabc\r\n0\r\n\r\n", "abc"),
  accept(
    "a size may have more leading zeros than a number has digits (9112 7.1)",
    "00000000000000000003\r\nabc\r\n0\r\n\r\n",
    "abc",
  ),
  accept("the last chunk may have several zeros (9112 7.1)", "3\r\nabc\r\n000\r\n\r\n", "abc"),
  accept(
    "a chunk's data are counted, not searched (9112 7.1)",
    "7\r\n\r\n0\r\n\r\n\r\n0\r\n\r\n",
    "\r\n0\r\n\r\n",
  ),
  accept("a chunk may have any bytes (9112 7.1)", "4\r\n\0\xff\r\n\r\n0\r\n\r\n", "\0\xff\r\n"),
  accept("chunks of one byte are chunks (9112 7.1)", `${"1\r\nx\r\n".repeat(20)}0\r\n\r\n`, "x".repeat(20)),
  accept("an extension is ignored: a name (9112 7.1.1)", "3;a\r\nabc\r\n0\r\n\r\n", "abc"),
  accept("an extension is ignored: a name and a value (9112 7.1.1)", "3;a=b\r\nabc\r\n0\r\n\r\n", "abc"),
  accept("an extension is ignored: a quoted value (9112 7.1.1)", '3;a="b c;\\"d"\r\nabc\r\n0\r\n\r\n', "abc"),
  accept("an extension is ignored: several (9112 7.1.1)", "3;a;b=1;c\r\nabc\r\n0\r\n\r\n", "abc"),
  accept(
    "an extension is ignored: white space around its semicolon (9112 7.1.1)",
    "3 \t; a\r\nabc\r\n0\r\n\r\n",
    "abc",
  ),
  accept("an extension is ignored: of the last chunk (9112 7.1.1)", "3\r\nabc\r\n0;a=b\r\n\r\n", "abc"),
  accept("a trailer is read and no part of the body (9112 7.1.2)", "3\r\nabc\r\n0\r\nX: y\r\n\r\n", "abc"),
  accept("several trailers are read (9112 7.1.2)", "3\r\nabc\r\n0\r\nX: y\r\nEmpty:\r\nZ: 1\r\n\r\n", "abc"),
  accept(
    "a trailer cannot change the body's length (9110 6.5.1)",
    "3\r\nabc\r\n0\r\nContent-Length: 50\r\nTransfer-Encoding: gzip\r\n\r\n",
    "abc",
  ),
  accept("a trailer cannot be a second Host (9110 6.5.1)", "3\r\nabc\r\n0\r\nHost: other\r\n\r\n", "abc"),
  accept(
    "a trailer cannot end the connection (9110 6.5.1)",
    "3\r\nabc\r\n0\r\nConnection: close\r\n\r\n",
    "abc",
  ),
  {
    rule: "trailers are not shown among the head's fields (9110 6.5.1)",
    send: http`
      POST /headers HTTP/1.1
      Host: board
      Transfer-Encoding: chunked

      0
      X: y

      `,
    answers: [{ status: 200, body: "host: board\ntransfer-encoding: chunked\n" }],
    after: "either",
  },
  {
    rule: "the next request begins after the empty line (9112 7.1)",
    send: chunks("3\r\nabc\r\n0\r\n\r\nGET / HTTP/1.1\r\nHost: board\r\n\r\n"),
    answers: [echoed("abc"), hello],
  },
  {
    rule: "the next request begins after the trailers (9112 7.1.2)",
    send: chunks("0\r\nX: y\r\n\r\nGET / HTTP/1.1\r\nHost: board\r\n\r\n"),
    answers: [echoed(""), hello],
  },
  {
    rule: "chunks may come long after one another (9112 7.1)",
    send: [chunks("3\r\na"), "bc\r", "\n2\r\nde\r\n", "0\r\n", "\r\n"],
    answers: [echoed("abcde")],
  },
  {
    rule: "any method may have chunks: GET (9112 6.3)",
    send: http`
      GET /echo HTTP/1.1
      Host: board
      Transfer-Encoding: chunked

      3
      abc
      0

      `,
    answers: [echoed("abc", "GET")],
  },
  {
    rule: "chunks that nobody reads do not become a request (9112 9.3)",
    send: http`
      POST / HTTP/1.1
      Host: board
      Transfer-Encoding: chunked

      ${SECRET.length.toString(16)}
      ${SECRET}
      0

      `,
    answers: [notAllowed],
    after: "either",
  },
  {
    rule: "a body that the client does not complete is not answered as if it were whole: no last chunk (9112 8)",
    send: chunks("3\r\nabc\r\n"),
    halfClose: true,
    answers: [],
    after: "lost",
  },
  {
    rule: "a body that the client does not complete is not answered as if it were whole: no last line (9112 8)",
    send: chunks("3\r\nabc\r\n0\r\n"),
    halfClose: true,
    answers: [],
    after: "lost",
  },
];

const malformed: Case[] = [
  ...[
    "",
    "g",
    "x3",
    "-3",
    "+3",
    "0x3",
    " 3",
    "\t3",
    "3 ",
    "3\t",
    "3 4",
    "3.0",
    "3,",
    "3_0",
    '"3"',
    "3\0",
    "\x0b3",
    "3\xa0",
    "0 0",
    "３",
  ].map((size) =>
    refusal(
      `a chunk size that is no hexadecimal number is refused: "${shown(Buffer.from(size).toString("latin1"))}" (9112 7.1)`,
      chunks(`${Buffer.from(size).toString("latin1")}\r\nabc\r\n0\r\n\r\n`),
    ),
  ),
  ...[
    "80000000",
    "ffffffff",
    "100000003",
    "7fffffffffffffff",
    "ffffffffffffffff",
    "10000000000000003",
    `${"f".repeat(40)}3`,
  ].map((size) =>
    refusal(
      `a chunk size beyond 31 bits is refused, never wrapped: ${size.length > 20 ? "41 digits" : size} (9112 7.1)`,
      chunks(`${size}\r\nabc\r\n0\r\n\r\n`),
      [400, 413],
    ),
  ),
  refusal("a size line that ends with LF alone is refused (9112 7.1)", chunks("3\nabc\r\n0\r\n\r\n")),
  refusal("a size line with a bare CR is refused (9112 7.1)", chunks("3\rabc\r\n0\r\n\r\n")),
  refusal("a size line with a CR before its end is refused (9112 7.1)", chunks("3\r\r\nabc\r\n0\r\n\r\n")),
  refusal("a bare LF in an extension is refused (9112 7.1.1)", chunks("3;a\nabc\r\n0\r\n\r\n")),
  refusal("a bare CR in an extension is refused (9112 7.1.1)", chunks("3;a\rb\r\nabc\r\n0\r\n\r\n")),
  refusal("a NUL in an extension is refused (9112 7.1.1)", chunks("3;a\0\r\nabc\r\n0\r\n\r\n")),
  refusal("a chunk longer than its size is refused (9112 7.1)", chunks("3\r\nabcd\r\n0\r\n\r\n")),
  refusal("a chunk shorter than its size is refused (9112 7.1)", chunks("5\r\nabc\r\n0\r\n\r\n")),
  refusal("a chunk without line end is refused (9112 7.1)", chunks("3\r\nabc0\r\n\r\n")),
  refusal("a chunk that ends with LF alone is refused (9112 7.1)", chunks("3\r\nabc\n0\r\n\r\n")),
  refusal("a chunk that ends with CR alone is refused (9112 7.1)", chunks("3\r\nabc\r0\r\n\r\n")),
  refusal(
    "a chunk that ends with two bytes other than CRLF is refused (9112 7.1)",
    chunks("3\r\nabcXY0\r\n\r\n"),
  ),
  refusal("a chunk that ends with CR and another byte is refused (9112 7.1)", chunks("3\r\nabc\rX0\r\n\r\n")),
  refusal("an empty line between chunks is refused (9112 7.1)", chunks("3\r\nabc\r\n\r\n0\r\n\r\n")),
  refusal("a last chunk that ends with LF alone is refused (9112 7.1)", chunks("3\r\nabc\r\n0\n\r\n")),
  refusal("an end of the body that is LF alone is refused (9112 7.1)", chunks("3\r\nabc\r\n0\r\n\n")),
  refusal("a malformed trailer is refused: no colon (9112 7.1.2)", chunks("0\r\nabc\r\n\r\n")),
  refusal("a malformed trailer is refused: a space in its name (9112 7.1.2)", chunks("0\r\nX Y: z\r\n\r\n")),
  refusal(
    "a malformed trailer is refused: a space before the colon (9112 7.1.2)",
    chunks("0\r\nX : z\r\n\r\n"),
  ),
  refusal("a malformed trailer is refused: folded (9112 7.1.2)", chunks("0\r\nX: y\r\n z\r\n\r\n")),
  refusal("a malformed trailer is refused: a bare LF (9112 7.1.2)", chunks("0\r\nX: y\n\r\n")),
  refusal("a malformed trailer is refused: a NUL (9112 7.1.2)", chunks("0\r\nX: \0\r\n\r\n")),
  refusal(
    "a body without chunks where chunks were announced is refused (9112 7.1)",
    chunks("hello world\r\n"),
  ),
];

export const chunked: Group = { title: "chunks: RFC 9112 section 7", cases: [...good, ...malformed] };
