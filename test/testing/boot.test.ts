// boot(): which apps it takes, on which boards, and what it says of those that do not run.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { boot } from "../../packages/simulator/testing/index.ts";
import { describeInCi, describeLua53 } from "../extent.ts";

const app = new URL("../fixtures/board/", import.meta.url);
const FIXTURES = fileURLToPath(new URL("../fixtures", import.meta.url));

describe("boot", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "boot-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });
  /** An app in a folder of its own, beside a configuration for both chips. */
  function write(files: Record<string, string>): string {
    const config = {
      extends: join(FIXTURES, "tsconfig.json"),
      include: [
        ".",
        join(FIXTURES, "../../types/portable.d.ts"),
        join(FIXTURES, "../../types/httpserver.d.ts"),
      ],
      compilerOptions: { rootDir: "/" },
    };
    for (const [name, content] of Object.entries({ "tsconfig.json": JSON.stringify(config), ...files })) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
    return folder;
  }

  it("runs an app on both chips, with its code in the Lua flash store or in RAM", async () => {
    for (const [chip, code] of [
      ["esp8266", "lfs"],
      ["esp8266", "bytecode"],
      ["esp32", "lfs"],
      ["esp32", "source"],
    ] as const) {
      const board = await boot({ app, chip, code, ...(code === "lfs" ? {} : { heap: 150_000 }) });
      assert.equal(board.chip, chip);
      assert.equal(await (await board.fetch("/hello")).text(), "Hello!\n");
    }
  });

  it("runs one on firmware that counts in integers", async () => {
    const board = await boot({ app: write({ "index.ts": "print(7 / 2);" }), numbers: "integer" });
    assert.equal(board.console, "3\n");
  });

  describeLua53("with Lua 5.3", () => {
    it("runs an app", async () => {
      const board = await boot({ app, chip: "esp32", lua: "5.3" });
      assert.equal((await board.fetch("/hello")).status, 200);
    });
  });

  it("takes a folder, or the file that it begins with", async () => {
    const source = 'print("mine");';
    write({ "src/index.ts": source, "public/page.html": "a page" });
    for (const path of [folder, join(folder, "src/index.ts")]) {
      const board = await boot({ app: path });
      assert.equal(board.console, "mine\n");
      assert.equal(String(Buffer.from(board.file("page.html")!)), "a page");
    }
  });

  it("takes plain Lua: app.lua, with the other files as modules", async () => {
    write({
      "app.lua": `local greet = require("greet")
        require("httpserver").createServer(80, function(req, res) res:finish(greet(req.url)) end)`,
      "greet.lua": `return function(name) return "Hello, " .. name end`,
      "public/note.txt": "a note",
    });
    for (const code of ["lfs", "source"] as const) {
      const board = await boot({ app: folder, code, heap: 150_000 });
      assert.equal(await (await board.fetch("/you")).text(), "Hello, /you");
      assert.ok(board.file("note.txt"));
    }
  });

  it("tells errors in TypeScript with file and line", async () => {
    write({ "index.ts": "\nconst n: number = 'text';\nprint(n);" });
    await assert.rejects(boot({ app: folder }), /index\.ts(\(|:)2[,:].*(TS2322|Type 'string')/s);
  });

  it("tells errors in Lua with file and line", async () => {
    write({ "app.lua": "\nlocal = 1" });
    await assert.rejects(boot({ app: folder }), /app\.lua:2: '<name>' expected near '='/);
  });

  it("compiles again what was corrected", async () => {
    write({ "app.lua": "local = 1" });
    await assert.rejects(boot({ app: folder }));
    write({ "app.lua": 'print("corrected")' });
    assert.equal((await boot({ app: folder })).console, "corrected\n");
  });

  it("tells that an app does not start, with what the board printed", async () => {
    write({ "index.ts": "declare const settings: { port: number };\n\nprint(settings.port);" });
    await assert.rejects(boot({ app: folder }), /the app does not start.*index\.ts:3: attempt to index/s);
  });

  it("has modules that builds do not have unless they are asked for", async () => {
    write({ "app.lua": "print(crypto ~= nil, encoder ~= nil)" });
    assert.equal((await boot({ app: folder })).console, "false\tfalse\n");
    assert.equal((await boot({ app: folder, modules: ["crypto", "encoder"] })).console, "true\ttrue\n");
  });

  it("wires what the app looks for when it starts", async () => {
    write({ "index.ts": "print(adc!.read(0));" });
    const board = await boot({ app: folder, wire: ({ adc }) => adc.set(0, 321) });
    assert.equal(board.console, "321\n");
  });

  it("says what it cannot take", async () => {
    write({ "other.txt": "" });
    const cases: [options: object, message: RegExp][] = [
      [{ app: join(folder, "nowhere") }, /there is no app folder .*nowhere/],
      [{ app: folder }, /has no index\.ts, src\/index\.ts or app\.lua, where an app begins/],
      [{ app: join(folder, "other.txt") }, /is a file; an app is a folder with an index\.ts or an app\.lua/],
      [{ app, chips: "esp32" }, /boot has no option chips: there are app, chip, /],
      [{ app, chip: "esp64" }, /there is no chip "esp64": esp8266 or esp32/],
    ];
    for (const [options, message] of cases)
      await assert.rejects(boot(options), (error: Error) => {
        assert.match(error.message, message);
        return true;
      });
  });
});

describeInCi("the time of boot()", () => {
  it("is a fraction of the first one's, once the app is compiled", () => {
    const script = `
      import { boot } from ${JSON.stringify(new URL("../../packages/simulator/testing/index.ts", import.meta.url).href)};
      const times = [];
      for (let i = 0; i < 20; i++) {
        const before = process.cpuUsage();
        await boot({ app: new URL(${JSON.stringify(app.href)}) });
        const { user, system } = process.cpuUsage(before);
        times.push((user + system) / 1000);
      }
      console.log(JSON.stringify(times));`;
    const run = () => {
      const options = ["--import", "tsx/esm", "--input-type=module", "--eval", script];
      const { stdout, stderr } = spawnSync(process.execPath, options, { encoding: "utf8" });
      assert.match(stdout, /^\[/, stderr);
      const [first, ...later] = JSON.parse(stdout) as number[];
      return { first: first!, later: later.sort((a, b) => a - b)[9]! };
    };
    run();
    const { first, later } = run();
    console.log(`      boot(): ${first.toFixed()} ms of CPU first, then ${later.toFixed()} ms`);
    assert.ok(later < first / 4, `${later} ms, and ${first} ms first`);
  });
});
