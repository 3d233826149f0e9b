// What is asked and answered while the bench measures. The app answers in the way of the firmware's own
// lua_modules/http/http-example.lua, without its prints.

/** Eight fields, as a browser sends them. */
const FIELDS = [
  "Host: 192.168.4.1",
  "Connection: keep-alive",
  "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
  "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
  "Accept-Language: en-US,en;q=0.5",
  "Accept-Encoding: gzip, deflate",
];
const head = (line: string, ...fields: string[]) => `${[line, ...FIELDS, ...fields].join("\r\n")}\r\n\r\n`;

export const GET = head(
  "GET /index.html HTTP/1.1",
  "Cookie: session=0123456789abcdef",
  "Cache-Control: max-age=0",
);
/** 1 KB of body, in one segment with its head. */
export const POST =
  head("POST /form HTTP/1.1", "Content-Type: application/x-www-form-urlencoded", "Content-Length: 1024") +
  "field=value&".repeat(86).slice(0, 1024);

/** What HELLO answers, at the end of the response (a chunked one has its last chunk after it). */
export const HELLO_BODY = "Hello, world!\n";

const app = (options: string, answer: string) => `
require("httpserver").createServer(80, function(req, res)
  req.ondata = function(self, chunk)
    if not chunk then
      ${answer}
    end
  end
end, ${options})`;

/**
 * Writes the Lua of an app that answers every request with HELLO_BODY.
 * @param options a Lua table of options; a server that takes none ignores it
 */
export const hello = (options = "nil") =>
  app(
    options,
    `res:send(nil, 200)
      res:send_header("Content-Type", "text/plain")
      res:send("Hello, world!\\n")
      res:finish()`,
  );

/** Pieces of the long response, each of 1024 bytes, of which no 256 are the same. */
export const PIECES = 50;
const PIECE = `local function piece(i)
  local f = string.format
  return f("%08d", 4 * i):rep(32) .. f("%08d", 4 * i + 1):rep(32) .. f("%08d", 4 * i + 2):rep(32) .. f("%08d", 4 * i + 3):rep(32)
end`;
/** The text at the end of the last piece, by which the end of the response is told. */
export const LAST_PIECE = String(4 * PIECES + 3)
  .padStart(8, "0")
  .repeat(32);

/** A response of 50 KB, queued at once. */
export const PUSH = `${PIECE}${app(
  "nil",
  `res:send(nil, 200)
      for i = 1, ${PIECES} do res:send(piece(i)) end
      res:finish()`,
)}`;

/** The same, each piece made when the server asks for it. */
export const PULL = `${PIECE}${app(
  "nil",
  `local i = 0
      res:send(nil, 200)
      res:send(function()
        i = i + 1
        if i <= ${PIECES} then return piece(i) end
      end)
      res:finish()`,
)}`;

/** Takes connections and does nothing with them: what the firmware itself needs for each. */
export const BARE = "net.createServer(net.TCP, 30):listen(80, function() end)";
