// What the soak asks and what must be answered: an app in Lua, and a browser's requests for it with a model of each answer.
import assert from "node:assert/strict";
import { field, type Response } from "../response-parser.ts";

/** Bytes that the app's function gives at a time. */
const PIECE = 700;
const PAGE = `<!doctype html><title>soak</title>${"<p>line</p>".repeat(60)}`;
const EVENTS = 5;
/** ESP32 aborts at a shorter one [ms]. */
const SHORTEST_TIMER = 10;

/** Lets go of the app and of the server. */
export const END = 'server:close() server = nil package.loaded["httpserver"] = nil';

export const APP = `
local PAGE = "<!doctype html><title>soak</title>" .. ("<p>line</p>"):rep(60)
server = require("httpserver").createServer(80, function(req, res)
  local path, n = req.url:match("^([^?]*)%??n?=?(%d*)$")
  n = tonumber(n) or 0
  if path == "/" then
    res:send_header("Content-Type", "text/html")
    res:finish(PAGE)
  elseif path == "/stream" or path == "/length" then
    local at, count = 0, 0
    if path == "/length" then res:send_header("Content-Length", n) end
    res:finish(function()
      if at == n then return end
      local size = n - at
      if size > ${PIECE} then size = ${PIECE} end
      local piece = string.char(65 + count % 26):rep(size)
      at, count = at + size, count + 1
      return piece
    end)
  elseif path == "/cached" then
    local tag
    function req:onheader(name, value) if name == "if-none-match" then tag = value end end
    function req:onhead()
      res:send_header("ETag", '"1"')
      if tag == '"1"' then res:finish(nil, 304) else res:finish("cached") end
    end
  elseif path == "/upload" then
    local count, sum = 0, 0
    function req:ondata(chunk)
      if not chunk then return res:finish(count .. " " .. sum) end
      -- every 16th byte of the body, wherever it was cut
      for i = 1 + -count % 16, #chunk, 16 do sum = (sum * 31 + chunk:byte(i)) % 65521 end
      count = count + #chunk
    end
  elseif path == "/later" then
    tmr.create():alarm(n, tmr.ALARM_SINGLE, function()
      -- an error in a timer restarts the board, whoever raised it
      if not pcall(res.finish, res, "later") then req.conn:close() end
    end)
  elseif path == "/events" then
    local timer, count = tmr.create(), 0
    function req:onclose() timer:unregister() end
    timer:alarm(10, tmr.ALARM_AUTO, function()
      count = count + 1
      local sent = pcall(res.send, res, "data: " .. count .. "\\n\\n")
      if not sent or count == ${EVENTS} then
        timer:unregister()
        if sent then pcall(res.finish, res) else req.conn:close() end
      end
    end)
  else
    res:finish("not found", 404)
  end
end)`;

/** One request and its answer. */
export interface Ask {
  kind: string;
  method: string;
  /** What goes over the wire, in writes of its own. */
  writes: string[];
  /** @throws AssertionError if this is not the right answer */
  judge(response: Response): void;
  /** The client resets after this many bytes of the answer, or of its own request. */
  abort?: { received?: number; writes?: number };
}

/** A number from 0 to below. */
export type Random = (below: number) => number;

const FIELDS =
  "Host: 192.168.4.1\r\nConnection: keep-alive\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36\r\n" +
  "Accept: */*\r\nReferer: http://192.168.4.1/\r\nAccept-Encoding: gzip, deflate\r\nAccept-Language: en-US,en;q=0.9\r\n";

function head(method: string, url: string, more = ""): string {
  return `${method} ${url} HTTP/1.1\r\n${FIELDS}${more}\r\n`;
}

function judgement(status: number, body: string, framing?: Response["framing"]) {
  return (response: Response) => {
    assert.equal(response.status, status);
    assert.equal(response.body, body);
    if (framing) assert.equal(response.framing, framing);
  };
}

function pieces(total: number): string {
  let text = "";
  for (let at = 0, count = 0; at < total; at += PIECE, count++)
    text += String.fromCharCode(65 + (count % 26)).repeat(Math.min(PIECE, total - at));
  return text;
}

/** As the app computes it. */
function checksum(body: string): number {
  let sum = 0;
  for (let i = 0; i < body.length; i += 16) sum = (sum * 31 + body.charCodeAt(i)) % 65521;
  return sum;
}

function simple(kind: string, url: string, status: number, body: string, more?: string): Ask {
  return { kind, method: "GET", writes: [head("GET", url, more)], judge: judgement(status, body) };
}

/** A page's own request: what follows belongs to it. */
export function page(): Ask {
  return {
    ...simple("page", "/", 200, PAGE),
    judge: (response) => {
      judgement(200, PAGE, "length")(response);
      assert.equal(field(response, "content-type"), "text/html");
    },
  };
}

const KINDS: ((random: Random) => Ask)[] = [
  () => simple("missing", "/favicon.ico", 404, "not found"),
  () => simple("cached", "/cached", 304, "", 'If-None-Match: "1"\r\n'),
  () => simple("fresh", "/cached", 200, "cached"),
  (random) => simple("later", `/later?n=${SHORTEST_TIMER + random(50)}`, 200, "later"),
  () => ({ kind: "head", method: "HEAD", writes: [head("HEAD", "/")], judge: judgement(200, "", "none") }),
  (random) => {
    const isChunked = random(2) === 0;
    const size = random(10) === 0 ? random(20_000) : random(3000);
    const ask: Ask = {
      ...simple("stream", `/${isChunked ? "stream" : "length"}?n=${size}`, 200, ""),
      judge: judgement(200, pieces(size), isChunked ? "chunked" : "length"),
    };
    if (random(8) === 0) ask.abort = { received: 1 + random(size + 50) };
    return ask;
  },
  (random) => {
    const bodies = Array.from({ length: 1 + random(4) }, () =>
      String.fromCharCode(97 + random(26)).repeat(1 + random(1200)),
    );
    const body = bodies.join("");
    const isChunked = random(3) === 0;
    const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;
    const ask: Ask = {
      kind: "upload",
      method: "POST",
      writes: isChunked
        ? [head("POST", "/upload", "Transfer-Encoding: chunked\r\n"), ...bodies.map(chunk), "0\r\n\r\n"]
        : [head("POST", "/upload", `Content-Length: ${body.length}\r\n`), ...bodies],
      judge: judgement(200, `${body.length} ${checksum(body)}`, "length"),
    };
    if (random(8) === 0) ask.abort = { writes: 1 + random(ask.writes.length) };
    return ask;
  },
  (random) => {
    const text = Array.from({ length: EVENTS }, (_, i) => `data: ${i + 1}\n\n`).join("");
    const ask: Ask = {
      ...simple("events", "/events", 200, text),
      judge: judgement(200, text, "chunked"),
    };
    if (random(2) === 0) ask.abort = { received: 1 + random(150) };
    return ask;
  },
];

/** What a page asks for. */
export function resource(random: Random): Ask {
  return KINDS[random(KINDS.length)]!(random);
}
