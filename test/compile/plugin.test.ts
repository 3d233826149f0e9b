// The plugin in somebody else's tstl.json.
import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { Tracer } from "../../scripts/compile/compact/trace.ts";
import { type Program, Project, run } from "./program.ts";

const tstl = createRequire(import.meta.url).resolve("typescript-to-lua/dist/tstl.js");
const plugin = resolve(import.meta.dirname, "../../scripts/compile/compact");

/** Runs the compiler as its users do, and gives the files it wrote and what it said. */
function build(
  program: Program,
  options: Record<string, unknown> = {},
  { says = /^$/, tstl: more = {} }: { says?: RegExp; tstl?: Record<string, unknown> } = {},
): { folder: string; project: Project } {
  const project = new Project(program, more);
  const config = JSON.parse(readFileSync(project.project, "utf8"));
  config.compilerOptions.outDir = "out";
  config.compilerOptions.sourceMap = true;
  config.files.push(...Object.keys(program).filter((f) => f.endsWith(".ts") && !config.files.includes(f)));
  config.tstl.luaPlugins = [{ name: plugin, ...options }];
  writeFileSync(project.project, JSON.stringify(config));
  const result = spawnSync(process.execPath, [tstl, "-p", project.project], { encoding: "utf8" });
  assert.match(result.stdout + result.stderr, says);
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
    const { folder, project } = build({
      "index.ts": `import { add } from "./math"; emit([1, 2].map((n) => add(n, 1)));`,
      "math.ts": `export function add(this: void, a: number, b: number) { return a + b; }`,
    });
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
});
