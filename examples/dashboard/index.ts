// A page that shows how the board is doing and switches one of its pins. Runs on both chips.
//   GET  /        the page, from flash
//   GET  /status  the figures as JSON
//   POST /pin     "1" or "0": sets the pin; refused (403) for a page that is not ours
import { createServer, type Request, type Response } from "httpserver";

/** D4, the LED of most ESP8266 boards; GPIO 4 of an ESP32. */
const PIN = 4;

/**
 * The connections that have been used; those that are gone are collected or no longer connected. Weak values, not
 * keys: Lua leaves a userdata among the keys for a while after its finalizer has run, and then every use is an error.
 */
const used = setmetatable(new LuaTable<string, net.TcpSocket>(), { __mode: "v" });

// on ESP32 an output that is not an input too cannot be read
if (gpio.config) gpio.config({ gpio: PIN, dir: gpio.IN_OUT! });
else gpio.mode!(PIN, gpio.OUTPUT!);

function status(): string {
  let connections = 0;
  for (const [, socket] of pairs(used)) {
    if (socket.getpeer()[0]) connections++;
  }
  // what Lua has not collected yet counts as taken
  collectgarbage();
  return string.format(
    '{"chip":"%s","heap":%d,"uptime":%d,"connections":%d,"pin":%d}',
    gpio.config ? "ESP32" : "ESP8266",
    node.heap(),
    tmr.time ? tmr.time() : math.floor(node.uptime!()[0] / 1e6),
    connections,
    gpio.read(PIN),
  );
}

function sendJson(res: Response): void {
  res.send_header("Content-Type", "application/json");
  res.finish(status());
}

function sendPage(req: Request, res: Response): void {
  // the chips open files in different modules; what they open reads alike
  const open = file.open ?? io!.open;
  let page = open("index.html") as file.File | undefined;
  if (!page && !(file.exists && file.exists("index.html"))) {
    res.finish("index.html is not in flash\n", 404);
    return;
  }
  res.send_header("Content-Type", "text/html; charset=utf-8");
  req.onclose = () => page?.close();
  res.finish(() => {
    // ESP8266 has four files open at a time: with none left, one of another client is waited for
    page = page ?? (open("index.html") as file.File | undefined);
    if (!page) return "";
    const piece = page.read(512);
    if (!piece) {
      page.close();
      req.onclose = undefined;
    }
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
