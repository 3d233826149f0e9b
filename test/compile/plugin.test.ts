// The plugin in somebody else's tstl.json.
import { strict as assert } from "node:assert";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import * as ts from "typescript";
import * as tstl from "typescript-to-lua";
import { unsupported } from "../../packages/compact/src/diagnostics.ts";
import compact from "../../packages/compact/src/index.ts";
import { Tracer } from "../../packages/compact/src/trace.ts";
import { cachingHost, format, type Program, Project, run } from "./program.ts";

const tstlCommand = createRequire(import.meta.url).resolve("typescript-to-lua/dist/tstl.js");
const plugin = resolve(import.meta.dirname, "../fixtures/plugin.cjs");

function byCommand(project: string): string {
  const { stdout, stderr } = spawnSync(process.execPath, [tstlCommand, "-p", project], { encoding: "utf8" });
  return stdout + stderr;
}

/** The same without starting a process. */
function inProcess(project: string, options: Record<string, unknown>): string {
  const config = tstl.parseConfigFileWithSystem(project);
  const plugins = config.options.luaPlugins!;
  plugins[plugins.length - 1] = { plugin: () => compact(options) };
  const program = ts.createProgram({
    rootNames: config.fileNames,
    options: config.options,
    host: cachingHost(config.options),
  });
  const before = ts.getPreEmitDiagnostics(program);
  const { diagnostics } = new tstl.Transpiler().emit({ program });
  return format([...config.errors, ...before, ...diagnostics].map(tstl.prepareDiagnosticForFormatting));
}

/** Compiles a project with the plugin, and gives the files it wrote and what it said. */
function build(
  program: Program,
  options: Record<string, unknown> = {},
  {
    says = /^$/,
    tstl: more = {},
    compiler = {},
    before = [],
    cli = false,
  }: {
    /** By the command `tstl`, as users do. */
    cli?: boolean;
    says?: RegExp;
    tstl?: Record<string, unknown>;
    compiler?: Record<string, unknown>;
    /** Plugins in front of ours. */
    before?: string[];
  } = {},
): { folder: string; project: Project } {
  const project = new Project(program, more);
  const config = JSON.parse(readFileSync(project.project, "utf8"));
  config.compilerOptions.outDir = "out";
  config.compilerOptions.sourceMap = true;
  Object.assign(config.compilerOptions, compiler);
  const isOwn = (f: string) => /\.tsx?$/.test(f) && !f.startsWith("node_modules/");
  config.files = config.files.filter((f: string) => f !== "index.ts" || f in program);
  config.files.push(...Object.keys(program).filter((f) => isOwn(f) && !config.files.includes(f)));
  config.tstl.luaPlugins = [...before.map((name) => ({ name })), { name: plugin, ...options }];
  writeFileSync(project.project, JSON.stringify(config));
  const said = cli ? byCommand(project.project) : inProcess(project.project, options);
  assert.match(said, says);
  return { folder: join(project.folder, "out"), project };
}

/** What the chunks of a folder show when these modules are required one after the other. */
function runAll(folder: string, modules: readonly string[], extension = "lua"): string[] {
  const files = readdirSync(folder).filter((f) => f.endsWith(`.${extension}`));
  const lua = (text: string) => JSON.stringify(text).replaceAll("\\n", "\\n");
  const code = files.map((f) => {
    const name = f.slice(0, -extension.length - 1);
    return `package.preload[${lua(name)}] = assert(loadstring(${lua(readFileSync(join(folder, f), "utf8"))}))`;
  });
  const { lines, error } = run(`${code.join("\n")}\n${modules.map((m) => `require("${m}")`).join(" ")}`);
  assert.equal(error, "");
  return lines;
}

describe("the plugin", function () {
  this.timeout(90_000);

  it("makes one file of a program", () => {
    const { folder, project } = build(
      {
        "index.ts": `import { add } from "./math"; emit([1, 2].map((n) => add(n, 1)));`,
        "math.ts": `export function add(this: void, a: number, b: number) { return a + b; }`,
      },
      {},
      { cli: true },
    );
    assert.deepEqual(readdirSync(folder).sort(), ["index.lua", "index.lua.map"]);
    const code = readFileSync(join(folder, "index.lua"), "utf8");
    assert.doesNotMatch(code, /require|exports/);
    assert.deepEqual(run(code).lines, ["{1=2,2=3}"]);
    project.remove();
  });

  it("gives what two programs share a file of its own", () => {
    const { folder, project } = build({
      "index.ts": `import { count } from "./shared/index"; emit(count());`,
      "other.ts": `import { count } from "./shared/index"; import { own } from "./own"; emit(own, count());`,
      "own.ts": `export const own = 1;`,
      "shared/index.ts": `import { state } from "./state"; export function count(this: void) { return ++state.n; }`,
      "shared/state.ts": `export const state = { n: 0 };`,
    });
    const files = readdirSync(folder).filter((f) => f.endsWith(".lua"));
    assert.deepEqual(files.sort(), ["index.lua", "other.lua", "shared.lua"]);
    assert.equal(existsSync(join(folder, "shared")), false);
    assert.deepEqual(runAll(folder, ["index", "other"]), ["1", "1 2"]);
    project.remove();
  });

  it("takes the entries and the form from its options", () => {
    const { folder, project } = build(
      {
        "index.ts": `import { name } from "./part/index"; emit(name);`,
        "part/index.ts": `import { long } from "./long"; export const name = long("x");`,
        "part/long.ts": `export function long(this: void, someText: string) { return someText + someText + "!"; }`,
      },
      { form: "readable", entries: ["index.ts", "part/index.ts"] },
    );
    assert.deepEqual(
      readdirSync(folder).filter((f) => f.endsWith(".lua")),
      ["index.lua", "part.lua"],
    );
    assert.match(readFileSync(join(folder, "index.lua"), "utf8"), /require\("part"\)/);
    assert.match(readFileSync(join(folder, "part.lua"), "utf8"), /someText/);
    project.remove();
  });

  it("gives all chunks one library", () => {
    for (const form of ["compact", "readable"]) {
      const { folder, project } = build(
        {
          "index.ts": `import { names, fail } from "./shared"; for (const n of names) emit(n); try { fail(); } catch (e) { emit(e instanceof Error, e instanceof RangeError); } export {};`,
          "other.ts": `import { names } from "./shared"; emit([...names].length, names instanceof Set); export {};`,
          "shared.ts": `export const names = new Set(["a", "b"]); export function fail(this: void) { throw new RangeError("no"); }`,
        },
        { form },
      );
      assert.deepEqual(
        readdirSync(folder)
          .filter((f) => f.endsWith(".lua"))
          .sort(),
        ["index.lua", "lualib_bundle.lua", "other.lua", "shared.lua"],
      );
      assert.deepEqual(runAll(folder, ["index", "other"]), ['"a"', '"b"', "true true", "2 true"], form);
      project.remove();
    }
  });

  it("gives a private field one name in all chunks", () => {
    const { folder, project } = build({
      "index.ts": `import { Counter } from "./shared"; class Named extends Counter { _label = "l"; show() { emit(this._label, this._count, this._step); } } const n = new Named(); n.add(); n.show(); export {};`,
      "other.ts": `import { Counter } from "./shared"; const c = new Counter(); c._step = 5; c.add(); emit(c._count, c._step); export {};`,
      "shared.ts": `export class Counter { _step = 1; _count = 0; add() { this._count += this._step; this._count += 0; } }`,
    });
    assert.deepEqual(runAll(folder, ["index", "other"]), ['"l" 1 1', "5 5"]);
    assert.doesNotMatch(readFileSync(join(folder, "shared.lua"), "utf8"), /_count|_step/);
    project.remove();
  });

  it("writes no library beside a chunk, whatever the extension", () => {
    const { folder, project } = build(
      { "index.ts": `emit([1, 2].map((n) => n + 1)); export {};` },
      {},
      { tstl: { extension: ".script" } },
    );
    assert.deepEqual(readdirSync(folder).sort(), ["index.script", "index.script.map"]);
    assert.deepEqual(runAll(folder, ["index"], "script"), ["{1=2,2=3}"]);
    project.remove();
  });

  it("keeps the first line of a script", () => {
    for (const form of ["compact", "readable"]) {
      const { folder, project } = build(
        { "index.ts": `#!/usr/bin/env lua\nemit(opaque(1));\nthrow "x";\nexport {};` },
        { form },
      );
      const code = readFileSync(join(folder, "index.lua"), "utf8");
      assert.match(code, /^#!\/usr\/bin\/env lua\n/);
      const map = readFileSync(join(folder, "index.lua.map"), "utf8");
      const line = code.split("\n").findIndex((l) => l.includes("emit")) + 1;
      assert.match(
        new Tracer([{ path: "index.lua.map", map, code }]).rewrite(`index.lua:${line}: x`),
        /index\.ts:2/,
      );
      project.remove();
    }
  });

  it("switches off what its options say", () => {
    const source = `interface S { _long: number } const s: S = opaque({ _long: 1 }); emit(s._long, "n" + s._long); export {};`;
    const { folder, project } = build({ "index.ts": source }, { mangleFields: false, trustTypes: false });
    const code = readFileSync(join(folder, "index.lua"), "utf8");
    assert.match(code, /_long/);
    assert.match(code, /tostring/);
    assert.deepEqual(run(code).lines, ['1 "n1"']);
    project.remove();
  });

  it("says which option is wrong, and what it takes", () => {
    const program = { "index.ts": "emit(1);" };
    const wrong: [options: Record<string, unknown>, tstl: Record<string, unknown>, says: RegExp][] = [
      [{ forms: "compact" }, {}, /compact: there is no option "forms"; the options are form, entries/],
      [{ form: "small" }, {}, /compact: "form" is "small"; it takes "compact" or "readable"/],
      [{ entries: ["main.ts"] }, {}, /compact: "entries" names main\.ts, which is no file of the program/],
      [{}, { luaTarget: "Luau" }, /compact: luaTarget "Luau" has a syntax of its own/],
      [{}, { buildMode: "library" }, /compact: "buildMode": "library" keeps one file per module/],
      [
        {},
        { sourceMapTraceback: true },
        /warning .*compact: "sourceMapTraceback" has no effect; "sourceMap": true/,
      ],
    ];
    for (const [options, tstlOptions, says] of wrong) {
      build(program, options, { says, tstl: tstlOptions }).project.remove();
    }
  });

  it("warns of versions of TypeScriptToLua that it was not tested with", () => {
    const [warning, ...more] = unsupported({}, "1.99.0");
    assert.equal(warning?.category, ts.DiagnosticCategory.Warning);
    assert.match(
      String(warning?.messageText),
      /tested with typescript-to-lua 1\.37, this is 1\.99\.0: npm i -D/,
    );
    assert.deepEqual(more, []);
    assert.deepEqual(unsupported({}), []);
  });

  it("says for the firmware what there is in the place of what Lua lacks", () => {
    const program = { "index.ts": `emit(JSON.stringify(1)); export {};` };
    build(
      program,
      { firmware: true },
      { says: /error .*compact: Lua has no JSON; in its place: sjson/ },
    ).project.remove();
  });

  it("makes the bundle that the project asks for", () => {
    const { folder, project } = build(
      {
        "index.ts": `emit("not the entry"); export {};`,
        "main.ts": `import { part } from "./part"; emit(part, ...[1].map((n) => n + 1)); export const done = true;`,
        "part.ts": `export const part = "part";`,
      },
      {},
      { tstl: { luaBundle: "game.lua", luaBundleEntry: "main.ts" } },
    );
    assert.deepEqual(readdirSync(folder).sort(), ["game.lua", "game.lua.map"]);
    assert.deepEqual(runAll(folder, ["game"]), ['"part" 2']);
    project.remove();
    const says = /compact: "luaBundleEntry" names missing\.ts, which is no file of the program/;
    const options = { luaBundle: "game.lua", luaBundleEntry: "missing.ts" };
    build({ "index.ts": "emit(1);" }, {}, { says, tstl: options }).project.remove();
  });

  it("links npm packages, with what they require and the library they use", () => {
    const { folder, project } = build({
      "index.ts": `import { twice } from "lua-kit"; import { deep } from "lua-kit/parts/deep"; emit(twice([1, 2]), deep); export {};`,
      "node_modules/lua-kit/package.json": `{ "name": "lua-kit", "version": "1.0.0", "main": "index" }`,
      "node_modules/lua-kit/index.d.ts": `export function twice(this: void, list: number[]): number[];`,
      "node_modules/lua-kit/index.lua": `local ____lualib = require("lualib_bundle")\nlocal __TS__ArrayMap = ____lualib.__TS__ArrayMap\nlocal ____exports = {}\nlocal ____times = require("parts.times")\nfunction ____exports.twice(list)\n  return __TS__ArrayMap(list, function(____, n) return n * ____times.times end)\nend\nreturn ____exports`,
      "node_modules/lua-kit/parts/times.lua": `return { times = 2 }`,
      "node_modules/lua-kit/parts/deep.d.ts": `export const deep: string;`,
      "node_modules/lua-kit/parts/deep.lua": `return { deep = "deep" }`,
    });
    assert.deepEqual(readdirSync(folder).sort(), ["index.lua", "index.lua.map"]);
    const code = readFileSync(join(folder, "index.lua"), "utf8");
    assert.doesNotMatch(code, /require/);
    assert.deepEqual(run(code).lines, ['{1=2,2=4} "deep"']);
    project.remove();
  });

  it("finds files with any name", () => {
    const { folder, project } = build({
      "index.ts": `import { gruß } from "./größe/straße"; emit(gruß); export {};`,
      "größe/straße.ts": `export const gruß = "ß";`,
    });
    assert.deepEqual(readdirSync(folder).sort(), ["index.lua", "index.lua.map"]);
    assert.deepEqual(
      run(readFileSync(join(folder, "index.lua"), "utf8")).lines.map((l) =>
        Buffer.from(l, "latin1").toString(),
      ),
      ['"ß"'],
    );
    project.remove();
  });

  it("takes JSX", () => {
    const { folder, project } = build(
      {
        "index.tsx": `namespace React { export function createElement(this: void, name: string, props: { size: number } | null, ...children: string[]) { return name + (props ? props.size : 0) + children.join(); } }
          declare global { namespace JSX { interface IntrinsicElements { box: { size: number } } type Element = string; } }
          emit(<box size={2}>text</box>); export {};`,
      },
      {},
      { compiler: { jsx: "react" } },
    );
    assert.deepEqual(run(readFileSync(join(folder, "index.lua"), "utf8")).lines, ['"box2text"']);
    project.remove();
  });

  it("refuses the text of another plugin, and keeps what it does with the tree", () => {
    const other = (name: string, body: string) => ({ [name]: `module.exports = () => (${body});` });
    const program = { "index.ts": `emit("text"); export {};` };
    for (const [hook, body] of [
      [
        "printer",
        `{ printer: (program, host, fileName, file) => ({ code: "print()", sourceMap: "", sourceMapNode: undefined }) }`,
      ],
      [
        "beforeEmit",
        `{ beforeEmit: (program, options, host, files) => { for (const f of files) f.code = "-- mine" + f.code; } }`,
      ],
    ] as const) {
      const says = new RegExp(`compact: another plugin has changed the text of index\\.ts \\(${hook}\\)`);
      build(
        { ...program, ...other("other.js", body) },
        {},
        { says, before: ["./other.js"] },
      ).project.remove();
    }
    const path = (name: string) => JSON.stringify(createRequire(import.meta.url).resolve(name));
    const visitor = `{ visitors: { [require(${path("typescript")}).SyntaxKind.StringLiteral]: () => require(${path("typescript-to-lua")}).createStringLiteral("changed") } }`;
    const { folder, project } = build(
      { ...program, ...other("other.js", visitor) },
      {},
      { before: ["./other.js"] },
    );
    assert.deepEqual(run(readFileSync(join(folder, "index.lua"), "utf8")).lines, ['"changed"']);
    project.remove();
  });

  it("gives while watching what a whole build gives", async () => {
    const program = {
      "index.ts": `import { part } from "./part"; import { other } from "./other"; emit(part, other); export {};`,
      "part.ts": `export const part = "one";`,
      "other.ts": `export const other = 1;`,
    };
    const { folder, project } = build(program);
    const output = join(folder, "index.lua");
    const watching = spawn(process.execPath, [tstlCommand, "-p", project.project, "--watch"], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    try {
      let said = "";
      let told = () => {};
      watching.stdout.on("data", (d) => {
        said += d;
        told();
      });
      const builds = async (count: number) => {
        while (said.split("Watching for file changes").length <= count)
          await new Promise<void>((done) => (told = done));
      };
      await builds(1);
      for (const [i, text] of ["two", "three"].entries()) {
        project.write({ "part.ts": `export const part = "${text}";` });
        await builds(i + 2);
        assert.deepEqual(run(readFileSync(output, "utf8")).lines, [`"${text}" 1`]);
        assert.doesNotMatch(readFileSync(output, "utf8"), /require/);
      }
    } finally {
      watching.kill();
      await new Promise((done) => watching.once("exit", done));
      project.remove();
    }
  });

  it("puts the map into the Lua where the project wants it there", () => {
    const { folder, project } = build(
      { "index.ts": `emit(1); export {};` },
      {},
      { compiler: { sourceMap: false, inlineSourceMap: true } },
    );
    const code = readFileSync(join(folder, "index.lua"), "utf8");
    const [, encoded] = /\n--# sourceMappingURL=data:application\/json;base64,(\S+)\n$/.exec(code) ?? [];
    assert.deepEqual(JSON.parse(Buffer.from(encoded!, "base64").toString()).sources, ["../index.ts"]);
    project.remove();
  });

  it("leaves the library to a program that requires it by name", () => {
    const { folder, project } = build({
      "index.ts": `declare function require(this: void, name: string): Record<string, unknown>; const lib = require("lualib_bundle"); emit(typeof lib, [1].map((n) => n + 1)); export {};`,
    });
    assert.deepEqual(
      readdirSync(folder)
        .filter((f) => f.endsWith(".lua"))
        .sort(),
      ["index.lua", "lualib_bundle.lua"],
    );
    assert.deepEqual(runAll(folder, ["index"]), ['"object" {1=2}']);
    project.remove();
  });

  it("writes a require that stays as TypeScriptToLua does", () => {
    const { folder, project } = build(
      {
        "index.ts": `import { x } from "./parts/native"; emit(x); export {};`,
        "parts/native.d.ts": `export const x: number;`,
      },
      {},
      { says: /Could not resolve lua source files for require path/ },
    );
    assert.match(readFileSync(join(folder, "index.lua"), "utf8"), /require"parts\.native"/);
    project.remove();
  });

  it("names the file and the line of what is no Lua", () => {
    const program = {
      "index.ts": `import { x } from "./native"; emit(x); export {};`,
      "native.d.ts": `export const x: number;`,
      "native.lua": `return {\n  x = }`,
    };
    build(program, {}, { says: /error .*compact: .*native\.lua:2 is not Lua 5\.1: / }).project.remove();
  });
});
