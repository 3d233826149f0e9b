// What is compiled once is not compiled again, and what is taken from earlier is always what a whole new compilation gives: after
// any edit of any file that it depends on.
import { strict as assert } from "node:assert";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { type CompileOptions, compileModule } from "../../packages/compact/src/compile.ts";
import { isCurrent } from "../../packages/compact/src/inputs.ts";
import { emptyReport } from "../../packages/compact/src/report.ts";
import { build, compile, outputPath, type Source } from "../../packages/image/build.ts";
import { recall, remember } from "../../packages/image/cache.ts";
import { CACHE } from "../../packages/image/compiler.ts";
import { isFull } from "../extent.ts";

const configuration = (options: Record<string, unknown> = {}, tstl: Record<string, unknown> = {}) =>
  JSON.stringify({
    extends: "./base.json",
    compilerOptions: options,
    include: ["**/*"],
    tstl,
  });

const start: Record<string, string> = {
  "base.json": JSON.stringify({
    compilerOptions: {
      target: "ESNext",
      lib: ["ES5"],
      types: [],
      module: "ESNext",
      moduleResolution: "bundler",
      strict: true,
      rootDir: ".",
    },
    tstl: { luaTarget: "5.1", luaLibImport: "require-minimal", noImplicitSelf: true, noHeader: true },
  }),
  "tsconfig.json": configuration(),
  "global.d.ts": `declare function emit(...values: unknown[]): void; declare const setting: string;`,
  "index.ts": `import { Kind } from "./kind"; import { twice } from "./native"; import { part } from "./middle"; import { Keeper } from "./keeper";
    const keeper = new Keeper(); keeper.keep(part()); emit("part " + part(), Kind.Second, twice(2), "set " + setting, keeper["_kept"]);`,
  "middle.ts": `import { part as inner } from "./part"; export const part = () => inner(1); export const unused = 1;`,
  "part.ts": `export function part(n: number) { return n; }`,
  "kind.ts": `export const enum Kind { First = 1, Second }`,
  "keeper.ts": `export interface Listener { call(value: unknown): void } export class Keeper { private _kept: number | undefined; keep(value: unknown) { if (typeof value === "number") this._kept = value; } }`,
  "native.d.ts": `export function twice(this: void, n: number): number;`,
  "native.lua": `return { twice = function(n) return n * 2 end }`,
};

/** What may happen to a program: a file's text, or undefined for a file that goes away. */
const edits: [file: string, text: string | undefined][] = [
  // the inferred type changes what others are compiled to, through a file that stays
  ["part.ts", `export function part(n: number) { return n; }`],
  ["part.ts", `export function part(n: number) { return n > 0; }`],
  ["part.ts", `export function part(n: number) { return "s" + n; }`],
  ["part.ts", `export function part(n: number) { emit("called"); return n + 1; }`],
  ["part.ts", `export function part(n: number) { return n `],
  ["part.ts", `export function part(this: void, n: number, ...more: number[]) { return n + more.length; }`],
  ["part.ts", undefined],
  // found when part.ts is gone
  ["part/index.ts", `export const part = (n: number) => "folder" + n;`],
  ["part/index.ts", undefined],
  ["part.d.ts", `export function part(n: number): string;`],
  ["part.d.ts", undefined],
  ["part.lua", `return { part = function(n) return "lua" .. n end }`],
  [
    "middle.ts",
    `import { part as inner } from "./part"; export const part = () => inner(2); emit("loaded");`,
  ],
  ["middle.ts", `export { part } from "./other"; export * from "./kind";`],
  ["middle.ts", start["middle.ts"]!],
  ["other.ts", `import { Kind } from "./kind"; export const part = () => Kind.First;`],
  ["other.ts", undefined],
  ["kind.ts", `export const enum Kind { First = 5, Second }`],
  ["kind.ts", `export enum Kind { First, Second = "two" }`],
  ["kind.ts", `export const enum Kind { First = 1, Second }`],
  // seen by an index with the name of a private member
  [
    "keeper.ts",
    `export class Keeper { private _kept = "text"; keep(value: unknown) { this._kept = this._kept + typeof value; } }`,
  ],
  [
    "keeper.ts",
    `/** @customName Holder */ export class Keeper { private _kept = 1; /** @noSelf */ keep: (value: unknown) => void = (value) => emit(value); }`,
  ],
  [
    "keeper.ts",
    `export class Keeper { private _kept = 1; keep: (value: unknown) => void = (value) => emit(value); }`,
  ],
  ["keeper.ts", start["keeper.ts"]!],
  ["native.lua", `return { twice = function(n) return n + n end }`],
  ["native.lua", `return { twice = }`],
  ["native.lua", undefined],
  ["native.lua", start["native.lua"]!],
  ["native.d.ts", `export function twice(this: void, n: number): string;`],
  ["native.d.ts", start["native.d.ts"]!],
  [
    "global.d.ts",
    `declare function emit(...values: unknown[]): void; declare const setting: number | boolean;`,
  ],
  [
    "global.d.ts",
    `declare function emit(this: any, ...values: unknown[]): void; declare const setting: string;`,
  ],
  ["global.d.ts", start["global.d.ts"]!],
  ["more/extra.d.ts", `declare const setting: boolean;`],
  ["more/extra.d.ts", `interface String { own: number }`],
  ["more/extra.d.ts", undefined],
  ["augment.ts", `declare global { interface Number { own: number } } export {};`],
  ["augment.ts", undefined],
  ["base.json", start["base.json"]!.replace(`"strict":true`, `"strict":false`)],
  ["base.json", start["base.json"]!.replace(`"noImplicitSelf":true`, `"noImplicitSelf":false`)],
  ["base.json", start["base.json"]!],
  ["tsconfig.json", configuration({ noUncheckedIndexedAccess: true }, { luaTarget: "5.3" })],
  ["tsconfig.json", configuration({}, { luaLibImport: "none" })],
  ["tsconfig.json", configuration()],
  ["notes.txt", "nothing that counts"],
  ["index.ts", `${start["index.ts"]}\nemit([1, 2].map((n) => n + 1));`],
  ["index.ts", `import { value } from "kit"; emit(value);`],
  ["index.ts", start["index.ts"]!],
  [
    "node_modules/kit/package.json",
    `{ "name": "kit", "version": "1.0.0", "main": "index.lua", "types": "index.d.ts" }`,
  ],
  ["node_modules/kit/index.d.ts", `export const value: number;`],
  ["node_modules/kit/index.d.ts", `export const value: string;`],
  ["node_modules/kit/index.lua", `return { value = 1 }`],
  ["node_modules/kit/index.lua", undefined],
];

function apply(folder: string, [file, text]: (typeof edits)[number]): void {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  if (text === undefined) rmSync(path, { force: true });
  else writeFileSync(path, text);
}

const sourceIn = (folder: string): Source => ({
  folder,
  entry: join(folder, "index.ts"),
  name: "cached",
  project: join(folder, "tsconfig.json"),
});

/** What a compilation shows of itself, without the folder that it is in. */
async function shown(folder: string, form: "compact" | "readable"): Promise<string> {
  try {
    const { code, report } = await compile(sourceIn(folder), form);
    return `${code}\n${JSON.stringify(report)}`;
  } catch (error) {
    // Paths are told relative to where the command runs.
    return (error as Error).message.replace(/\S*\/compact-\w+\/\w+\/app/g, "FOLDER");
  }
}

/** The program in a place where nothing is known of it. */
async function anew(folder: string, copy: string, form: "compact" | "readable"): Promise<string> {
  cpSync(folder, copy, { recursive: true });
  try {
    return await shown(copy, form);
  } finally {
    rmSync(copy, { recursive: true });
  }
}

describe("the cache", function () {
  this.timeout(120_000);
  const parent = realpathSync(mkdtempSync(join(tmpdir(), "compact-")));
  after(() => rmSync(parent, { recursive: true }));
  let count = 0;
  const fresh = (): string => {
    const folder = join(parent, `p${count++}`, "app");
    for (const file of Object.entries(start)) apply(folder, file);
    return folder;
  };

  it("gives what a new compilation gives, after any edits", async () => {
    const step = fc.record({
      edits: fc.array(fc.constantFrom(...edits), { minLength: 1, maxLength: 2 }),
      form: fc.constantFrom("compact" as const, "readable" as const),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 8 }), async (steps) => {
        const folder = fresh();
        await shown(folder, "compact");
        for (const { edits: list, form } of steps) {
          for (const edit of list) apply(folder, edit);
          const told = await shown(folder, form);
          assert.equal(told, await anew(folder, join(parent, `c${count++}`, "app"), form));
        }
        rmSync(folder, { recursive: true });
      }),
      {
        numRuns: Number(process.env.RUNS ?? (isFull ? 60 : 3)),
        seed: Number(process.env.SEED ?? 20261127),
        endOnFailure: true,
        includeErrorInReport: true,
      },
    );
  });

  it("knows what a program was made from", async () => {
    const folder = fresh();
    const { inputs } = await compileModule({
      entry: join(folder, "index.ts"),
      name: "cached",
      project: join(folder, "tsconfig.json"),
      form: "compact",
    });
    assert.equal(isCurrent(inputs), true);
    apply(folder, ["notes.txt", "nothing that counts"]);
    assert.equal(isCurrent(inputs), true);
    const decisive: typeof edits = [
      ["part.ts", `export const part = () => 1;`],
      ["part.ts", undefined],
      ["native.lua", "return {}"],
      ["base.json", "{}"],
      ["tsconfig.json", configuration({ strict: false })],
      ["more/extra.d.ts", "declare const extra: number;"],
      ["kind.ts", `${start["kind.ts"]} `],
    ];
    for (const [file, text] of decisive) {
      apply(folder, [file, text]);
      assert.equal(isCurrent(inputs), false, file);
      if (start[file] === undefined) rmSync(join(folder, file));
      else apply(folder, [file, start[file]]);
      assert.equal(isCurrent(inputs), true, file);
    }
  });

  it("compiles nothing where nothing has changed", async () => {
    const folder = fresh();
    const first = await compile(sourceIn(folder), "compact");
    const begun = process.cpuUsage();
    for (let i = 0; i < 10; i++) assert.deepEqual(await compile(sourceIn(folder), "compact"), first);
    const { user, system } = process.cpuUsage(begun);
    // A compilation of this program takes 50 ms and more.
    assert.ok((user + system) / 1000 < 250, `${(user + system) / 1000} ms for ten`);
  });

  it("does not take a program that was compiled with other options", async () => {
    const folder = fresh();
    const compact = await compile(sourceIn(folder), "compact");
    const readable = await compile(sourceIn(folder), "readable");
    assert.notEqual(compact.code, readable.code);
    assert.equal((await compile(sourceIn(folder), "compact")).code, compact.code);
  });

  it("writes any character as UTF-8, and counts its bytes", async () => {
    const folder = fresh();
    apply(folder, ["index.ts", `emit("größe ☃ \u{1F600}"); export {};`]);
    const source = { ...sourceIn(folder), name: "characters" };
    const path = outputPath(source, "compact");
    try {
      const { report } = await build(source, "compact");
      assert.ok(readFileSync(path).includes(Buffer.from("größe ☃ 😀")));
      assert.equal(report.bytes, statSync(path).size);
    } finally {
      rmSync(path, { force: true });
      rmSync(`${path}.map`, { force: true });
    }
  });

  it("compiles again where a stopped process has left half of a program", async () => {
    const folder = fresh();
    const options: CompileOptions = {
      entry: join(folder, "index.ts"),
      name: "half",
      project: "none",
      form: "compact",
    };
    const kept = { code: "return 1", map: "", report: emptyReport, inputs: {}, warnings: "" };
    remember(options, kept);
    assert.deepEqual(recall(options), kept);
    const [file] = readdirSync(CACHE).filter((f) => f.startsWith("half-"));
    writeFileSync(join(CACHE, file!), readFileSync(join(CACHE, file!)).subarray(0, 50));
    assert.equal(recall(options), undefined);
    rmSync(join(CACHE, file!));
  });
});
