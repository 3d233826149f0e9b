// RFC 9110 section 10.1.1: Expect: 100-continue.
import { type Case, echoed, type Group, hello, http, post } from "./case.ts";

const EXPECT = "Expect: 100-continue";

const cases: Case[] = [
  {
    rule: "a client that waits is told to go on, once, and then answered (9110 10.1.1)",
    send: [post([EXPECT, "Content-Length: 3"]), "abc"],
    answers: [{ ...echoed("abc"), continued: true }],
  },
  {
    rule: "a client that waits may send chunks (9110 10.1.1)",
    send: [post([EXPECT, "Transfer-Encoding: chunked"]), "3\r\nabc\r\n0\r\n\r\n"],
    answers: [{ ...echoed("abc"), continued: true }],
  },
  ...["100-Continue", "100-CONTINUE", " \t100-continue "].map(
    (value): Case => ({
      rule: `the expectation is case-insensitive: "${value.replace("\t", "\\t")}" (9110 10.1.1)`,
      send: [post([`Expect: ${value}`, "Content-Length: 3"]), "abc"],
      answers: [{ ...echoed("abc"), continued: true }],
    }),
  ),
  {
    rule: "a body in pieces is asked for once (9110 10.1.1)",
    send: [post([EXPECT, "Content-Length: 6"]), "ab", "cd", "ef"],
    answers: [{ ...echoed("abcdef"), continued: true }],
  },
  {
    rule: "a body that comes with its head may or may not be asked for (9110 10.1.1)",
    send: post([EXPECT, "Content-Length: 3"], "abc"),
    answers: [{ ...echoed("abc"), continued: "perhaps" }],
  },
  {
    rule: "a request without body is not told to go on: Content-Length: 0 (9110 10.1.1)",
    send: post([EXPECT, "Content-Length: 0"]),
    answers: [echoed("")],
  },
  {
    rule: "a request without body is not told to go on: GET (9110 10.1.1)",
    send: http`
      GET / HTTP/1.1
      Host: board
      Expect: 100-continue

      `,
    answers: [hello],
  },
  {
    rule: "HTTP/1.0 is not told to go on: it does not know 100 (9110 10.1.1)",
    send: [
      http`
        POST /echo HTTP/1.0
        Expect: 100-continue
        Content-Length: 3

        `,
      "abc",
    ],
    answers: [echoed("abc")],
    after: "closed",
  },
  {
    rule: "an app that answers without the body is not made to read it, and the client not to send it (9110 10.1.1)",
    send: post([EXPECT, "Content-Length: 3"]).replace("/echo", "/"),
    answers: [{ status: 405 }],
    after: "closed",
  },
  {
    rule: "an app that answers without the body leaves no doubt where the next request begins (9110 10.1.1)",
    send: [post([EXPECT, "Content-Length: 3"]).replace("/echo", "/status/403"), "abc"],
    answers: [{ status: 403 }],
    after: "closed",
  },
  {
    rule: "an app that fails sends no 100 before its 500 (9110 10.1.1)",
    send: post([EXPECT, "Content-Length: 3"]).replace("/echo", "/throw"),
    answers: [{ status: 500 }],
    after: "closed",
    prints: /thrown by the app/,
  },
  {
    rule: "two of the same expectation are one (9110 10.1.1)",
    send: [post([EXPECT, EXPECT, "Content-Length: 3"]), "abc"],
    answers: [{ ...echoed("abc"), continued: true }],
  },
  ...[
    "x",
    "200-ok",
    "100",
    "100-continued",
    "continue",
    "100-continue; q=1",
    "100-continue=x",
    "100-continue, x",
  ].map(
    (value): Case => ({
      rule: `an unknown expectation is refused with 417, and nothing is read: ${value} (9110 10.1.1)`,
      send: post([`Expect: ${value}`, "Content-Length: 3"]),
      answers: [{ status: 417 }],
      after: "closed",
    }),
  ),
  {
    rule: "a bad head is refused without 100: no Host (9110 10.1.1)",
    send: "POST /echo HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n",
    answers: [{ status: 400 }],
    after: "closed",
  },
  {
    rule: "a bad head is refused without 100: a field after Expect (9110 10.1.1)",
    send: post([EXPECT, "Content-Length: 3", "X Y: z"]),
    answers: [{ status: 400 }],
    after: "closed",
  },
  {
    rule: "a bad head is refused without 100: an unknown coding (9110 10.1.1)",
    send: post([EXPECT, "Transfer-Encoding: gzip, chunked"]),
    answers: [{ status: 501 }],
    after: "closed",
  },
  {
    rule: "a bad head is refused without 100: a length that does not fit (9110 10.1.1)",
    send: post([EXPECT, "Content-Length: 99999999999"]),
    answers: [{ status: [400, 413] }],
    after: "closed",
  },
  {
    rule: "the next request is not told to go on (9110 10.1.1)",
    send: [post([EXPECT, "Content-Length: 3"]), "abc", post(["Content-Length: 2"]), "de"],
    answers: [{ ...echoed("abc"), continued: true }, echoed("de")],
  },
  {
    rule: "each request that waits is told to go on (9110 10.1.1)",
    send: [post([EXPECT, "Content-Length: 3"]), "abc", post([EXPECT, "Content-Length: 2"]), "de"],
    answers: [
      { ...echoed("abc"), continued: true },
      { ...echoed("de"), continued: true },
    ],
  },
  {
    rule: "a pipelined request that waits is told to go on after the answer before it (9110 10.1.1)",
    send: [`GET / HTTP/1.1\r\nHost: board\r\n\r\n${post([EXPECT, "Content-Length: 3"])}`, "abc"],
    answers: [hello, { ...echoed("abc"), continued: true }],
  },
  {
    rule: "100 comes with HEAD, and the answer has no body (9110 10.1.1)",
    send: [post([EXPECT, "Content-Length: 3"]).replace("POST", "HEAD"), "abc"],
    answers: [{ status: 200, to: "HEAD", fields: { "x-body-length": "3" }, continued: true }],
  },
];

export const expectation: Group = { title: "Expect: RFC 9110 section 10.1.1", cases };
