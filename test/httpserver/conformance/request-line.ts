// RFC 9112 section 3: method and target, and what the app sees of them.
import { type Case, echoed, type Group, hello, http, notAllowed, notFound, refusal, shown } from "./case.ts";

const line = (text: string): string => http`
  ${text}
  Host: board

  `;

const EVERY_TOKEN_CHARACTER = "!#$%&'*+-.^_`|~09azAZ";

const methods: Case[] = [
  ...[
    "GET",
    "POST",
    "PUT",
    "DELETE",
    "OPTIONS",
    "TRACE",
    "PATCH",
    "PROPFIND",
    "M-SEARCH",
    "X",
    EVERY_TOKEN_CHARACTER,
  ].map(
    (method): Case => ({
      rule: `any token is a method, and the app sees it: ${method} (9110 9.1)`,
      send: line(`${method} /echo HTTP/1.1`),
      answers: [echoed("", method)],
    }),
  ),
  {
    rule: "a method is case-sensitive: get is not GET (9110 9.1)",
    send: line("get / HTTP/1.1"),
    answers: [notAllowed],
  },
  {
    rule: "a method is case-sensitive: Head has a body (9110 9.1)",
    send: line("Head / HTTP/1.1"),
    answers: [notAllowed],
  },
  {
    rule: "a method that begins like another is its own (9110 9.1)",
    send: line("GETX / HTTP/1.1"),
    answers: [notAllowed],
  },
  ...'()<>@,;:\\"/[]?={}\x01\x7f\x80\xff'
    .split("")
    .map((character) =>
      refusal(
        `a byte that no token has is refused in a method: ${shown(character)} (9112 3.1)`,
        line(`G${character}T / HTTP/1.1`),
      ),
    ),
  refusal("a NUL in a method is refused (9112 3.1)", line("G\0T / HTTP/1.1")),
  refusal("a tab in a method is refused (9112 3.1)", line("G\tT / HTTP/1.1")),
  refusal("a request without method is refused (9112 3.1)", line("/ HTTP/1.1")),
  refusal("a request line that begins with a space is refused (9112 3)", line(" GET / HTTP/1.1")),
];

const spaces: Case[] = [
  refusal("two spaces after the method are refused (9112 3)", line("GET  / HTTP/1.1")),
  refusal("two spaces after the target are refused (9112 3)", line("GET /  HTTP/1.1")),
  refusal("a tab after the method is refused (9112 3)", line("GET\t/ HTTP/1.1")),
  refusal("a tab after the target is refused (9112 3)", line("GET /\tHTTP/1.1")),
  refusal("a form feed is no space (9112 3)", line("GET\x0c/\x0cHTTP/1.1")),
  refusal("a request without target is refused (9112 3.2)", line("GET HTTP/1.1")),
  refusal("a request with an empty target is refused (9112 3.2)", line("GET  HTTP/1.1")),
  refusal("a space in the target is refused (9112 3.2)", line("GET /a b HTTP/1.1")),
];

const targets: Case[] = [
  ...["/echo?", "/echo?a=b&c=d?e/f", "/echo?%41%zz%", "/echo?a+b;c:@!$'()*,=~-._", "/echo?//http://x"].map(
    (url): Case => ({
      rule: `the app sees the target undecoded: ${url} (9112 3.2)`,
      send: line(`GET ${url} HTTP/1.1`),
      answers: [echoed("", "GET", url)],
    }),
  ),
  {
    rule: "a path is not changed: two slashes are two slashes (9112 3.2.1)",
    send: line("GET //echo HTTP/1.1"),
    answers: [notFound],
  },
  {
    rule: "a path is not changed: dots stay (9112 3.2.1)",
    send: line("GET /x/../echo HTTP/1.1"),
    answers: [notFound],
  },
  ...[
    "echo",
    "echo/x",
    "?a",
    ".",
    ":80",
    "board/echo",
    "http:",
    "http:/echo",
    "http//board/",
    "://board/",
    "1http://board/",
  ].map((target) =>
    refusal(
      `a target that has none of the four forms is refused: ${target} (9112 3.2)`,
      line(`GET ${target} HTTP/1.1`),
    ),
  ),
  refusal("a fragment is no part of a target (9112 3.2)", line("GET /echo#top HTTP/1.1")),
  refusal("a control byte in the target is refused: \\x01 (9112 3.2)", line("GET /\x01 HTTP/1.1")),
  refusal("a control byte in the target is refused: NUL (9112 3.2)", line("GET /\0 HTTP/1.1")),
  refusal("a control byte in the target is refused: DEL (9112 3.2)", line("GET /\x7f HTTP/1.1")),
  refusal("a byte above 127 in the target is refused (9112 3.2)", line("GET /\xc3\xa9 HTTP/1.1")),
];

const absoluteForm: Case[] = [
  {
    rule: "absolute-form is accepted, and the app sees it (9112 3.2.2)",
    send: line("GET http://board/echo?x=1 HTTP/1.1"),
    answers: [echoed("", "GET", "http://board/echo?x=1")],
  },
  ...[
    "http://board",
    "http://board/",
    "http://board:80/",
    "HTTP://BOARD/",
    "https://board/",
    "http://192.168.4.1/",
    "http://[::1]:80/",
  ].map(
    (url): Case => ({
      rule: `absolute-form is accepted: ${url} (9112 3.2.2)`,
      send: line(`GET ${url} HTTP/1.1`),
      answers: [hello],
    }),
  ),
  {
    rule: "absolute-form may have a query and no path (9110 4.2.1)",
    send: line("GET http://board?x HTTP/1.1"),
    answers: [hello],
  },
  {
    rule: "in absolute-form the target names the host, whatever Host says (9112 3.2.2)",
    send: http`
      GET http://board/ HTTP/1.1
      Host: other

      `,
    answers: [hello],
  },
  refusal(
    "absolute-form does not make up for a missing Host (9112 3.2)",
    http`
      GET http://board/ HTTP/1.1

      `,
  ),
  refusal("an http URI without host is refused (9110 4.2.1)", line("GET http:///echo HTTP/1.1")),
  refusal("an http URI without host is refused, a query apart (9110 4.2.1)", line("GET http://?x HTTP/1.1")),
];

const otherForms: Case[] = [
  {
    rule: "asterisk-form asks about the server as a whole: OPTIONS * (9112 3.2.4)",
    send: line("OPTIONS * HTTP/1.1"),
    answers: [notFound],
  },
  refusal("asterisk-form is for OPTIONS alone (9112 3.2.4)", line("GET * HTTP/1.1")),
  refusal("asterisk-form is one asterisk (9112 3.2.4)", line("OPTIONS ** HTTP/1.1")),
  refusal("asterisk-form is nothing but an asterisk (9112 3.2.4)", line("OPTIONS *?x HTTP/1.1")),
  {
    rule: "CONNECT goes to the app with its authority-form, and opens no tunnel that the app did not (9110 9.3.6)",
    send: line("CONNECT board:80 HTTP/1.1"),
    answers: [{ ...notFound, to: "CONNECT" }],
    after: "either",
  },
  ...["/", "board", "board:", "board:x", ":80", "*", "user@board:80", "http://board/"].map((target) =>
    refusal(`CONNECT needs authority-form: ${target} (9112 3.2.3)`, line(`CONNECT ${target} HTTP/1.1`)),
  ),
  refusal("authority-form is for CONNECT alone (9112 3.2.3)", line("GET board:80 HTTP/1.1")),
];

export const requestLine: Group = {
  title: "request line: RFC 9112 section 3",
  cases: [...methods, ...spaces, ...targets, ...absoluteForm, ...otherForms],
};
