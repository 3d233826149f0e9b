// Where an error comes from, over all kinds of statements and expressions: the compact file's line must lead to the line that raised.
import { strict as assert } from "node:assert";
import { join } from "node:path";
import { Tracer } from "../../packages/compact/src/trace.ts";
import { type LuaError, LuaVm } from "../../packages/lua-vm/vm/lua.ts";
import { Project } from "./program.ts";

/** Bodies of functions of `none`, which is undefined, and `o`, an empty object; the line that raises ends with an exclamation mark. */
const sites: Record<string, string[]> = {
  "a field of a local": ["const a = none;", "opaque(1);", "return a.x; // !"],
  "a field of a field": ["opaque(o.first);", "opaque(o.first.second); // !", "opaque(2);"],
  "a call of a local": ["const f = none;", "opaque(f);", "f(1); // !", "opaque(f);"],
  "a call of a field": ["opaque(o);", "o.missing(1, 2); // !", "opaque(o);"],
  "a call of a method": ["const p: { run(): number } = o;", "opaque(1);", "return p.run(); // !"],
  "a call in a call": ["return opaque(", "  opaque(1) +", "  none(3), // !", ");"],
  "arithmetic of a local": ["const a: number = opaque(none);", "const b = opaque(2);", "return b - a; // !"],
  "arithmetic of a field": ["const b = opaque(2);", "opaque(b);", "return b * o.count; // !"],
  "a negative": ["const a: number = opaque(none);", "opaque(a);", "return -a; // !"],
  concatenation: ["const s: string = opaque(none);", "opaque(s);", 'return "text" + s; // !'],
  "concatenation over lines": ['return opaque("a") +', '  opaque("b") +', "  o.missing.text; // !"],
  "a template": ["const s = opaque(o);", "opaque(s);", `return \`text \${s.deep.text}\`; // !`],
  comparison: ["const n: number = opaque(none);", "opaque(n);", "return n < 3; // !"],
  "a length": ["const list: string = opaque(none);", "opaque(1);", "return list.length; // !"],
  "an assignment to a field": ["opaque(o);", "o.first.second = 1; // !", "opaque(o);"],
  "an assignment to an element": [
    "const list: number[] = none;",
    "opaque(list);",
    "list[2] = opaque(3); // !",
  ],
  "a compound assignment": ["opaque(o);", "o.count += 1; // !", "opaque(o);"],
  "an increment": ["opaque(o);", "o.count++; // !", "opaque(o);"],
  "a condition": ["opaque(1);", "if (none.x) { // !", "  opaque(2);", "}"],
  "a second condition": [
    "if (opaque(false)) {",
    "  opaque(1);",
    "} else if (none.x) { // !",
    "  opaque(2);",
    "}",
  ],
  "the condition of while": ["let n = 0;", "while (n < none.x) { // !", "  n++;", "}"],
  "the condition of do": ["let n = 0;", "do {", "  n++;", "} while (n < none.x); // !"],
  "the start of for": [
    "let sum = 0;",
    "for (let i = none.x; i < 3; i++) { // !",
    "  sum += i;",
    "}",
    "return sum;",
  ],
  "the condition of for": [
    "let sum = 0;",
    "for (let i = 0; i < o.count; i++) { // !",
    "  sum += i;",
    "}",
    "return sum;",
  ],
  "the body of for": ["for (let i = 0; i < 3; i++) {", "  opaque(i);", "  opaque(i + o.count); // !", "}"],
  "for of": ["opaque(1);", "for (const x of none as number[]) { // !", "  opaque(x);", "}"],
  "for in": ["opaque(1);", "for (const k in none) { // !", "  opaque(k);", "}"],
  switch: ["opaque(1);", "switch (none.kind) { // !", "  case 1:", "    return 1;", "}", "return 2;"],
  "a case": [
    "switch (opaque<number>(2)) {",
    "  case 1:",
    "    return 1;",
    "  case none.kind: // !",
    "    return 2;",
    "}",
    "return 3;",
  ],
  "a thrown text": ["opaque(1);", 'if (opaque(true)) error("thrown"); // !', "opaque(2);"],
  "in try, with finally": ["try {", "  opaque(1);", "  none.x(); // !", "} finally {", "  opaque(2);", "}"],
  "in catch": ["try {", '  error("first");', "} catch (e) {", "  opaque(e);", "  none.x(); // !", "}"],
  "a closure": [
    "const f = () => {",
    "  opaque(1);",
    "  return o.first.second; // !",
    "};",
    "opaque(f);",
    "return f();",
  ],
  "an arrow": ["const f = (x: any) =>", "  x.first.second; // !", "opaque(f);", "return f(o);"],
  "a constructor": [
    "class C {",
    "  n: number;",
    "  constructor() {",
    "    this.n = none.x; // !",
    "  }",
    "}",
    "return new C();",
  ],
  "a method": [
    "class C {",
    "  run() {",
    "    opaque(this);",
    "    return none.x; // !",
    "  }",
    "}",
    "return new C().run();",
  ],
  "a field of a class": ["class C {", "  first = 1;", "  second = none.x; // !", "}", "return new C();"],
  "a getter": ["class C {", "  get n() {", "    return none.x; // !", "  }", "}", "return new C().n;"],
  "an object's field": [
    "return {",
    "  first: opaque(1),",
    "  second: none.x, // !",
    "  third: opaque(3),",
    "};",
  ],
  "an element of a list": ["return [", "  opaque(1),", "  none.x, // !", "  opaque(3),", "];"],
  "an argument on a line of its own": [
    "return opaque3(",
    "  opaque(1),",
    "  none.x, // !",
    "  opaque(3),",
    ");",
  ],
  destructuring: ["opaque(1);", "const { first } = none; // !", "opaque(2);", "return first;"],
  "destructuring of a parameter": [
    "const f = ({ first }: any) => { // !",
    "  opaque(2);",
    "  return first;",
    "};",
    "opaque(f);",
    "return f(none);",
  ],
  "a chain of calls": ["return opaque(o)", "  .first", "  .second // !", "  .third;"],
  "a choice": ["return opaque(true)", "  ? none.x // !", "  : opaque(1);"],
  "the right of and": ["return opaque(true) &&", "  none.x; // !"],
  "a value that moves into the next line": ["const x = none.x; // !", "return opaque(x);"],
  "a value that is used twice": ["const x = none.x; // !", "opaque(x);", "return opaque(x);"],
  "a bad argument": ["const s: string = opaque(none);", "opaque(s);", "return string.rep(s, 2); // !"],
  "a default value": [
    "const f = (a: any, b: any = none.x) => { // !",
    "  opaque(a);",
    "  return b;",
    "};",
    "opaque(f);",
    "return f(1);",
  ],
};

const declarations = `declare function opaque3(this: void, ...values: any[]): any; declare const none: any; declare const o: any;`;

describe("where an error comes from", function () {
  this.timeout(60_000);
  const names = Object.keys(sites);
  const expected = new Map<string, string>();
  const file = (own: string, half: readonly string[]): string => {
    const lines = ["export const cases: Record<string, (this: void) => unknown> = {"];
    for (const name of half) {
      lines.push(`  ${JSON.stringify(name)}: () => {`);
      for (const line of sites[name]!) {
        if (line.endsWith("// !")) expected.set(name, `${own}.ts:${lines.length + 1}`);
        lines.push(`    ${line}`);
      }
      lines.push("  },");
    }
    return [...lines, "};"].join("\n");
  };
  const middle = names.length >> 1;
  const project = new Project({
    "index.ts": `import { cases as a } from "./first"; import { cases as b } from "./second"; export const first = a; export const second = b;`,
    "first.ts": file("first", names.slice(0, middle)),
    "second.ts": file("second", names.slice(middle)),
    "more.d.ts": declarations,
  });
  after(() => project.remove());

  // TypeScriptToLua gives no place for destructuring, and for a chain of calls that of its beginning.
  for (const [form, most] of [
    ["compact", 2],
    ["readable", 3],
  ] as const) {
    it(`is known for all of 50 places but ${most} (${form})`, async () => {
      const { code, map, diagnostics } = await project.compile(form);
      assert.deepEqual(
        diagnostics.map((d) => d.messageText),
        [],
      );
      const tracer = new Tracer(
        [{ path: join(project.folder, "build/chunk.lua.map"), map, code }],
        project.folder,
      );
      const wrong: string[] = [];
      const vm = new LuaVm();
      vm.run("function opaque(...) return ... end opaque3 = opaque o = {}", "=test");
      assert.equal(vm.load(vm.L, Buffer.from(code), "@chunk.lua"), undefined);
      vm.call(vm.L, 0, 1);
      vm.setGlobal("module");
      for (const [i, name] of names.entries()) {
        let message = "no error";
        try {
          vm.run(`module.${i < middle ? "first" : "second"}[${JSON.stringify(name)}]()`, "=case");
        } catch (error) {
          message = (error as LuaError).message;
        }
        const told = tracer.rewrite(message);
        if (!told.startsWith(`${expected.get(name)}: `))
          wrong.push(`${name}: ${told}, not ${expected.get(name)}`);
      }
      vm.close();
      assert.equal(names.length, 50);
      assert.equal(expected.size, names.length);
      assert.ok(wrong.length <= most, `${wrong.length} of ${names.length}\n${wrong.join("\n")}\n${code}`);
    });
  }
});
