// What a board runs at its start. init.lua is the same for every app, short and hardly ever changed; boot.lua is made for
// the app. They are two files because a file cannot be replaced on flash without a moment in which it is missing: init.lua
// finishes what was cut off in such a moment, so it must not be the file that is missing.

/** Two lines, less than one page of flash. */
export const INIT = `-- npm run flash: finishes a deployment that was cut off, then boots
if file.exists("~j")then dofile("~j")end dofile("boot.lua")
`;

export interface BootOptions {
  /** The app's file on the board, such as app.lua; undefined: no app is started. */
  app?: string;
  /** require("httpserver") before the app. */
  httpserver: boolean;
  wifi?: { ssid: string; password: string };
  /** What it is made for, for the comment at the top. */
  title: string;
}

/** A key within this time stops the app from starting [ms]. */
export const KEY_TIME = 2000;
/** After so many starts in a row that did not last, the app is not started. */
export const MOST_BOOTS = 3;
/** A start has lasted after this time [ms]. */
export const LASTING = 60000;
/** What boot.lua prints when a key was pressed. */
export const STOPPED = "stopped by a key";
/** What boot.lua prints when the app did not last. */
export const NOT_STARTED = "the app is not started";

/** A Lua string literal. */
function literal(text: string): string {
  const escaped = [...Buffer.from(text, "utf8")].map((byte) => {
    const char = String.fromCharCode(byte);
    if (char === '"' || char === "\\") return `\\${char}`;
    return byte < 32 || byte > 126 ? `\\${String(byte).padStart(3, "0")}` : char;
  });
  return `"${escaped.join("")}"`;
}

/** Starts the app in a task of its own, so that boot.lua's code is garbage by then; an error is printed once. */
const START = (app: string) => `node.task.post(function()
    local ok, message = xpcall(function() dofile(${literal(app)}) end, debug.traceback)
    if not ok then print(message) end
  end)`;

/** boot.lua for an app. Newer firmware for ESP32 gives the console's input through its module console. */
export function bootLua({ app, httpserver, wifi, title }: BootOptions): string {
  return `-- boot.lua, made by npm run flash for ${title.replace(/[^ -~]/g, "?")}
local open = file.open or io.open
local stop = false
print("press a key within ${KEY_TIME / 1000} s for the prompt")
local on = console and console.on or uart.on
on("data", 0, function() stop = true end, 0)
if console then console.mode(console.NONINTERACTIVE) end

local function count()
  local f = open("~b", "r")
  local n = f and tonumber(f:read(8)) or 0
  if f then f:close() end
  if n >= ${MOST_BOOTS} then return n end
  f = open("~b", "w")
  if f then f:write(tostring(n + 1)) f:close() end
  tmr.create():alarm(${LASTING}, tmr.ALARM_SINGLE, function() file.remove("~b") end)
end

local function network()
  if not wifi then return end
  local function ready(ip) print("http://" .. ip .. "/") end
  if wifi.eventmon then
    wifi.eventmon.register(wifi.eventmon.STA_GOT_IP, function(t) ready(t.IP) end)
    wifi.setmode(wifi.STATION)
    ${wifi ? `wifi.sta.config({ ssid = ${literal(wifi.ssid)}, pwd = ${literal(wifi.password)}, save = false })` : "local ip = wifi.sta.getip() if ip then ready(ip) end"}
  else
    wifi.mode(wifi.STATION)
    wifi.sta.on("got_ip", function(_, t) ready(t.ip) end)
    wifi.start()
    ${wifi ? `wifi.sta.config({ ssid = ${literal(wifi.ssid)}, pwd = ${literal(wifi.password)} })\n    ` : ""}wifi.sta.connect()
  end
end

tmr.create():alarm(${KEY_TIME}, tmr.ALARM_SINGLE, function()
  on("data", 0, nil)
  if console then console.mode(console.INTERACTIVE) end
  if stop then print("${STOPPED}") return end
  local n = count()
  if n then
    print("${NOT_STARTED}: its last " .. n .. " starts did not last ${LASTING / 1000} s; reason of this restart:", node.bootreason())
    print('to try again: file.remove("~b") node.restart()')
    return
  end
  if node.egc then node.egc.setmode(node.egc.ON_ALLOC_FAILURE) end
  ${
    httpserver
      ? `local ok, message = pcall(require, "httpserver")
  if not ok then print(message) return end`
      : ""
  }
  network()
  ${app === undefined ? "" : START(app)}
end)
`;
}
