// RFC 9112 section 6: where a request's body ends.
import { type Case, echoed, type Group, hello, http, post, refusal, SECRET, shown } from "./case.ts";

const EVERY_BYTE = Array.from({ length: 256 }, (_, i) => String.fromCharCode(i)).join("");

const length: Case[] = [
  {
    rule: "Content-Length counts the body's bytes (9112 6.2)",
    send: post(["Content-Length: 3"], "abc"),
    answers: [echoed("abc")],
  },
  { rule: "Content-Length may be 0 (9110 8.6)", send: post(["Content-Length: 0"]), answers: [echoed("")] },
  {
    rule: "a request without Content-Length and Transfer-Encoding has no body (9112 6.3)",
    send: post([]),
    answers: [echoed("")],
  },
  {
    rule: "a body may have any bytes (9112 6)",
    send: post(["Content-Length: 256"], EVERY_BYTE),
    answers: [echoed(EVERY_BYTE)],
  },
  {
    rule: "a body is counted, not searched: line ends in it (9112 6.2)",
    send: post(["Content-Length: 8"], "\r\n\r\n\n\r\n\0"),
    answers: [echoed("\r\n\r\n\n\r\n\0")],
  },
  {
    rule: "a body is counted, not searched: a request in it (9112 6.2)",
    send: post([`Content-Length: ${SECRET.length}`], SECRET),
    answers: [echoed(SECRET)],
  },
  {
    rule: "leading zeros are digits (9110 8.6)",
    send: post(["Content-Length: 0003"], "abc"),
    answers: [echoed("abc")],
  },
  {
    rule: "many leading zeros do not overflow (9110 8.6)",
    send: post(["Content-Length: 00000000000000000000000000000003"], "abc"),
    answers: [echoed("abc")],
  },
  {
    rule: "white space around the number is ignored (9112 5)",
    send: post(["Content-Length: \t 3 \t"], "abc"),
    answers: [echoed("abc")],
  },
  {
    rule: "the name is case-insensitive (9110 5.1)",
    send: post(["cONTENT-lENGTH: 3"], "abc"),
    answers: [echoed("abc")],
  },
  ...["GET", "DELETE", "OPTIONS", "PUT", "PATCH", "BREW"].map(
    (method): Case => ({
      rule: `any method may have a body: ${method} (9110 9.3)`,
      send: http`
      ${method} /echo HTTP/1.1
      Host: board
      Content-Length: 3

      abc`,
      answers: [echoed("abc", method)],
    }),
  ),
  {
    rule: "a body of HTTP/1.0 is counted too (9112 6.2)",
    send: http`
      POST /echo HTTP/1.0
      Content-Length: 3

      abc`,
    answers: [echoed("abc")],
    after: "closed",
  },
  {
    rule: "the next request begins after the last byte of the body (9112 6.3)",
    send: post(["Content-Length: 3"], `abc${post(["Content-Length: 2"], "de")}`),
    answers: [echoed("abc"), echoed("de")],
  },
  {
    rule: "a body may come long after its head (9112 6)",
    send: [post(["Content-Length: 6"], "ab"), "cd", "ef"],
    answers: [echoed("abcdef")],
  },
  {
    rule: "repeated equal lengths are accepted (9112 6.3, 9110 8.6)",
    send: post(["Content-Length: 3", "Content-Length: 3"], "abc"),
    answers: [echoed("abc")],
  },
  refusal(
    "repeated different lengths are refused (9112 6.3)",
    post(["Content-Length: 3", "Content-Length: 4"], "abc"),
  ),
  refusal(
    "repeated different lengths are refused, 0 first (9112 6.3)",
    post(["Content-Length: 0", "Content-Length: 3"], "abc"),
  ),
  refusal(
    "repeated different lengths are refused, 0 last (9112 6.3)",
    post(["Content-Length: 3", "Content-Length: 0"], "abc"),
  ),
  refusal("a list of different lengths is refused (9112 6.3)", post(["Content-Length: 3, 4"], "abc")),
  {
    rule: "a list of equal lengths is the length or refused (9110 8.6)",
    send: post(["Content-Length: 3, 3"], "abc"),
    answers: [{ status: [200, 400] }],
    after: "either",
  },
  ...[
    "abc",
    "-1",
    "+3",
    "3.0",
    "3e0",
    "0x3",
    "3 4",
    "3;",
    "'3'",
    '"3"',
    ",3",
    "3,",
    "",
    "٣",
    "1_0",
    "-0",
    "0b11",
    "Infinity",
    "nil",
    "3\xa0",
    "３",
  ].map((value) =>
    refusal(
      `a Content-Length that is no number is refused: ${shown(value) || "nothing"} (9112 6.3)`,
      post([`Content-Length: ${Buffer.from(value).toString("latin1")}`], "abc"),
    ),
  ),
  ...[
    "4294967296",
    "4294967299",
    "9999999999",
    "18446744073709551616",
    "18446744073709551619",
    "1".repeat(100),
  ].map((value) =>
    refusal(
      `a length beyond 31 bits is refused, never wrapped: ${value.length > 20 ? "100 digits" : value} (9110 8.6)`,
      post([`Content-Length: ${value}`], "abc"),
      [400, 413],
    ),
  ),
  {
    rule: "a body that the client does not complete is not answered as if it were whole (9112 8)",
    send: post(["Content-Length: 5"], "abc"),
    halfClose: true,
    answers: [],
    after: "lost",
  },
];

const coding: Case[] = [
  {
    rule: "Transfer-Encoding: chunked tells where the body ends (9112 6.3)",
    send: post(["Transfer-Encoding: chunked"], "3\r\nabc\r\n0\r\n\r\n"),
    answers: [echoed("abc")],
  },
  ...["Chunked", "CHUNKED", "\tchunked ", "chunKed"].map(
    (value): Case => ({
      rule: `the coding's name is case-insensitive, white space no part of it: "${shown(value)}" (9112 7)`,
      send: post([`Transfer-Encoding: ${value}`], "3\r\nabc\r\n0\r\n\r\n"),
      answers: [echoed("abc")],
    }),
  ),
  {
    rule: "TE is not Transfer-Encoding (9110 10.1.4)",
    send: post(["TE: chunked, trailers", "Content-Length: 3"], "abc"),
    answers: [echoed("abc")],
  },
  ...["gzip, chunked", "gzip,chunked", "deflate , chunked", "compress, gzip, chunked", "x, chunked"].map(
    (value) =>
      refusal(
        `an unknown coding below chunked is refused with 501: ${value} (9112 6.1)`,
        post([`Transfer-Encoding: ${value}`], "3\r\nabc\r\n0\r\n\r\n"),
        501,
      ),
  ),
  refusal(
    "an unknown coding below chunked is refused with 501, on two lines too (9112 6.1)",
    post(["Transfer-Encoding: gzip", "Transfer-Encoding: chunked"], "3\r\nabc\r\n0\r\n\r\n"),
    [400, 501],
  ),
  ...[
    "gzip",
    "identity",
    "chunked, gzip",
    "chunked, identity",
    "chunked, chunked",
    "chunkedd",
    "xchunked",
    "x-chunked",
    "chun",
    "chunked;q=1",
    '"chunked"',
    "'chunked'",
    "chunked x",
    "chunked chunked",
    "chunked,gzip,",
    "",
    ",",
    "chun\xe2\x84\xaaed",
  ].map((value) =>
    refusal(
      `a body whose last coding is not chunked has no end, and is refused: ${shown(value) || "nothing"} (9112 6.3)`,
      post([`Transfer-Encoding: ${value}`], "3\r\nabc\r\n0\r\n\r\n"),
      [400, 501],
    ),
  ),
  refusal(
    "chunked may be applied only once, on two lines too (9112 6.1)",
    post(["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"], "3\r\nabc\r\n0\r\n\r\n"),
  ),
  refusal(
    "a coding after chunked is refused, on two lines too (9112 6.3)",
    post(["Transfer-Encoding: chunked", "Transfer-Encoding: identity"], "3\r\nabc\r\n0\r\n\r\n"),
    [400, 501],
  ),
  refusal(
    "Transfer-Encoding in HTTP/1.0 is a faulty message (9112 6.1)",
    http`
      POST /echo HTTP/1.0
      Host: board
      Transfer-Encoding: chunked

      3
      abc
      0

      `,
  ),
  refusal(
    "Content-Length and then Transfer-Encoding are refused (9112 6.3)",
    post(["Content-Length: 3", "Transfer-Encoding: chunked"], "0\r\n\r\n"),
  ),
  refusal(
    "Transfer-Encoding and then Content-Length are refused (9112 6.3)",
    post(["Transfer-Encoding: chunked", "Content-Length: 3"], "0\r\n\r\n"),
  ),
  refusal(
    "Content-Length: 0 and Transfer-Encoding are refused (9112 6.3)",
    post(["Content-Length: 0", "Transfer-Encoding: chunked"], "0\r\n\r\n"),
  ),
];

const unread: Case[] = [
  {
    rule: "an answer that needs no body does not wait for it, and what was not read does not become a request (9112 9.3)",
    send: [
      http`
        POST / HTTP/1.1
        Host: board
        Content-Length: ${SECRET.length}

        `,
      SECRET,
    ],
    answers: [{ status: 405, body: "no" }],
    after: "either",
  },
  {
    rule: "a short body that nobody reads is read and dropped, and the connection stays (9112 9.3)",
    send: http`
      POST / HTTP/1.1
      Host: board
      Content-Length: 3

      abcGET / HTTP/1.1
      Host: board

      `,
    answers: [{ status: 405, body: "no" }, hello],
  },
  {
    rule: "a long body that nobody reads ends the connection, and the client still gets the answer (9112 9.6)",
    send: [
      http`
        POST / HTTP/1.1
        Host: board
        Content-Length: 500000

        `,
      "x".repeat(4000),
      "x".repeat(4000),
    ],
    answers: [{ status: 405, body: "no" }],
    after: "closed",
    wait: 6,
    unsplit: "how much arrives before the end is what counts",
  },
];

export const body: Group = {
  title: "body: RFC 9112 section 6",
  cases: [...length, ...coding, ...unread],
};
