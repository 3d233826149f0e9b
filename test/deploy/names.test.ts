// Names and sizes of what is to be on a board's flash: the rule, and that npm start and npm run flash both have it and tell
// a mistake before any board is contacted.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Mistake } from "../../packages/command/mistake.ts";
import { DEFAULTS } from "../../packages/deploy/config.ts";
import { deployFiles } from "../../packages/deploy/files.ts";
import { appSource } from "../../packages/image/app.ts";
import { ROOT } from "../../packages/image/build.ts";
import { buildApp } from "../../packages/image/code.ts";
import { boardContents } from "../../packages/image/contents.ts";
import {
  checkFiles,
  flashName,
  nameText,
  shownName,
  staticFiles,
  type WantedFile,
} from "../../packages/image/names.ts";
import { CHIPS } from "../../packages/simulator/chips.ts";
import { simulate } from "../../packages/simulator/simulate.ts";
import { DeployRig } from "./rig.ts";

const wanted = (text: string, size = 1): WantedFile => ({
  name: flashName(text),
  content: Buffer.alloc(size),
  from: `public/${text}`,
});

describe("names on flash", () => {
  for (const text of [
    "a",
    'quote".txt',
    "back\\slash",
    "größer.html",
    "日本語.html",
    "a/b/c.js",
    "tab\tnew\nline",
    "x".repeat(31),
    "app.lua.txt",
    "httpserver.luac",
    "not~reserved",
  ])
    it(`allows ${JSON.stringify(text)}, and tells it as it is`, () => {
      checkFiles([wanted(text)], true);
      assert.equal(nameText(flashName(text)), text);
    });

  for (const [text, says] of [
    ["", /at least one character/],
    ["a\0b", /cannot contain a NUL/],
    ["/a", /cannot begin with \//],
    ["x".repeat(32), /longer than the 31 bytes that the board's flash allows \(32\)/],
    ["ö".repeat(16), /longer than the 31 bytes .* \(32, some of its 16 characters being several\)/],
    ["init.lua", /init\.lua is reserved on the board: npm run flash writes this file itself.*--no-init/],
    ["boot.lua", /boot\.lua is reserved/],
    ["app.lua", /name of the compiled app/],
    ["app.lc", /name of the compiled app/],
    ["httpserver.lc", /name of our module; with "httpserver": "none" it is free/],
    ["httpserver.lua", /name of our module/],
    ["~1", /begin with ~ belong to npm run flash/],
    ["~mine", /begin with ~/],
  ] as const)
    it(`refuses ${JSON.stringify(text)}`, () =>
      assert.throws(
        () => checkFiles([wanted(text)], true),
        (error: Error) => error instanceof Mistake && says.test(error.message),
      ));

  it("leaves our module's names to the app that does not use it", () =>
    checkFiles([wanted("httpserver.lua")], false));

  it("refuses a name that is there twice, and names both", () =>
    assert.throws(
      () => checkFiles([wanted("a.html"), { ...wanted("a.html"), from: '"files": {}' }], true),
      /two files would be called a\.html on the board: public\/a\.html and "files": \{\}/,
    ));

  it("refuses more bytes than any board's file system has, and names the largest file", () => {
    checkFiles([wanted("a", 8_000_000), wanted("b", 8_000_000)], true);
    assert.throws(
      () => checkFiles([wanted("a", 8_000_000), wanted("b", 9_000_000)], true),
      /take \d{8} bytes of flash, and no board has more than 16777216 .* public\/b \(9000000 bytes\)/,
    );
  });

  it("shows control characters as JSON does, and bytes that are no text as they are", () => {
    assert.equal(shownName(flashName("größer")), "größer");
    assert.equal(shownName("a\nb"), '"a\\nb"');
    assert.equal(shownName("\xff"), "ÿ");
  });
});

describe("an app's files", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "names-"));
    writeFileSync(join(folder, "index.ts"), "print(1);\n");
    writeFileSync(
      join(folder, "tsconfig.json"),
      JSON.stringify({ extends: join(ROOT, "examples/tsconfig.json"), compilerOptions: { rootDir: "/" } }),
    );
    mkdirSync(join(folder, "public/sub"), { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const put = (name: string, content = "x") => writeFileSync(join(folder, "public", name), content);
  const simulatedFiles = async () =>
    boardContents(await buildApp(appSource(folder), "compact"), "lfs", "5.1", "double").files;
  const config = (more = {}) => ({ ...DEFAULTS, app: folder, httpserver: "none" as const, ...more });

  it("go to a simulated and to a real board under the same names", async () => {
    for (const name of ['q".txt', "größer.html", "sub/a.js", "sp ace"]) put(name);
    symlinkSync("sp ace", join(folder, "public/link"));
    const expected = ['q".txt', "größer.html", "sub/a.js", "sp ace", "link"].map(flashName);
    const simulated = await simulatedFiles();
    const rig = new DeployRig();
    await rig.deployFiles(await deployFiles(config(), true));
    const real = rig.board.files.names();
    for (const name of expected) {
      assert.ok(name in simulated, name);
      assert.ok(real.includes(name), name);
    }
  });

  it("are refused by both for the same mistake", async () => {
    put("init.lua");
    await assert.rejects(simulatedFiles(), /public\/init\.lua: .* reserved/);
    await assert.rejects(deployFiles(config(), true), /public\/init\.lua: .* reserved/);
    await assert.rejects(deployFiles(config(), false), /public\/init\.lua: .* reserved/);
  });

  it("must be files that can be read", async () => {
    symlinkSync("nowhere", join(folder, "public/broken"));
    assert.throws(() => staticFiles(join(folder, "public")), /public\/broken: cannot be read \(ENOENT/);
    rmSync(join(folder, "public/broken"));
    for (const [path, says] of [
      [join(folder, "public"), /is a folder; a file is wanted/],
      [join(folder, "none"), /"files": \{"a":".*none"\}: there is no file/],
    ] as const)
      await assert.rejects(deployFiles(config({ files: { a: path } }), true), says);
  });

  it("that do not fit into the simulated flash are an error, not missing", async () => {
    put("big.bin", "x".repeat(1_100_000));
    const files = await simulatedFiles();
    const options = { port: 0, chip: "esp8266", heap: CHIPS.esp8266.heap } as const;
    const rest = { console: () => {}, listening: () => {}, failed: () => {} };
    assert.throws(
      () => simulate(files, { ...options, ...rest }),
      /big\.bin \(1100000 bytes\) does not fit into the flash of the simulated board/,
    );
  });

  it("end npm run flash with code 1 before it looks for the port", async () => {
    put("x".repeat(32));
    const flash = promisify(execFile)(
      process.execPath,
      [
        "--import",
        "tsx",
        join(ROOT, "scripts/nodemcu.ts"),
        "flash",
        "--port",
        join(folder, "no-port"),
        "--app",
        folder,
      ],
      { cwd: ROOT },
    );
    await assert.rejects(flash, (error: { code?: number; stderr?: string }) => {
      assert.equal(error.code, 1);
      assert.match(error.stderr ?? "", /^error: public\/x+: its name is longer than the 31 bytes/);
      return true;
    });
  });
});
