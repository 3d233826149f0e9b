// Lua 5.1 allows 200 locals and 60 upvalues in a function: linking keeps within them or says which function does not.
import { strict as assert } from "node:assert";
import { everyForm, format, type Program, Project } from "./program.ts";

const range = (n: number): number[] => [...Array(n).keys()];

describe("limits of Lua 5.1", function () {
  this.timeout(60_000);

  it("joins more functions than a chunk may have locals", async () => {
    const part = (k: number) =>
      range(60)
        .map(
          (i) =>
            `export function f${k}_${i}(this: void, n: number): number { return n <= 0 ? ${i} : g${k}(n - 1); }`,
        )
        .join("\n") +
      `\nlet last = 0; function g${k}(this: void, n: number): number { last = f${k}_${k}(n); emit(last); return last; }`;
    const program: Program = {
      "index.ts": range(5)
        .map((k) => `import "./use${k}";`)
        .join("\n"),
    };
    for (const k of range(5)) {
      program[`m${k}.ts`] = part(k);
      program[`use${k}.ts`] = range(60)
        .map((i) => `import { f${k}_${i} } from "./m${k}"; emit(f${k}_${i}(2), f${k}_${i});`)
        .join("\n");
    }
    await everyForm(program);
  });

  it("joins more variables than a function may have upvalues", async () => {
    const names = range(80).map((i) => `v${i}`);
    await everyForm(
      {
        "index.ts": `import * as m from "./m"; import { ${names.join(", ")} } from "./m";
        export function sum(this: void) { return ${names.join(" + ")}; }
        export function more(this: void) { m.change(); return sum(); }
        emit(sum(), more());`,
        "m.ts": `${names.map((n, i) => `export let ${n} = opaque(${i});`).join("\n")}
        export function change(this: void) { ${names.map((n) => `${n} += 1;`).join(" ")} }`,
      },
      { expect: { lines: ["3160 3240"], result: '{"more"=function,"sum"=function}' } },
    );
  });

  it("names the function that has too many locals of its own", async () => {
    const project = new Project({
      "index.ts": `export function ok(this: void) {}
        export function wide(this: void) {
          ${range(210)
            .map((i) => `const v${i} = opaque(${i});`)
            .join("\n")}
          return () => ${range(210)
            .map((i) => `v${i}`)
            .join(" + ")};
        }`,
    });
    const { code, diagnostics } = await project.compile("compact");
    assert.equal(code, "");
    assert.match(
      format(diagnostics),
      /index\.ts\(2,\d+\): error .*the function "wide" uses 210 local variables/,
    );
    project.remove();
  });

  it("names the function that needs too many variables of the one around it", async () => {
    const project = new Project({
      "index.ts": `export function outer(this: void) {
          ${range(70)
            .map((i) => `let v${i} = opaque(${i});`)
            .join("\n")}
          function inner(this: void) { ${range(70)
            .map((i) => `v${i} += 1;`)
            .join(" ")} }
          return [inner, inner];
        }`,
    });
    const { diagnostics } = await project.compile("readable");
    assert.match(format(diagnostics), /index\.ts\(72,\d+\): error .*the function "inner" uses 70 variables/);
    project.remove();
  });

  it("leaves room for long tables in tables beside many variables", async () => {
    const names = range(170).map((i) => `v${i}`);
    const row = (i: number) =>
      `[${range(45)
        .map((k) => `opaque(${i + k})`)
        .join(", ")}]`;
    await everyForm({
      "index.ts": `import * as all from "./all"; emit(all.sums.map((f) => f())); emit(all.rows.length, all.rows[39][44]); for (const f of all.more) f(); emit(all.sums.map((f) => f())); export {};`,
      "all.ts": `${names.map((n, i) => `export let ${n} = opaque(${i});`).join("\n")}
        export const rows = [${range(46).map(row).join(", ")}];
        export const sums = [0, 55, 110].map((from) => from).map((n) => () => n + ${names.slice(0, 50).join(" + ")});
        export const more = [() => { ${names
          .slice(50, 105)
          .map((n) => `${n} += 1;`)
          .join(" ")} }, () => { ${names
          .slice(105, 160)
          .map((n) => `${n} += 1;`)
          .join(" ")} }];`,
    });
  });
});
