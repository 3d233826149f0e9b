// RFC 9110 sections 6, 8, 9 and 15, RFC 9112 sections 4 and 6: what the answers look like.
import {
  type Answer,
  type Case,
  echoed,
  type Group,
  hello,
  http,
  notAllowed,
  pattern,
  post,
} from "./case.ts";

const request = (method: string, path: string, version = "HTTP/1.1"): string => http`
  ${method} ${path} ${version}
  Host: board

  `;
const get = (path: string): string => request("GET", path);
const head = (path: string): string => request("HEAD", path);
const text = { "content-type": "text/plain" };

const REASONS: Record<number, string> = {
  200: "OK",
  201: "Created",
  301: "Moved Permanently",
  302: "Found",
  303: "See Other",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  408: "Request Timeout",
  413: "Content Too Large",
  500: "Internal Server Error",
  503: "Service Unavailable",
};

const statuses: Case[] = [
  ...Object.entries(REASONS).map(
    ([code, reason]): Case => ({
      rule: `a status has its own reason: ${code} ${reason} (9110 15)`,
      send: get(`/status/${code}`),
      answers: [{ status: Number(code), reason, body: code, framing: "length", fields: text }],
    }),
  ),
  ...[202, 203, 206, 226, 299, 306, 307, 308, 409, 410, 414, 418, 431, 451, 499, 501, 505, 507, 599].map(
    (code): Case => ({
      rule: `a status without a reason of its own is sent without one: ${code} (9112 4)`,
      send: get(`/status/${code}`),
      answers: [{ status: code, reason: "", body: String(code), framing: "length", fields: text }],
    }),
  ),
  {
    rule: "204 has neither body nor Content-Length nor Transfer-Encoding (9110 15.3.5, 8.6, 9112 6.1)",
    send: get("/status/204"),
    answers: [
      { status: 204, reason: "No Content", fields: { "content-length": false, "transfer-encoding": false } },
    ],
  },
  {
    rule: "205 has no body (9110 15.3.6)",
    send: get("/status/205"),
    answers: [{ status: 205, reason: "", body: "" }],
  },
  {
    rule: "304 has no body (9110 15.4.5)",
    send: get("/status/304"),
    answers: [{ status: 304, reason: "Not Modified", body: "", fields: { "transfer-encoding": false } }],
  },
  {
    rule: "304 does not claim a length that the representation does not have (9110 8.6)",
    send: get("/status/304"),
    answers: [{ status: 304, fields: { "content-length": false } }],
  },
  {
    rule: "405 tells which methods are allowed (9110 15.5.6)",
    send: request("DELETE", "/"),
    answers: [notAllowed],
  },
  {
    rule: "a bodyless status is answered before the request's body is there (9110 15)",
    send: [post(["Content-Length: 3"]).replace("/echo", "/status/204"), "abc"],
    answers: [{ status: 204 }],
    after: "either",
  },
  {
    rule: "no Date comes from a server without a clock (9110 6.6.1)",
    send: get("/"),
    answers: [{ ...hello, fields: { ...hello.fields, date: false } }],
  },
  {
    rule: "a refusal has a length and no Date (9110 6.6.1)",
    send: "GET\r\n\r\n",
    answers: [{ status: 400, reason: "Bad Request", framing: "length", fields: { date: false } }],
    after: "closed",
  },
];

const framing: Case[] = [
  {
    rule: "a body that is known at the end goes with its length (9112 6.2)",
    send: get("/"),
    answers: [hello],
  },
  {
    rule: "a body that is not known goes in chunks (9112 7.1)",
    send: get("/stream?n=300"),
    answers: [{ status: 200, body: pattern(300), framing: "chunked", fields: { "content-length": false } }],
  },
  {
    rule: "a body that is not known may turn out to be empty (9112 7.1)",
    send: get("/stream?n=0"),
    answers: [{ status: 200, body: "" }],
  },
  {
    rule: "a body that is not known may turn out to be one byte (9112 7.1)",
    send: get("/stream?n=1"),
    answers: [{ status: 200, body: "!", framing: "chunked" }],
  },
  {
    rule: "a body of many segments arrives whole (9112 7.1)",
    send: get("/stream?n=20000"),
    answers: [{ status: 200, body: pattern(20000), framing: "chunked" }],
    wait: 3,
  },
  {
    rule: "the length that the app gives is the length (9112 6.2)",
    send: get("/length?n=300"),
    answers: [{ status: 200, body: pattern(300), framing: "length", fields: { "content-length": "300" } }],
  },
  {
    rule: "the length that the app gives may be 0 (9112 6.2)",
    send: get("/length?n=0"),
    answers: [{ status: 200, body: "", framing: "length", fields: { "content-length": "0" } }],
  },
  {
    rule: "a body of many segments with a length arrives whole (9112 6.2)",
    send: get("/length?n=20000"),
    answers: [{ status: 200, body: pattern(20000), framing: "length" }],
    wait: 3,
  },
  ...[0, 1, 300, 4000].map(
    (length): Case => ({
      rule: `HTTP/1.0 gets no chunks: the end of ${length} bytes is a length or the connection's end (9112 6.1)`,
      send: request("GET", `/stream?n=${length}`, "HTTP/1.0"),
      answers: [{ status: 200, body: pattern(length), fields: { "transfer-encoding": false } }],
      after: "closed",
      wait: 1,
    }),
  ),
  {
    rule: "HTTP/1.0 gets the length that is known (9112 6.2)",
    send: request("GET", "/length?n=300", "HTTP/1.0"),
    answers: [{ status: 200, body: pattern(300), framing: "length" }],
    after: "closed",
  },
  {
    rule: "HTTP/1.0 is answered with the server's own version (9110 2.5)",
    send: request("GET", "/", "HTTP/1.0"),
    answers: [hello],
    after: "closed",
  },
  {
    rule: "an echo gives every byte back (9110 6.4)",
    send: post(["Content-Length: 5"], "a\0\xff\r\n"),
    answers: [echoed("a\0\xff\r\n")],
  },
];

/** What HEAD must be answered like: the same fields as GET, and nothing after them. */
const headOf = (path: string, answer: Omit<Answer, "to">): Case => ({
  rule: `HEAD gets the fields of GET and no body: ${path} (9110 9.3.2)`,
  send: head(path),
  answers: [{ ...answer, to: "HEAD", framing: "none" }],
});

const headMethod: Case[] = [
  headOf("/", { status: 200, fields: { ...text, "content-length": "5" } }),
  headOf("/nowhere", { status: 404, fields: { ...text, "content-length": "9" } }),
  headOf("/length?n=300", { status: 200, fields: { "content-length": "300" } }),
  headOf("/length?n=200000", { status: 200, fields: { "content-length": "200000" } }),
  headOf("/stream?n=300", { status: 200, fields: { "content-length": false } }),
  headOf("/status/404", { status: 404, fields: { "content-length": "3" } }),
  headOf("/status/204", { status: 204, fields: { "content-length": false, "transfer-encoding": false } }),
  headOf("/status/304", { status: 304 }),
  headOf("/headers", { status: 200, fields: { "content-length": "12" } }),
  headOf("/echo", { status: 200, fields: { "x-method": "HEAD", "x-body-length": "0" } }),
  {
    rule: "HEAD may have a body of its own (9110 9.3.2)",
    send: post(["Content-Length: 3"], "abc").replace("POST", "HEAD"),
    answers: [{ status: 200, to: "HEAD", fields: { "x-body-length": "3" } }],
  },
  {
    rule: "HEAD of HTTP/1.0 gets no body (9110 9.3.2)",
    send: request("HEAD", "/", "HTTP/1.0"),
    answers: [{ status: 200, to: "HEAD", fields: { "content-length": "5" } }],
    after: "closed",
  },
  {
    rule: "HEAD of HTTP/1.0 gets no body and no chunks (9110 9.3.2)",
    send: request("HEAD", "/stream?n=300", "HTTP/1.0"),
    answers: [{ status: 200, to: "HEAD", fields: { "transfer-encoding": false } }],
    after: "closed",
  },
  {
    rule: "an error of the app to HEAD has no body (9110 9.3.2)",
    send: head("/throw"),
    answers: [{ status: 500, to: "HEAD" }],
    after: "either",
    prints: /thrown by the app/,
  },
];

const injected = (value: string): Answer => ({
  status: 200,
  body: "injected",
  fields: { "x-inject": value },
});

const injection: Case[] = [
  { rule: "the app's own fields are sent (9110 5)", send: get("/inject?v=abc"), answers: [injected("abc")] },
  {
    rule: "the app's own fields may have spaces, tabs and bytes above 127 (9110 5.5)",
    send: get("/inject?v=a%20b%09c%ffd"),
    answers: [injected("a b\tc\xffd")],
  },
  { rule: "the app's own fields may be empty (9110 5.5)", send: get("/inject?v="), answers: [injected("")] },
  ...[
    "a%0d%0ab",
    "a%0d%0aX-Other:%20b",
    "a%0d%0a%0d%0abody",
    "a%0ab",
    "a%0db",
    "%0d%0a",
    "a%0d",
    "%0ab",
    "a%00b",
    "%00",
  ].map(
    (value): Case => ({
      rule: `bytes that would break out of a field raise an error in the app: ${value} (9110 5.5)`,
      send: get(`/inject?v=${value}`),
      answers: [{ status: 500, fields: { "x-inject": false, "x-other": false } }],
      after: "either",
      prints: /invalid header/,
    }),
  ),
];

export const representation: Group = {
  title: "answers: RFC 9110 sections 6, 8, 9, 15, RFC 9112 sections 4, 6",
  cases: [...statuses, ...framing, ...headMethod, ...injection],
};
