// The whole way once, as a person would try it: an app in TypeScript, compiled, on the simulated board, asked over TCP.
import assert from "node:assert/strict";
import { request } from "node:http";
import { appSource } from "../../packages/image/app.ts";
import type { Board } from "../../packages/simulator/board.ts";
import { CHIPS, type Chip } from "../../packages/simulator/chips.ts";
import { buildInFlash } from "../../packages/simulator/contents.ts";
import { simulate } from "../../packages/simulator/simulate.ts";

/** An app on a board on the computer's network. */
async function serve(app: string, chip: Chip): Promise<{ board: Board; url: string }> {
  const { files, lfs } = await buildInFlash(appSource(app), "compact");
  return new Promise((resolve, reject) => {
    const board = simulate(files, {
      port: 0,
      chip,
      heap: CHIPS[chip].heap,
      lfs,
      console: (text) => process.stderr.write(text),
      listening: (_, url) => resolve({ board, url }),
      failed: reject,
    });
  });
}

function ask(url: string, method = "GET", text = ""): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    const headers = { "Content-Length": text.length };
    request(url, { method, headers }, (response) => {
      let body = "";
      response.on("data", (data) => (body += data));
      response.on("end", () => resolve({ status: response.statusCode, body }));
    })
      .on("error", reject)
      .end(text);
  });
}

for (const chip of Object.keys(CHIPS) as Chip[]) {
  describe(`examples/hello over TCP (${CHIPS[chip].name})`, () => {
    let board: Board;
    let url: string;
    before(async () => {
      ({ board, url } = await serve("examples/hello", chip));
    });
    after(() => board.stop());

    it("greets", async () => {
      const { status, body } = await ask(`${url}/`);
      assert.equal(status, 200);
      assert.match(body, /^Hello from NodeMCU! \d+ bytes of heap are free\.\n$/);
    });

    it("does not know other pages", async () => {
      assert.deepEqual(await ask(`${url}/other`), { status: 404, body: "not found\n" });
    });
  });

  describe(`examples/dashboard over TCP (${CHIPS[chip].name})`, () => {
    let board: Board;
    let url: string;
    before(async () => {
      ({ board, url } = await serve("examples/dashboard", chip));
    });
    after(() => board.stop());

    it("gives its page from flash", async () => {
      const { status, body } = await ask(`${url}/`);
      assert.equal(status, 200);
      assert.equal(body, board.files.read("index.html")?.toString());
    });

    it("switches the LED's pin and says so", async () => {
      for (const level of [1, 0]) {
        const { status, body } = await ask(`${url}/pin`, "POST", String(level));
        assert.equal(status, 200);
        const shown = JSON.parse(body) as Record<string, unknown>;
        assert.equal(shown.chip, CHIPS[chip].name);
        assert.equal(shown.pin, level);
        assert.equal(board.pins[4], level);
        assert.equal(shown.uptime, Math.floor((board.clock.now() - board.bootedAt) / 1000));
      }
    });
  });
}
