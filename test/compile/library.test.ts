// TypeScriptToLua's library on the chips: every feature that it has runs on both simulated boards and does what it does in a plain Lua.
import { strict as assert } from "node:assert";
import * as ts from "typescript";
import * as tstl from "typescript-to-lua";
import * as lualib from "typescript-to-lua/dist/LuaLib.js";
import { bytecode } from "../../packages/image/code.ts";
import { LuaVm } from "../../packages/lua-vm/vm/lua.ts";
import type { Chip } from "../../packages/simulator/chips.ts";
import { describeInCi } from "../extent.ts";
import { Rig } from "../simulator/rig.ts";
import { Project } from "./program.ts";

const programs: Record<string, string> = {
  "arrays that are read": `
    const a = opaque([3, 1, 2]);
    show(a.at(-1), a.concat([4], 5).join(), a.every((n) => n > 0), a.some((n) => n > 2), a.includes(1), a.indexOf(2));
    show(a.filter((n) => n > 1).join(), a.find((n) => n < 3), a.findIndex((n) => n === 2), a.map((n) => n * 2).join());
    show([[1], [2, [3]]].flat().length, a.flatMap((n) => [n, n]).join(), a.slice(1).join(), a.reduce((x, y) => x + y), a.reduceRight((x, y) => x - y));
    for (const [i, n] of a.entries()) show(i, n);
    a.forEach((n) => show(n));
    show(Array.isArray(a), Array.isArray(1), Array.from("abc").join("-"), Array.from([1, 2], (n) => n + 1).join());
    show(a.toReversed().join(), a.toSorted().join(), a.toSpliced(0, 1, 9).join(), a.with(0, 7).join(), ["x", "y"].join("+"));`,
  "arrays that change": `
    const a = opaque([3, 1, 2]);
    show(a.push(4), a.push(...opaque([5, 6])), opaque(a).push(7, 8), a.unshift(0), a.join());
    a.reverse(); a.sort((x, y) => x - y); show(a.join(), a.splice(1, 2, 8, 9).join(), a.join());
    a.fill(1, 0, 2); a.length = 3; show(a.join(), a.length);
    const o: Record<string, unknown> = { ...opaque(["p", "q"]) }; show(o["0"], o["1"]);
    const [first, ...rest] = a; show(first, rest.length); show([0, ...a, 1].length, [...opaque("ab"), 1, ...a].length);`,
  strings: `
    const s = opaque(" Hello, Lua ");
    const i = opaque(1); show(s.charAt(i), s.charCodeAt(i), s[1], s.slice(i, -i), s.endsWith("a "), s.startsWith(" H"), s.includes("llo"), s.indexOf("L"));
    show(s.padStart(14, "*"), s.padEnd(14, "*"), s.replace("l", "L"), s.replaceAll("l", "L"), s.slice(1, -1), s.substr(1, 5), s.substring(3, 1));
    show(s.split(",").length, s.trim(), "[" + s.trimStart() + "]", "[" + s.trimEnd() + "]", s.toUpperCase(), "ab".repeat(2));`,
  numbers: `
    show(Number("12"), Number("0x1F"), Number.isNaN(Number("x")), isNaN(NaN), Number.isFinite(1), isFinite(Infinity), Number.isInteger(1.5));
    show((3.14159).toFixed(2), (255).toString(16), (5).toString(2), parseInt("12px"), parseInt("ff", 16), parseFloat("1.5e3x"));
    show(Math.sign(-3), Math.trunc(-2.7), Math.max(1, 2), (7.5 % 2));`,
  objects: `
    const o = opaque({ a: 1, b: 2 } as Record<string, number>);
    show(Object.keys(o).sort().join(), Object.values(o).sort().join(), Object.entries(o).length, Object.assign({}, o, { c: 3 }).c);
    show(Object.fromEntries([["x", 1]]).x, typeof o, typeof opaque(1), typeof opaque(undefined), typeof show);
    const { a, ...others } = o; show(a, others.b); delete o.a; show(o.a, "b" in o);
    const d: { v?: number; n?: number } = {}; let kept = 1;
    Object.defineProperty(d, "v", { get: () => kept, set: (x: number) => { kept = x * 2; } }); d.v = 4; show(d.v);
    Object.defineProperty(d, "n", { value: 3, writable: false }); show(d.n, Object.getOwnPropertyDescriptor(d, "n")?.writable, Object.getOwnPropertyDescriptors(d).n!.value);
    const g = Object.groupBy([1, 2, 3], (n) => (n % 2 === 1 ? "odd" : "even")); show(g.odd!.length, g.even!.length);`,
  classes: `
    class A { static count = 0; private m = 1; constructor(protected name = "a") { A.count++; } get n() { return this.m; } set n(v) { this.m = v * 2; } toString() { return "A:" + this.name; } say() { return "say " + this.name; } }
    class B extends A { constructor() { super("b"); } say() { return super.say() + "!"; } override get n() { return super.n + 100; } override set n(v) { super.n = v; } }
    const b = new B(); b.n = 5; show(b.n, b.say(), tostring(b), b instanceof A, b instanceof B, A.count, new A() instanceof B);
    class Even { static [Symbol.hasInstance](n: unknown) { return n === 2; } } show(2 as unknown instanceof Even, (opaque({}) as object) instanceof Object);
    function twice<T extends (this: any, ...a: any[]) => any>(this: any, f: T, c: ClassMethodDecoratorContext) { show(c.kind, c.name); return function (this: any, ...a: any[]) { return f.call(this, ...a) * 2; } as T; }
    class C { @twice two(n: number) { return n + 1; } } show(new C().two(2));
    const f = function (this: { k: number }, n: number, m: number) { return this.k + n + m; }.bind({ k: 1 }, 2); show(f(3));`,
  errors: `
    const fails = (f: () => void) => { try { f(); return "none"; } catch (e) { return e instanceof Error ? tostring(e) : tostring(e); } finally { show("finally"); } };
    show(fails(() => { throw new Error("plain"); }), fails(() => { throw new RangeError("range"); }), fails(() => {}));
    class Own extends Error { constructor(m: string) { super(m); this.name = "Own"; } } show(fails(() => { throw new Own("x"); }));`,
  iterators: `
    function* count(n: number): Generator<number, string, undefined> { for (let i = 0; i < n; i++) yield i; yield* [10, 11]; return "end"; }
    for (const n of count(2)) show(n); show([...count(3)].join());
    const it = count(1); show(it.next().value, it.next().value, it.next().value, it.next().done);
    const all = { *[Symbol.iterator]() { yield 1; yield 2; } }; show(Math.max(...all), [...all].length);
    function many(...list: number[]) { return list.length; } show(many(...opaque([1, 2]), 3, ...opaque([4])), many(...all)); const pushed = [0]; pushed.push(...all, 1); show(pushed.length, pushed.push(...all));
    const [x, y = 5] = all; show(x, y); for (const c of "hi") show(c); show([...pairs({ k: 1 })].length);
    const s = Symbol("desc"); show(tostring(s), s.description, Symbol.for("k") === Symbol.for("k"), Symbol.keyFor(Symbol.for("k")));`,
  collections: `
    const m = new Map([["a", 1], ["b", 2]]); m.set("c", 3).delete("a"); show(m.size, m.get("b"), m.has("a"), [...m.keys()].join(), [...m.values()].join());
    m.forEach((v, k) => show(k, v)); const s = new Set([1, 2, 2]); s.add(3); show(s.size, s.has(2), [...s].join(), s.union(new Set([9])).size);
    const key = {}; const w = new WeakMap([[key, 1]]); const ws = new WeakSet([key]); show(w.get(key), w.has({}), ws.has(key));
    const g = Map.groupBy([1, 2, 3], (n) => n % 2); show(g.get(1)!.length);`,
  promises: `
    const wait = (v: number) => new Promise<number>((done) => done(v));
    async function sum() { const a = await wait(1); const b = await wait(2); return a + b; }
    sum().then((n) => show("sum", n));
    Promise.all([wait(1), 2]).then((l) => show(l.join())); Promise.race([wait(5), wait(6)]).then((n) => show(n)); Promise.any([Promise.reject("no"), wait(7)]).then((n) => show(n));
    Promise.allSettled([wait(1), Promise.reject("r")]).then((l) => show(l.length, l[1].status)); Promise.reject("bad").catch((e) => show(e)).finally(() => show("last"));
    async function fails() { throw "thrown"; } fails().catch((e) => show(e));`,
  using: `
    class R { n = 1; [Symbol.dispose]() { show("disposed"); } } { using r = new R(); show(r.n); }
    class S { async [Symbol.asyncDispose]() { show("async disposed"); } } async function later() { await using r = new S(); show(typeof r); } later().then(() => show("after"));`,
  "old decorators": `
    function tag(this: any, c: any) { c.tag = 1; } function log(this: any, t: any, k: string, d?: any) { show("method", k); return d; } function param(this: any, t: any, k: string | undefined, i: number) { show("param", i); }
    @tag class D { @log run(@param n: number) { return n; } @log field = 1; } show((D as any).tag, new D().run(3));`,
};

/** Where a program needs a configuration of its own: options of TypeScriptToLua and of TypeScript. */
const settings: Record<string, { lua?: Record<string, unknown>; typescript?: Record<string, unknown> }> = {
  // For all versions of Lua it does not use ArrayPushArray.
  "arrays that change": { lua: { luaTarget: "5.1" } },
  // TypeScriptToLua calls the function of a block with `using` with a self that noImplicitSelf takes from it.
  using: { lua: { noImplicitSelf: false } },
  "old decorators": { typescript: { experimentalDecorators: true } },
};

const declarations = `declare function show(this: void, ...values: unknown[]): void;
  declare function opaque<T>(this: void, value: T): T;`;
const prelude = `function opaque(...) return ... end
function show(...) local t = {} for i = 1, select("#", ...) do local v = select(i, ...) t[i] = type(v) == "number" and string.format("%.6g", v) or tostring(v) end print(table.concat(t, " ")) end\n`;

/** Features that no program asks for, with the reason. */
const leftOut: Record<string, string> = {
  MathAtan2: "the firmware's math has no atan2, and the compiler says so",
  SourceMapTraceBack: "sourceMapTraceback has no effect with this compiler, and a warning says so",
};

/** The features whose functions stand in compiled code. */
function featuresIn(code: string): string[] {
  const names = new Set(code.match(/\w+/g));
  const info = lualib.getLuaLibModulesInfo(tstl.LuaTarget.Universal, ts.sys);
  return Object.entries(info).flatMap(([feature, { exports }]) =>
    exports.some((e) => names.has(e)) ? [feature] : [],
  );
}

describeInCi("TypeScriptToLua's library on the chips", function () {
  this.timeout(120_000);
  const covered = new Set<string>();

  for (const [name, source] of Object.entries(programs)) {
    it(`${name}: the same on both as in a plain Lua`, async () => {
      const { lua, typescript } = settings[name] ?? {};
      const project = new Project(
        { "index.ts": `${source}\nexport {};`, "show.d.ts": declarations },
        lua,
        typescript,
      );
      try {
        const plainCode = project.plain();
        for (const feature of featuresIn(plainCode)) covered.add(feature);
        const vm = new LuaVm();
        vm.run(`lines = {} function print(text) lines[#lines + 1] = text end ${prelude}`, "=prelude");
        vm.run(plainCode, "=plain");
        const lines = String(vm.run('return table.concat(lines, "\\n")', "=lines")[0]).split("\n");
        vm.close();
        assert.notDeepEqual(lines, [""], "the program shows nothing");
        for (const form of ["compact", "readable"] as const) {
          const { code, diagnostics } = await project.compile(form);
          assert.deepEqual(
            diagnostics.filter((d) => d.category === ts.DiagnosticCategory.Error).map((d) => d.messageText),
            [],
          );
          for (const chip of ["esp8266", "esp32"] as Chip[]) {
            const rig = new Rig("", { chip });
            rig.board.files.write("app.lc", bytecode(Buffer.from(code)));
            rig.lua(`${prelude}dofile("app.lc")`);
            rig.wait(100);
            assert.deepEqual(rig.printed().split("\n"), lines, `${form} on ${chip}`);
          }
        }
      } finally {
        project.remove();
      }
    });
  }

  it("is whole: every feature has run", () => {
    const all = Object.keys(lualib.getLuaLibModulesInfo(tstl.LuaTarget.Universal, ts.sys));
    const missing = all.filter((feature) => !covered.has(feature) && leftOut[feature] === undefined);
    assert.deepEqual(missing, []);
  });
});
