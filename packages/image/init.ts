// What a board runs at its start. init.lua is the same for every app, short and hardly ever changed; boot.lua is made for
// the app. They are two files because a file cannot be replaced on flash without a moment in which it is missing: init.lua
// finishes what was cut off in such a moment, so it must not be the file that is missing.

import { BOOT_FILE, BOOTS, GOOD_IMAGE, HOLD, IMAGE, JOURNAL, LOADS } from "./reserved.ts";

/** The text of init.lua: two lines, shorter than one page of flash. */
export const INIT = `-- npm run flash: finishes a deployment that was cut off, then boots
if file.exists("${JOURNAL}")then dofile("${JOURNAL}")end dofile("${BOOT_FILE}")
`;

/** A module or app, and the heap that it takes while it is loaded. */
export interface Loaded {
  /** What it is called: for a module what Lua requires, for an app its file. */
  name: string;
  /** Most heap in use while it is loaded, beside what was in use before [bytes]; undefined: it is not known. */
  peak?: number;
}

export interface BootOptions {
  /** Its file on the board, such as app.lua; in the store the module. */
  app: Loaded;
  /** Required before the app. */
  httpserver?: Loaded;
  /** Some of it is in the Lua flash store, of this Lua: boot.lua sees to the image there. */
  store?: { app: boolean; lua: "5.1" | "5.3" };
  wifi?: { ssid: string; password: string };
  /** What it is made for, for the comment at the top. */
  title: string;
}

/** A key within this time stops the app from starting [ms]. */
export const KEY_TIME = 2000;
/** After so many starts in a row that did not last, the app is not started, or the image before is loaded again. */
export const MOST_BOOTS = 3;
/** After so many attempts to load an image in vain, boot.lua gives it up. */
const MOST_LOADS = 3;
/** A start counts as good when the board has run for this time [ms]. */
export const LASTING = 60000;
/** What boot.lua prints when a key was pressed. */
export const STOPPED = "stopped by a key";
/** What boot.lua prints when the app did not last. */
export const NOT_STARTED = "the app is not started";
/** What boot.lua prints when it goes back to the image before, and when a board does not take an image. */
export const BACK = "going back to the code that ran before";
export const NOT_LOADED = "the image of the code is not loaded";

/** A Lua string literal. */
function literal(text: string): string {
  const escaped = [...Buffer.from(text, "utf8")].map((byte) => {
    const char = String.fromCharCode(byte);
    if (char === '"' || char === "\\") return `\\${char}`;
    return byte < 32 || byte > 126 ? `\\${String(byte).padStart(3, "0")}` : char;
  });
  return `"${escaped.join("")}"`;
}

/**
 * Lua that reads from the beginning of an image's file when the image was made. With Lua 5.1 the file is compressed by gzip, whose header
 * has the time. With 5.3 our images carry the time as their seed for hashes: seven bits a byte, behind a header of 21 bytes.
 */
const MADE = {
  "5.1": `  local a, b, c, d = s:byte(5, 8)
  return d and a + 256 * (b + 256 * (c + 256 * d))`,
  "5.3": `  local i, b = 22, s:byte(22)
  local v = b and b % 16
  while b and b > 127 do
    i = i + 1
    b = s:byte(i)
    v = v * 128 + (b or 0) % 128
  end
  return v`,
};

/**
 * Lua that sees to it that the store holds the image that is to run, before anything else takes memory. The image's file tells when it was
 * made, and so does the store. If loading was cut off at any point the two differ, and the image is loaded once more. A new image whose
 * starts did not last is given up for the one before.
 */
const storeLua = (lua: "5.1" | "5.3") => `
local x, remove = file.exists, file.remove
local function made(n)
  local f = open(n, "r")
  local s = f and f:read(32) or ""
  if f then f:close() end
${MADE[lua]}
end
local function is(n) return x(n) and node.LFS and made(n) == node.LFS.time end

local function load()
  if x("${HOLD}") then remove("${HOLD}") return end
  if x("${GOOD_IMAGE}") and x("${IMAGE}") and number("${BOOTS}") >= ${MOST_BOOTS} then
    print("the new code did not last ${LASTING / 1000} s in ${MOST_BOOTS} starts: ${BACK}")
    remove("${BOOTS}")
    remove("${IMAGE}")
  end
  local n = x("${IMAGE}") and "${IMAGE}" or x("${GOOD_IMAGE}") and "${GOOD_IMAGE}"
  if not n then return end
  if is(n) then
    if x("${LOADS}") then remove("${LOADS}") end
    return
  end
  local why = "it was tried ${MOST_LOADS} times"
  if number("${LOADS}") < ${MOST_LOADS} then
    add("${LOADS}")
    print("loading the image of the code")
    why = node.LFS and node.LFS.reload(n) or "the firmware has no LFS"
    -- Lua 5.3 loads it after a restart that is under way
    if why == true then return true end
  end
  print("${NOT_LOADED}: " .. why)
  if n == "${IMAGE}" and x("${GOOD_IMAGE}") then
    print("${BACK}")
    remove(n)
    remove("${LOADS}")
    return load()
  end
end
if load() then return end
`;

const KEEP_IMAGE = ` if is("${IMAGE}") then remove("${GOOD_IMAGE}") file.rename("${IMAGE}", "${GOOD_IMAGE}") end`;

/**
 * Runs what loads a module or app. An error is printed once, with the traceback by which npm run flash knows that the start went wrong,
 * or with what a lack of memory is about.
 */
function tryLua(pieces: readonly (Loaded | undefined)[]): string {
  const known = pieces.flatMap((piece) => (piece?.peak === undefined ? [] : [piece]));
  const peaks = known.map(({ name, peak }) => `[${literal(name)}] = ${peak}`).join(", ");
  return `
local function try(n, run)
  local heap = node.heap()
  local ok, message = xpcall(run, debug.traceback)
  if ok then return true end
  print(message)
  if not tostring(message):find("not enough memory") then return end
  local f = open(n, "r") or open(n .. ".lc", "r") or open(n .. ".lua", "r")
  local size = f and f:seek("end")
  if f then f:close() end
  local peak = ({ ${peaks} })[n]
  print(n .. (size and " (" .. size .. " bytes)" or "") .. ": " .. heap .. " bytes of heap were free"
    .. (peak and ", and loading it takes about " .. peak or "") .. "; code in flash (LFS) takes least, bytecode less than source")
end
`;
}

/** Starts the app in a task of its own, so that boot.lua's code is garbage by then. */
function startLua({ name }: Loaded, isInStore: boolean): string {
  const run = isInStore
    ? `local app = assert(node.LFS and node.LFS.get(${literal(name)}), "there is no ${name} in the Lua flash store")
      app(${literal(name)})`
    : `dofile(${literal(name)})`;
  return `node.task.post(function()
    try(${literal(name)}, function()
      ${run}
    end)
  end)`;
}

/** boot.lua for an app. Newer firmware for ESP32 gives the console's input through its module console. */
export function bootLua({ app, httpserver, store, wifi, title }: BootOptions): string {
  return `-- boot.lua, made by npm run flash for ${title.replace(/[^ -~]/g, "?")}
local open = file.open or io.open
local function number(n)
  local f = open(n, "r")
  local v = f and tonumber(f:read(8))
  if f then f:close() end
  return v or 0
end
local function add(n)
  local v = number(n) + 1
  local f = open(n, "w")
  if f then f:write(tostring(v)) f:close() end
end
${store ? storeLua(store.lua) : ""}
local stop = false
print("press a key within ${KEY_TIME / 1000} s for the prompt")
local on = console and console.on or uart.on
on("data", 0, function() stop = true end, 0)
if console then console.mode(console.NONINTERACTIVE) end

local function count()
  local n = number("${BOOTS}")
  if n >= ${MOST_BOOTS} then return n end
  add("${BOOTS}")
  tmr.create():alarm(${LASTING}, tmr.ALARM_SINGLE, function() file.remove("${BOOTS}")${store ? KEEP_IMAGE : ""} end)
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
${tryLua([httpserver, app])}
tmr.create():alarm(${KEY_TIME}, tmr.ALARM_SINGLE, function()
  on("data", 0, nil)
  if console then console.mode(console.INTERACTIVE) end
  if stop then print("${STOPPED}") return end
  local n = count()
  if n then
    print("${NOT_STARTED}: its last " .. n .. " starts did not last ${LASTING / 1000} s; reason of this restart:", node.bootreason())
    print('to try again: file.remove("${BOOTS}") node.restart()')
    return
  end
  if node.egc then node.egc.setmode(node.egc.ON_ALLOC_FAILURE) end
  ${store ? "(package.loaders or package.searchers)[3] = function(n) return node.LFS and node.LFS.get(n) end" : ""}
  ${httpserver ? 'if not try("httpserver", function() require("httpserver") end) then return end' : ""}
  network()
  ${startLua(app, store?.app ?? false)}
end)
`;
}
