// The package as people get it: packed, and used from its tarball in folders that have nothing to do with this clone, with the registry of
// npm alone. What each step needs is what the step before has left.
import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { type Analysis, checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { ROOT, VERSION } from "../../packages/command/place.ts";
import { Rig } from "../deploy/pty-rig.ts";
import { describeInCi } from "../extent.ts";

const execute = promisify(execFile);
/** Room of a Lua flash store [bytes]. */
const STORE = 64 * 1024;
/** Packing, and npm's installing from the registry on a busy machine [ms]. */
const PATIENCE = 240_000;

/** What a command has printed. @throws with it if its exit code is not 0 */
async function run(cwd: string, command: string, ...parameters: string[]): Promise<string> {
  try {
    const { stdout } = await execute(command, parameters, { cwd });
    return stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${command} ${parameters.join(" ")}:\n${stdout}${stderr}`);
  }
}

/** A command that goes on: an app on a simulated board. */
class Started {
  readonly #child: ChildProcess;
  readonly url: Promise<string>;

  constructor(cwd: string, command: string, ...parameters: string[]) {
    this.#child = spawn(command, parameters, { cwd, detached: true });
    this.url = new Promise((found, failed) => {
      let said = "";
      for (const stream of [this.#child.stdout!, this.#child.stderr!])
        createInterface({ input: stream }).on("line", (line) => {
          said += `${line}\n`;
          const url = /: (http:\S+)\//.exec(line)?.[1];
          if (url) found(url);
        });
      this.#child.once("exit", () => failed(new Error(`${command} has ended:\n${said}`)));
    });
  }

  async end(): Promise<void> {
    // npm and what it has started
    process.kill(-this.#child.pid!);
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, "exit");
  }
}

/** Where npx has put a tarball, to be removed. */
async function npxFolders(tarball: string): Promise<string[]> {
  const cache = join((await run(tmpdir(), "npm", "config", "get", "cache")).trim(), "_npx");
  const folders = existsSync(cache) ? readdirSync(cache).map((name) => join(cache, name)) : [];
  return folders.filter((folder) => {
    const manifest = join(folder, "package.json");
    return existsSync(manifest) && readFileSync(manifest, "utf8").includes(tarball);
  });
}

describeInCi("the package, from its tarball", function () {
  this.timeout(PATIENCE);
  let folder: string;
  let tarball: string;
  let app: string;
  /** The command that the package has installed. */
  let nodemcu: string;

  before(async () => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "package-")));
    await run(ROOT, process.execPath, "scripts/prepare.mjs");
    const packed = await run(
      ROOT,
      "npm",
      "pack",
      "--ignore-scripts",
      "--silent",
      "--pack-destination",
      folder,
    );
    tarball = join(folder, packed.trim());
    app = join(folder, "my-app");
    nodemcu = join(app, "node_modules/.bin/nodemcu");
  });
  after(async () => {
    for (const used of await npxFolders(tarball)) rmSync(used, { recursive: true });
    rmSync(folder, { recursive: true });
  });

  it("makes a project with one command, which answers after a second one", async () => {
    await run(folder, "npx", "--yes", `--package=${tarball}`, "nodemcu", "new", "my-app", "--yes");
    const started = new Started(app, "npm", "start", "--", "--port", "18123");
    try {
      const answer = await fetch(`${await started.url}/status`);
      assert.equal(answer.status, 200);
      assert.match(await answer.text(), /^\{"heap":\d+,"led":0\}\n$/);
    } finally {
      await started.end();
    }
  });

  it("has put JavaScript there, no loader for TypeScript and nothing that only we need", () => {
    const installed = readdirSync(join(app, "node_modules"));
    for (const name of ["tsx", "esbuild", "wabt", "mocha", "@biomejs"])
      assert.ok(!installed.includes(name), name);
    const own = readdirSync(join(app, "node_modules/nodemcu-httpserver"), {
      recursive: true,
      encoding: "utf8",
    });
    assert.deepEqual(
      own.filter(
        (file) =>
          file.endsWith(".ts") && !/^(types|src\/httpserver|dist)\/|\/templates\/|\.d\.ts$/.test(file),
      ),
      [],
    );
    assert.ok(own.includes("dist/lua53.wasm"), "Lua 5.3 is ready");
  });

  it("has exports and types as the tools that check packages want them", async () => {
    const data = readFileSync(tarball);
    const bytes = new Uint8Array(data).buffer;
    const { messages } = await publint({ pack: { tarball: bytes }, strict: true });
    assert.deepEqual(messages, []);
    const checked = await checkPackage(createPackageFromTarballData(new Uint8Array(data)));
    assert.ok(checked.types !== false);
    // the package is of ES modules; those before Node 16, and CommonJS, are told about it everywhere
    const problems = (checked as Analysis).problems.filter(
      (problem) =>
        !("resolutionKind" in problem && ["node10", "node16-cjs"].includes(problem.resolutionKind as string)),
    );
    assert.deepEqual(problems, []);
  });

  it("can be had through npm create, by a package of its own that needs no compiler", async () => {
    const maker = join(ROOT, "packages/create-nodemcu-httpserver");
    const packed = await run(
      maker,
      "npm",
      "pack",
      "--ignore-scripts",
      "--silent",
      "--pack-destination",
      folder,
    );
    const made = join(folder, packed.trim());
    const said = await run(
      folder,
      ...(["npx", "--yes", `--package=${made}`, "create-nodemcu-httpserver"] as const),
      ...["created", "--template", "lua", "--yes", "--no-install"],
    );
    assert.match(said, /created has 8 files: .*app\.lua/);
    const { devDependencies } = JSON.parse(readFileSync(join(folder, "created/package.json"), "utf8"));
    assert.deepEqual(devDependencies, { "nodemcu-httpserver": `^${VERSION}` });
    for (const used of await npxFolders(made)) rmSync(used, { recursive: true });
  });

  it("prints the help of each verb at once, and does nothing else", async () => {
    const empty = join(folder, "empty");
    mkdirSync(empty);
    const verbs = [...(await run(empty, nodemcu, "--help")).matchAll(/^ {2}(\w+) [^\n]*$/gm)].map(
      ([, name]) => name!,
    );
    assert.ok(verbs.includes("flash") && verbs.includes("new"), verbs.join());
    for (const name of verbs.filter((verb) => !["nodemcu", "help"].includes(verb))) {
      const said = await run(empty, nodemcu, name, "--help");
      assert.match(
        said,
        new RegExp(`^Usage: nodemcu ${name} .*\\n[^]*Examples:\\n[^]*Exit codes: 0 done`),
        name,
      );
    }
    assert.deepEqual(readdirSync(empty), []);
  });

  it("builds the project, checks its types and tells what it takes", async () => {
    assert.match(await run(app, "npm", "run", "build"), /build\/app\.lua +\d+ bytes/);
    assert.match(await run(app, "npm", "run", "check"), /src\/tsconfig\.json: no errors in 2 files/);
    assert.match(await run(app, nodemcu, "size"), /leaves of the heap of an ESP8266: 3\d{4} of 40960 bytes/);
  });

  it("runs the tests of the project", async () => {
    assert.match(await run(app, "npm", "test"), /^# pass 2\n# fail 0$/m);
  });

  it("brings the project to a board on a serial port", async () => {
    const rig = new Rig("esp8266", STORE);
    try {
      const said = await run(app, "npm", "run", "flash", "--", "--port", rig.serial.path);
      assert.match(said, /board on /);
      const page = await fetch(`${rig.url}/`, { headers: { connection: "close" } });
      assert.match(await page.text(), /<h1>It runs<\/h1>/);
    } finally {
      rig.end();
    }
  });

  it("tests the other templates, for both chips", async () => {
    for (const [template, chip] of [
      ["api", "esp8266"],
      ["sensor", "esp32"],
      ["page", "esp32"],
    ] as const) {
      const name = `${template}-${chip}`;
      await run(app, nodemcu, "new", name, "--template", template, "--chip", chip, "--no-install");
      // its packages are those of the folder above
      assert.match(await run(join(app, name), nodemcu, "test"), /^# fail 0$/m);
    }
    // with the Lua that the package has brought
    const said = await run(join(app, "page-esp32"), nodemcu, "size", "--chip", "esp32", "--lua", "5.3");
    assert.match(said, /heap of an ESP32: 1\d{5} of/);
  });

  describe("with a folder of plain Lua", () => {
    let lua: string;

    before(() => {
      lua = join(folder, "lua");
      mkdirSync(lua);
      writeFileSync(
        join(lua, "app.lua"),
        `local greet = require("greet")
require("httpserver").createServer(80, function(req, res) res:finish(greet(req.url)) end)
`,
      );
      writeFileSync(join(lua, "greet.lua"), 'return function(url) return "Lua at " .. url end\n');
    });

    it("starts it", async () => {
      const started = new Started(lua, nodemcu, "start", "--port", "18124");
      try {
        assert.equal(await (await fetch(`${await started.url}/x`)).text(), "Lua at /x");
      } finally {
        await started.end();
      }
    });

    it("tells what it takes, and brings it to a board", async () => {
      const { size } = statSync(join(lua, "greet.lua"));
      assert.match(await run(lua, nodemcu, "size"), new RegExp(`^greet +${size} `, "m"));
      const rig = new Rig("esp8266", STORE);
      try {
        await run(lua, nodemcu, "flash", "--port", rig.serial.path);
        const answer = await fetch(`${rig.url}/y`, { headers: { connection: "close" } });
        assert.equal(await answer.text(), "Lua at /y");
      } finally {
        rig.end();
      }
    });

    it("tells the line of a mistake in it, before any board", async () => {
      const bad = join(folder, "bad");
      mkdirSync(bad);
      writeFileSync(join(bad, "app.lua"), "local x =\nprint(\n");
      await assert.rejects(run(bad, nodemcu, "start"), /error: .*app\.lua:3: unexpected symbol/);
      await assert.rejects(
        run(bad, nodemcu, "flash", "--port", "/no/port", "--code", "bytecode"),
        /app\.lua:3|no\/port/,
      );
    });

    it("makes a project of it, and leaves what is there", async () => {
      const before = readFileSync(join(lua, "app.lua"), "utf8");
      writeFileSync(join(lua, "package.json"), '{ "name": "mine", "scripts": { "start": "echo mine" } }');
      const said = await run(lua, nodemcu, "init");
      assert.match(said, /added: .*flash\.config\.json.*package\.json: script test/);
      const { name, scripts, devDependencies } = JSON.parse(readFileSync(join(lua, "package.json"), "utf8"));
      assert.deepEqual([name, scripts.start, scripts.flash], ["mine", "echo mine", "nodemcu flash"]);
      assert.equal(devDependencies["nodemcu-httpserver"], `file:${tarball}`);
      assert.equal(readFileSync(join(lua, "app.lua"), "utf8"), before);
      assert.equal(await run(lua, nodemcu, "init"), "nothing is missing\n");
    });
  });
});
