// The limits of tests (limits.ts): waiting for a computer that is busy is no failure; computing for too long and hanging are.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { ROOT } from "../packages/image/build.ts";
import { isEveryPlatform } from "./extent.ts";

interface Result {
  title: string;
  err: { message?: string };
}

// half a minute of waiting: in CI
if (isEveryPlatform)
  describe("a test", () => {
    it("may wait longer than its limit, but not for ever, and not compute for longer", function () {
      this.timeout(60_000);
      const mocha = ["node_modules/mocha/bin/mocha.js", "--no-config", "--no-parallel", "--exit"];
      const options = ["--timeout", "1000", "--node-option", "import=tsx/esm", "--require", "test/limits.ts"];
      const { stdout } = spawnSync(
        process.execPath,
        [...mocha, ...options, "--reporter", "json", "test/fixtures/limits/limits.mjs"],
        { cwd: ROOT, encoding: "utf8" },
      );
      const { passes, failures } = JSON.parse(stdout) as Record<"passes" | "failures", Result[]>;
      assert.deepEqual(
        passes.map(({ title }) => title),
        ["waits for longer than the limit", "computes for less", "computes for longer, as it says"],
      );
      const [hang, ...computed] = failures;
      assert.equal(hang?.title, "hangs");
      assert.match(hang?.err.message ?? "", /^Timeout of 5000ms exceeded/);
      assert.equal(computed.length, 3);
      for (const { title, err } of computed) {
        assert.match(title, /computes for longer/);
        assert.match(err.message ?? "", /^took \d+\.\d s of the processor, more than its 1 s$/);
      }
    });
  });
