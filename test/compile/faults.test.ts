// Programs that the compiler once got wrong, kind by kind: both forms must do what TypeScriptToLua's own Lua does.
import { strict as assert } from "node:assert";
import { describeLua53 } from "../extent.ts";
import { everyForm, type Program, Project, run } from "./program.ts";

const kinds: Record<string, Record<string, string>> = {
  "a call that becomes statements gives as many values as it gave": {
    "a value returned from catch": `function f(this: void) { try { throw "boom"; } catch (e) { return e; } } emit(f());`,
    "a value returned from try": `declare function decode(this: void, s: string): number; const ok = opaque(1);
      function parse(this: void, n: number) { try { if (n > 1) throw "big"; return n + ok; } catch (e) { return "bad"; } finally { emit("end"); } }
      emit(parse(1)); emit(parse(2));`,
    "the last argument": `function two(this: void, n: number): LuaMultiReturn<[number, number]> { const m = opaque(n) + 1; return $multi(m, m * 2); } emit(...two(1));`,
    "the last argument of a method": `function two(this: void, n: number): LuaMultiReturn<[number, number]> { const m = opaque(n) + 1; return $multi(m, m * 2); }
      const o = { show(...list: number[]) { emit(list.length, ...list); } }; o.show(...two(1));`,
    "the last field of a table": `function two(this: void, n: number): LuaMultiReturn<[number, number]> { const m = opaque(n) + 1; return $multi(m, m * 2); } emit([0, ...two(1)]);`,
    "a return": `function two(this: void, n: number): LuaMultiReturn<[number, number]> { const m = opaque(n) + 1; return $multi(m, m * 2); }
      function three(this: void): LuaMultiReturn<number[]> { return $multi(0, ...two(1)); } emit(...three()); emit(...three());`,
    "an assignment to several": `function two(this: void, n: number): LuaMultiReturn<[number, number]> { const m = opaque(n) + 1; if (m > 5) return $multi(0, m); return $multi(m, m * 2); }
      let [a, b] = [0, 0]; [a, b] = two(1); emit(a, b); emit(a + b);`,
    "a declaration of several": `function two(this: void, n: number): LuaMultiReturn<[number, number]> { const m = opaque(n) + 1; if (m > 5) return $multi(0, m); return $multi(m, m * 2); }
      const [a, b] = two(1); emit(a, b, a + b);`,
    "the values of a loop": `const t: Record<string, number> = { x: 1 };
      function each(this: void, o: Record<string, number>) { const p = opaque(o); return pairs(p); } for (const [k, v] of each(t)) emit(k, v);`,
    "branches that give different numbers of values": `function some(this: void, n: number): LuaMultiReturn<number[]> { const m = opaque(n); if (m > 1) return $multi(m, m); if (m > 0) return $multi(m); return $multi(); }
      emit("a", ...some(2)); emit("b", ...some(2));`,
    "a branch that gives none": `function maybe(this: void, n: number): any { const m = opaque(n); if (m > 1) return m; } emit("a", maybe(1));`,
    "a function that gives nothing": `function nothing(this: void) { emit("called"); } emit("a", nothing());`,
    "beside a function that is called once in the same statement": `function f(this: void, a?: number) { return a === 1 && opaque("x"); } emit(((...list: unknown[]) => { function g(this: void, x: unknown, y: unknown) { return y; } return g(...(list as [unknown, unknown])); })(f(), opaque(2)));`,
    "a parameter that is not read before one that is": `function second(this: void, a: number, b: number) { return b; } function f(this: void, ...list: [number, number]) { return second(...list); } emit(f(1, 2)); emit(f(3, 4));`,
  },
  "what the author made a string of stays a string": {
    "String of a boolean": `const flag = opaque(true); emit("x" + String(flag)); emit(String(flag) + "x");`,
    "in a template": `const flag = opaque(true); emit(\`\${String(flag)} \${flag.toString()}\`);`,
    "toString of a boolean": `const flag = opaque(true); emit("x" + flag.toString());`,
    "tostring of nil": `const nothing: string | undefined = opaque(undefined); emit("x" + tostring(nothing), "y" + tostring(opaque({} as unknown as boolean) === true));`,
    "with +=": `let s = "x"; const flag: boolean = opaque(false); s += String(flag); s += flag.toString(); emit(s);`,
    "of a union": `const either: string | boolean = opaque(true as string | boolean); let s = ""; s = s + String(either) + either.toString(); emit(s);`,
    "of an asserted value": `const v: unknown = opaque(true); emit("x" + (v as string as unknown as number), "y" + String(v as number));`,
  },
  "what Lua reads first is read first": {
    "a method before its arguments": `const o = { h(n: number) { return "old" + n; }, swap() { this.h = (n) => "new" + n; return 1; } };
      function f(this: void) { const n = o.swap(); return o.h(n); } emit(f());`,
    "a method of this": `class C { h(n: number) { return "old" + n; } swap() { this.h = (n) => "new" + n; return 1; } run() { const n = this.swap(); return this.h(n); } } emit(new C().run());`,
    "a function in a field before its arguments": `const o = { h: (n: number) => "old" + n }; function swap(this: void) { o.h = (n) => "new" + n; return 1; } function f(this: void) { const n = swap(); return o.h(n); } emit(f()); emit(swap());`,
    "an operand before the other": `function f(this: void) { let n = 10; const get = () => n; const up = () => { n += 5; return 1; }; emit(get() - up(), n); emit(up()); } f();`,
    "an operand of a comparison": `function f(this: void) { let n = 10; const get = () => n; const up = () => { n += 5; return 12; }; emit(get() < up()); emit(up()); } f();`,
    "a key before the value": `function f(this: void) { let k = "a"; const get = () => k; const up = () => { k += "b"; return 1; }; const t: Record<string, number> = { [get()]: up() }; emit(t, up()); } f();`,
    "a target before the value": `function f(this: void) { let o = { x: 1 }; const first = o; const get = () => o; const up = () => { o = { x: 5 }; return 7; }; get().x = up(); emit(first.x, o.x); emit(up()); } f();`,
    "an index before its key": `function f(this: void) { let o: Record<string, number> = { x: 1 }; const get = () => o; const up = () => { o = { x: 5 }; return "x"; }; emit(get()[up()]); emit(up()); } f();`,
    "a field before a call after it": `const o = { n: 1 }; function up(this: void) { o.n = 5; return 1; } function f(this: void) { const n = o.n; const m = up(); return n - m; } emit(f()); emit(up());`,
  },
  "what may be missing is not taken to be there": {
    "an element beyond the end": `const list = opaque([1]); emit("v=" + list[5], \`v=\${list[6]}\`); let s = "v="; s += list[7]; emit(s);`,
    "a variable made of it": `const list = opaque([1]); const found = list[5]; emit("v=" + found);`,
    "a part of it": `const [first, second] = opaque([] as string[]); emit("v=" + first, second === undefined);`,
    "what an index signature finds": `const table_: { [key: string]: number } = opaque({}); emit("v=" + table_.x, "v=" + table_["y"]);`,
    "what the author says is there": `const found = opaque(undefined as number | undefined); emit("v=" + found!, "v=" + (found as number));`,
    "either of two": `const list = opaque([1]); emit("v=" + (opaque(true) ? list[4] : 1));`,
    "false where an object is wanted": `function isMissing<T>(this: void, x: T & {}) { return x === undefined; } function isNil(this: void, x: {} | undefined) { return x === undefined; } const no: any = opaque(false); emit(isMissing(no), isNil(no), isNil(undefined)); emit(isMissing(1), isNil(1));`,
  },
  "fields from outside keep their names": {
    "of any": `const raw: any = opaque({}); raw["_" + opaque("id")] = 7; const user = raw as { _id: number }; emit(user._id);`,
    "of any, by a declaration": `const raw: any = opaque({}); raw["_" + opaque("id")] = 7; interface User { _id: number } const user: User = raw; emit(user._id);`,
    "of any, by a parameter": `const raw: any = opaque({}); raw["_" + opaque("id")] = [{ ["_" + "name"]: 7 }]; interface Part { _name: number } interface User { _id: Part[] } function show(this: void, u: User) { emit(u._id[0]._name); } show(raw); show(raw);`,
    "of unknown, by a return": `const raw: any = opaque({}); raw["_" + opaque("id")] = 7; interface User { _id: number } function get(this: void): User { return raw; } emit(get()._id); emit(get()._id);`,
    "that the program goes over": `const own = { _first: 1, _second: 2 }; const names: string[] = []; for (const k in own) names.push(k); table.sort(names); emit(names.join()); const all = Object.keys(own); table.sort(all); emit(all.join());`,
    "that Lua goes over": `const own = { _first: 1, _second: 2 }; const names: string[] = []; for (const [k] of pairs(own)) names.push(k as string); table.sort(names); emit(names.join());`,
  },
};

const library = { luaLibImport: "require-minimal" };

describe("programs that once went wrong", function () {
  this.timeout(120_000);
  for (const [kind, list] of Object.entries(kinds)) {
    describe(kind, () => {
      for (const [name, source] of Object.entries(list)) {
        it(name, async () => {
          await everyForm({ "index.ts": `${source}\nexport {};` }, { tstl: library });
        });
      }
    });
  }

  it("takes no type for true where null is not checked", async () => {
    const source = `const n: number = opaque(undefined); const s: string = opaque(undefined); emit("v=" + n, \`\${n} \${n}\`); let t = "v="; t += n; emit(t, "x" + String(s)); export {};`;
    await everyForm({ "index.ts": source }, { compiler: { strict: false } });
  });

  it("keeps the fields of JSON and of declarations", async () => {
    const program: Program = {
      "index.ts": `import * as data from "./data.json"; const names: string[] = []; for (const [k] of pairs(data as object)) names.push(k as string);
        emit(names.join(), data._id, (native as any)["_" + opaque("id")]); native._id = 4; emit((native as any)["_" + opaque("id")]); export {};`,
      "data.json": `{ "_id": 7 }`,
      "native.d.ts": `declare let native: { _id: number };`,
    };
    const project = new Project(program);
    try {
      const prelude = "native={_id=3} ";
      const plain = run(prelude + project.plain());
      assert.equal(plain.error, "");
      assert.deepEqual(plain.lines, ['"_id" 7 3', "4"]);
      for (const form of ["compact", "readable"] as const) {
        assert.deepEqual(run(prelude + (await project.compile(form)).code), plain, form);
      }
    } finally {
      project.remove();
    }
  });

  it("reads no library that may be missing before the program asks for it", async () => {
    const guarded = (library_: string, call: string): string =>
      `declare const ${library_}_: unknown; function f(this: void) { return ${library_} === undefined ? "none" : ${call}; } emit(f(), f(), f());`;
    for (const [name, call] of [
      [
        "debug",
        `[debug.traceback("x"), debug.traceback("y"), debug.traceback("z"), debug.traceback("1")].length`,
      ],
      ["math", `math.floor(1.5) + math.floor(2.5) + math.floor(3.5) + math.floor(4.5) + math.floor(5.5)`],
    ] as const) {
      const project = new Project({ "index.ts": `${guarded(name, call)} export {};` });
      try {
        for (const form of ["compact", "readable"] as const) {
          const { code, diagnostics } = await project.compile(form);
          assert.deepEqual(diagnostics, []);
          assert.deepEqual(run(`${name}=nil ${code}`), {
            lines: ['"none" "none" "none"'],
            result: "{}",
            error: "",
          });
        }
      } finally {
        project.remove();
      }
    }
  });

  describeLua53("of parameters that a program counts", () => {
    it("keeps every one", async () => {
      const source = `const f = (a: number, b: number) => a; emit(f.length, f(1, 2)); function g(this: void, a: number, b: number, c: number) { return 1; } emit(g.length, g(1, 2, 3)); export {};`;
      await everyForm({ "index.ts": source }, { tstl: { luaTarget: "5.3" }, version: "5.3" });
    });
  });

  it("returns a table from a module without exports", async () => {
    const project = new Project({
      "index.ts": `import { x } from "./m"; emit(x); export {};`,
      "m.ts": `export const x = opaque(1);`,
    });
    try {
      for (const form of ["compact", "readable"] as const) {
        const { code } = await project.compile(form);
        assert.deepEqual(run(`emit(type((function(...) ${code} end)()))`).lines, ["1", '"table"'], form);
      }
    } finally {
      project.remove();
    }
  });
});
