// What firmware that counts in 32-bit integers cannot take of a program: found here, named with its TypeScript line, an error for
// our own module and for a board that counts so, a hint for an app that is only built.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Mistake } from "../../packages/command/mistake.ts";
import { appSource } from "../../packages/image/app.ts";
import { compile, HTTPSERVER, ROOT, type Source } from "../../packages/image/build.ts";
import { buildApp } from "../../packages/image/code.ts";
import { unfitNumbers } from "../../packages/image/integers.ts";

describe("numbers for firmware that counts in integers", () => {
  for (const [code, unfit] of [
    ["return 0, 1, 255, 0x7ffffffe, -2147483646", []],
    ["return 2147483647", ["2147483647"]],
    ["return 0x7fffffff", ["2147483647"]],
    ["return -2147483648", ["2147483648"]],
    ["return 4294967295", ["4294967295"]],
    ["local a = 1.5 return function() return {x = a * .25} end", ["1.5", "0.25"]],
    ["return 1.0, 1e3, 2.5e1", []],
    ["return 1e-3", ["0.001"]],
    ["return 1/0, -1/0, 0/0, x % 0", ["/0", "/0", "/0", "%0"]],
    ["return 'about 1.5', x / 2 -- 2.5", []],
    ["for i = 1, 10, 0.5 do f(i) end", ["0.5"]],
  ] as const)
    it(`${code}: ${unfit.length === 0 ? "fit" : unfit.join(" ")}`, () =>
      assert.deepEqual(
        unfitNumbers(code).map(({ text }) => text),
        unfit,
      ));

  it("are the only ones in our module, in both forms", async () => {
    assert.equal(HTTPSERVER.integers, true);
    for (const form of ["compact", "readable"] as const) await compile(HTTPSERVER, form);
  });

  describe("of an app", () => {
    let folder: string;
    let app: Source;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), "integers-"));
      writeFileSync(
        join(folder, "tsconfig.json"),
        JSON.stringify({
          extends: join(ROOT, "examples/tsconfig.json"),
          compilerOptions: { rootDir: "/" },
        }),
      );
      writeFileSync(
        join(folder, "index.ts"),
        "const half = 0.5;\nconst largest = 0xffffffff;\nprint(node.heap() * half,\n  node.heap() + largest);\n",
      );
      app = appSource(folder);
    });
    afterEach(() => rmSync(folder, { recursive: true }));
    const places = /0\.5 \(.*index\.ts:1\), 4294967295 \(.*index\.ts:2\)/;

    it("are an error where they must not be, with their lines", async () => {
      await compile(app, "compact");
      for (const form of ["compact", "readable"] as const)
        await assert.rejects(compile({ ...app, integers: true }, form), (error: Error) => {
          assert.ok(error instanceof Mistake);
          assert.match(error.message, /counts in 32-bit integers cannot have: 0\.5 .*, 4294967295 /);
          return true;
        });
      await assert.rejects(compile({ ...app, integers: true }, "compact"), places);
    });

    it("are an error for a simulated board that counts in integers", async () => {
      await buildApp(app, "compact", "double");
      await assert.rejects(buildApp(app, "compact", "integer"), places);
    });

    it("are a hint when it is built", async () => {
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ["--import", "tsx", join(ROOT, "scripts/nodemcu.ts"), "build", "--app", folder],
        { cwd: ROOT },
      );
      assert.match(stdout, /hint: firmware that counts in 32-bit integers could not run /);
      assert.match(stdout, places);
    });
  });
});
