// The same test in another runner than mocha, which runs all others: node:test, as a person would call it.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describeInCi } from "../extent.ts";

const FOLDER = new URL("../../build/runners/", import.meta.url);

describeInCi("node:test", () => {
  it("runs a test of an app", () => {
    const file = new URL(`${process.pid}.test.ts`, FOLDER);
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(
      file,
      `import assert from "node:assert/strict";
      import { it } from "node:test";
      import { boot } from "../../packages/simulator/testing/index.ts";
      it("greets", async () => {
        const board = await boot({ app: "examples/hello" });
        assert.equal((await board.fetch("/")).status, 200);
      });`,
    );
    // a process of mocha's would tell node:test that it is one of its own
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ["--import", "tsx/esm", "--test", "--test-reporter=tap", fileURLToPath(file)],
      { cwd: fileURLToPath(new URL("../../", import.meta.url)), encoding: "utf8", env },
    );
    rmSync(file);
    assert.match(stdout, /# pass 1\n# fail 0/, stdout + stderr);
  });
});
