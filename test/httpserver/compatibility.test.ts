// What programs do that were written for the firmware's own httpserver module: the habits that were seen in public ones
// (docs/compatibility.md), each as a case of its own. The board must not restart, and every client must get its answer.
import assert from "node:assert/strict";
import { answers } from "../../packages/measure/faults/answers.ts";
import { SerialLine } from "../../packages/simulator/serial/line.ts";
import { httpserver, parts, Rig, type RigOptions, RUNS, type ServerModule } from "./rig.ts";

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: board\r\n\r\n`;
const post = (path: string, body: string) =>
  `POST ${path} HTTP/1.1\r\nHost: board\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
/** Memory as it is with the code in flash: in the readable form three answers at once would not fit beside the code. */
const CODE_IN_FLASH: RigOptions = { heap: 65_536 };
/** Longer than any of the programs takes [ms]. */
const SOON = 1000;

for (const run of RUNS) {
  describe(`programs for the firmware's module (${run.name})`, () => {
    let module: ServerModule;
    before(async () => {
      module = await httpserver(run.form, run.platform);
    });

    /** A board with this program, which has not restarted when the test ends. */
    let rig: Rig;
    const start = (program: string, options: RigOptions = {}) => {
      rig = new Rig(module, program, options);
    };
    /** A board whose handler has this body. */
    const serve = (handler: string, options: RigOptions = {}) =>
      start(`http.createServer(80, function(req, res) ${handler} end)`, options);
    afterEach(() => {
      assert.deepEqual([rig.board.restarts, rig.board.panics], [0, []], rig.printed());
    });

    describe("head and body", () => {
      it("sends a page's lines in a loop, from a task, and ends it with a dot", () => {
        serve(`
          req.ondata = function(self, chunk)
            if chunk then return end
            node.task.post(node.task.LOW_PRIORITY, function()
              res:send(nil, 200)
              res:send_header("Content-Type", ({html = "text/html"})[req.url:match("%.(%a+)$")])
              for i = 1, 40 do res:send("line " .. i .. "\\n") end
              res.finish()
            end)
          end`);
        const lines = Array.from({ length: 40 }, (_, i) => `line ${i + 1}\n`).join("");
        for (const [path, type] of [
          ["/page.html", "text/html"],
          ["/page", ""],
        ] as const) {
          const [answer] = answers(rig.ask(get(path)));
          assert.deepEqual(answer?.fields[0], ["content-type", type]);
          assert.deepEqual([answer?.body, answer?.isWhole], [lines, true]);
        }
      });

      it("ends with a dot and data: the end counts, the data is lost, as with the firmware's module", () => {
        serve(`
          res:send(nil, 500)
          res.finish("could not read the file")`);
        assert.equal(rig.ask(get("/")), "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n");
      });

      it("sets the code with an empty string, then fields, then sends the body with the code once more", () => {
        serve(`
          res:send("", 404)
          res:send_header("Content-Type", "text/html")
          res:finish("<h2>Not found.</h2>", 404)`);
        const { status, fields, body } = parts(rig.ask(get("/")));
        assert.equal(status, "HTTP/1.1 404 Not Found");
        assert.deepEqual(fields, ["Content-Type: text/html", "Content-Length: 19"]);
        assert.equal(body, "<h2>Not found.</h2>");
      });

      it("sets fields before the first send, which brings the code", () => {
        serve(`
          res:send_header("Connection", "close")
          res:send_header("content-type", "application/json")
          res:send('{"on":true}', 202)
          res:finish()`);
        assert.equal(
          rig.ask(get("/")),
          'HTTP/1.1 202 \r\ncontent-type: application/json\r\nContent-Length: 11\r\nConnection: close\r\n\r\n{"on":true}',
        );
      });

      it("gives numbers, booleans and nil as the values of fields, and numbers as the body", () => {
        serve(`
          res:send_header("Retry-After", 1)
          res:send_header("X-On", true)
          res:send_header("X-None", nil)
          res:send(20)
          res:send(-3)
          res:finish(7)`);
        const { fields, body } = parts(rig.ask(get("/")));
        assert.deepEqual(fields.slice(0, 3), ["Retry-After: 1", "X-On: true", "X-None: "]);
        assert.equal(body, "20-37");
      });

      it("redirects without a body", () => {
        serve(`
          res:send(nil, 302)
          res:send_header("Location", req.url .. "/")
          res:finish()`);
        assert.equal(rig.ask(get("/a")), "HTTP/1.1 302 Found\r\nLocation: /a/\r\nContent-Length: 0\r\n\r\n");
      });

      it("gives send several values, as print takes them: 500, and the reason is printed", () => {
        serve(`
          res:send("cannot serve ", req.url, "\\n")
          res:finish()`);
        assert.equal(parts(rig.ask(get("/a"))).status, "HTTP/1.1 500 Internal Server Error");
        assert.match(rig.printed(), /invalid status/);
      });
    });

    describe("callbacks", () => {
      it("chooses ondata anew at every field", () => {
        serve(`
          local function refuse(self, chunk) if not chunk then res:finish("no gzip") end end
          req.zipped = function(self, chunk) if not chunk then res:finish("gzip") end end
          req.accepts = false
          req.onheader = function(self, name, value)
            if name == "accept-encoding" and value:find("gzip") then self.accepts = true end
            req.ondata = self.accepts and req.zipped or refuse
          end`);
        assert.equal(parts(rig.ask(get("/"))).body, "no gzip");
        const zipped = "GET / HTTP/1.1\r\nAccept-Encoding: br, gzip\r\nHost: board\r\n\r\n";
        assert.equal(parts(rig.ask(zipped)).body, "gzip");
      });

      it("takes ondata away in its first call and answers from a task", () => {
        serve(`
          req.ondata = function(self, chunk)
            self.ondata = nil
            node.task.post(function() res:finish("done") end, node.task.LOW_PRIORITY)
          end`);
        assert.equal(parts(rig.ask(get("/"))).body, "done");
        assert.equal(parts(rig.ask(post("/", "a=1"))).body, "done");
      });

      it("passes the handler on through several tasks", () => {
        serve(`
          local step = 0
          local function go()
            step = step + 1
            if step < 4 then node.task.post(go) else res:finish(step) end
          end
          req.ondata = function(self, chunk) if not chunk then go() end end`);
        assert.equal(parts(rig.ask(get("/"))).body, "4");
      });

      it("writes an upload to a file piece by piece and counts down from Content-Length", () => {
        serve(`
          local left, out
          req.onheader = function(self, name, value)
            if name ~= "content-length" then return end
            left = tonumber(value)
            uploaded = ""
            req.ondata = function(self, chunk)
              if chunk then
                uploaded = uploaded .. chunk
                left = left - #chunk
              else
                res:finish(left)
              end
            end
          end`);
        assert.equal(parts(rig.ask(post("/save?name=a", "x".repeat(3000)))).body, "0");
        assert.deepEqual(rig.lua("return #uploaded"), [3000]);
      });

      it("fails in a callback where a value is missing: 500, and the next request is served", () => {
        serve(`
          req.ondata = function(self, chunk)
            if not chunk then res:finish("hello " .. req.url:match("name=(%w+)")) end
          end`);
        assert.equal(parts(rig.ask(get("/"))).status, "HTTP/1.1 500 Internal Server Error");
        assert.equal(parts(rig.ask(get("/?name=you"))).body, "hello you");
      });

      it("fails after finish in the same callback: the answer has not gone yet, and becomes a 500", () => {
        serve("res:finish('done') res:csend('x')");
        assert.equal(parts(rig.ask(get("/"))).status, "HTTP/1.1 500 Internal Server Error");
        assert.match(rig.printed(), /csend/);
      });

      it("answers from a timer, which runs on although the client has left and the response has ended", () => {
        serve(`
          local count = 0
          tmr.create():alarm(20, tmr.ALARM_AUTO, function(timer)
            count = count + 1
            if count < 5 then res:send(count) return end
            res:finish()
            res:send("more")
            if count == 10 then timer:unregister() end
          end)`);
        const left = rig.client();
        left.send(get("/"));
        rig.clock.advance(50);
        left.reset();
        rig.clock.advance(SOON);
        const [answer] = answers(rig.ask(get("/")));
        assert.deepEqual([answer?.body, answer?.isWhole], ["1234", true]);
      });

      it("answers all at once when something comes over the serial line", () => {
        start(`
          waiting = {}
          uart.on("data", "\\n", function(line)
            for _, res in ipairs(waiting) do res:finish(line) end
            waiting = {}
          end, 0)
          http.createServer(80, function(req, res) waiting[#waiting + 1] = res end)`);
        const line = new SerialLine(rig.clock);
        rig.board.uart.connect(line);
        const clients = [rig.client(), rig.client(), rig.client()];
        for (const client of clients) client.send(get("/"));
        rig.clock.advance(SOON);
        clients[0]!.reset();
        rig.clock.advance(SOON);
        line.toBoard(Buffer.from("21.5\n"));
        rig.clock.advance(SOON);
        for (const client of clients.slice(1)) assert.equal(parts(client.text).body, "21.5\n");
      });

      it("answers no request of an unknown path: its client waits until it goes, and others are served", () => {
        serve("if req.url == '/known' then res:finish('known') end");
        const client = rig.client();
        client.send(get("/unknown"));
        rig.clock.advance(SOON);
        assert.deepEqual([client.end, client.text], ["open", ""]);
        assert.equal(parts(rig.ask(get("/known"))).body, "known");
        client.close();
        rig.clock.advance(SOON);
        assert.equal(parts(rig.ask(get("/known"))).body, "known");
      });
    });

    describe("req, res and the socket", () => {
      it("keep what the program stores in them, and let it overwrite the url", () => {
        serve(`
          req.params = {name = req.url:match("name=(%w+)")}
          if req.url:find("^/%?") then req.url = "/index.html" end
          res.pieces = {"<b>", req.params.name, "</b>"}
          res.go = function()
            local piece = table.remove(res.pieces, 1)
            if not piece then res:finish(req.url) return end
            res:send(piece)
            node.task.post(res.go)
          end
          node.task.post(res.go)`);
        const [answer] = answers(rig.ask(get("/?name=you")));
        assert.equal(answer?.body, "<b>you</b>/index.html");
      });

      it("are one table: what is stored in one is in the other", () => {
        serve("req.state = 'asked' res:finish(res.state)");
        assert.equal(parts(rig.ask(get("/"))).body, "asked");
      });

      it("may be closed in a callback: no answer, and the place is free again", () => {
        serve(
          "req.ondata = function(self, chunk) self.conn:close() tmr.create():alarm(50, 0, function() res:finish('late') end) end",
        );
        for (let i = 0; i < 12; i++) {
          const client = rig.client();
          client.send(get("/"));
          rig.clock.advance(1500);
          assert.deepEqual([client.text, client.end], ["", run.platform.chip === "esp8266" ? "rst" : "fin"]);
        }
      });

      it("may be used in place of res: a whole answer by conn:send, which on ESP8266 is let go before it is closed", () => {
        // the server holds the socket there, so that a response that is cut ends with a reset
        serve(`
          req.ondata = function(self, chunk)
            if chunk then return end
            self.conn:send("HTTP/1.0 200 OK\\r\\n\\r\\nby hand", function(conn)
              if conn.unhold and self.url == "/let-go" then conn:unhold() end
              conn:close()
            end)
          end`);
        for (const path of ["/let-go", "/held", "/let-go", "/held", "/let-go", "/held", "/let-go"]) {
          const client = rig.client();
          client.send(get(path));
          rig.clock.advance(1500);
          assert.equal(client.text, "HTTP/1.0 200 OK\r\n\r\nby hand");
          const isReset = path === "/held" && run.platform.chip === "esp8266";
          assert.equal(client.end, isReset ? "rst" : "fin");
        }
      });

      it("may become another protocol: what comes then goes to the program's own receive, for as long as it likes", () => {
        serve(`
          req.ondata = function(self, chunk)
            if chunk then return end
            local conn, total = self.conn, 0
            conn:on("receive", function(conn, data)
              if conn.unhold then conn:unhold() end
              total = total + #data
              if data == "bye" then conn:close() else conn:send("<" .. total .. ">") end
            end)
            conn:send("HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: count\\r\\nConnection: Upgrade\\r\\n\\r\\n")
          end`);
        for (let i = 0; i < 6; i++) {
          const client = rig.client();
          client.send(get("/count"));
          rig.clock.advance(100);
          for (let piece = 0; piece < 12; piece++) {
            client.send("x".repeat(1000));
            rig.clock.advance(piece === 0 ? 120_000 : 100);
          }
          assert.match(client.text, /^HTTP\/1\.1 101 .*\r\n\r\n<1000><2000>.*<12000>$/s);
          if (i % 2) client.send("bye");
          else client.close();
          rig.clock.advance(2000);
        }
      });
    });

    describe("several clients at once", () => {
      it("each get their own answer, made in tasks piece by piece", () => {
        serve(
          `
          local count = 0
          local function go()
            count = count + 1
            if count > 5 then res:finish() return end
            res:send(req.url .. count)
            node.task.post(go)
          end
          req.ondata = function(self, chunk) if not chunk then node.task.post(go) end end`,
          CODE_IN_FLASH,
        );
        const clients = ["/a", "/b", "/c"].map((path) => {
          const client = rig.network.client(80);
          client.send(get(path));
          return { client, path };
        });
        rig.clock.advance(2000);
        for (const { client, path } of clients) {
          const [answer] = answers(client.text);
          assert.equal(answer?.body, [1, 2, 3, 4, 5].map((n) => path + n).join(""));
        }
      });
    });
  });
}
