// npm run measure -- program's work: what it tells of programs that do well and ill.
import assert from "node:assert/strict";
import { type Program, tryProgram } from "../../packages/measure/program.ts";
import { ours } from "../../packages/measure/server.ts";

describe("a program on the simulated board", () => {
  let program: Omit<Program, "files">;
  before(async () => {
    program = { server: await ours("compact"), isCompiled: true, port: 80, gets: ["/", "/b"], posts: [] };
  });
  const run = (files: Record<string, string>, more: Partial<Program> = {}) =>
    tryProgram({
      ...program,
      files: Object.fromEntries(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)])),
      ...more,
    });

  it("is told exchange by exchange, as its clients saw it", () => {
    const { requests, exchanges } = run(
      {
        "init.lua": 'dofile("app.lc")',
        "app.lua":
          '#!lua\nrequire("httpserver").createServer(80, function(req, res) res:finish(req.method) end)',
      },
      { posts: [{ path: "/", body: "x" }] },
    );
    const seen = Object.fromEntries(exchanges.map((exchange) => [exchange.what, exchange.seen]));
    assert.equal(seen["browser GET /"], "HTTP/1.1 200 OK, body 3 (open)");
    assert.equal(seen["curl POST / x"], "HTTP/1.1 200 OK, body 4 (open)");
    assert.equal(seen["2 at once"], Array(2).fill("HTTP/1.1 200 OK, body 3 (open)").join("; "));
    assert.equal(
      seen["one connection, up to three requests"],
      Array(3).fill("HTTP/1.1 200 OK, body 3 (open)").join("; "),
    );
    assert.equal(requests, 4 + 1 + 1 + 3 + 4 + 8 + 8 + 1);
    assert.ok(exchanges.every(({ errors, restarts }) => errors.length + restarts === 0));
  });

  it("is told with its errors, restarts and answers that are not whole", () => {
    const { exchanges } = run({
      "init.lua": `net.createServer():listen(80, function(conn)
        conn:on("receive", function(conn, data)
          if data:find("curl") then error("attempt to fail") end
          conn:send("HTTP/1.1 200 OK\\r\\nContent-Length: 9\\r\\n\\r\\nhalf")
        end)
        conn:on("sent", function(conn) conn:close() end)
      end)`,
    });
    const [start, browser, curl] = exchanges;
    assert.match(start!.seen, /^\d+ bytes free$/);
    assert.equal(browser?.seen, "HTTP/1.1 200 OK, body 4 NOT WHOLE (fin)");
    assert.equal(curl?.seen, "nothing (open)");
    assert.equal(curl?.restarts, 1);
    assert.match(curl!.errors.join(), /PANIC.*attempt to fail/);
  });

  it("has the heap that it is given, beside its code", () => {
    const files = { "init.lua": "function big() return 'x' end" };
    const [start] = run(files, { free: 12_000 }).exchanges;
    const free = Number.parseInt(start!.seen, 10);
    assert.ok(free > 9000 && free <= 12_000, start!.seen);
  });
});
