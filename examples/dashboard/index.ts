// A page that shows how the board is doing and switches one of its pins.
//   GET  /        the page, from flash
//   GET  /status  the figures as JSON
//   POST /pin     "1" or "0": sets the pin; refused (403) for a page that is not ours
import { createServer, type Request, type Response } from "httpserver";

/** D4: the LED of most boards. */
const PIN = 4;

/**
 * The connections that have been used; those that are gone are collected or no longer connected. Weak values, not
 * keys: Lua leaves a userdata among the keys for a while after its finalizer has run, and then every use is an error.
 */
const used = setmetatable(new LuaTable<string, net.TcpSocket>(), { __mode: "v" });

gpio.mode(PIN, gpio.OUTPUT);

function status(): string {
  let connections = 0;
  for (const [, socket] of pairs(used)) {
    if (socket.getpeer()[0]) connections++;
  }
  return string.format(
    '{"chip":"ESP8266","heap":%d,"uptime":%d,"connections":%d,"pin":%d}',
    node.heap(),
    tmr.time(),
    connections,
    gpio.read(PIN),
  );
}

function sendJson(res: Response): void {
  res.send_header("Content-Type", "application/json");
  res.send_header("Cache-Control", "no-store");
  res.finish(status());
}

function sendPage(req: Request, res: Response): void {
  const stat = file.stat("index.html");
  if (!stat) {
    res.finish("index.html is not in flash\n", 404);
    return;
  }
  res.send_header("Content-Type", "text/html; charset=utf-8");
  res.send_header("Content-Length", stat.size);
  let page: file.File | undefined;
  const close = () => {
    if (page) page.close();
    page = undefined;
  };
  req.onclose = close;
  res.finish(() => {
    page = page ?? file.open("index.html");
    const piece = page && page.read(512);
    if (!piece) close();
    return piece;
  });
}

function setPin(req: Request, res: Response): void {
  let host = "";
  let origin: string | undefined;
  let level = "";
  let refused = false;
  req.onheader = (name, value) => {
    if (name === "host") host = value;
    else if (name === "origin") origin = value;
  };
  req.onhead = () => {
    // any page that the browser has open can send a POST here: only our own may switch
    refused = origin !== undefined && origin !== "http://" + host;
    if (refused) res.finish("not from here\n", 403);
  };
  req.ondata = (chunk) => {
    if (refused) return;
    if (chunk) level = string.sub(level + chunk, 1, 2);
    else if (level !== "0" && level !== "1") res.finish("0 or 1\n", 400);
    else {
      gpio.write(PIN, level === "1" ? 1 : 0);
      sendJson(res);
    }
  };
}

createServer(80, (req, res) => {
  used.set(tostring(req.conn), req.conn);
  const { method, url } = req;
  if (url === "/pin" && method === "POST") setPin(req, res);
  else if (method !== "GET" && method !== "HEAD") {
    res.send_header("Allow", "GET, HEAD");
    res.finish("not allowed\n", 405);
  } else if (url === "/") sendPage(req, res);
  else if (url === "/status") sendJson(res);
  else res.finish("not found\n", 404);
});
