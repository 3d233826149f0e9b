// --help of an npm script says what the script would do, and does nothing of it.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describeInCi } from "./extent.ts";

const ROOT = join(import.meta.dirname, "..");
const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
};

describeInCi("the help of every npm script", function () {
  this.timeout(60000);
  for (const name of Object.keys(scripts)) {
    it(`npm run ${name} -- --help`, async () => {
      const { stdout, stderr } = await promisify(execFile)("npm", ["run", "--silent", name, "--", "--help"], {
        cwd: ROOT,
        shell: process.platform === "win32",
      });
      assert.equal(stderr, "");
      // biome, which formats, begins with what it does
      assert.match(stdout, name === "format" ? /^Usage: biome check/m : /^Usage: /);
    });
  }
});
