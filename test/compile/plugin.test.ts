// The plugin in somebody else's tstl.json.
import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { type Program, Project, run } from "./program.ts";

const tstl = createRequire(import.meta.url).resolve("typescript-to-lua/dist/tstl.js");
const plugin = resolve(import.meta.dirname, "../../scripts/compile/compact");

/** Runs the compiler as its users do, and gives the files it wrote. */
function build(
  program: Program,
  options: Record<string, unknown> = {},
): { folder: string; project: Project } {
  const project = new Project(program);
  const config = JSON.parse(readFileSync(project.project, "utf8"));
  config.compilerOptions.outDir = "out";
  config.compilerOptions.sourceMap = true;
  config.files.push(...Object.keys(program).filter((f) => f.endsWith(".ts") && !config.files.includes(f)));
  config.tstl.luaPlugins = [{ name: plugin, ...options }];
  writeFileSync(project.project, JSON.stringify(config));
  const result = spawnSync(process.execPath, [tstl, "-p", project.project], { encoding: "utf8" });
  assert.equal(result.stdout + result.stderr, "");
  return { folder: join(project.folder, "out"), project };
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
    const code = files.map(
      (f) =>
        `package.preload[${JSON.stringify(f.slice(0, -4))}] = assert(loadstring(${JSON.stringify(readFileSync(join(folder, f), "utf8")).replaceAll("\\n", "\\n")}))`,
    );
    assert.deepEqual(run(`${code.join("\n")}\nrequire("index") require("other")`).lines, ["1", "1 2"]);
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
});
