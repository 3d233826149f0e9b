// The API, line by line: what existing Lua code for the firmware's own httpserver relies on, and what is ours.
import assert from "node:assert/strict";
import { httpserver, leaked, parts, Rig, type RigOptions, RUNS, type ServerModule } from "./rig.ts";

const GET = "GET / HTTP/1.1\r\nHost: board\r\n\r\n";
const OK = "HTTP/1.1 200 OK\r\n";
const POST = "POST / HTTP/1.1\r\nHost: board\r\nContent-Length: 1\r\n\r\nx";
/** What an app gets that has misused its response. */
const FAILED = "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

for (const run of RUNS) {
  describe(`API contract (${run.name})`, () => {
    let module: ServerModule;
    before(async () => {
      module = await httpserver(run.form, run.platform);
    });
    /** How a response that is cut ends: ESP32 has no way to send a reset. */
    const CUT = run.platform.chip === "esp8266" ? "rst" : "fin";

    /** A board whose server has this handler's body; `req` and `res` are its arguments. */
    const serve = (handler: string, options: RigOptions = {}, serverOptions = "nil") =>
      new Rig(
        module,
        `srv = http.createServer(80, function(req, res)\n${handler}\nend, ${serverOptions})`,
        options,
      );

    describe("createServer", () => {
      it("returns the net.server", () => {
        const rig = serve("res:finish('x')");
        assert.deepEqual(rig.lua("return srv:getaddr()"), [80, "0.0.0.0"]);
      });

      it("takes a port over from an older server of ours", () => {
        const rig = serve("res:finish('old')");
        rig.lua("require('httpserver').createServer(80, function(req, res) res:finish('new') end)");
        assert.equal(parts(rig.get()).body, "new");
        assert.deepEqual(rig.lua("return pcall(srv.close, srv)").slice(0, 1), [false]);
      });

      it("takes a port over although the app has closed the older server", () => {
        const rig = serve("res:finish('old')");
        rig.lua("srv:close()");
        rig.lua("require('httpserver').createServer(80, function(req, res) res:finish('new') end)");
        assert.equal(parts(rig.get()).body, "new");
      });

      it("adds a server on another port", () => {
        const rig = serve("res:finish('eighty')");
        rig.lua("require('httpserver').createServer(81, function(req, res) res:finish('eighty-one') end)");
        assert.equal(parts(rig.get()).body, "eighty");
        const client = rig.network.client(81);
        client.send(GET);
        rig.clock.advance(100);
        assert.equal(parts(client.text).body, "eighty-one");
      });

      it("keeps what the app's options table does not name", () => {
        const rig = serve("res:finish(req.url)", {}, "{line = 30}");
        assert.match(rig.get(`/${"x".repeat(40)}`), /^HTTP\/1\.1 414 /);
        assert.equal(parts(rig.get("/short")).body, "/short");
      });

      it("shares an options table between servers", () => {
        const rig = new Rig(
          module,
          `local options = {line = 100}
           http.createServer(80, function(req, res) res:finish("a") end, options)
           http.createServer(81, function(req, res) res:finish("b") end, options)`,
        );
        assert.equal(parts(rig.get()).body, "a");
      });
    });

    describe("the program of the firmware's own example, unchanged", () => {
      const EXAMPLE = `
        print("+R", req.method, req.url, node.heap() > 0)
        req.onheader = function(self, name, value)
          print("+H", name, value)
        end
        req.ondata = function(self, chunk)
          print("+B", chunk and #chunk)
          if not chunk then
            res:send(nil, 200)
            res:send_header("Connection", "close")
            res:send("Hello, world!\\n")
            res:finish()
          end
        end`;

      it("gets one well-formed response", () => {
        const rig = serve(EXAMPLE);
        const response = rig.ask("GET /page HTTP/1.1\r\nHost: board\r\nUser-Agent: curl\r\n\r\n");
        assert.equal(response, `${OK}Content-Length: 14\r\nConnection: close\r\n\r\nHello, world!\n`);
        assert.equal(rig.printed(), "+R\tGET\t/page\ttrue\n+H\thost\tboard\n+H\tuser-agent\tcurl\n+B\tnil\n");
      });

      it("sees the pieces of a body", () => {
        const rig = serve(EXAMPLE);
        rig.ask("POST / HTTP/1.1\r\nHost: board\r\nContent-Length: 5\r\n\r\nhello");
        assert.match(rig.printed(), /\+B\t5\n\+B\tnil\n$/);
      });
    });

    describe("req", () => {
      it("has conn, method and url when the handler runs", () => {
        const rig = serve("res:finish(type(req.conn) .. ' ' .. req.method .. ' ' .. req.url)");
        assert.equal(parts(rig.get("/a?b=c")).body, "userdata GET /a?b=c");
      });

      it("calls onheader for each field in order, names in lower case, repeated ones each time", () => {
        const rig = serve(`
          local seen = ""
          function req:onheader(name, value) seen = seen .. name .. "=" .. value .. ";" end
          function req:ondata(chunk) if not chunk then res:finish(seen) end end`);
        const response = rig.ask("GET / HTTP/1.1\r\nHost: board\r\nX-A:  1 \r\nx-a: 2\r\nEMPTY:\r\n\r\n");
        assert.equal(parts(response).body, "host=board;x-a=1;x-a=2;empty=;");
      });

      it("passes itself to its callbacks", () => {
        const rig = serve(`
          local same = 0
          local function check(self) if self == req then same = same + 1 end end
          req.onheader, req.onhead = check, check
          function req:ondata(chunk) check(self) if not chunk then res:finish(same) end end`);
        assert.equal(parts(rig.ask("POST / HTTP/1.1\r\nHost: b\r\nContent-Length: 1\r\n\r\nx")).body, "5");
      });

      it("calls onhead once, after the fields and before the body", () => {
        const rig = serve(`
          local order = ""
          function req:onheader(name) order = order .. "h" end
          function req:onhead() order = order .. "H" end
          function req:ondata(chunk) order = order .. (chunk and "d" or "e") if not chunk then res:finish(order) end end`);
        const response = rig.ask("POST / HTTP/1.1\r\nHost: b\r\nContent-Length: 2\r\n\r\nxy");
        assert.equal(parts(response).body, "hhHde");
      });

      it("calls ondata with nil exactly once, also without a body", () => {
        const rig = serve(`
          ends = 0
          function req:ondata(chunk) if not chunk then ends = ends + 1 res:finish("x") end end`);
        rig.get();
        assert.deepEqual(rig.lua("return ends"), [1]);
        rig.ask("POST / HTTP/1.1\r\nHost: b\r\nContent-Length: 3\r\n\r\nabcdef");
        rig.ask("POST / HTTP/1.1\r\nHost: b\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabcdef");
        assert.deepEqual(rig.lua("return ends"), [1]);
      });

      it("calls ondata with nil even if the handler has answered at once", () => {
        const rig = serve(`
          function req:ondata(chunk) log = (log or "") .. tostring(chunk) .. ";" end
          res:finish("early")`);
        rig.ask("POST / HTTP/1.1\r\nHost: b\r\nContent-Length: 3\r\n\r\nabc");
        assert.deepEqual(rig.lua("return log"), ["abc;nil;"]);
      });

      it("takes an ondata that is assigned in onhead", () => {
        const rig = serve(`
          function req:onhead()
            function req:ondata(chunk) if not chunk then res:finish("late") end end
          end`);
        assert.equal(parts(rig.get()).body, "late");
      });

      it("calls onclose, and never ondata with nil, for an upload that is cut off", () => {
        const rig = serve(`
          log = ""
          function req:ondata(chunk) log = log .. (chunk or "END") end
          function req:onclose() log = log .. "|closed" end`);
        const client = rig.client();
        client.send("POST / HTTP/1.1\r\nHost: b\r\nContent-Length: 10\r\n\r\nabc");
        rig.clock.advance(100);
        client.reset();
        rig.clock.advance(100);
        assert.deepEqual(rig.lua("return log"), ["abc|closed"]);
      });

      it("calls onclose, and never ondata with nil, for an upload that turns out malformed", () => {
        const rig = serve(`
          log = ""
          function req:ondata(chunk) log = log .. (chunk or "END") end
          function req:onclose() log = log .. "|closed" end`);
        const response = rig.ask(
          "POST / HTTP/1.1\r\nHost: b\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcX\r\n",
        );
        assert.match(response, /^HTTP\/1\.1 400 /);
        rig.settle();
        assert.deepEqual(rig.lua("return log"), ["abc|closed"]);
      });

      it("calls onclose when the client leaves before the response has ended, and not after", () => {
        const rig = serve(`
          closes = closes or 0
          function req:onclose() closes = closes + 1 end
          if req.url == "/whole" then res:finish("whole") else res:send("part") end`);
        const whole = rig.client();
        whole.send("GET /whole HTTP/1.1\r\nHost: b\r\n\r\n");
        rig.clock.advance(100);
        whole.close();
        rig.clock.advance(100);
        assert.deepEqual(rig.lua("return closes"), [0]);
        const part = rig.client();
        part.send("GET /part HTTP/1.1\r\nHost: b\r\n\r\n");
        rig.clock.advance(100);
        part.close();
        rig.clock.advance(100);
        assert.deepEqual(rig.lua("return closes"), [1]);
      });
    });

    describe("res:send", () => {
      it("with a code alone sets the status and does not start the body", () => {
        const rig = serve("res:send(nil, 404) res:send_header('X-A', 1) res:finish('gone')");
        assert.equal(
          rig.get(),
          "HTTP/1.1 404 Not Found\r\nX-A: 1\r\nContent-Length: 4\r\nConnection: close\r\n\r\ngone",
        );
      });

      it("counts the first code", () => {
        const rig = serve("res:send(nil, 201) res:send(nil, 404) res:send('x', 500) res:finish(nil, 503)");
        assert.equal(parts(rig.get()).status, "HTTP/1.1 201 Created");
      });

      it("counts the default code from the first byte on", () => {
        const rig = serve("res:send('x') res:finish(nil, 404)");
        assert.equal(parts(rig.get()).status, "HTTP/1.1 200 OK");
      });

      it("takes numbers as data and strings as codes", () => {
        const rig = serve("res:send(42, '404') res:finish(7)");
        const { status, body } = parts(rig.get());
        assert.equal(status, "HTTP/1.1 404 Not Found");
        assert.equal(body, "427");
      });

      it('with "" sends nothing and is not the end of a chunked body', () => {
        const rig = serve(`
          res:send("")
          res:send_header("X-Still", "head")
          res:send("a")
          tmr.create():alarm(50, tmr.ALARM_SINGLE, function() res:send("") res:send("b") res:finish() end)`);
        const { fields, body } = parts(rig.ask(GET));
        assert.deepEqual(fields, ["X-Still: head", "Transfer-Encoding: chunked"]);
        assert.equal(body, "1\r\na\r\n1\r\nb\r\n0\r\n\r\n");
      });

      for (const call of ["res:send(true)", "res:send({})", "res:finish({})"])
        it(`with what cannot be sent raises nothing and answers 500: ${call}`, () => {
          const rig = serve(`${call} raised = false res:finish('x')`);
          assert.equal(rig.get(), FAILED);
          assert.deepEqual(rig.lua("return raised"), [false]);
          assert.match(rig.printed(), /attempt to concatenate/);
        });

      for (const code of [
        "99",
        "1000",
        "'abc'",
        "{}",
        ...(run.platform.numbers === "integer" ? [] : ["200.5"]),
      ])
        it(`with a status that is none raises nothing and answers 500: ${code}`, () => {
          const rig = serve(`res:send(nil, ${code}) raised = false res:finish('x')`);
          assert.equal(rig.get(), FAILED);
          assert.deepEqual(rig.lua("return raised"), [false]);
          assert.match(rig.printed(), /invalid status/);
        });

      it("finish called with a dot ends the response that was used last", () => {
        const rig = serve("res:send('a') function req:ondata(chunk) if not chunk then res.finish() end end");
        assert.equal(rig.ask(POST), `${OK}Content-Length: 1\r\n\r\na`);
        const whole = serve("res.finish()");
        assert.equal(whole.ask(GET), `${OK}Content-Length: 0\r\n\r\n`);
      });

      it("that cannot be sent tells options.onerror, reads nothing more, and later calls do nothing", () => {
        const rig = serve(
          `res:send({}) req.ondata = function() called = true end req.onheader = req.ondata
           res:send_header("A", "b") res:send("x") res:finish("y")`,
          {},
          "{onerror = function(err) told = err end}",
        );
        assert.equal(rig.ask(POST), FAILED);
        assert.deepEqual(rig.lua("return called"), [undefined]);
        assert.match(String(rig.lua("return told")[0]), /attempt to concatenate/);
        assert.equal(rig.printed(), "");
      });

      it("that cannot be sent after the head is out cuts the response, also from a timer", () => {
        const rig = serve(`res:send("a")
          tmr.create():alarm(50, tmr.ALARM_SINGLE, function() res:send({}) raised = false res:finish() end)`);
        const client = rig.client();
        client.send(GET);
        rig.clock.advance(1000);
        assert.equal(parts(client.text).body.slice(0, 6), "1\r\na\r\n");
        assert.doesNotMatch(client.text, /0\r\n\r\n$/);
        assert.equal(client.end, CUT);
        assert.deepEqual(rig.lua("return raised"), [false]);
        assert.equal(rig.board.restarts, 0);
      });

      it("keeps every byte of binary data", () => {
        const rig = serve("local s = '' for i = 0, 255 do s = s .. string.char(i) end res:finish(s)");
        const expected = Array.from({ length: 256 }, (_, i) => String.fromCharCode(i)).join("");
        assert.equal(parts(rig.get()).body, expected);
      });

      it("sends what one callback has queued together, with Content-Length if it is finished by then", () => {
        const rig = serve("for i = 1, 9 do res:send(i) end res:finish()");
        assert.equal(rig.get(), `${OK}Content-Length: 9\r\nConnection: close\r\n\r\n123456789`);
      });

      it("sends from a timer", () => {
        const rig = serve("tmr.create():alarm(300, tmr.ALARM_SINGLE, function() res:finish('late') end)");
        assert.equal(parts(rig.get()).body, "late");
      });
    });

    describe("a function as data", () => {
      const PULL = `
        local n = 0
        res:finish(function(r) same = r == res n = n + 1 if n < 4 then return "piece" .. n end end)`;

      it("gives the pieces of the body until it gives nil", () => {
        const rig = serve(PULL);
        assert.equal(parts(rig.ask(GET)).body, "12\r\npiece1piece2piece3\r\n0\r\n\r\n");
        assert.deepEqual(rig.lua("return same"), [true]);
      });

      it("is not called for HEAD", () => {
        const rig = serve("res:finish(function() called = true end)");
        rig.ask("HEAD / HTTP/1.1\r\nHost: b\r\n\r\n");
        assert.deepEqual(rig.lua("return called"), [undefined]);
      });

      it('that gives "" is asked again by the next send, and at the next tick', () => {
        const rig = serve(`
          ready = ""
          res:send(function() local now = ready ready = "" return now end)
          wake = function(text) ready = text res:send() end`);
        const client = rig.client();
        client.send(GET);
        rig.clock.advance(300);
        assert.equal(client.text, `${OK}Transfer-Encoding: chunked\r\n\r\n`);
        rig.lua("wake('one')");
        rig.clock.advance(300);
        assert.equal(parts(client.text).body, "3\r\none\r\n");
        rig.lua("ready = 'two'");
        rig.clock.advance(1500);
        assert.equal(parts(client.text).body, "3\r\none\r\n3\r\ntwo\r\n");
      });

      it("comes in its turn among pieces that are pushed", () => {
        const rig = serve(`
          local done
          res:send("<")
          res:send(function() if not done then done = true return "pulled" end end)
          res:finish(">")`);
        assert.equal(parts(rig.ask(GET)).body, "8\r\n<pulled>\r\n0\r\n\r\n");
      });

      it("may give numbers", () => {
        const rig = serve("local n = 3 res:finish(function() n = n - 1 return n >= 0 and n or nil end)");
        assert.equal(parts(rig.ask(GET)).body, "3\r\n210\r\n0\r\n\r\n");
      });

      it("may end the response itself", () => {
        const rig = serve(`
          local n = 0
          res:send(function(r) n = n + 1 if n == 2 then r:finish() return nil end return "x" end)`);
        assert.equal(parts(rig.ask(GET)).body, "1\r\nx\r\n0\r\n\r\n");
      });

      it("is not called after the client has left", () => {
        const rig = serve("calls = 0 res:send(function() calls = calls + 1 return '' end)");
        const client = rig.client();
        client.send(GET);
        rig.clock.advance(100);
        client.reset();
        rig.clock.advance(100);
        const [calls] = rig.lua("return calls");
        rig.clock.advance(5000);
        assert.deepEqual(rig.lua("return calls"), [calls]);
      });

      it("that fails cuts the response so that it does not look whole", () => {
        const rig = serve(
          "local n = 0 res:finish(function() n = n + 1 if n > 3 then error('oops') end return ('x'):rep(1000) end)",
        );
        const client = rig.client();
        client.send(GET);
        rig.clock.advance(1000);
        assert.match(client.text, /^HTTP\/1\.1 200 OK/);
        assert.doesNotMatch(client.text, /0\r\n\r\n$/);
        assert.equal(client.end, CUT);
        assert.match(rig.printed(), /oops/);
      });

      it("that fails when the app wakes it from a timer cuts the response too", () => {
        const rig = serve(`
          bad = false
          res:send(function() if bad then error("late") end return "" end)
          wake = function() bad = true res:send() end`);
        const client = rig.client();
        client.send(GET);
        rig.clock.advance(100);
        rig.lua("wake()");
        rig.clock.advance(1000);
        assert.equal(client.end, CUT);
        assert.match(rig.printed(), /late/);
      });

      it("that fails before anything is out answers 500", () => {
        const rig = serve("res:finish(function() error('oops') end)");
        assert.match(rig.get(), /^HTTP\/1\.1 500 /);
      });
    });

    describe("res:send_header", () => {
      it("is absent after the first byte of data, until the end", () => {
        const rig = serve("before = res.send_header res:send('x') after = res.send_header res:finish()");
        rig.get();
        assert.deepEqual(rig.lua("return type(before), after"), ["function", undefined]);
      });

      it("is still there after a code alone, after an empty string and after nil", () => {
        const rig = serve(
          "res:send(nil, 200) res:send('') res:send() res:send_header('A', 'b') res:finish()",
        );
        assert.ok(parts(rig.get()).fields.includes("A: b"));
      });

      it("takes numbers", () => {
        const rig = serve("res:send_header('Retry-After', 120) res:finish(nil, 503)");
        assert.ok(parts(rig.get()).fields.includes("Retry-After: 120"));
      });

      it("honours Connection: close and does not double it", () => {
        const rig = serve("res:send_header('connection', 'Close') res:finish('x')");
        const { fields } = parts(rig.ask(GET));
        assert.deepEqual(fields, ["Content-Length: 1", "Connection: close"]);
      });

      it("honours Content-Length and does not double it", () => {
        const rig = serve("res:send_header('content-length', 3) res:send('a') res:send('bc') res:finish()");
        assert.equal(rig.ask(GET), `${OK}Content-Length: 3\r\n\r\nabc`);
      });

      it("drops what goes beyond the app's own Content-Length", () => {
        const rig = serve("res:send_header('Content-Length', '3') res:finish('abcdef')");
        assert.equal(rig.ask(GET), `${OK}Content-Length: 3\r\n\r\nabc`);
      });

      it("closes the connection if the app's own Content-Length is not reached", () => {
        const rig = serve("res:send_header('Content-Length', 30) res:finish('abc')");
        const client = rig.client();
        client.send(GET);
        rig.clock.advance(500);
        assert.equal(parts(client.text).body, "abc");
        assert.equal(client.end, "fin");
      });

      it("absorbs Transfer-Encoding and Connection: keep-alive", () => {
        const rig = serve(
          "res:send_header('Transfer-Encoding', 'chunked') res:send_header('Connection', 'keep-alive') res:finish('x')",
        );
        assert.equal(rig.ask(GET), `${OK}Content-Length: 1\r\n\r\nx`);
      });

      it("with nil sends an empty value; a number and a boolean are written out", () => {
        const rig = serve(
          "res:send_header('A', nil) res:send_header('B', true) res:send_header('C', false) res:send_header('D', 7) res:finish('x')",
        );
        assert.deepEqual(parts(rig.ask(GET)).fields.slice(0, 4), ["A: ", "B: true", "C: false", "D: 7"]);
      });

      for (const call of ['"A", {}', 'nil, "x"', "{}, 1"])
        it(`with ${call} raises nothing and answers 500`, () => {
          const rig = serve(`res:send_header(${call}) raised = false res:finish("x")`);
          assert.equal(rig.get(), FAILED);
          assert.deepEqual(rig.lua("return raised"), [false]);
        });

      it("answers 500 for bytes that would split the response", () => {
        for (const [name, value] of [
          ["A\\r\\nB", "x"],
          ["A", "x\\r\\nSet-Cookie: y"],
          ["A", "x\\0y"],
          ["A", "x\\ny"],
          ["A: b", "x"],
          ["", "x"],
        ]) {
          const rig = serve(`ok = pcall(res.send_header, res, "${name}", "${value}") res:finish("x")`);
          assert.equal(rig.get(), FAILED);
          assert.deepEqual(rig.lua("return ok"), [true]);
          assert.match(rig.printed(), /invalid header/);
        }
      });
    });

    describe("res:finish", () => {
      it("alone is a complete 200", () => {
        assert.equal(serve("res:finish()").ask(GET), `${OK}Content-Length: 0\r\n\r\n`);
      });

      it("with a code alone is complete", () => {
        assert.equal(
          serve("res:finish(nil, 404)").ask(GET),
          "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
        );
      });

      it("with 204 or 304 has no body and no framing", () => {
        assert.equal(serve("res:finish(nil, 204)").ask(GET), "HTTP/1.1 204 No Content\r\n\r\n");
        assert.equal(serve("res:finish('x', 304)").ask(GET), "HTTP/1.1 304 Not Modified\r\n\r\n");
      });

      it("with 205 has an empty body", () => {
        assert.equal(serve("res:finish('x', 205)").ask(GET), "HTTP/1.1 205 \r\nContent-Length: 0\r\n\r\n");
      });

      it("answers HEAD with the length and without the body", () => {
        const rig = serve("res:finish('hello')");
        assert.equal(rig.ask("HEAD / HTTP/1.1\r\nHost: b\r\n\r\n"), `${OK}Content-Length: 5\r\n\r\n`);
      });

      it("makes every later call a silent no-op", () => {
        const rig = serve(`
          res:finish("x")
          res:send("y") res:send_header("A", "b") res:finish("z", 500) res:send(nil, 404)`);
        assert.equal(rig.ask(GET), `${OK}Content-Length: 1\r\n\r\nx`);
        assert.equal(rig.printed(), "");
      });
    });

    describe("when the client is gone", () => {
      it("every method is a silent no-op", () => {
        const rig = serve("kept = res");
        const client = rig.client();
        client.send(GET);
        rig.clock.advance(50);
        client.reset();
        rig.clock.advance(50);
        rig.lua(
          "kept:send('x', 200) kept:send_header('A', 'b') kept:send(function() return 'x' end) kept:finish('y')",
        );
        assert.equal(rig.printed(), "");
      });

      it("a response under way ends silently", () => {
        const rig = serve("kept = res res:send('x')");
        const client = rig.client();
        client.send(GET);
        rig.clock.advance(50);
        client.reset();
        rig.clock.advance(50);
        rig.lua("kept:send('x') kept:send_header('A', 'b') kept:finish('y')");
        assert.equal(rig.printed(), "");
      });
    });

    describe("the head of the request", () => {
      it("holds what the handler queues until it is complete", () => {
        const rig = serve("res:finish('x')");
        const client = rig.client();
        client.send("GET / HTTP/1.1\r\nHost: b\r\n");
        rig.clock.advance(500);
        assert.equal(client.text, "");
        client.send("\r\n");
        rig.clock.advance(100);
        assert.equal(parts(client.text).body, "x");
      });

      it("discards what the handler has queued if it turns out bad", () => {
        const rig = serve("res:send_header('A', 'b') res:finish('secret', 201)");
        const response = rig.ask("GET / HTTP/1.1\r\nHost: b\r\nbad header\r\n\r\n");
        assert.equal(response, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
      });
    });

    describe("an error in the app", () => {
      it("in the handler answers 500, is printed, and the server lives on", () => {
        const rig = serve("if req.url == '/bad' then error('my mistake') end res:finish('fine')");
        assert.equal(
          rig.get("/bad"),
          "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        );
        assert.match(rig.printed(), /my mistake/);
        assert.equal(parts(rig.get("/good")).body, "fine");
        assert.equal(rig.board.restarts, 0);
      });

      it("answers 500 from every callback", () => {
        for (const callback of ["onheader", "onhead", "ondata"]) {
          const rig = serve(`req.${callback} = function() error("mine") end`);
          assert.match(rig.get(), /^HTTP\/1\.1 500 /, callback);
        }
      });

      it("in onclose is printed", () => {
        const rig = serve("function req:onclose() error('mine') end");
        const client = rig.client();
        client.send(GET);
        rig.clock.advance(50);
        client.reset();
        rig.clock.advance(50);
        assert.match(rig.printed(), /mine/);
        assert.equal(rig.board.restarts, 0);
      });

      it("after the head is out cuts the response", () => {
        const rig = serve(`
          function req:ondata(chunk) if not chunk then error("mine") end end
          res:send("part")`);
        const client = rig.client();
        client.send("POST / HTTP/1.1\r\nHost: b\r\nContent-Length: 1\r\n\r\n");
        rig.clock.advance(100);
        client.send("x");
        rig.clock.advance(500);
        assert.match(parts(client.text).body, /^4\r\npart\r\n!?$/);
        assert.equal(client.end, CUT);
      });

      it("goes to options.onerror if there is one", () => {
        const rig = serve(
          "error('mine')",
          {},
          "{onerror = function(err, req) told = err .. ' ' .. req.url end}",
        );
        rig.get("/where");
        assert.match(String(rig.lua("return told")[0]), /mine \/where$/);
        assert.equal(rig.printed(), "");
      });
    });

    describe("the app's own fields", () => {
      it("may have any name that does not begin with _", () => {
        const letters = [..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"];
        const rig = serve(
          `
          for _, t in ipairs({req, res}) do ${letters.map((letter) => `t.${letter} = "app"`).join(" ")} end
          function req:ondata(chunk)
            if not chunk then
              local intact = true
              ${letters.map((letter) => `intact = intact and req.${letter} == "app"`).join(" ")}
              res:finish(tostring(intact))
            end
          end`,
          // a hundred fields and their loops are a large app
          { heap: 64 * 1024 },
        );
        assert.equal(
          parts(rig.ask("POST / HTTP/1.1\r\nHost: b\r\nContent-Length: 2\r\n\r\nxy")).body,
          "true",
        );
      });
    });

    describe("req.conn:close() by the app", () => {
      it("ends the exchange without an event and leaves nothing behind", () => {
        const rig = serve("function req:onclose() told = true end req.conn:close()");
        const round = () => {
          rig.get();
          rig.settle();
          return rig.heap();
        };
        assert.equal(leaked(round), 0);
        assert.deepEqual(rig.lua("return told"), [true]);
      });
    });

    describe("after close, the last connection and release", () => {
      it("every byte is given back and no timer runs", () => {
        const rig = new Rig(module, "");
        const cycle = () => {
          rig.lua(`
            local s = require("httpserver").createServer(80, function(req, res) res:finish("x") end)
            stop = function() s:close() package.loaded["httpserver"] = nil stop = nil end`);
          const kept = rig.client();
          kept.send(GET);
          rig.get();
          rig.lua("stop()");
          rig.clock.advance(100);
          kept.send(GET);
          rig.clock.advance(100);
          assert.equal(kept.text.split("HTTP/1.1 200").length, 3, "an open connection lives on");
          kept.close();
          rig.settle();
          return rig.heap();
        };
        cycle();
        const before = cycle();
        assert.equal(cycle(), before);
        assert.equal(rig.clock.pending, 0);
      });
    });
  });
}

describe("a raw net program, without our server", () => {
  it("reboots the board when a handler's error escapes", async () => {
    const rig = new Rig(
      await httpserver("compact"),
      'net.createServer():listen(80, function(s) s:on("receive", function() error("escaped") end) end)',
    );
    rig.client().send("x");
    rig.clock.advance(5000);
    assert.match(rig.printed(), /PANIC: unprotected error in call to Lua API \(init\.lua:2: escaped\)/);
    assert.equal(rig.board.restarts, 1);
  });
});
