// Errors of the compact file lead back to the TypeScript.
import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { compileModule } from "../../packages/compact/src/compile.ts";
import { Tracer } from "../../packages/compact/src/trace.ts";
import { LuaError, LuaVm } from "../../packages/lua-vm/vm/lua.ts";
import { type Program, Project } from "./program.ts";

const program: Program = {
  "index.ts": [
    `import { parse } from "./parse";`,
    `import { Kinds } from "./kinds";`,
    `interface State { _depth?: number; _names?: { _first: string }; name?: string }`,
    `function fail(this: void, state: State): void {`,
    `  const where = "here";`,
    `  opaque(where); opaque(state);`,
    `  error("at line 7 of index.ts", 1);`,
    `}`,
    `export const cases: Record<string, (this: void, state: State) => unknown> = {`,
    `  "index.ts:7": fail,`,
    `  "index.ts:12": (state) => {`,
    `    return state._names!._first;`,
    `  },`,
    `  "index.ts:16": (state) => {`,
    `    opaque(state);`,
    `    opaque(state.name!.length); opaque(1);`,
    `    return opaque(state);`,
    `  },`,
    `  "parse.ts:4": (state) => parse(state as unknown as string),`,
    `  "kinds.ts:3": () => Kinds.first(undefined!),`,
    `  "kinds.ts:7": () => Kinds.second(3),`,
    `  "kinds.ts:11": () => Kinds.third(),`,
    `  "index.ts:25": (state) => {`,
    `    const first = state.name;`,
    `    const second = state._names!._first;`,
    `    return [first, second, first, second];`,
    `  },`,
    `};`,
  ].join("\n"),
  "parse.ts": [
    `const match = string.match;`,
    `export function parse(this: void, text: string): string | undefined {`,
    `  opaque(text);`,
    `  const [word] = match(text, "%a+");`,
    `  opaque(word);`,
    `  return word;`,
    `}`,
  ].join("\n"),
  "kinds.ts": [
    `export namespace Kinds {`,
    `  export function first(this: void, f: (this: void) => number): number {`,
    `    const n = f();`,
    `    return opaque(n) + 1;`,
    `  }`,
    `  export function second(this: void, n: number): number {`,
    `    if (n > 2) return n + (undefined as unknown as number);`,
    `    return n;`,
    `  }`,
    `  let count: number | undefined;`,
    `  export function third(this: void): void { count! += 1; }`,
    `}`,
  ].join("\n"),
};

/** Runs a case and gives the error's message and traceback. */
function raise(code: string, name: string): string {
  const vm = new LuaVm();
  try {
    vm.run("function opaque(...) return ... end", "=test");
    assert.equal(vm.load(vm.L, Buffer.from(code), "@httpserver.lua"), undefined);
    vm.call(vm.L, 0, 1);
    vm.setGlobal("module");
    assert.throws(
      () => vm.run(`module.cases[${JSON.stringify(name)}]({})`, "=case"),
      (e) => e instanceof LuaError,
    );
    try {
      vm.run(`module.cases[${JSON.stringify(name)}]({})`, "=case");
    } catch (error) {
      return (error as LuaError).traceback;
    }
    return "";
  } finally {
    vm.close();
  }
}

describe("trace", function () {
  this.timeout(60_000);
  const project = new Project(program);
  after(() => project.remove());

  for (const form of ["compact", "readable"] as const) {
    it(`finds the line of every error (${form})`, async () => {
      const { code, map, diagnostics } = await project.compile(form);
      assert.deepEqual(diagnostics, []);
      assert.doesNotMatch(code, /sourceMapping|--/);
      const path = join(project.folder, "build/chunk.lua.map");
      const tracer = new Tracer(
        [{ path, map: map.replace("chunk.lua", "httpserver.lua"), code }],
        project.folder,
      );
      for (const match of program["index.ts"]!.matchAll(/"(\w+\.ts:\d+)"/g)) {
        const where = match[1]!;
        const text = raise(code, where);
        const [first] = tracer.rewrite(text).split("\n");
        assert.ok(first!.startsWith(`${where}: `), `${where}: ${first} (${text.split("\n")[0]})\n${code}`);
      }
    });
  }

  it("knows the lines of every source file of our server", async () => {
    const root = resolve(import.meta.dirname, "../..");
    const folder = join(root, "src/httpserver");
    const { code, map } = await compileModule({
      entry: join(folder, "index.ts"),
      name: "httpserver",
      project: join(root, "src/tsconfig.json"),
      form: "compact",
      output: join(root, "build/httpserver.lua"),
    });
    const tracer = new Tracer([{ path: join(root, "build/httpserver.lua.map"), map, code }], folder);
    const found = new Set<string>();
    for (const line of code.split("\n").keys()) {
      const [file, number] = tracer.rewrite(`httpserver.lua:${line + 1}: `).split(":");
      if (file!.endsWith(".ts")) found.add(file!);
      const text = file!.endsWith(".ts") ? readFileSync(join(folder, file!), "utf8").split("\n") : undefined;
      assert.ok(text && Number(number) <= text.length, `line ${line + 1} has no place in the TypeScript`);
    }
    const { sources } = JSON.parse(map) as { sources: string[] };
    for (const file of sources.map((source) => basename(source))) {
      // What holds only constants cannot fail.
      const hasFunctions = /function \w+\(/.test(readFileSync(join(folder, file), "utf8"));
      assert.ok(found.has(file) || !hasFunctions, `no line leads to ${file}`);
    }
    assert.ok(found.size >= 5);
  });

  it("gives shortened names back", async () => {
    const { code, map } = await project.compile("compact");
    const path = join(project.folder, "build/chunk.lua.map");
    const tracer = new Tracer(
      [{ path, map: map.replace("chunk.lua", "httpserver.lua"), code }],
      project.folder,
    );
    assert.match(tracer.rewrite(raise(code, "index.ts:12")), /attempt to index field '_names'/);
    assert.match(tracer.rewrite(raise(code, "kinds.ts:3")), /attempt to call local 'f'/);
  });

  it("tells real fields, cached functions and temporaries from shortened names", async () => {
    const own = new Project({
      "index.ts": [
        `declare const config: { a: { b: string }; deep?: { x: () => { y: number } } };`,
        `export const field = (conf: string) => { opaque(conf); return opaque(conf) + config.a.b; };`,
        `const { find } = string;`,
        `export function cached(this: void, s: string) { return [find(s, "a"), find(s, "b"), find(s, "c"), find("x", undefined!)]; }`,
        `export function chosen(this: void) { const list: { x: number }[] = []; list[0].x += opaque(1); }`,
      ].join("\n"),
    });
    try {
      const { code, map } = await own.compile("compact");
      const tracer = new Tracer([{ path: join(own.folder, "build/chunk.lua.map"), map, code }], own.folder);
      const fails = (call: string): string => {
        const vm = new LuaVm();
        try {
          vm.run("function opaque(...) return ... end config = {}", "=test");
          vm.load(vm.L, Buffer.from(code), "@chunk.lua");
          vm.call(vm.L, 0, 1);
          vm.setGlobal("module");
          vm.run(call, "=case");
          return "no error";
        } catch (error) {
          return tracer.rewrite((error as LuaError).message);
        } finally {
          vm.close();
        }
      };
      assert.equal(fails(`module.field(nil, "c")`), "index.ts:2: attempt to index field 'a' (a nil value)");
      assert.equal(
        fails(`module.cached("x")`),
        "index.ts:4: bad argument #2 to 'find' (string expected, got nil)",
      );
      assert.doesNotMatch(fails(`module.chosen()`), /____/);
    } finally {
      own.remove();
    }
  });

  it("rewrites tracebacks and leaves everything else", async () => {
    const { code, map } = await project.compile("compact");
    const tracer = new Tracer([{ path: join(project.folder, "build/chunk.lua.map"), map }], project.folder);
    assert.equal(
      tracer.rewrite("> print(1)\napp.lua:3: oops 10:20\n"),
      "> print(1)\napp.lua:3: oops 10:20\n",
    );
    assert.match(
      tracer.rewrite("  [C]: in ?\n  chunk.lua:1: in function <chunk.lua:2>"),
      /^ {2}\[C\]: in \?\n {2}\w+\.ts:\d+: in function <\w+\.ts:\d+>$/,
    );
    assert.equal(
      tracer.rewrite("chunk.lua:99999: beyond the end").replace(/^\w+\.ts:\d+/, "X"),
      "X: beyond the end".replace("X", "chunk.lua:99999"),
    );
    assert.match(tracer.rewrite("/FLASH/chunk.lua:1: x"), /^\w+\.ts:1: x$/);
    assert.ok(code.length > 0);
  });

  it("is a command that reads standard input", async () => {
    const { code, map } = await project.compile("compact");
    const path = join(project.folder, "chunk.lua");
    writeFileSync(path, code);
    writeFileSync(`${path}.map`, map.replaceAll("../", ""));
    const script = resolve(import.meta.dirname, "../../scripts/nodemcu.ts");
    const trace = (...args: string[]) =>
      spawnSync(process.execPath, ["--import", "tsx", script, "trace", ...args], {
        input: "lua: chunk.lua:1: bad\n",
        encoding: "utf8",
        cwd: resolve(import.meta.dirname, "../.."),
      });
    const good = trace("--map", `${path}.map`);
    assert.match(good.stdout, /^lua: \S*\.ts:\d+: bad\n$/, good.stderr);
    const bad = trace("--map", "nowhere.map");
    assert.equal(bad.status, 1);
    assert.match(bad.stderr, /there is no source map nowhere\.map/);
  });
});
