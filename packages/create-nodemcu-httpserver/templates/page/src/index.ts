// A page with a switch for one pin.
//   GET  /        the page, from flash (public/index.html)
//   GET  /status  {"heap":…,"led":0 or 1}
//   POST /led     "1" or "0"
import { createServer, type Request, type Response } from "httpserver";
import { LED, open, output } from "./board";

output(LED);

function sendStatus(res: Response): void {
  res.send_header("Content-Type", "application/json");
  // what Lua has not collected yet counts as taken
  collectgarbage();
  res.finish(string.format('{"heap":%d,"led":%d}\n', node.heap(), gpio.read(LED)));
}

function sendPage(req: Request, res: Response): void {
  const page = open("index.html");
  if (!page) {
    // every file may be open for other clients
    res.finish("try again\n", 503);
    return;
  }
  res.send_header("Content-Type", "text/html; charset=utf-8");
  req.onclose = () => page.close();
  // asked for the next piece whenever there is room for it
  res.finish(() => {
    const piece = page.read(512);
    if (!piece) {
      req.onclose = undefined;
      page.close();
    }
    return piece;
  });
}

function setLed(req: Request, res: Response): void {
  let host = "";
  let origin: string | undefined;
  let body = "";
  req.onheader = (name, value) => {
    if (name === "host") host = value;
    else if (name === "origin") origin = value;
  };
  req.onhead = () => {
    // any page that a browser has open can send a POST here: only our own may switch
    if (origin !== undefined && origin !== "http://" + host) res.finish("not from here\n", 403);
  };
  req.ondata = (chunk) => {
    if (chunk) body = string.sub(body + chunk, 1, 2);
    else if (origin !== undefined && origin !== "http://" + host) return;
    else if (body !== "0" && body !== "1") res.finish("0 or 1\n", 400);
    else {
      gpio.write(LED, body === "1" ? 1 : 0);
      sendStatus(res);
    }
  };
}

createServer(80, (req, res) => {
  if (req.method === "GET" && req.url === "/") sendPage(req, res);
  else if (req.method === "GET" && req.url === "/status") sendStatus(res);
  else if (req.method === "POST" && req.url === "/led") setLed(req, res);
  else res.finish("not found\n", 404);
});
