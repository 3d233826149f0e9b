// Modules joined to one chunk do what they did apart.
import { strict as assert } from "node:assert";
import { everyForm, format, type Program, Project } from "./program.ts";

const same: Record<string, Program> = {
  "functions and constants": {
    "index.ts": `import { add, two } from "./math"; emit(add(two, 3)); export const five = add(two, 3);`,
    "math.ts": `export const two = 2; export function add(this: void, a: number, b: number) { return a + b; }`,
  },
  "a name in two modules": {
    "index.ts": `import { f as g } from "./b"; const x = 1; function f(this: void) { return x; } emit(f(), g());`,
    "b.ts": `const x = 2; export function f(this: void) { return x; }`,
  },
  "a local that hides a name of another module": {
    "index.ts": `import { x } from "./b"; import { y } from "./c"; { const x = 3; emit(x, y); } emit(x, y);`,
    "b.ts": `export const x = 1; { const y = 9; emit(y, x); }`,
    "c.ts": `export const y = 2; { const x = 8; emit(y, x); }`,
  },
  "a local with the name of a global another module uses": {
    "index.ts": `import { show } from "./b"; const string_ = "mine"; { const type = 5; emit(type, string_); } show();`,
    "b.ts": `export function show(this: void) { emit(type(1), string.len("abc")); }`,
  },
  "default exports": {
    "index.ts": `import f, { other } from "./a"; import v from "./v"; emit(f(), other, v); export default 5;`,
    "a.ts": `export default function (this: void) { return "f"; } export const other = 1;`,
    "v.ts": `const list = [1, 2]; export default list;`,
  },
  "re-exports": {
    "index.ts": `export { a, b as c } from "./m"; export * from "./n"; import { a } from "./m"; emit(a);`,
    "m.ts": `export const a = 1; export const b = 2; export const unseen = 3;`,
    "n.ts": `export const n = 4; export { a as again } from "./m"; const d = 1; export default d;`,
  },
  "export * through two modules": {
    "index.ts": `import { deep, near } from "./one"; emit(deep, near());`,
    "one.ts": `export * from "./two"; export function near(this: void) { return 1; }`,
    "two.ts": `export * from "./three";`,
    "three.ts": `export const deep = "deep";`,
  },
  "export * as": {
    "index.ts": `import { ns } from "./m"; import * as m from "./m"; emit(ns.x, m.ns.x, m.y);`,
    "m.ts": `export * as ns from "./n"; export const y = 2;`,
    "n.ts": `export const x = 1;`,
  },
  "a namespace as a value": {
    "index.ts": `import * as m from "./m"; function keys(this: void, o: object) { const r: string[] = []; for (const k in o) r.push(k); table.sort(r); return table.concat(r); } emit(keys(m)); emit(m.x, m);`,
    "m.ts": `export const x = 1; export function f(this: void) { return x; }`,
  },
  "a namespace that is only indexed": {
    "index.ts": `import * as m from "./m"; emit(m.x, m.f(), m.o.p);`,
    "m.ts": `export const x = 1; export function f(this: void) { return x; } export const o = { p: 3 };`,
  },
  "a namespace with a key that is computed": {
    "index.ts": `import * as m from "./m"; for (const k of ["x", "y"] as const) emit(m[k]);`,
    "m.ts": `export const x = 1, y = 2;`,
  },
  "side effects in the order of imports": {
    "index.ts": `import "./a"; import { b } from "./b"; emit("index", b);`,
    "a.ts": `import "./c"; emit("a");`,
    "b.ts": `import "./a"; import "./c"; emit("b"); export const b = 1;`,
    "c.ts": `emit("c"); export {};`,
  },
  "a script without exports": {
    "index.ts": `import "./a"; emit("index");`,
    "a.ts": `emit("a");`,
  },
  "types leave nothing": {
    "index.ts": `import { type T } from "./t"; import type { U } from "./u"; const x: T & U = { a: 1, b: 2 }; emit(x);`,
    "t.ts": `export interface T { a: number }`,
    "u.ts": `emit("never runs"); export interface U { b: number }`,
  },
  "const enums and enums": {
    "index.ts": `import { E, F } from "./e"; emit(E.B, F.Y, F[1]); export { F };`,
    "e.ts": `export const enum E { A = 1, B } export enum F { X, Y }`,
  },
  "a namespace declaration": {
    "index.ts": `import { N } from "./n"; emit(N.x, N.f());`,
    "n.ts": `export namespace N { export const x = 1; export function f(this: void) { return x; } }`,
  },
  "exports of the entry that change": {
    "index.ts": `export let n = 0; export function bump(this: void) { n++; n += 1; return n++; } emit(bump(), n);`,
  },
  "exports of the entry under another name": {
    "index.ts": `let a = 1; export { a as b }; a = 2; function f(this: void) { a++; } f(); emit(a);`,
  },
  "destructuring into exports": {
    "index.ts": `import { p, q } from "./m"; emit(p, q);`,
    "m.ts": `export const { p, q } = { p: 1, q: 2 }; export const [r] = [3];`,
  },
  "one export assigned to another": {
    "index.ts": `import * as m from "./m"; export const y = m.x, z = m.f(); emit(y, z);`,
    "m.ts": `export const x = 1; export function f(this: void) { return x; }`,
  },
  "a variable that a call beside it changes": {
    "index.ts": `import { n, list, bump, swap } from "./m"; emit(bump()); opaque(n); export let own = 1; function up(this: void) { own++; return own; } emit(own - up(), own < up()); list.x = swap(); emit(own);`,
    "m.ts": `export let n = 2; export let list = { x: 1 }; export function bump(this: void) { n += 3; return n; } emit(n - bump(), n + bump() * n, n === bump()); const first = list; list.x = swap(); emit(first.x, list.x); export function swap(this: void) { list = { x: 5 }; return 7; }`,
  },
  "increments as values": {
    "index.ts": `import { next, peek } from "./m"; emit(next(), next(), peek());`,
    "m.ts": `export let n = 0; export function next(this: void) { return n++; } export function peek(this: void) { return ++n; }`,
  },
  JSON: {
    "index.ts": `import data from "./data.json"; emit(data.a, data.list[1]);`,
    "data.json": `{"a": 1, "list": ["x", "y"]}`,
  },
  "a file of Lua with a declaration": {
    "index.ts": `import { twice } from "./native"; import * as n from "./native"; emit(twice(4), n.name);`,
    "native.d.ts": `export function twice(this: void, n: number): number; export const name: string;`,
    "native.lua": `local M = {}\nlocal function helper(n) return n * 2 end\nfunction M.twice(n) return helper(n) end\nM.name = "native"\nreturn M`,
  },
  "re-exports of a file of Lua": {
    "index.ts": `import { twice, name } from "./all"; emit(twice(4), name); export * from "./all";`,
    "all.ts": `export * from "./native"; export { name as again } from "./native";`,
    "native.d.ts": `export function twice(this: void, n: number): number; export const name: string;`,
    "native.lua": `return { twice = function(n) return n * 2 end, name = "native" }`,
  },
  "classes and the library": {
    "index.ts": `import { Derived } from "./c"; const d = new Derived(2); emit(d.area(), d instanceof Derived, [3, 1, 2].map(n => n + 1), [..."ab"].length);`,
    "c.ts": `export class Base { constructor(public n: number) {} area() { return this.n; } } export class Derived extends Base { override area() { return super.area() * 10; } }`,
  },
};

/** Where TypeScriptToLua's modules copy a value, one chunk does what ECMAScript says: an import is the variable. */
const better: Record<string, { program: Program; lines: string[]; result?: string }> = {
  "an imported variable that changes": {
    program: {
      "index.ts": `import { n, bump } from "./m"; bump(); emit(n); bump(); emit(n);`,
      "m.ts": `export let n = 0; export function bump(this: void) { n++; }`,
    },
    lines: ["1", "2"],
  },
  "a cycle through the entry": {
    program: {
      "index.ts": `import { start } from "./a"; export function name(this: void) { return "index"; } start();`,
      "a.ts": `import { name } from "./index"; export function start(this: void) { emit(name()); }`,
    },
    lines: ['"index"'],
    result: '{"name"=function}',
  },
  "a cycle of functions": {
    program: {
      "index.ts": `import { even } from "./even"; emit(even(4), even(5));`,
      "even.ts": `import { odd } from "./odd"; export function even(this: void, n: number): boolean { return n === 0 || odd(n - 1); }`,
      "odd.ts": `import { even } from "./even"; export function odd(this: void, n: number): boolean { return n !== 0 && even(n - 1); }`,
    },
    lines: ["true false"],
  },
  "a cycle of constants": {
    program: {
      "index.ts": `import { a } from "./a"; emit(a());`,
      "a.ts": `import { b } from "./b"; export const x = 1; export function a(this: void) { return b(); }`,
      "b.ts": `import { x } from "./a"; export function b(this: void) { return x; }`,
    },
    lines: ["1"],
  },
  "a re-exported variable that changes": {
    program: {
      "index.ts": `import { n, bump } from "./r"; bump(); emit(n);`,
      "r.ts": `export { n, bump } from "./m";`,
      "m.ts": `export let n = 0; export function bump(this: void) { n++; }`,
    },
    lines: ["1"],
  },
};

describe("link", function () {
  this.timeout(60_000);
  for (const [name, program] of Object.entries(same)) {
    it(name, async () => {
      await everyForm(program);
    });
  }
  for (const [name, { program, lines, result = "{}" }] of Object.entries(better)) {
    it(name, async () => {
      await everyForm(program, { expect: { lines, result } });
    });
  }

  it("leaves no trace of modules", async () => {
    const { compact, readable } = await everyForm(same["re-exports"]!);
    for (const { code } of [compact, readable]) assert.doesNotMatch(code, /require|____exports/);
  });

  it("leaves firmware and other built modules to require", async () => {
    const project = new Project({
      "index.ts": `import { createServer } from "httpserver"; import * as sjson from "sjson"; createServer(80); emit(sjson.encode({}));`,
      "other.d.ts": `/** @noResolution */ declare module "httpserver" { export function createServer(this: void, port: number): void; }
        declare module "sjson" { export function encode(this: void, o: object): string; }`,
    });
    const { code, diagnostics } = await project.compile("readable");
    assert.equal(format(diagnostics), "");
    assert.match(code, /require\("httpserver"\)/);
    assert.match(code, /require\("sjson"\)/);
    project.remove();
  });

  it("refuses a module that is required inside a function", async () => {
    const project = new Project({
      "index.ts": `export function later(this: void) { return import("./m"); }`,
      "m.ts": `export const x = 1;`,
    });
    const { code, diagnostics } = await project.compile("compact");
    assert.equal(code, "");
    assert.match(format(diagnostics), /index\.ts\(1,\d+\): error .*"m\.ts" is part of this module/);
    project.remove();
  });

  it("warns of bytes that Lua will see as two", async () => {
    const project = new Project({
      "index.ts": String.raw`emit("\\x80", "ok", "a\xff", \`\x85\`);`.replaceAll("\\`", "`"),
    });
    const { code, diagnostics } = await project.compile("compact");
    assert.notEqual(code, "");
    assert.match(format(diagnostics), /index\.ts\(1,\d+\): warning .*\\xff is a character of two bytes/);
    assert.equal(diagnostics.length, 2);
    project.remove();
  });

  it("gives the diagnostics of TypeScript back", async () => {
    const project = new Project({ "index.ts": `const x: number = "text"; emit(x);` });
    const { code, diagnostics } = await project.compile("compact");
    assert.equal(code, "");
    assert.match(format(diagnostics), /index\.ts\(1,7\): error TS2322/);
    project.remove();
  });
});
