// Every bound of src/httpserver/limits.ts: what the client is told, when the connection is gone, and that options move it.
// Seconds are those of the virtual clock. One timer ticks once a second, so a time-out comes up to a second later.
import assert from "node:assert/strict";
import type { ClientOptions, MemoryClient } from "../../packages/simulator/network/memory.ts";
import { httpserver, parts, Rig, type RigOptions, RUNS, type ServerModule } from "./rig.ts";

const GET = "GET / HTTP/1.1\r\nHost: b\r\n\r\n";
const CLOSE = "Connection: close";

/** Seconds from `since` until the board ended the connection. */
function seconds(client: MemoryClient, since: number): number {
  const at = client.time("fin") ?? client.time("rst");
  assert.ok(at !== undefined, `still ${client.end} after ${client.text.length} bytes`);
  return (at - since) / 1000;
}

function assertWithin(actual: number, limit: number): void {
  // the tick; what a timer writes leaves with lwIP's own timer (250 ms); then the client may close first (400 ms)
  assert.ok(actual >= limit - 0.1 && actual <= limit + 1.7, `${actual} s, the limit is ${limit} s`);
}

function statuses(text: string): string[] {
  return [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => status!);
}

for (const run of RUNS) {
  describe(`limits (${run.name})`, () => {
    let module: ServerModule;
    before(async () => {
      module = await httpserver(run.form, run.platform);
    });

    /** A board whose server has this handler's body and these options (Lua). */
    const serve = (handler: string, limits = "", options: RigOptions = {}) =>
      new Rig(
        module,
        `http.createServer(80, function(req, res)\n${handler}\nend, ${limits === "" ? "nil" : `{${limits}}`})`,
        options,
      );

    /** A client that has sent this, and the moment. */
    const begin = (rig: Rig, request: string, options?: ClientOptions) => {
      const client = rig.client(options);
      const since = rig.clock.now();
      if (request !== "") client.send(request);
      return { client, since };
    };

    describe("line", () => {
      const requestLine = (length: number) => `GET /${"x".repeat(length - 14)} HTTP/1.1\r\nHost: b\r\n\r\n`;
      const field = (length: number) => `GET / HTTP/1.1\r\nHost: b\r\nA: ${"x".repeat(length - 3)}\r\n\r\n`;

      for (const [limits, length] of [
        ["", 2048],
        ["line = 100", 100],
      ] as const) {
        it(`${length}: a longer request line is a 414, a longer field that is read a 431`, () => {
          const rig = serve("req.onheader = print res:finish('x')", limits);
          assert.match(rig.ask(requestLine(length)), / 200 OK/);
          assert.match(rig.ask(requestLine(length + 1)), / 414 .*Connection: close/s);
          assert.match(rig.ask(field(length)), / 200 OK/);
          assert.match(rig.ask(field(length + 1)), / 431 .*Connection: close/s);
        });

        for (const [name, status] of [
          ["Cookie", "200"],
          ["Host", "431"],
          ["Connection", "431"],
          ["Content-Length", "431"],
          ["Transfer-Encoding", "431"],
          ["Expect", "431"],
        ] as const)
          it(`${length}: a longer field is a ${status} if its name is ${name} and the app reads none, wherever it is cut`, () => {
            const rig = serve("res:finish('x')", limits);
            const value = name === "Content-Length" ? "0".repeat(length) : "x".repeat(length);
            const host = name === "Host" ? "" : "Host: b\r\n";
            const request = `GET / HTTP/1.1\r\n${host}${name}: ${value}\r\n\r\n`;
            for (const at of [
              0,
              20,
              host.length + 30,
              length - 1,
              length + 40,
              request.length - 3,
              request.length - 2,
            ]) {
              const { client } = begin(rig, request.slice(0, at));
              rig.clock.advance(20);
              client.send(request.slice(at));
              rig.clock.advance(100);
              assert.deepEqual(statuses(client.text), [status], `cut at ${at}`);
              client.close();
              rig.clock.advance(5000);
            }
          });

        it(`${length}: of a longer field that nobody reads the syntax is checked`, () => {
          const rig = serve("res:finish('x')", limits);
          for (const wrong of ["\x01", "\n", "\rx", "\x7f"]) {
            const request = `GET / HTTP/1.1\r\nHost: b\r\nCookie: ${"x".repeat(length)}${wrong}yy\r\n\r\n`;
            assert.match(rig.ask(request), /^HTTP\/1.1 400 /);
            const { client } = begin(rig, request.slice(0, length + 40));
            rig.clock.advance(20);
            client.send(request.slice(length + 40));
            rig.clock.advance(100);
            assert.deepEqual(statuses(client.text), ["400"], JSON.stringify(wrong));
            client.close();
            rig.clock.advance(5000);
          }
        });

        it(`${length}: the same wherever the network cuts the line`, () => {
          const rig = serve("req.onheader = print res:finish('x')", limits);
          const askCut = (request: string, at: number) => {
            const { client } = begin(rig, request.slice(0, at));
            rig.clock.advance(20);
            client.send(request.slice(at));
            rig.clock.advance(100);
            const { text } = client;
            client.close();
            rig.clock.advance(100);
            return text;
          };
          const head = "GET / HTTP/1.1\r\nHost: b\r\n".length;
          for (const end of [-1, 0, 1, 2, 3]) {
            assert.match(askCut(requestLine(length), length + end), / 200 OK/, `at ${end}`);
            assert.match(askCut(requestLine(length + 1), length + end), / 414 /, `at ${end}`);
            assert.match(askCut(field(length), head + length + end), / 200 OK/, `at ${end}`);
            assert.match(askCut(field(length + 1), head + length + end), / 431 /, `at ${end}`);
          }
        });
      }

      it("refuses a line without end as soon as it is too long", () => {
        const rig = serve("res:finish('x')");
        const { client, since } = begin(rig, "x".repeat(2100));
        rig.clock.advance(500);
        assert.deepEqual(statuses(client.text), ["414"]);
        assert.ok(seconds(client, since) < 0.5);
      });
    });

    describe("head and fields", () => {
      /** A head with one more field, so that all of its fields together have this many bytes. */
      const head = (size: number) => {
        let fields = "Host: b\r\n";
        while (fields.length + 1000 < size) fields += `A: ${"x".repeat(500)}\r\n`;
        return `GET / HTTP/1.1\r\n${fields}B: ${"x".repeat(size - fields.length - 5)}\r\n\r\n`;
      };
      const fields = (count: number) => `GET / HTTP/1.1\r\nHost: b\r\n${"A: b\r\n".repeat(count - 1)}\r\n`;

      for (const [limits, size] of [
        ["", 4096],
        ["head = 600", 600],
      ] as const) {
        it(`${size} bytes of fields; more are a 431`, () => {
          const rig = serve("res:finish('x')", limits);
          assert.match(rig.ask(head(size)), / 200 OK/);
          assert.match(rig.ask(head(size + 1)), / 431 .*Connection: close/s);
        });
      }

      for (const [limits, count] of [
        ["", 64],
        ["fields = 3", 3],
      ] as const) {
        it(`${count} fields; more are a 431`, () => {
          const rig = serve("res:finish('x')", limits);
          assert.match(rig.ask(fields(count)), / 200 OK/);
          assert.match(rig.ask(fields(count + 1)), / 431 .*Connection: close/s);
        });
      }

      it("count trailers, anew", () => {
        const rig = serve("function req:ondata(c) if not c then res:finish('x') end end");
        const trailers = (count: number) =>
          `POST / HTTP/1.1\r\nHost: b\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n${"A: b\r\n".repeat(count)}\r\n`;
        assert.match(rig.ask(trailers(64)), / 200 OK/);
        assert.match(rig.ask(trailers(65)), / 431 /);
      });
    });

    describe("headtime", () => {
      for (const [limits, limit] of [
        ["", 10],
        ["headtime = 3", 3],
      ] as const) {
        it(`${limit} s for a head; then 408, also when it drips`, () => {
          const rig = serve("res:finish('x')", limits);
          const part = begin(rig, "GET / HTTP/1.1\r\nHos");
          const drip = begin(rig, "G");
          let sent = 1;
          const text = `GET / HTTP/1.1\r\nX-Slow: ${"x".repeat(200)}`;
          for (let i = 0; i < 2 * (limit + 2); i++) {
            rig.clock.advance(500);
            drip.client.send(text.slice(sent, ++sent));
          }
          for (const { client, since } of [part, drip]) {
            assert.deepEqual(statuses(client.text), ["408"]);
            assert.ok(parts(client.text).fields.includes(CLOSE));
            assertWithin(seconds(client, since), limit);
          }
        });
      }

      it("begins anew with each request of a connection", () => {
        const rig = serve("res:finish('x')");
        const { client } = begin(rig, GET);
        rig.clock.advance(8000);
        const since = rig.clock.now();
        client.send("GET / HT");
        rig.clock.advance(12_000);
        assert.deepEqual(statuses(client.text), ["200", "408"]);
        assertWithin(seconds(client, since), 10);
      });
    });

    describe("idle", () => {
      for (const [limits, limit] of [
        ["", 15],
        ["idle = 4", 4],
      ] as const) {
        it(`${limit} s without a byte, before the first request or after one, end in a close`, () => {
          const rig = serve("res:finish('x')", limits);
          const silent = begin(rig, "");
          const served = begin(rig, GET);
          rig.clock.advance((limit + 2) * 1000);
          assert.equal(silent.client.text, "");
          assertWithin(seconds(silent.client, silent.since), limit);
          assert.deepEqual(statuses(served.client.text), ["200"]);
          assertWithin(seconds(served.client, served.since), limit);
        });
      }
    });

    describe("bodytime", () => {
      const POST = "POST / HTTP/1.1\r\nHost: b\r\nContent-Length: 2000\r\n\r\n";
      const LATE = "function req:ondata(c) if not c then res:finish('x') end end";

      for (const [limits, limit] of [
        ["", 15],
        ["bodytime = 4", 4],
      ] as const) {
        it(`${limit} s without any of the body; then 408`, () => {
          const rig = serve(LATE, limits);
          const { client, since } = begin(rig, POST);
          rig.clock.advance((limit + 2) * 1000);
          assert.deepEqual(statuses(client.text), ["408"]);
          assert.ok(parts(client.text).fields.includes(CLOSE));
          assertWithin(seconds(client, since), limit);
        });

        it(`256 bytes in ${limit} s go on, fewer do not`, () => {
          const rig = serve(LATE, limits);
          const good = begin(rig, POST);
          const bad = begin(rig, POST);
          let badSent = 0;
          const badBegin = bad.since;
          for (let sent = 0; sent < 2000; sent += 250) {
            good.client.send("x".repeat(Math.min(250, 2000 - sent)));
            // 8 bytes each: never 256 within the limit
            bad.client.send("x".repeat(8));
            badSent += 8;
            rig.clock.advance((limit * 1000) / 3);
          }
          rig.clock.advance(1000);
          assert.deepEqual(statuses(good.client.text), ["200"]);
          assert.deepEqual(statuses(bad.client.text), ["408"]);
          assertWithin(seconds(bad.client, badBegin), limit);
          assert.ok(badSent < 256);
        });
      }

      it("counts the bytes of chunks, however small these are", () => {
        const rig = serve(LATE);
        const { client, since } = begin(
          rig,
          "POST / HTTP/1.1\r\nHost: b\r\nTransfer-Encoding: chunked\r\n\r\n",
        );
        for (let i = 0; i < 20; i++) {
          client.send("1;extension=long\r\nx\r\n");
          rig.clock.advance(1000);
        }
        assert.deepEqual(statuses(client.text), ["408"]);
        assertWithin(seconds(client, since), 15);
      });

      it("holds for a body that comes after its answer", () => {
        const rig = serve("res:finish('early')");
        const { client, since } = begin(rig, POST);
        rig.clock.advance(17_000);
        assert.deepEqual(statuses(client.text), ["200"]);
        assertWithin(seconds(client, since), 15);
      });
    });

    describe("sendtime", () => {
      const STALLED = `
        local time = tmr.time or function() return math.floor(node.uptime() / 1000000) end
        begun = time()
        function req:onclose() gone = time() end
        res:finish(function() return ("x"):rep(500) end)`;

      for (const [limits, limit] of [
        ["", 20],
        ["sendtime = 6", 6],
      ] as const) {
        it(`${limit} s for a client that has stopped reading; then a close, and onclose`, () => {
          const rig = serve(STALLED, limits);
          const { client } = begin(rig, GET, { receiveBuffer: 4000 });
          client.pause();
          rig.clock.advance((limit + 12) * 1000);
          client.resume();
          rig.clock.advance(10_000);
          assert.doesNotMatch(client.text, /0\r\n\r\n$/);
          assert.ok(["fin", "rst"].includes(client.end), client.end);
          const took = Number(rig.lua("return gone - begun")[0]);
          assert.ok(took >= limit && took <= limit + 1, `${took} s`);
        });
      }

      it(`does not count against a client that reads slowly`, () => {
        const rig = serve(
          "local n = 0 res:finish(function() n = n + 1 if n < 60 then return ('x'):rep(500) end end)",
        );
        const { client } = begin(rig, GET, { receiveBuffer: 3000 });
        for (let i = 0; i < 30; i++) {
          client.pause();
          rig.clock.advance(10_000);
          client.resume();
          rig.clock.advance(20);
        }
        assert.match(client.text, /0\r\n\r\n$/);
      });
    });

    describe("answer", () => {
      it("is unlimited: a quiet app is no stall", () => {
        const rig = serve("kept = res");
        const { client } = begin(rig, GET);
        rig.clock.advance(600_000);
        rig.lua("kept:send('a')");
        rig.clock.advance(600_000);
        rig.lua("kept:finish('b')");
        rig.clock.advance(500);
        assert.equal(parts(client.text).body, "1\r\na\r\n1\r\nb\r\n0\r\n\r\n");
      });

      it("as an option is a 503 for a silent app", () => {
        const rig = serve("function req:onclose() gone = true end", "answer = 5");
        const { client, since } = begin(rig, GET);
        rig.clock.advance(7000);
        assert.deepEqual(statuses(client.text), ["503"]);
        assertWithin(seconds(client, since), 5);
      });

      it("as an option cuts an answer that does not go on", () => {
        const rig = serve("function req:onclose() gone = true end res:send('part')", "answer = 5");
        const { client, since } = begin(rig, GET);
        rig.clock.advance(7000);
        // ESP8266 resets the connection; on ESP32 what is no chunk shows that the body is cut
        assert.match(
          parts(client.text).body,
          client.end === "rst" ? /^4\r\npart\r\n!?$/ : /^4\r\npart\r\n!$/,
        );
        assertWithin(seconds(client, since), 5);
        assert.deepEqual(rig.lua("return gone"), [true]);
      });
    });

    describe("connections", () => {
      const WAIT = "if req.url == '/' then res:finish('x') else kept = kept or {} kept[#kept + 1] = res end";
      const NEVER = "GET /never HTTP/1.1\r\nHost: b\r\n\r\n";

      for (const [limits, most] of [
        ["", 5],
        ["connections = 3", 3],
      ] as const) {
        it(`${most}: the last one closes the oldest without a request`, () => {
          const rig = serve(WAIT, limits, { connections: most });
          const silent = [];
          for (let i = 1; i < most; i++) {
            silent.push(rig.client());
            rig.clock.advance(1000);
          }
          assert.ok(silent.every(({ end }) => end === "open"));
          begin(rig, NEVER);
          // a client that has come within the last two ticks may still speak
          rig.clock.advance(200);
          assert.deepEqual(
            silent.map(({ end }) => end),
            ["fin", ...silent.slice(1).map(() => "open")],
          );
        });

        it(`${most}: one more client than there are slots is answered at once`, () => {
          const rig = serve(WAIT, limits, { connections: most });
          for (let i = 0; i < 3 * most; i++) {
            const { client, since } = begin(rig, GET);
            rig.clock.advance(100);
            assert.deepEqual(statuses(client.text), ["200"], `client ${i}`);
            assert.ok(client.events.find(({ what }) => what === "data")!.at - since < 50);
          }
        });

        it(`${most}: with the last slot taken answers say Connection: close`, () => {
          const rig = serve(WAIT, limits, { connections: most });
          for (let i = 1; i < most; i++) begin(rig, NEVER);
          rig.clock.advance(100);
          const { client } = begin(rig, GET);
          rig.clock.advance(100);
          assert.ok(parts(client.text).fields.includes(CLOSE));
          assert.equal(client.end, "fin");
          const next = begin(rig, GET);
          rig.clock.advance(100);
          assert.deepEqual(statuses(next.client.text), ["200"]);
        });

        it(`${most}: with one slot left answers keep the connection`, () => {
          const rig = serve(WAIT, limits, { connections: most });
          for (let i = 2; i < most; i++) begin(rig, NEVER);
          const { client } = begin(rig, GET);
          rig.clock.advance(100);
          assert.ok(!client.text.includes(CLOSE));
        });
      }

      it("does not close a connection whose request has begun", () => {
        const rig = serve(WAIT);
        const clients = [1, 2, 3, 4].map(() => begin(rig, "GET / HTTP/1.1\r\n").client);
        rig.clock.advance(50);
        begin(rig, GET);
        rig.clock.advance(50);
        for (const client of clients) {
          client.send("Host: b\r\n\r\n");
          rig.clock.advance(50);
          assert.deepEqual(statuses(client.text), ["200"]);
        }
      });
    });

    describe("reserve", () => {
      const PUSH = `
        least = 1000000000
        local n = 0
        while n < 200 do
          ok = pcall(res.send, res, ("x"):rep(1000) .. n)
          if failed then break end
          n = n + 1
          collectgarbage()
          least = math.min(least, node.heap())
        end
        pcall(res.finish, res)`;

      for (const [limits, reserve] of [
        ["", 4096],
        ["reserve = 12000", 12000],
      ] as const) {
        it(`${reserve} bytes stay free: pushing more raises nothing, is told, and answered with 503`, () => {
          const rig = serve(
            `if req.url == "/" then ${PUSH} else res:finish("x") end`,
            `${limits} ${limits && ","} onerror = function(err) failed = err end`,
            { heap: 56 * 1024 },
          );
          const { client } = begin(rig, GET);
          rig.clock.advance(2000);
          const [ok, problem, least] = rig.lua("return ok, failed, least");
          assert.equal(ok, true);
          assert.match(String(problem), /out of memory/);
          assert.ok(Number(least) > reserve - 1100, `${least} bytes were left`);
          assert.deepEqual(statuses(client.text), ["503"]);
          assert.equal(client.end, "fin");
          assert.equal(parts(rig.get("/next")).body, "x");
          assert.equal(rig.board.restarts, 0);
        });
      }

      it("what follows a push that failed is not read, and its body not taken for complete", () => {
        const rig = serve(
          `if req.url == "/" then
             req.ondata = function(_, chunk) ended = ended or not chunk end
             ${PUSH}
           else res:finish("x") end`,
          "onerror = function(err) failed = err end",
          { heap: 56 * 1024 },
        );
        const { client } = begin(rig, "POST / HTTP/1.1\r\nHost: b\r\nContent-Length: 4\r\n\r\n");
        rig.clock.advance(2000);
        assert.deepEqual(rig.lua("return ok, ended"), [true, undefined]);
        assert.deepEqual(statuses(client.text), ["503"]);
        assert.equal(client.end, "fin");
        assert.equal(parts(rig.get("/next")).body, "x");
      });

      it("a function that loses a piece and says that it is done has no answer that looks whole", () => {
        const lost = `res:send(function(res)
            if ok == nil then
              res:send("kept")
              ok = pcall(res.send, res, "lost")
              res:finish()
              return "x"
            end
          end)`;
        // more than there ever is
        const rig = serve(`if req.url == "/" then ${lost} else res:finish("x") end`, "reserve = 1000000");
        const { client } = begin(rig, GET);
        rig.clock.advance(2000);
        assert.deepEqual(statuses(client.text), ["503"]);
        assert.notEqual(client.end, "open");
        assert.equal(parts(rig.get("/next")).body, "x");
        assert.equal(rig.board.restarts, 0);
      });

      for (const [what, piece] of Object.entries({
        "large pieces": '("x"):rep(1000) .. n',
        "small pieces": '"piece " .. n',
      })) {
        it(`an app that pushes more ${what} than there is memory for: 503 before anything is sent`, () => {
          const endless = `for n = 1, 20000 do res:send(${piece}) end`;
          const rig = serve(`if req.url == "/" then ${endless} else res:finish("x") end`, "", {
            heap: 50 * 1024,
          });
          // a table that cannot grow stays as it is, as on the chip
          rig.board.firmware.vm.refusesAtOnce = true;
          const { client } = begin(rig, GET);
          rig.clock.advance(2000);
          assert.deepEqual(statuses(client.text), ["503"]);
          assert.equal(client.end, "fin");
          assert.equal(parts(rig.get("/next")).body, "x");
          assert.equal(rig.board.restarts, 0);
        });
      }
    });

    describe("a body that nobody reads", () => {
      /** What is read to keep the connection [bytes]. */
      const DRAIN = 8192;
      const post = (length: number) => `POST / HTTP/1.1\r\nHost: b\r\nContent-Length: ${length}\r\n\r\n`;

      it(`is read if it has ${DRAIN} bytes, and the connection is kept`, () => {
        const rig = serve("res:finish('x')");
        const { client } = begin(rig, post(DRAIN));
        rig.clock.advance(50);
        assert.ok(!client.text.includes(CLOSE));
        client.send("x".repeat(DRAIN) + GET);
        rig.clock.advance(500);
        assert.deepEqual(statuses(client.text), ["200", "200"]);
      });

      it("ends the connection if it has more", () => {
        const rig = serve("res:finish('x')");
        const { client } = begin(rig, post(DRAIN + 1));
        rig.clock.advance(500);
        assert.deepEqual(statuses(client.text), ["200"]);
        assert.ok(parts(client.text).fields.includes(CLOSE));
        // the client has announced a body: it gets 5 s for it
        assert.equal(client.end, "open");
        rig.clock.advance(5000);
        assert.equal(client.end, "fin");
      });

      for (const [what, length, sent] of [
        ["64 KB", 65_536, 65_536],
        ["as much as is announced", 100_000, 100_000],
        ["200 KB and a chunked body", undefined, 200_000],
      ] as const)
        it(`is read to its end when it has been refused early, so that the refusal arrives: ${what}`, () => {
          const rig = serve("req.onhead = function() res:finish('too much', 413) end");
          const { client } = begin(
            rig,
            `POST / HTTP/1.1\r\nHost: b\r\n${length ? `Content-Length: ${length}` : "Transfer-Encoding: chunked"}\r\n\r\n`,
          );
          // whoever reads only at the end loses the answer to a reset
          client.pause();
          if (!length) client.send("30d40\r\n");
          for (let left = sent; left > 0; left -= 4096) {
            client.send("x".repeat(Math.min(4096, left)));
            rig.clock.advance(20);
          }
          rig.clock.advance(100);
          client.resume();
          assert.deepEqual(statuses(client.text), ["413"]);
          rig.clock.advance(2000);
          assert.equal(client.end, "fin");
        });

      it("ends with a reset after 256 KB or 5 s", () => {
        const rig = serve("req.onhead = function() res:finish('too much', 413) end");
        const { client, since } = begin(rig, post(10_000_000));
        for (let left = 400; left > 0; left--) {
          client.send("x".repeat(4096));
          rig.clock.advance(1);
        }
        rig.clock.advance(1000);
        assert.equal(client.end, "rst");
        const slow = begin(rig, post(10_000_000));
        for (let left = 70; left > 0; left--) {
          slow.client.send("x".repeat(100));
          rig.clock.advance(100);
        }
        assert.equal(slow.client.end, "rst");
        assertWithin(seconds(slow.client, slow.since), 5);
        assert.ok(seconds(client, since) < 5);
      });
    });

    describe("the end of a connection", () => {
      const GET10 = "GET / HTTP/1.0\r\n\r\n";
      const CLOSED = GET.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
      for (const [what, request, handler] of [
        ["HTTP/1.0", GET10, "res:finish('x')"],
        ["a body that ends with the connection", GET10, "res:send('x') res:send('y') res:finish()"],
        ["Connection: close", CLOSED, "res:finish('x')"],
        [
          "a chunked body and Connection: close",
          CLOSED,
          "res:send('x') tmr.create():alarm(10, 0, function() res:finish('y') end)",
        ],
      ] as const)
        it(`comes at once with ${what}`, () => {
          const rig = serve(handler);
          const { client } = begin(rig, request);
          rig.clock.advance(600);
          const answered = client.events.filter(({ what }) => what === "data").at(-1)!.at;
          assert.equal(client.end, "fin");
          assert.ok(client.time("fin")! - answered < 20, `${client.time("fin")! - answered} ms`);
        });

      it("is the client's if memory is short and it can tell the end", () => {
        const rig = serve("res:finish('x')", "reserve = 1000000");
        // with that reserve nothing is answered but with 503: what counts is who closes
        const { client } = begin(rig, CLOSED);
        rig.clock.advance(250);
        assert.equal(client.end, "open");
        rig.clock.advance(400);
        assert.equal(client.end, "fin");
      });
    });

    describe("two servers", () => {
      it("each obey their own limits", () => {
        const rig = new Rig(
          module,
          `local function handler(req, res) res:finish("x") end
           http.createServer(80, handler, {idle = 4, headtime = 3, line = 100})
           http.createServer(81, handler, {idle = 20, headtime = 9})`,
        );
        for (const [port, idle, headtime] of [
          [80, 4, 3],
          [81, 20, 9],
        ] as const) {
          const since = rig.clock.now();
          const silent = rig.network.client(port);
          const slow = rig.network.client(port);
          const long = rig.network.client(port);
          slow.send("GET");
          long.send(`GET /${"x".repeat(200)} HTTP/1.1\r\nHost: b\r\n\r\n`);
          rig.clock.advance(25_000);
          assertWithin(seconds(silent, since), idle);
          assertWithin(seconds(slow, since), headtime);
          assert.deepEqual(statuses(slow.text), ["408"]);
          assert.deepEqual(statuses(long.text), [port === 80 ? "414" : "200"]);
        }
      });
    });

    describe("pipelining", () => {
      const LATER =
        "if req.url == '/slow' then tmr.create():alarm(2000, 0, function() res:finish('slow') end) else res:finish(req.url) end";
      const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: b\r\n\r\n`;

      it("keeps the order", () => {
        const rig = serve(LATER);
        const { client } = begin(rig, get("/slow") + get("/a") + get("/b"));
        rig.clock.advance(3000);
        const bodies = client.text.split("HTTP/1.1 200 OK").slice(1);
        assert.deepEqual(
          bodies.map((answer) => answer.split("\r\n\r\n")[1]),
          ["slow", "/a", "/b"],
        );
      });

      it("keeps two received pieces behind an answer under way; beyond them the connection ends with it", () => {
        const rig = serve(LATER);
        const two = begin(rig, get("/slow"));
        const many = begin(rig, get("/slow"));
        rig.clock.advance(50);
        const before = rig.heap();
        const request = get(`/${"x".repeat(700)}`);
        for (let i = 0; i < 6; i++) {
          if (i < 4) two.client.send(request);
          many.client.send(request + request);
          rig.clock.advance(50);
        }
        const kept = rig.heap() - before;
        assert.ok(kept < 2 * (2 * 1460 + 200), `${kept} bytes are kept`);
        rig.clock.advance(3000);
        assert.equal(statuses(many.client.text).length, 1);
        assert.ok(parts(many.client.text).fields.includes(CLOSE));
        assert.notEqual(many.client.end, "open");
        assert.ok(statuses(two.client.text).length >= 1);
        assert.equal(rig.board.restarts, 0);
      });

      it("does not put off time-outs", () => {
        const rig = serve("", "answer = 5");
        const { client, since } = begin(rig, GET);
        for (let i = 0; i < 14; i++) {
          client.send(GET);
          rig.clock.advance(500);
        }
        assert.deepEqual(statuses(client.text), ["503"]);
        assertWithin(seconds(client, since), 5);
      });
    });
  });
}
