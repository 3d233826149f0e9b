// What clients ask for in the runs with faults, the app that answers it, and what the right answers are.

export interface Session {
  name: string;
  /** What the client sends, in one go or with pauses. */
  pieces: readonly string[];
  /** The right answers, in order. */
  answers: readonly Right[];
}

export interface Right {
  method: "GET" | "HEAD" | "POST";
  status?: number;
  body: string;
}

const BLOCK = "y".repeat(700);
const CHUNKED = "POST /echo HTTP/1.1\r\nHost: b\r\nTransfer-Encoding: chunked\r\n\r\n";

const get = (path: string, ...lines: string[]): string =>
  ["GET ", path, " HTTP/1.1\r\nHost: b\r\n", ...lines.map((line) => `${line}\r\n`), "\r\n"].join("");
const post = (path: string, body: string, ...lines: string[]): string =>
  get(path, `Content-Length: ${body.length}`, ...lines).replace("GET", "POST") + body;

/** The path that must always be answered at once. */
export const HELLO = get("/", "Connection: close");

const PUSHED = `${"push".repeat(200).repeat(5)}end`;
const hello: Right = { method: "GET", body: "hello" };
const echoed = (body: string): Right => ({ method: "POST", body: `got ${body}` });
const UPLOAD = "0123456789".repeat(30);

/**
 * The app. It keeps to what the firmware's own module documents; routes that need more are asked for by the sessions
 * that are only for ours. What it does in a timer of its own it guards: an error there restarts the board, whoever raised it.
 */
export const APP = `
  local function handler(req, res)
    local url = req.url
    if url == "/echo" then
      local body = "got "
      function req:ondata(chunk) if chunk then body = body .. chunk else res:finish(body) end end
    elseif url == "/push" then
      for i = 1, 5 do res:send(("push"):rep(200)) end
      res:finish("end")
    elseif url == "/part" then
      res:send("first")
      function req:ondata(chunk) if not chunk then res:finish("last") end end
    elseif url == "/later" then
      res:send(("push"):rep(200))
      tmr.create():alarm(30, tmr.ALARM_SINGLE, function()
        if not pcall(res.finish, res, "late") then req.conn:close() end
      end)
    elseif url == "/pull" then
      local n = 0
      res:finish(function() n = n + 1 if n <= 6 then return ("y"):rep(700) end end)
    elseif url == "/stream" then
      local n = 0
      res:send(function() n = n + 1 if n <= 6 then return ("y"):rep(700) end end)
      res:finish()
    elseif url == "/headers" then
      local seen = ""
      function req:onheader(name, value) seen = seen .. name .. "=" .. value .. ";" end
      function req:onhead() res:finish(seen) end
    elseif url == "/missing" then
      res:send_header("X-A", "b")
      res:finish("no such page", 404)
    elseif url == "/fails" then
      error("the app fails")
    elseif url == "/never" then
      function req:onclose() closed = true end
    else
      res:finish("hello")
    end
  end
  -- our module's bounds, where a session needs others than the defaults; a module that knows none ignores them
  http.createServer(80, handler, {answer = 4, onerror = function() end})
`;

/** One request on a connection of its own, as any HTTP/1.1 server has to answer it. */
export const SINGLE: readonly Session[] = [
  { name: "a first GET", pieces: [HELLO], answers: [hello] },
  {
    name: "a POST with body",
    pieces: [post("/echo", UPLOAD, "Connection: close")],
    answers: [echoed(UPLOAD)],
  },
  {
    name: "an answer of five pieces",
    pieces: [get("/push", "Connection: close")],
    answers: [{ method: "GET", body: PUSHED }],
  },
  {
    name: "an answer that ends later",
    pieces: [get("/later", "Connection: close")],
    answers: [{ method: "GET", body: `${"push".repeat(200)}late` }],
  },
];

/** Kept and pipelined requests, chunked bodies, pulled and refused answers: the whole of HTTP/1.1, for our module. */
export const EXTENDED: readonly Session[] = [
  {
    name: "kept alive",
    pieces: [get("/"), get("/headers", "X-A: 1", "X-B: 2"), get("/")],
    answers: [hello, { method: "GET", body: "host=b;x-a=1;x-b=2;" }, hello],
  },
  {
    name: "pipelined, in small pieces",
    pieces: (get("/") + get("/missing") + get("/push") + get("/")).match(/.{1,25}/gs)!,
    answers: [
      hello,
      { method: "GET", status: 404, body: "no such page" },
      { method: "GET", body: PUSHED },
      hello,
    ],
  },
  {
    name: "pipelined at once",
    pieces: [get("/") + get("/missing") + get("/pull") + get("/")],
    answers: [
      hello,
      { method: "GET", status: 404, body: "no such page" },
      { method: "GET", body: BLOCK.repeat(6) },
      hello,
    ],
  },
  {
    name: "bodies, one awaited",
    pieces: [post("/echo", "x".repeat(300)), post("/echo", "0123456789", "Expect: 100-continue")],
    answers: [echoed("x".repeat(300)), echoed("0123456789")],
  },
  {
    name: "a chunked upload",
    pieces: [CHUNKED, "5\r\nhello\r\n", "6;x=y\r\n world\r\n0\r\nT: r\r\n\r\n"],
    answers: [echoed("hello world")],
  },
  {
    name: "a chunked answer",
    pieces: [post("/part", "abc")],
    answers: [{ method: "POST", body: "firstlast" }],
  },
  { name: "a pulled answer", pieces: [get("/pull")], answers: [{ method: "GET", body: BLOCK.repeat(6) }] },
  { name: "a pulled stream", pieces: [get("/stream")], answers: [{ method: "GET", body: BLOCK.repeat(6) }] },
  { name: "a bad request", pieces: [get("/", "bad")], answers: [{ method: "GET", status: 400, body: "" }] },
  {
    name: "an error of the app",
    pieces: [get("/fails")],
    answers: [{ method: "GET", status: 500, body: "" }],
  },
  {
    name: "a head that does not end",
    pieces: [`${get("/").slice(0, -2)}X-Slow`],
    answers: [{ method: "GET", status: 408, body: "" }],
  },
  { name: "a silent app", pieces: [get("/never")], answers: [{ method: "GET", status: 503, body: "" }] },
];

/** All that matters in one session, for faults at every byte of it. */
export const WHOLE: Session = {
  name: "the whole session",
  pieces: [
    post("/echo", "", "X: 1") +
      `${CHUNKED}3\r\nabc\r\n2;x\r\nde\r\n0\r\nT: 1\r\n\r\n` +
      get("/pull") +
      get("/").replace("GET", "HEAD") +
      get("/later", "Connection: close"),
  ],
  answers: [
    echoed(""),
    echoed("abcde"),
    { method: "GET", body: BLOCK.repeat(6) },
    { method: "HEAD", body: "" },
    { method: "GET", body: `${"push".repeat(200)}late` },
  ],
};
