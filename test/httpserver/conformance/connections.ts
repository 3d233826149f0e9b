// RFC 9112 section 9: which connections go on, pipelining, and how they end.
import { type Case, echoed, type Group, hello, notAllowed, notFound, pattern, post, SECRET } from "./case.ts";

const get = (path: string, ...lines: string[]): string =>
  [`GET ${path} HTTP/1.1`, "Host: board", ...lines, "", ""].join("\r\n");
const get10 = (path: string, ...lines: string[]): string =>
  [`GET ${path} HTTP/1.0`, ...lines, "", ""].join("\r\n");

const hello10 = { ...hello, fields: { ...hello.fields, connection: "keep-alive" } };

const persistence: Case[] = [
  { rule: "HTTP/1.1 goes on (9112 9.3)", send: get("/"), answers: [hello] },
  {
    rule: "HTTP/1.1 goes on: request after request (9112 9.3)",
    send: [get("/"), get("/nowhere"), get("/"), post(["Content-Length: 3"], "abc"), get("/")],
    answers: [hello, notFound, hello, echoed("abc"), hello],
  },
  {
    rule: "Connection: keep-alive changes nothing in HTTP/1.1 (9112 9.3)",
    send: get("/", "Connection: keep-alive"),
    answers: [hello],
  },
  ...[
    "close",
    "Close",
    "CLOSE",
    "keep-alive, close",
    "close, x",
    "x ,close",
    "x,\tclose ,y",
    ",close",
    "close,",
    ", ,close",
  ].map(
    (value): Case => ({
      rule: `close ends the connection, in any case and any list: ${value.replace("\t", "\\t")} (9112 9.6)`,
      send: get("/", `Connection: ${value}`),
      answers: [hello],
      after: "closed",
    }),
  ),
  ...["not-close", "close-x", "closed", "foreclose", "close.", "x close"].map(
    (value): Case => ({
      rule: `close is a whole member of the list: ${value} does not end the connection (9112 9.6, 9110 5.6.1)`,
      send: get("/", `Connection: ${value}`),
      answers: [hello],
    }),
  ),
  {
    rule: "close ends the connection, on a line of its own (9112 9.6)",
    send: get("/", "Connection: x", "Connection: close"),
    answers: [hello],
    after: "closed",
  },
  {
    rule: "close ends the connection, whatever follows on another line (9112 9.6)",
    send: get("/", "Connection: close", "Connection: keep-alive"),
    answers: [hello],
    after: "closed",
  },
  {
    rule: "close ends the connection after an answer whose length was not known (9112 9.6)",
    send: get("/stream?n=300", "Connection: close"),
    answers: [{ status: 200, body: pattern(300), framing: "chunked" }],
    after: "closed",
  },
  {
    rule: "close ends the connection after the body of the request (9112 9.6)",
    send: post(["Connection: close", "Content-Length: 3"], "abc"),
    answers: [echoed("abc")],
    after: "closed",
  },
  {
    rule: "after close nothing more is answered (9112 9.6)",
    send: get("/", "Connection: close") + get("/nowhere"),
    answers: [hello],
    after: "closed",
  },
  {
    rule: "Connection names fields, and they are no harm (9110 7.6.1)",
    send: get("/", "Connection: upgrade, http2-settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__"),
    answers: [hello],
  },
  {
    rule: "Upgrade is ignored: the answer is HTTP/1.1 (9110 7.8)",
    send: get("/", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"),
    answers: [hello],
  },
  { rule: "Connection may be empty (9110 7.6.1)", send: get("/", "Connection:"), answers: [hello] },
  {
    rule: "Keep-Alive and Proxy-Connection are fields like others (9112 9.3)",
    send: get("/", "Keep-Alive: timeout=5", "Proxy-Connection: close"),
    answers: [hello],
  },
  { rule: "HTTP/1.0 ends (9112 9.3)", send: get10("/"), answers: [hello], after: "closed" },
  {
    rule: "HTTP/1.0 ends, with Host too (9112 9.3)",
    send: get10("/", "Host: board"),
    answers: [hello],
    after: "closed",
  },
  {
    rule: "HTTP/1.0 goes on if it asks for it, and is told so (9112 9.3)",
    send: get10("/", "Connection: keep-alive"),
    answers: [hello10],
  },
  {
    rule: "HTTP/1.0 goes on if it asks for it, in any case (9112 9.3)",
    send: get10("/", "Connection: Keep-Alive"),
    answers: [hello10],
  },
  {
    rule: "HTTP/1.0 goes on if it asks for it, in a list (9112 9.3)",
    send: get10("/", "Connection: x, keep-alive"),
    answers: [hello10],
  },
  ...["keep-alivex", "not-keep-alive", "keep-alive-not"].map(
    (value): Case => ({
      rule: `keep-alive is a whole member of the list: HTTP/1.0 ends with ${value} (9112 9.3, 9110 5.6.1)`,
      send: get10("/", `Connection: ${value}`),
      answers: [hello],
      after: "closed",
    }),
  ),
  {
    rule: "HTTP/1.0 goes on request after request (9112 9.3)",
    send: [get10("/", "Connection: keep-alive"), get10("/", "Connection: keep-alive"), get10("/")],
    answers: [hello10, hello10, hello],
    after: "closed",
  },
  {
    rule: "HTTP/1.0 ends if it says close, keep-alive or not (9112 9.3)",
    send: get10("/", "Connection: keep-alive, close"),
    answers: [hello],
    after: "closed",
  },
  {
    rule: "HTTP/1.0 with keep-alive ends where only the end tells the length (9112 9.3)",
    send: get10("/stream?n=300", "Connection: keep-alive"),
    answers: [{ status: 200, body: pattern(300), framing: "close" }],
    after: "closed",
  },
  {
    rule: "HTTP/1.0 with keep-alive goes on where the app tells the length (9112 9.3)",
    send: get10("/length?n=300", "Connection: keep-alive"),
    answers: [{ status: 200, body: pattern(300), framing: "length", fields: { connection: "keep-alive" } }],
  },
  {
    rule: "one connection may speak both versions (9112 9.3)",
    send: [get10("/", "Connection: keep-alive"), get("/"), get10("/")],
    answers: [hello10, hello, hello],
    after: "closed",
  },
];

const pipelining: Case[] = [
  {
    rule: "two requests at once get two answers (9112 9.3.2)",
    send: get("/") + get("/"),
    answers: [hello, hello],
  },
  {
    rule: "many requests at once get their answers in order (9112 9.3.2)",
    send: ["a", "b", "c", "d", "e", "f"].map((x) => get(`/echo?${x}`)).join(""),
    answers: ["a", "b", "c", "d", "e", "f"].map((x) => echoed("", "GET", `/echo?${x}`)),
  },
  {
    rule: "more requests at once than fit in one segment get their answers in order (9112 9.3.2)",
    send: Array.from({ length: 45 }, (_, i) => get(`/echo?${i}`)).join(""),
    answers: Array.from({ length: 45 }, (_, i) => echoed("", "GET", `/echo?${i}`)),
    wait: 3,
  },
  {
    rule: "a slow answer keeps the order (9112 9.3.2)",
    send: get("/slow?ms=200") + get("/") + get("/nowhere"),
    answers: [{ status: 200, body: "slow" }, hello, notFound],
    wait: 2,
  },
  {
    rule: "requests with bodies may be pipelined (9112 9.3.2)",
    send:
      post(["Content-Length: 3"], "abc") +
      post(["Transfer-Encoding: chunked"], "1\r\nd\r\n0\r\n\r\n") +
      get("/"),
    answers: [echoed("abc"), echoed("d"), hello],
  },
  {
    rule: "answers of every framing may follow one another (9112 9.3.2)",
    send: get("/stream?n=10") + get("/length?n=10") + get("/status/204") + get("/status/304") + get("/"),
    answers: [
      { status: 200, body: pattern(10) },
      { status: 200, body: pattern(10) },
      { status: 204 },
      { status: 304 },
      hello,
    ],
  },
  {
    rule: "an answer without body is followed by the next: HEAD (9112 9.3.2)",
    send: get("/").replace("GET", "HEAD") + get("/"),
    answers: [{ status: 200, to: "HEAD", fields: { "content-length": "5" } }, hello],
  },
  {
    rule: "a malformed request after a good one is refused after its answer (9112 9.3.2)",
    send: `${get("/")}GET\r\n\r\n`,
    answers: [hello, { status: 400 }],
    after: "closed",
  },
  {
    rule: "nothing is answered after a refused request (9112 9.3.2)",
    send: `GET\r\n\r\n${SECRET}`,
    answers: [{ status: 400 }],
    after: "closed",
  },
  {
    rule: "a request behind a slow answer that closes is not answered (9112 9.6)",
    send: get("/slow?ms=100", "Connection: close") + SECRET,
    answers: [{ status: 200, body: "slow" }],
    after: "closed",
    wait: 2,
  },
  {
    rule: "a request behind one of HTTP/1.0 is not answered (9112 9.3)",
    send: get10("/") + SECRET,
    answers: [hello],
    after: "closed",
  },
  {
    rule: "a half request behind a whole one waits for its rest (9112 9.3.2)",
    send: [`${get("/")}GET / HT`, "TP/1.1\r\nHost: board\r\n\r\n"],
    answers: [hello, hello],
  },
  {
    rule: "little input behind a slow answer is kept (9112 9.3.2)",
    send: [get("/slow?ms=2000"), get("/echo?x", `X: ${"x".repeat(900)}`), get("/")],
    answers: [{ status: 200, body: "slow" }, echoed("", "GET", "/echo?x"), hello],
    wait: 3,
    unsplit: "how much arrives before the answer is what counts",
  },
  {
    rule: "full segments beyond what is kept behind a slow answer end the connection after it (9112 9.3.2, 9.6)",
    send: [get("/slow?ms=3000"), ...Array.from({ length: 4 }, () => "x".repeat(1460))],
    answers: [{ status: 200, body: "slow" }],
    after: "closed",
    wait: 5,
    unsplit: "how much arrives before the answer is what counts",
  },
  {
    rule: "more input than is kept behind a slow answer ends the connection after it (9112 9.3.2, 9.6)",
    send: [get("/slow?ms=3000"), ...Array.from({ length: 5 }, () => get("/echo?x", `X: ${"x".repeat(900)}`))],
    answers: [{ status: 200, body: "slow" }],
    after: "closed",
    wait: 5,
    unsplit: "how much arrives before the answer is what counts",
  },
];

const ends: Case[] = [
  {
    rule: "a client that ends its direction after a request gets the answer (9112 9.6)",
    send: get("/"),
    halfClose: true,
    answers: [hello],
    after: "lost",
  },
  {
    rule: "a client that ends its direction in a head gets nothing that looks like success (9112 8)",
    send: "GET / HTTP/1.1\r\nHost: bo",
    halfClose: true,
    answers: [],
    after: "lost",
  },
  {
    rule: "a client that ends its direction before a request is let go (9112 9.5)",
    send: "",
    halfClose: true,
    answers: [],
    after: "lost",
    unsplit: "there is nothing to split",
  },
  {
    rule: "an error of the app is answered with 500 (9110 15.6.1)",
    send: get("/throw"),
    answers: [{ status: 500 }],
    after: "either",
    prints: /thrown by the app/,
  },
  {
    rule: "an error of the app does no harm to the next client (9110 15.6.1)",
    send: post([], "").replace("/echo", "/throw"),
    answers: [{ status: 500 }],
    after: "either",
    prints: /thrown by the app/,
  },
  {
    rule: "an error of the app and a body that is still to come: the answer arrives (9112 9.6)",
    send: [post(["Content-Length: 6"], "abc").replace("/echo", "/throw"), "def"],
    answers: [{ status: 500 }],
    after: "either",
    prints: /thrown by the app/,
  },
];

const short: Case[] = [
  {
    rule: "a body that comes after the answer is read and dropped, and the connection stays (9112 9.3)",
    send: [post(["Content-Length: 6"], "abc").replace("/echo", "/"), "def", get("/")],
    answers: [notAllowed, hello],
  },
];

export const connections: Group = {
  title: "connections: RFC 9112 section 9",
  cases: [...persistence, ...pipelining, ...short, ...ends],
};
