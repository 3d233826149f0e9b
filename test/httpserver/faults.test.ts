// What networks, chips and apps do to a server: connections that end at any byte, callbacks that come late, twice, without
// a socket or never, socket calls that throw, tasks that are not taken, errors in every callback of the app.
// Always: no panic, no restart, nothing leaked, no wrong byte, no half answer that looks whole, every connection ends.
import assert from "node:assert/strict";
import type { ClientOptions, MemoryClient } from "../../simulator/network/memory.ts";
import { answers } from "./answers.ts";
import { httpserver, leaked, Rig, RUNS, type ServerModule } from "./rig.ts";

const BODY = "y".repeat(700);
const APP = `
  closed, errors = 0, 0
  local function handler(req, res)
    local url = req.url
    if url == "/echo" then
      local body = ""
      function req:ondata(chunk) if chunk then body = body .. chunk else res:finish(body) end end
    elseif url == "/push" then
      for i = 1, 5 do res:send(("push"):rep(200)) end
      function req:onclose() closed = closed + 1 end
      tmr.create():alarm(30, tmr.ALARM_SINGLE, function() res:finish("end") end)
    elseif url == "/pull" then
      local n = 0
      res:finish(function() n = n + 1 if n <= 6 then return ("y"):rep(700) end end)
    else
      res:finish("hello")
    end
  end
  http.createServer(80, handler, {headtime = 2, idle = 3, bodytime = 2, sendtime = 5, answer = 4, onerror = function() errors = errors + 1 end})
`;
/** Seconds in which every connection ends under these limits, whatever happens to it, tick and network included. */
const LONGEST = 12;

const SESSION =
  "GET /echo HTTP/1.1\r\nHost: b\r\nX: 1\r\n\r\n" +
  "POST /echo HTTP/1.1\r\nHost: b\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x\r\nde\r\n0\r\nT: 1\r\n\r\n" +
  "GET /pull HTTP/1.1\r\nHost: b\r\n\r\n" +
  "HEAD / HTTP/1.1\r\nHost: b\r\n\r\n" +
  "GET /push HTTP/1.1\r\nHost: b\r\nConnection: close\r\n\r\n";
const METHODS = ["GET", "POST", "GET", "HEAD", "GET"];
const BODIES = ["", "abcde", BODY.repeat(6), "", `${"push".repeat(1000)}end`];

/** Every answer but the last is whole; what looks whole is right. */
function check(client: MemoryClient, where: string, allowed: readonly number[] = []): number {
  const got = answers(client.text, METHODS);
  for (const [i, { isWhole, status, body }] of got.entries()) {
    const shown = `${where}: answer ${i} of ${JSON.stringify(client.text.slice(-200))}`;
    assert.ok(isWhole || i === got.length - 1, shown);
    if (!isWhole) assert.ok(status === 0 || BODIES[i]!.startsWith(body), shown);
    else if (allowed.includes(status)) assert.equal(body, "", shown);
    else assert.deepEqual({ status, body }, { status: 200, body: BODIES[i] }, shown);
  }
  return got.filter(({ isWhole, status }) => isWhole && status === 200).length;
}

function healthy(rig: Rig, where: string): void {
  const panics = rig.board.panics.map(({ message }) => message);
  assert.deepEqual(panics, [], where);
  assert.equal(rig.board.restarts, 0, `${where}: ${rig.printed()}`);
}

/** The heap when even lwIP has forgotten everybody. Tables keep their sizes, so each comparison has a round before. */
function settled(rig: Rig): number {
  rig.clock.advance(120_000);
  assert.equal(answers(rig.get()).at(0)?.body, "hello");
  rig.settle();
  return rig.heap();
}

for (const run of RUNS) {
  describe(`faults (${run.name})`, () => {
    let module: ServerModule;
    before(async () => {
      module = await httpserver(run.form, run.platform);
    });

    /** One session on a connection of its own, until it has ended. */
    const session = (rig: Rig, options: ClientOptions = {}, text = SESSION) => {
      const client = rig.network.client(80, options);
      client.send(text);
      rig.clock.advance(LONGEST * 1000);
      return client;
    };

    /** The same job with every position, and the heap before and after. */
    const everywhere = (rig: Rig, positions: number, job: (at: number) => void, step = 1) => {
      const round = (stride: number) => {
        for (let at = 1; at <= positions; at += stride) {
          job(at);
          healthy(rig, `at ${at}`);
        }
        return settled(rig);
      };
      round(step);
      assert.equal(
        leaked(() => round(step * 8)),
        0,
      );
    };

    it("a session without faults", () => {
      const rig = new Rig(module, APP);
      assert.equal(check(session(rig), "whole"), 5);
    });

    it("a session cut in segments of any one size", () => {
      const rig = new Rig(module, APP);
      for (const size of [1, 2, 3, 5, 7, 11, 50, 120]) {
        const client = session(rig, { faults: { segment: () => size } });
        assert.equal(check(client, `segments of ${size}`), 5);
      }
      healthy(rig, "segments");
    });

    it("the client resets after any byte that it sends", () => {
      const rig = new Rig(module, APP);
      everywhere(
        rig,
        SESSION.length,
        (at) => {
          check(session(rig, { faults: { resetAfterSent: at } }), `reset at ${at}`);
        },
        2,
      );
    });

    it("the client resets after any byte that it receives", () => {
      const rig = new Rig(module, APP);
      const all = session(rig).received.length;
      everywhere(
        rig,
        all,
        (at) => {
          check(session(rig, { faults: { resetAfterReceived: at } }), `reset after ${at}`);
        },
        97,
      );
    });

    for (const [name, end] of [
      ["ends its direction", (client: MemoryClient) => client.shutdown()],
      ["closes", (client: MemoryClient) => client.close()],
      ["vanishes", (client: MemoryClient) => client.vanish()],
      ["falls silent", () => {}],
    ] as const) {
      it(`the client ${name} after any byte`, () => {
        const rig = new Rig(module, APP);
        everywhere(
          rig,
          SESSION.length,
          (at) => {
            const client = rig.network.client(80);
            client.send(SESSION.slice(0, at));
            rig.clock.advance(10);
            end(client);
            rig.clock.advance(LONGEST * 1000);
            check(client, `at ${at}`, [408, 503]);
            // what it has not acknowledged is heap until lwIP gives it up
            if (name === "vanishes") rig.clock.advance(120_000);
            else assert.notEqual(client.end, "open", `at ${at}`);
          },
          3,
        );
        assert.ok(rig.board.firmware.connectionCount() === 0);
      });
    }

    // --- the chip's side: net as it is on the board, with something wrong

    /** A board on which the methods of a socket are what Lua code has made of them. */
    const broken = (change: string) =>
      new Rig(
        module,
        `${APP}
        local Socket = debug.getregistry()["net.tcpsocket"]
        local on, send, close = Socket.on, Socket.send, Socket.close
        faults, n = true, 0
        -- deterministic: true every third time or so
        local function now() n = n + 1 return faults and (n * 7 % 11) < 4 end
        ${change}`,
      );

    const CHIPS: Record<string, [change: string, allowed?: number[], least?: number]> = {
      "a sent is lost": [
        "Socket.on = function(s, event, f) return on(s, event, event == 'sent' and function(...) if not now() then f(...) end end or f) end",
      ],
      "every sent is lost": [
        "Socket.on = function(s, event, f) return on(s, event, event == 'sent' and function(...) if not faults then f(...) end end or f) end",
        [],
        1,
      ],
      "a sent comes late": [
        `Socket.on = function(s, event, f)
          return on(s, event, event == "sent" and function(...)
            if not now() then return f(...) end
            local socket = ...
            tmr.create():alarm(400, tmr.ALARM_SINGLE, function() f(socket) end)
          end or f)
        end`,
      ],
      "a sent comes twice": [
        "Socket.on = function(s, event, f) return on(s, event, event == 'sent' and function(...) f(...) if now() then f(...) end end or f) end",
      ],
      "callbacks come without a socket": [
        "Socket.on = function(s, event, f) return on(s, event, function(socket, ...) if event ~= 'receive' and now() then socket = nil end return f(socket, ...) end) end",
      ],
      "disconnection comes twice, then sent and receive": [
        `Socket.on = function(s, event, f)
          if event == "receive" then received = f elseif event == "sent" then sent = f end
          return on(s, event, event == "disconnection" and function(socket, ...)
            f(socket, ...) f(socket, ...) sent(socket) received(socket, "GET / HTTP/1.1\\r\\n") f(nil)
          end or f)
        end`,
      ],
      "send throws": [
        "Socket.send = function(...) if now() then error('not connected') end return send(...) end",
        [],
        0,
      ],
      "send has no memory": [
        "Socket.send = function(...) if now() then error('out of memory') end return send(...) end",
      ],
      "send would block": [
        "Socket.send = function(...) if now() then error('Operation would block') end return send(...) end",
      ],
      "close throws": [
        "Socket.close = function(...) close(...) if now() then error('not connected') end end",
      ],
      "on throws": [
        "Socket.on = function(...) if now() then error('out of memory') end return on(...) end",
        [],
        0,
      ],
      "the task queue is full": [
        "local post = node.task.post node.task.post = function(...) if now() then error('Task queue overflow. Task not posted') end return post(...) end",
      ],
      "the peer cannot be asked": [
        "Socket.getpeer = function() if now() then error('invalid') end return 1 end",
        [500],
        0,
      ],
    };

    for (const [name, [change, allowed = [], least = 5]] of Object.entries(CHIPS)) {
      it(name, () => {
        const rig = broken(change);
        const sessions = () => {
          for (let i = 0; i < 12; i++) {
            const client = rig.network.client(80);
            client.send(SESSION);
            rig.clock.advance(LONGEST * 3000);
            const whole = check(client, `${name}, session ${i}`, allowed);
            assert.ok(
              whole >= least,
              `${name}: only ${whole} answers of ${JSON.stringify(client.text.slice(-300))}`,
            );
            assert.notEqual(client.end, "open", name);
          }
          healthy(rig, name);
        };
        const round = () => {
          rig.lua("faults = true");
          sessions();
          rig.lua("faults = false");
          return settled(rig);
        };
        round();
        assert.equal(leaked(round), 0);
      });
    }

    // --- the app's side

    const ERRORS: Record<string, string> = {
      handler: "error('mine')",
      "handler, after a send": "res:send('part') error('mine')",
      "handler, after finish": "res:finish('whole') error('mine')",
      onheader: "req.onheader = function() error('mine') end",
      onhead: "req.onhead = function() error('mine') end",
      ondata: "req.ondata = function() error('mine') end",
      "ondata, at the end": "req.ondata = function(self, c) if not c then error('mine') end end",
      "ondata, after a send":
        "res:send('part') req.ondata = function(self, c) if not c then error('mine') end end",
      "a pull function": "res:finish(function() error('mine') end)",
      "a pull function, later":
        "local n = 0 res:finish(function() n = n + 1 if n > 5 then error('mine') end return ('x'):rep(900) end)",
      "a pull function that gives a table": "res:finish(function() return {} end)",
      onclose: "req.onclose = function() error('mine') end req.conn:close()",
      "onclose, after an error":
        "res:send('part') req.onclose = function() error('again') end req.ondata = function(self, c) if not c then error('mine') end end",
      "onclose, after an error before the answer":
        "req.onclose = function() error('again') end error('mine')",
      "an error that is a table": "error({})",
      "an error that is nil": "error()",
      "an error that cannot be shown":
        "error(setmetatable({}, {__tostring = function() error('again') end}))",
      "onerror itself": "fails = true error('mine')",
      "a deep recursion": "local function f() return 1 + f() end f()",
      "a string that is too long": "res:finish(('x'):rep(1000000))",
    };

    for (const [name, handler] of Object.entries(ERRORS)) {
      it(`an error in the app: ${name}`, () => {
        const rig = new Rig(
          module,
          `http.createServer(80, function(req, res)
            if req.url == "/" then return res:finish("hello") end
            ${handler}
          end, {headtime = 2, idle = 3, bodytime = 2, sendtime = 5, answer = 4, onerror = function() if fails then error("onerror") end end})`,
        );
        const round = () => {
          for (const more of ["", "Content-Length: 3\r\n\r\nabc", "Content-Length: 300\r\n\r\nabc"]) {
            const client = rig.network.client(80);
            client.send(`POST /x HTTP/1.1\r\nHost: b\r\n${more === "" ? "\r\n" : more}`);
            rig.clock.advance(LONGEST * 1000);
            assert.notEqual(client.end, "open");
            const [answer, ...others] = answers(client.text);
            assert.equal(others.length, 0, client.text);
            if (answer?.isWhole && answer.body !== "whole") {
              assert.ok([500, 503, 408].includes(answer.status), client.text);
              assert.equal(answer.body, "", client.text);
            }
          }
          healthy(rig, name);
          return settled(rig);
        };
        round();
        assert.equal(leaked(round), 0);
      });
    }
  });
}
