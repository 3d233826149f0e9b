// A project that has nothing but the package of the declarations and the compiler to Lua, as docs/types.md tells it.
import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as ts from "typescript";
import * as tstl from "typescript-to-lua";
import { body } from "./project.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const page = readFileSync(path.join(repository, "docs", "types.md"), "utf8");

/** The first block of a language on the page. */
function block(language: string): string {
  const found = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "m").exec(page)?.[1];
  assert.ok(found, `no ${language} block in docs/types.md`);
  return found;
}

describe("a project with the package of the declarations only", function () {
  this.timeout(60000);
  let folder: string;
  let files: string[];

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "types-"));
    const packed = spawnSync("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", folder], {
      cwd: repository,
      encoding: "utf8",
      shell: process.platform === "win32",
    });
    assert.equal(packed.status, 0, packed.stderr);
    const [made] = JSON.parse(packed.stdout) as {
      name: string;
      filename: string;
      files: { path: string }[];
    }[];
    assert.ok(made);
    files = made.files.map((file) => file.path);
    const modules = path.join(folder, "node_modules");
    mkdirSync(path.join(modules, made.name), { recursive: true });
    const unpacked = spawnSync(
      "tar",
      ["-xzf", made.filename, "--strip-components=1", "-C", path.join("node_modules", made.name)],
      { cwd: folder, encoding: "utf8" },
    );
    assert.equal(unpacked.status, 0, unpacked.stderr);
    // of what npm would install, what the declarations stand on: a dependency, and the peer, which comes with the compiler
    for (const name of ["lua-types", "@typescript-to-lua"])
      symlinkSync(path.join(repository, "node_modules", name), path.join(modules, name), "junction");
    mkdirSync(path.join(folder, "src"));
    writeFileSync(path.join(folder, "src", "main.ts"), block("ts"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** Compiles the project. @returns its Lua and what the compiler said */
  function compile(settings: object, main = "main"): { lua: string; messages: string[] } {
    writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify(settings));
    const { diagnostics } = tstl.transpileProject(path.join(folder, "tsconfig.json"), { outDir: "out" });
    const messages = diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
    return { lua: body(readFileSync(path.join(folder, "out", `${main}.lua`), "utf8")), messages };
  }

  /** The page's settings, for another entry or with the entry in `include`. */
  function settings(entry: string, how: "types" | "include") {
    const text = block("json").replace(/types\/esp8266/g, `types/${entry}`);
    const { compilerOptions, tstl: lua } = JSON.parse(text);
    compilerOptions.rootDir = "src";
    if (how === "types") return { compilerOptions, include: ["src"], tstl: lua };
    compilerOptions.types = [];
    const file = /node_modules\/\S+\.d\.ts/.exec(page)?.[0].replace("esp8266", entry);
    return { compilerOptions, include: ["src", file], tstl: lua };
  }

  it("is made of declarations, the program, what it needs, and what npm adds", () => {
    const others = files.filter(
      (name) => !/^(types|src\/httpserver|dist|packages\/create-nodemcu-httpserver\/templates)\//.test(name),
    );
    assert.deepEqual(others.sort(), [
      "LICENSE",
      "README.md",
      "docs/testing.md",
      "docs/types.md",
      "flash.schema.json",
      "package.json",
      "src/tsconfig.json",
      "tstl.json",
    ]);
    assert.deepEqual(
      files.filter((name) => /^types\//.test(name) && !name.endsWith(".d.ts")),
      [],
    );
    for (const name of ["types/esp8266.d.ts", "types/lua/5.1.d.ts"]) assert.ok(files.includes(name), name);
  });

  it("exports files that are in it", () => {
    const { exports } = JSON.parse(readFileSync(path.join(repository, "package.json"), "utf8"));
    const targets = Object.values(exports as Record<string, string | { types: string }>)
      .map((target) => (typeof target === "string" ? target : target.types).replace("./", ""))
      // what is compiled is there once npm has prepared the package: test/package has a look at that
      .filter((target) => !target.startsWith("dist/"));
    assert.deepEqual(
      targets.filter((target) => !files.includes(target)),
      [],
    );
  });

  for (const [entry, ways] of [
    ["esp8266", ["types", "include"]],
    ["esp32", ["types"]],
    ["portable", ["include"]],
  ] as const) {
    for (const how of ways) {
      it(`compiles with ${entry} by ${how}`, () => {
        const { lua, messages } = compile(settings(entry, how));
        // the page's example has the ESP8266's timeout
        const expected =
          entry === "esp32"
            ? [/^Argument of type 'number' is not assignable to parameter of type 'UDP|Tcp|Udp/]
            : [];
        assert.equal(messages.length, expected.length, messages.join("\n"));
        for (const [i, pattern] of expected.entries()) assert.match(messages[i] ?? "", pattern);
        assert.match(lua, /net\.createServer\(30\):listen\(\n {4}80,/);
        assert.match(lua, /sock:on\(\s+"receive",\s+function\(s, data\)/);
      });
    }
  }

  it("compiles an app of the module httpserver", () => {
    writeFileSync(
      path.join(folder, "src", "app.ts"),
      `import { createServer } from "httpserver";\ncreateServer(80, (req, res) => res.finish(req.url));\n`,
    );
    const { compilerOptions, tstl: lua } = settings("esp8266", "types");
    compilerOptions.types.push("nodemcu-httpserver/types/httpserver");
    const { lua: app, messages } = compile({ compilerOptions, include: ["src"], tstl: lua }, "app");
    assert.deepEqual(messages, []);
    assert.match(app, /require\("httpserver"\)/);
  });
});
