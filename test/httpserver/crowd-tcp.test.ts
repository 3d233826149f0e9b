// Once over real TCP what crowd.test.ts shows on the virtual clock: fifty clients at once, with short time limits. (One that stops
// reading is left out: the computer's own buffers would take megabytes for it.)
import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import type { Board } from "../../packages/simulator/board.ts";
import { simulate } from "../../packages/simulator/simulate.ts";
import { isFull } from "../extent.ts";
import { ESP8266, httpserver, PLATFORMS } from "./rig.ts";

const CROWD = 50;
const CONNECTIONS = CROWD + 6;
const PER_CONNECTION = 8192;
/** How often time is counted [ms]. */
const TICK = 10;

const APP = `
  require("httpserver").createServer(80, function(req, res)
    if req.url == "/stream" then
      local n = 0
      res:finish(function() n = n + 1 if n < 30 then return ("x"):rep(1000) end end)
    elseif req.url == "/upload" then
      function req:ondata(chunk) if not chunk then res:finish("taken") end end
    else
      res:finish("hello")
    end
  end, {connections = ${CONNECTIONS}, headtime = 1, idle = 1, bodytime = 1, sendtime = 2})`;

/** What each kind of bad client does; it is called every 200 ms. */
const KINDS: ((socket: Socket, n: number) => void)[] = [
  // says nothing
  () => {},
  // drips its head
  (socket, n) => socket.write(n === 0 ? "GET / HTTP/1.1\r\nX-Slow: " : "x"),
  // drips its body
  (socket, n) =>
    socket.write(n === 0 ? "POST /upload HTTP/1.1\r\nHost: b\r\nContent-Length: 4000\r\n\r\n" : "x"),
  // ends its side in the middle of a head
  (socket, n) => {
    if (n === 0) socket.end("GET / HTTP/1.1\r\nHo");
  },
  // resets in the middle of an answer
  (socket, n) => {
    if (n === 0) socket.write("GET /stream HTTP/1.1\r\nHost: b\r\n\r\n");
    else socket.resetAndDestroy();
  },
];

// it takes its time by a real clock: the other platforms with FULL=1
for (const platform of isFull ? PLATFORMS : [ESP8266]) {
  describe(`a crowd over TCP (${platform.name})`, () => {
    let board: Board;
    let port: number;

    before(async () => {
      const module = await httpserver("compact", platform);
      const url = await new Promise<string>((resolve, reject) => {
        board = simulate(
          { "httpserver.lc": module.code, "init.lua": Buffer.from(APP) },
          {
            port: 0,
            chip: platform.chip,
            lua: platform.lua,
            heap: 40 * 1024 + PER_CONNECTION * CONNECTIONS,
            connections: CONNECTIONS,
            console: (text) => process.stderr.write(text),
            listening: (_, address) => resolve(address),
            failed: reject,
          },
        );
      });
      port = Number(new URL(url).port);
    });
    after(() => {
      clearInterval(timer);
      board.stop();
    });

    /** Ticks of a timer: on a computer that is busy with other things it stands still with us, where a clock goes on. */
    let ticks = 0;
    const timer = setInterval(() => ticks++, TICK).unref();

    /** One request. @returns milliseconds that this process waited or computed until the whole answer was there */
    async function ask(): Promise<number> {
      const begun = ticks;
      const computed = process.cpuUsage();
      const socket = connect(port, "127.0.0.1");
      let text = "";
      socket.on("data", (data) => (text += data));
      socket.write("GET / HTTP/1.1\r\nHost: b\r\nConnection: close\r\n\r\n");
      await new Promise((resolve, reject) => socket.on("close", resolve).on("error", reject));
      assert.match(text, /^HTTP\/1\.1 200 OK\r\n.*\r\n\r\nhello$/s);
      const { user, system } = process.cpuUsage(computed);
      return Math.max((ticks - begun) * TICK, (user + system) / 1000);
    }

    it(`of ${CROWD} clients: the bad ones are gone, the others answered within a second`, async () => {
      const crowd = Array.from({ length: CROWD }, (_, i) => {
        const socket = connect(port, "127.0.0.1");
        const state = { gone: false };
        socket.on("error", () => {}).on("close", () => (state.gone = true));
        // a client that hears of the end and writes no more
        socket.on("end", () => socket.end());
        socket.resume();
        return { socket, kind: KINDS[i % KINDS.length]!, state };
      });
      let longest = 0;
      for (let n = 0; n < 14; n++) {
        for (const { socket, kind, state } of crowd) if (!state.gone && socket.writable) kind(socket, n);
        longest = Math.max(longest, await ask());
        await wait(200);
      }
      await wait(500);
      assert.equal(board.restarts, 0);
      assert.equal(board.firmware.connectionCount(), 0);
      assert.ok(crowd.every(({ state }) => state.gone));
      assert.ok(longest < 1000, `${longest} ms`);
      console.log(`      others were answered in at most ${Math.round(longest)} ms`);
    });
  });
}
