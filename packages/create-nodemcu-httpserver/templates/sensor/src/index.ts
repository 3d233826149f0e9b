// A button whose state a page follows: server-sent events, one for each change.
//   GET /        the page, from flash (public/index.html)
//   GET /events  the state now, and again whenever it changes
import { createServer, type Response } from "httpserver";
import { BUTTON, input, open } from "./board";

/** How often the pin is read [ms]. */
const PERIOD = 50;

const listeners = new LuaTable<Response, true>();
let state = 1;

input(BUTTON);
state = gpio.read(BUTTON);

function event(): string {
  return string.format("data: %d\n\n", state);
}

tmr.create().alarm(PERIOD, tmr.ALARM_AUTO, () => {
  const level = gpio.read(BUTTON);
  if (level === state) return;
  state = level;
  for (const [res] of pairs(listeners)) res.send(event());
});

createServer(80, (req, res) => {
  if (req.url === "/events") {
    res.send_header("Content-Type", "text/event-stream");
    res.send_header("Cache-Control", "no-store");
    listeners.set(res, true);
    req.onclose = () => {
      listeners.delete(res);
    };
    res.send(event());
    return;
  }
  if (req.url !== "/") {
    res.finish("not found\n", 404);
    return;
  }
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
});
