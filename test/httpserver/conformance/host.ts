// RFC 9112 section 3.2 and RFC 9110 section 7.2: Host, exactly once and valid.
import { type Case, type Group, hello, http, refusal, shown } from "./case.ts";

const from = (value: string): string => http`
  GET / HTTP/1.1
  Host: ${value}

  `;

const valid = [
  "board",
  "BOARD",
  "board.local",
  "board:80",
  "board:",
  "192.168.4.1",
  "192.168.4.1:8080",
  "[::1]",
  "[fe80::1]:80",
  "[::ffff:192.168.4.1]",
  "a_b-c~d",
  "a%20b",
  "x!$&'()*+;=y",
  "xn--bcher-kva.example",
];

const invalid = [
  "a b",
  "a/b",
  "/",
  "a?b",
  "a#b",
  "a@b",
  "user:pw@board",
  "a:b",
  "a:80:80",
  "a:-1",
  "::1",
  "[::1",
  "::1]",
  "[]",
  "[g::1]",
  "[::1]x",
  "[::1]:x",
  "http://board",
  "a\\b",
  'a"b',
  "<board>",
  "a\tb",
  "board\x7f",
  "b\xf6ard",
  "a[b",
];

const cases: Case[] = [
  ...valid.map(
    (value): Case => ({
      rule: `Host is a host and maybe a port: ${value} (9110 7.2)`,
      send: from(value),
      answers: [hello],
    }),
  ),
  { rule: "Host may be empty (9112 3.2)", send: from(""), answers: [hello] },
  ...invalid.map((value) => refusal(`an invalid Host is refused: ${shown(value)} (9112 3.2)`, from(value))),
  {
    rule: "Host may come after other fields (9110 7.2)",
    send: http`
      GET / HTTP/1.1
      Accept: */*
      hOST: board

      `,
    answers: [hello],
  },
  refusal("HTTP/1.1 without Host is refused (9112 3.2)", "GET / HTTP/1.1\r\n\r\n"),
  refusal(
    "HTTP/1.1 without Host is refused, other fields or not (9112 3.2)",
    "GET / HTTP/1.1\r\nAccept: */*\r\n\r\n",
  ),
  refusal("HTTP/1.2 without Host is refused as HTTP/1.1 is (9112 3.2)", "GET / HTTP/1.2\r\n\r\n"),
  {
    rule: "HTTP/1.0 needs no Host (9112 3.2)",
    send: "GET / HTTP/1.0\r\n\r\n",
    answers: [hello],
    after: "closed",
  },
  refusal("two different Hosts are refused (9112 3.2)", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
  refusal("two equal Hosts are refused (9112 3.2)", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"),
  refusal("two Hosts are refused, the first empty (9112 3.2)", "GET / HTTP/1.1\r\nHost:\r\nHost: a\r\n\r\n"),
  refusal(
    "two Hosts are refused, the second empty (9112 3.2)",
    "GET / HTTP/1.1\r\nHost: a\r\nX: y\r\nhost:\r\n\r\n",
  ),
  refusal("two Hosts are refused in HTTP/1.0 (9112 3.2)", "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"),
  refusal("an invalid Host is refused in HTTP/1.0 (9112 3.2)", "GET / HTTP/1.0\r\nHost: a b\r\n\r\n"),
];

export const host: Group = { title: "Host: RFC 9112 section 3.2, RFC 9110 section 7.2", cases };
