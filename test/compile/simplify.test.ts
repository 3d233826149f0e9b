// The passes: what each makes of a piece of TypeScript. What the result does is tested everywhere else.
import { strict as assert } from "node:assert";
import { everyForm, Project } from "./program.ts";

/** The compact form of an entry, with one space where a separator stands. */
async function compact(source: string): Promise<string> {
  const { compact: result } = await everyForm({ "index.ts": `${source} export {};` });
  // A module without exports returns an empty table.
  return result.code.replaceAll("\n", " ").replace(/ ?return\{\}$/, "");
}

/** TypeScript, and its compact form. */
const cases: Record<string, [source: string, lua: string][]> = {
  "strings are joined in one step, without tostring where the type is known": [
    [
      `function f(this: void, a: string, n: number, u: unknown) { emit(a + ":" + n + "-" + \`\${u}\${n}\`); } f("a", 1, true); f("b", 2, 3);`,
      `local function a(b,a,c)emit(b..":"..a.."-"..tostring(c)..a)end a("a",1,true)a("b",2,3)`,
    ],
    [
      `let s = opaque("x"); s += 1; s += "y" + 2 + "z"; emit(s, "a" + "b" + 1 + "c");`,
      `local a=opaque"x"a=a..1 a=a.."y2z"emit(a,"ab1c")`,
    ],
  ],
  "constants are computed where every Lua agrees": [
    [
      `emit(2 + 3 * 4, 7 % 4, -(5), !true, "a" === ("b" as string), "abc".length, 1 < 2);`,
      `emit(14,3,-5,false,false,3,true)`,
    ],
    [`emit(1 / 2, 2147483647 + 1, 0.1 + 0.2, 2 ** 3);`, `emit(1/2,2147483647+1,.1+.2,2^3)`],
  ],
  "conditions in the fewest bytes": [
    [
      `function f(this: void, a?: string, b?: string) { if (a !== undefined && b === undefined) emit(1); if (!(a === "x" || !b)) emit(2); else emit(3); } f("a"); f("b", "c");`,
      `local function a(a,b)if a and not b then emit(1)end if a~="x"and b then emit(2)else emit(3)end end a"a"a("b","c")`,
    ],
    [
      `function f(this: void, a: boolean, b: boolean) { if (a) { if (b) emit(1); } else { if (b) emit(2); else emit(3); } } f(true, true); f(false, false);`,
      `local function a(b,a)if b then if a then emit(1)end elseif a then emit(2)else emit(3)end end a(true,true)a(false,false)`,
    ],
    [
      `function f(this: void, n: number) { if (n > 3) return; emit(n); if (n === 2) { emit("two"); return; } emit("end"); } f(2); f(5);`,
      `local function a(a)if not(a>3)then emit(a)if a==2 then emit"two"else emit"end"end end end a(2)a(5)`,
    ],
  ],
  "what is used once goes where it is used": [
    [
      `function once(this: void, a: number) { const b = a * 2; return b + 1; } function main(this: void, n: number) { const r = once(n); emit(r, r); } main(1); main(2);`,
      `local function a(a)local a=a*2+1 emit(a,a)end a(1)a(2)`,
    ],
    [
      `function early(this: void, n: number) { if (n > 1) return "big"; return "small"; } export function main(this: void, n: number) { const r = early(n); emit(r, r); }`,
      `return{main=function(b)local a if b>1 then a="big"else a="small"end emit(a,a)end}`,
    ],
  ],
  "a parameter that is the same in every call, also where a function hands it on to itself": [
    [
      `function f(this: void, n: number, loud: boolean) { if (loud) emit(n); else emit("quiet"); if (n > 0) f(n - 1, loud); } f(2, true); f(3, true);`,
      `local function a(b)emit(b)if b>0 then a(b-1)end end a(2)a(3)`,
    ],
    [
      `function f(this: void, n: number, loud?: boolean) { if (loud) emit(n); else emit("quiet"); } f(2); f(3, opaque(true));`,
      `local function a(a,b)if b then emit(a)else emit"quiet"end end a(2)a(3,opaque(true))`,
    ],
  ],
  "variables that become nil one after the other do so in one statement": [
    [
      `let a = opaque(1), b = opaque(2); const show = () => emit(a, b); show(); a = undefined!; b = undefined!; show();`,
      `local a,b=opaque(1),opaque(2)local function c()emit(a,b)end c()a,b=nil c()`,
    ],
  ],
  "parameters of a function that goes where it is called are its arguments, as long as these stay what they are":
    [
      [
        `export function f(this: void, list: number[], n: number) { while (n < 9) { const m = twice(list, n); n = m; } } function twice(this: void, l: number[], m: number) { emit(l, m); return m * 2; }`,
        `return{f=function(b,a)while a<9 do emit(b,a)a=a*2 end end}`,
      ],
      [
        `export function f(this: void, n: number) { n++; const before = n; n++; emit(before, n); }`,
        `return{f=function(a)a=a+1 local b=a a=a+1 emit(b,a)end}`,
      ],
    ],
  "functions that only set a variable are written where they are called, if nobody wants a value of them": [
    [
      `let last = 0; function set(this: void, n: number) { last = n; } export function f(this: void, n: number) { set(n + 1); set(opaque(2)); emit(last); }`,
      `local a=0 return{f=function(b)a=b+1 a=opaque(2)emit(a)end}`,
    ],
    [
      `let list: number[] = []; function clear(this: void) { list = []; } export function f(this: void) { clear(); emit(list); clear(); opaque(clear); }`,
      `local a,b={}function b()a={}end return{f=function()a={}emit(a)a={}opaque(b)end}`,
    ],
  ],
  "tables are made in one piece": [
    [
      `interface T { a?: number; f?: (this: void) => number } const t: T = {}; t.a = opaque(1); t.f = () => 2; emit(t, t);`,
      `local a={a=opaque(1),f=function()return 2 end}emit(a,a)`,
    ],
  ],
  "library functions become locals where that pays": [
    [
      `export function f(this: void, s: string) { return string.sub(s, 1) + string.sub(s, 2); } export function g(this: void, s: string) { return string.sub(s, 3); }`,
      `local a=string.sub return{f=function(b)return a(b,1)..a(b,2)end,g=function(b)return a(b,3)end}`,
    ],
    [`emit(string.len("abc"));`, `emit(string.len"abc")`],
  ],
  "dead code, unused functions and unused parameters go": [
    [
      `function unused(this: void) { emit("never"); } const table_ = { unused }; function f(this: void, a: number, b: number) { return a; emit(b); } emit(f(1, 2), f(3, 4)); if (false) emit("no");`,
      `local function a(a)return a end emit(a(1,2),a(3,4))`,
    ],
  ],
  "private fields keep their underscore": [
    [
      `interface S { _long: number; _used: number; open: number } const s: S = opaque({ _long: 1, _used: 2, open: 3 }); s._used += s._used; emit(s._long, s._used, s.open);`,
      `local a=opaque{_b=1,_a=2,open=3}a._a=a._a+a._a emit(a._b,a._a,a.open)`,
    ],
    [
      `const s: Record<string, number> = opaque({ _key: 1, _other: 2 }); const k = opaque("_key"); emit(s[k], s._key, s._other); export const _exported = 1;`,
      `local a,b=opaque{_key=1,_a=2},opaque"_key"emit(a[b],a._key,a._a)return{_exported=1}`,
    ],
  ],
};

describe("simplify", function () {
  this.timeout(60_000);
  for (const [group, list] of Object.entries(cases)) {
    it(group, async () => {
      for (const [source, lua] of list) assert.equal(await compact(source), lua, source);
    });
  }

  it("never gives a field or a global another name", async () => {
    const project = new Project({
      "index.ts": `declare const node: { heap(this: void): number }; export const publicName = { someField: 1, _G: 2, __index: 3, nested: { another: node.heap() } }; emit(publicName.someField);`,
    });
    const { code } = await project.compile("compact");
    for (const name of ["publicName", "someField", "_G", "__index", "nested", "another", "node.heap"])
      assert.ok(code.includes(name), name);
    project.remove();
  });

  it("counts bytes per file and function", async () => {
    const project = new Project({
      "index.ts": `import { helper } from "./helper"; export function main(this: void) { emit(helper(1), helper(2), "größer"); }`,
      "helper.ts": `export function helper(this: void, n: number) { return n + 1; }`,
    });
    const { code, report } = await project.compile("compact");
    assert.ok(code.includes("größer"), "a character is a byte");
    assert.equal(report.bytes, Buffer.from(code).length);
    assert.equal(
      report.files.reduce((sum, f) => sum + f.bytes, 0),
      report.bytes,
    );
    assert.equal(
      report.functions.reduce((sum, f) => sum + f.bytes, 0),
      report.bytes,
    );
    assert.deepEqual(report.functions.map((f) => f.name).sort(), ["(outside functions)", "helper", "main"]);
    project.remove();
  });
});
