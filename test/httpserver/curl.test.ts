// The whole way once, as a person would try it: an app in TypeScript, compiled, on the simulated board, asked over TCP.
import assert from "node:assert/strict";
import { get } from "node:http";
import { appSource } from "../../scripts/compile/build.ts";
import { buildFiles, simulate } from "../../scripts/simulate.ts";
import type { Board } from "../../simulator/board.ts";
import { CHIPS, DEFAULT_HEAP } from "../../simulator/board.ts";

for (const chip of CHIPS) {
  describe(`examples/hello over TCP (${chip})`, () => {
    let board: Board;
    let url: string;

    before(async () => {
      const files = await buildFiles(appSource("examples/hello"), "compact");
      url = await new Promise<string>((resolve, reject) => {
        board = simulate(files, {
          port: 0,
          chip,
          heap: DEFAULT_HEAP[chip],
          console: (text) => process.stderr.write(text),
          listening: (_, address) => resolve(address),
          failed: reject,
        });
      });
    });
    after(() => board.stop());

    function ask(path: string): Promise<{ status: number | undefined; body: string }> {
      return new Promise((resolve, reject) => {
        get(url + path, (response) => {
          let body = "";
          response.on("data", (data) => (body += data));
          response.on("end", () => resolve({ status: response.statusCode, body }));
        }).on("error", reject);
      });
    }

    it("greets", async () => {
      const { status, body } = await ask("/");
      assert.equal(status, 200);
      assert.match(body, /^Hello from NodeMCU! \d+ bytes of heap are free\.\n$/);
    });

    it("does not know other pages", async () => {
      assert.deepEqual(await ask("/other"), { status: 404, body: "not found\n" });
    });
  });
}
