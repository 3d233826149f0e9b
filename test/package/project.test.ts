// The files of a new project, and what init adds to a folder that has an app already. What they do is shown by install.test.ts.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Mistake } from "../../packages/command/mistake.ts";
import { ROOT, VERSION } from "../../packages/command/place.ts";
import { initCommand } from "../../packages/create-nodemcu-httpserver/init.ts";
import { newCommand } from "../../packages/create-nodemcu-httpserver/new.ts";
import {
  CHIPS,
  filesOf,
  nameOf,
  TEMPLATES,
  type Template,
} from "../../packages/create-nodemcu-httpserver/project.ts";
import { loadConfig } from "../../packages/deploy/config.ts";

describe("a new project", () => {
  for (const template of Object.keys(TEMPLATES) as Template[])
    for (const chip of CHIPS)
      it(`has all its words filled in: ${template}, ${chip}`, () => {
        const files = filesOf({ folder: "/x/Blink It", template, chip });
        for (const [name, text] of Object.entries(files)) assert.doesNotMatch(text, /\{\{|\}\}(?!\))/, name);
        assert.equal(JSON.parse(files["package.json"]!).name, "blink-it");
        assert.ok(files["src/index.ts"] ?? files["app.lua"]);
        assert.ok(files[".gitignore"]?.includes("wifi.json"));
      });

  it("depends on the clone that it was made from", () => {
    const { devDependencies } = JSON.parse(
      filesOf({ folder: "/x", template: "page", chip: "esp32" })["package.json"]!,
    );
    assert.equal(devDependencies["nodemcu-httpserver"], `file:${ROOT}`);
  });

  for (const [folder, name] of [
    ["/x/my-app", "my-app"],
    ["/x/Küche 2", "k-che-2"],
    ["/x/---", "app"],
  ] as const)
    it(`in ${folder} is called ${name}`, () => assert.equal(nameOf(folder), name));

  it("comes from a package that has the same version as this one", () => {
    const maker = join(ROOT, "packages/create-nodemcu-httpserver/package.json");
    assert.equal(JSON.parse(readFileSync(maker, "utf8")).version, VERSION);
  });
});

describe("in a folder", () => {
  let folder: string;
  /** What the commands print, which is for people. */
  const { log } = console;
  let said = "";

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "project-"));
    said = "";
    console.log = (text: string) => {
      said += `${text}\n`;
    };
  });
  afterEach(() => {
    console.log = log;
    rmSync(folder, { recursive: true });
  });
  const init = () => initCommand().parseAsync([folder, "--chip", "esp32"], { from: "user" });
  const read = (name: string) => readFileSync(join(folder, name), "utf8");

  it("that is not empty, new refuses to make a project", async () => {
    writeFileSync(join(folder, "notes.txt"), "");
    const made = newCommand("nodemcu new").parseAsync([folder, "--yes"], { from: "user" });
    await assert.rejects(made, (error: Error) => {
      assert.ok(error instanceof Mistake);
      assert.match(error.message, /is not empty: name another folder, or run "nodemcu init"/);
      return true;
    });
  });

  it("without an app, init says what it looks for", async () => {
    await assert.rejects(init(), /has no index\.ts, src\/index\.ts or app\.lua, where an app begins/);
  });

  it("with index.ts, init adds a tsconfig.json beside it, and a configuration that flash takes", async () => {
    writeFileSync(join(folder, "index.ts"), "export {};\n");
    await init();
    assert.deepEqual(JSON.parse(read("tsconfig.json")).extends, "./tstl.json");
    assert.deepEqual(
      JSON.parse(read("tstl.json")).compilerOptions.types[0],
      "nodemcu-httpserver/types/esp32",
    );
    assert.ok(!existsSync(join(folder, "src")) && !existsSync(join(folder, "test")));
    const config = loadConfig(join(folder, "flash.config.json"), {});
    assert.deepEqual([config.app, config.chip], [folder, "esp32"]);
    assert.equal(read("index.ts"), "export {};\n");
    said = "";
    await init();
    assert.equal(said, "nothing is missing\n");
  });

  it("with a package.json, init adds scripts whose names are free, in that file's own indentation", async () => {
    writeFileSync(join(folder, "app.lua"), "");
    writeFileSync(
      join(folder, "package.json"),
      '{\n\t"name": "mine",\n\t"scripts": { "test": "mocha" }\n}\n',
    );
    await init();
    const { name, scripts } = JSON.parse(read("package.json"));
    assert.deepEqual([name, scripts.test, scripts.start], ["mine", "mocha", "nodemcu start"]);
    assert.match(read("package.json"), /^\t"name"/m);
  });
});
