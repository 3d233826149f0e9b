// RFC 9112 section 2: what a message is made of, its line ends, and its version.
import { type Case, type Group, hello, http, notFound, refusal, saw, shown } from "./case.ts";

const get = (version: string): string => http`
  GET / ${version}
  Host: board

  `;

const lines: Case[] = [
  {
    rule: "a request is a request line, fields, an empty line (9112 2.1)",
    send: http`
      GET / HTTP/1.1
      Host: board

      `,
    answers: [hello],
  },
  {
    rule: "an empty line before the request line is ignored (9112 2.2)",
    send: http`

      GET / HTTP/1.1
      Host: board

      `,
    answers: [hello],
  },
  {
    rule: "an empty line between two requests is ignored (9112 2.2)",
    send: http`
      POST /sink HTTP/1.1
      Host: board
      Content-Length: 3

      abc
      GET / HTTP/1.1
      Host: board

      `,
    answers: [{ status: 200, body: "3 30833" }, hello],
  },
  {
    rule: "an empty line after the last request is ignored (9112 2.2)",
    send: http`
      GET / HTTP/1.1
      Host: board


      `,
    answers: [hello],
  },
  {
    rule: "bytes are not decoded as text before the message is read (9112 2.2)",
    send: http`
      GET /headers HTTP/1.1
      Host: board
      X: \xe4\xbd\xa0\xc3\xa9\xff\x80

      `,
    answers: [saw("x: \xe4\xbd\xa0\xc3\xa9\xff\x80")],
  },
  refusal(
    "a line that ends with LF alone is refused: the request line (9112 2.2)",
    "GET / HTTP/1.1\nHost: board\r\n\r\n",
  ),
  refusal(
    "a line that ends with LF alone is refused: a field (9112 2.2)",
    "GET / HTTP/1.1\r\nHost: board\n\r\n",
  ),
  refusal(
    "a line that ends with LF alone is refused: the head's end (9112 2.2)",
    "GET / HTTP/1.1\r\nHost: board\r\n\n",
  ),
  refusal("LF alone is no line end anywhere (9112 2.2)", "GET / HTTP/1.1\nHost: board\n\n"),
  refusal("a bare CR in the request line is refused (9112 2.2)", "GET /\r HTTP/1.1\r\nHost: board\r\n\r\n"),
  refusal("a bare CR instead of a line end is refused (9112 2.2)", "GET / HTTP/1.1\rHost: board\r\n\r\n"),
  refusal(
    "a CR before the line end is refused: the request line (9112 2.2)",
    "GET / HTTP/1.1\r\r\nHost: board\r\n\r\n",
  ),
  refusal(
    "a CR before the line end is refused: a field (9112 2.2)",
    "GET / HTTP/1.1\r\nHost: board\r\r\n\r\n",
  ),
  refusal(
    "a CR before the line end is refused: the head's end (9112 2.2)",
    "GET / HTTP/1.1\r\nHost: board\r\n\r\r\n",
  ),
  refusal(
    "white space between request line and first field is refused: a space (9112 2.2)",
    "GET / HTTP/1.1\r\n Host: board\r\n\r\n",
  ),
  refusal(
    "white space between request line and first field is refused: a tab (9112 2.2)",
    "GET / HTTP/1.1\r\n\tHost: board\r\n\r\n",
  ),
  refusal(
    "white space between request line and first field is refused, also as a line of its own (9112 2.2)",
    "GET / HTTP/1.1\r\n \r\nHost: board\r\n\r\n",
  ),
  refusal(
    "a line of white space before the request line is refused (9112 2.2)",
    " \r\nGET / HTTP/1.1\r\nHost: board\r\n\r\n",
  ),
  refusal("a NUL before the request line is refused (9112 2.2)", "\0GET / HTTP/1.1\r\nHost: board\r\n\r\n"),
  refusal(
    "a byte order mark before the request line is refused (9112 2.2)",
    "\xef\xbb\xbfGET / HTTP/1.1\r\nHost: board\r\n\r\n",
  ),
  refusal("words that are no request are refused (9112 2.2)", "hello board\r\n\r\n"),
  refusal("a response is no request (9112 2.1)", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
  refusal("a field is no request line (9112 2.1)", "Host: board\r\n\r\n"),
  {
    rule: "what is no HTTP at all is refused or closed, at the latest when the head's time is over: TLS (9112 2.2)",
    send: "\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03\x5c\x6b\x8e\x11\x90\x7f\x00\xff\x20\x13\x02",
    answers: [{ status: [400, 408] }],
    after: "closed",
    wait: 13,
  },
  {
    rule: "what is no HTTP at all is refused: binary lines (9112 2.2)",
    send: "\x80\x81\xff\x00\x01\r\n\x00\x00\r\n\r\n",
    answers: [{ status: 400 }],
    after: "closed",
  },
];

const versions: Case[] = [
  {
    rule: "a higher minor version is answered as HTTP/1.1: HTTP/1.2 (9110 2.5)",
    send: get("HTTP/1.2"),
    answers: [hello],
  },
  {
    rule: "a higher minor version is answered as HTTP/1.1: HTTP/1.9 (9110 2.5)",
    send: get("HTTP/1.9"),
    answers: [hello],
  },
  {
    rule: "HTTP/1.0 is answered, Host or not (9112 2.3)",
    send: http`
      GET /nowhere HTTP/1.0

      `,
    answers: [notFound],
    after: "closed",
  },
  ...["HTTP/2.0", "HTTP/0.9", "HTTP/3.0", "HTTP/9.1"].map((version) =>
    refusal(`another major version is refused with 505: ${version} (9110 15.6.6)`, get(version), 505),
  ),
  refusal("the preface of HTTP/2 is refused (9110 15.6.6)", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
  ...[
    "http/1.1",
    "Http/1.1",
    "HTTP/1.10",
    "HTTP/11.1",
    "HTTP/01.1",
    "HTTP/1.01",
    "HTTP/1",
    "HTTP/1.",
    "HTTP/.1",
    "HTTP/",
    "HTTP",
    "HTTP 1.1",
    "HTTP/1,1",
    "HTTP/1x1",
    "HTTP/ 1.1",
    "HTTP/1. 1",
    "HTTP/-1.1",
    "HTTP/+1.1",
    "HTTP/1.1.1",
    "HTTP/1.1x",
    "HTTP/A.B",
    "HTTPS/1.1",
    "HTCPCP/1.0",
    "HTTP//1.1",
    "\\HTTP/1.1",
    "HTTP/1.1 ",
    "HTTP/1.1\t",
    "HTTP/1.1\0",
    " HTTP/1.1",
    "\tHTTP/1.1",
  ].map((version) => refusal(`a malformed version is refused: "${shown(version)}" (9112 2.3)`, get(version))),
  refusal("a request without version is refused: it is HTTP/0.9 (9112 3)", "GET /\r\n"),
  refusal("a request without version is refused, with fields too (9112 3)", "GET /\r\nHost: board\r\n\r\n"),
];

export const message: Group = {
  title: "message: RFC 9112 section 2",
  cases: [...lines, ...versions],
};
