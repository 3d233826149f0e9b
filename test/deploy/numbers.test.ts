// Boards whose firmware counts in integers, or has Lua 5.3: npm run flash asks, sends code of that kind, and says before it
// sends anything what such a board cannot take.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Mistake } from "../../packages/command/mistake.ts";
import { DEFAULTS, type FlashConfig } from "../../packages/deploy/config.ts";
import { deployFiles } from "../../packages/deploy/files.ts";
import { ROOT } from "../../packages/image/build.ts";
import { bytecode } from "../../packages/image/code.ts";
import { numbersOf } from "../../packages/lua-vm/chunk51.ts";
import { describeLua53 } from "../extent.ts";
import { DeployRig, type DeployRigOptions } from "./rig.ts";

const HELLO: FlashConfig = { ...DEFAULTS, app: join(ROOT, "examples/hello") };

async function flash(options: DeployRigOptions, config: Partial<FlashConfig>): Promise<DeployRig> {
  const rig = new DeployRig({ latency: 1, ...options });
  await rig.deployFiles(await deployFiles({ ...HELLO, ...config }, true));
  return rig;
}

function get(rig: DeployRig): string {
  const client = rig.network.client(80);
  rig.clock.advance(100);
  client.send("GET / HTTP/1.0\r\n\r\n");
  rig.clock.advance(2000);
  return client.received.toString("latin1");
}

describe("a board's kind of numbers", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "numbers-"));
    writeFileSync(join(folder, "double.lc"), bytecode(Buffer.from("return 1"), "5.1", "double"));
    writeFileSync(join(folder, "integer.lc"), bytecode(Buffer.from("return 1"), "5.1", "integer"));
    writeFileSync(join(folder, "half.lua"), "local x = 1\nreturn x * 0.5\n");
    writeFileSync(
      join(folder, "tsconfig.json"),
      JSON.stringify({ extends: join(ROOT, "examples/tsconfig.json"), compilerOptions: { rootDir: "/" } }),
    );
    writeFileSync(join(folder, "index.ts"), "print(node.heap() * 0.5);\n");
  });
  after(() => rmSync(folder, { recursive: true }));

  for (const form of ["source", "bytecode", "compiled"] as const)
    it(`integer: our module as bytecode and an app as ${form} answer`, async () => {
      const rig = new DeployRig({ latency: 1, numbers: "integer" });
      const deployment = await deployFiles({ ...HELLO, appForm: form }, true);
      await rig.deployFiles(deployment);
      assert.equal(numbersOf(rig.board.files.read("httpserver.lc")!), "integer");
      if (form !== "source") assert.equal(numbersOf(rig.board.files.read("app.lc")!), "integer");
      assert.match(get(rig), /^HTTP\/1\.1 200 /);
      assert.deepEqual((await rig.deployFiles(deployment)).plan.send, [], "it is known as the same");
    });

  for (const [what, config, says] of [
    [
      "a fraction in the app",
      () => ({ app: folder }),
      /counts in 32-bit integers cannot have: 0\.5 \(.*index\.ts:1\)/,
    ],
    [
      "a fraction in Lua of others",
      () => ({ files: { "half.lua": join(folder, "half.lua") } }),
      /"files": .*half\.lua.*:2: 0\.5 is no number on this board/,
    ],
    [
      "bytecode of others that counts in doubles",
      () => ({ files: { "x.lc": join(folder, "double.lc") } }),
      /this is bytecode for firmware that counts in doubles, and this board counts in integers/,
    ],
  ] as const)
    it(`integer: ${what} is a mistake, and nothing is sent`, async () => {
      const rig = new DeployRig({ latency: 1, numbers: "integer" });
      const deployment = await deployFiles({ ...HELLO, ...config() }, true);
      await assert.rejects(rig.deployFiles(deployment), (error: Error) => {
        assert.ok(error instanceof Mistake, String(error));
        assert.match(error.message, says);
        return true;
      });
      assert.deepEqual(rig.board.files.names(), []);
    });

  it("integer: bytecode of others for integers goes as it is; for doubles it does not", async () => {
    const files = { "x.lc": join(folder, "integer.lc") };
    const rig = await flash({ numbers: "integer" }, { files });
    assert.ok(rig.board.files.read("x.lc"));
    await assert.rejects(
      flash({ numbers: "double" }, { files }),
      /counts in integers, and this board counts in doubles/,
    );
  });

  for (const [how, has53, says] of [
    ["our module goes as bytecode", true, /\n\d+ files in place$/],
    [
      "the board compiles our module itself, if nothing here can",
      false,
      /httpserver\.lc is compiled on the board, .* no compiler of Lua 5\.3 was built/,
    ],
  ] as const)
    describeLua53(`a board with Lua 5.3: ${how}`, () =>
      it("and answers", async () => {
        const rig = new DeployRig({ latency: 1, chip: "esp32", lua: "5.3" });
        await rig.deployFiles(await deployFiles(HELLO, true, has53));
        assert.match(rig.said.join("\n"), says);
        assert.equal(rig.board.files.read("httpserver.lc")?.toString("latin1", 0, 5), "\x1bLuaS");
        assert.match(get(rig), /^HTTP\/1\.1 200 /);
      }),
    );
});
