// The programs of TypeScriptToLua's own tests. The test files of a checkout are loaded with a test runner that runs
// each test only as far as it makes programs: what would compile and run them notes them instead.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire, Module } from "node:module";
import { dirname, join, resolve, sep } from "node:path";
import type * as ts from "typescript";
import type * as tstl from "typescript-to-lua";
import { Mistake } from "../../command/mistake.ts";

/** A program of TypeScriptToLua's tests. */
export interface Recorded {
  /** The test that it belongs to. */
  test: string;
  /** Names and texts of its files; the main file is among them. */
  files: Record<string, string>;
  main: string;
  options: tstl.CompilerOptions;
  customTransformers: ts.CustomTransformers | undefined;
  /** Lua that runs before the main file. */
  header: string;
  /** Lua around the main file, whose value is the result. */
  wrap(code: string): string;
  /** The test turns TypeScript's own checks off, or expects an error. */
  unchecked: boolean;
}

/** What TypeScriptToLua's test builders keep. */
interface Builder {
  getTsCode(): string;
  getLuaCodeWithWrapper(code: string): string;
  mainFileName: string;
  extraFiles: Record<string, string>;
  options: tstl.CompilerOptions;
  luaHeader: string;
  customTransformers?: ts.CustomTransformers;
  semanticCheck: boolean;
  tsConfig?: string;
}

type Body = (...args: unknown[]) => unknown;
const require = createRequire(import.meta.url);

/** Answers everything with itself: a matcher, a mock, what a program would have given. */
const anything: object = new Proxy(() => {}, {
  get: (_, key) =>
    key === Symbol.toPrimitive
      ? () => ""
      : key === Symbol.iterator
        ? () => [][Symbol.iterator]()
        : key === "then"
          ? undefined
          : anything,
  apply: () => anything,
  construct: () => anything,
});

/**
 * Loads all tests of a checkout and gives every program once, whichever targets it is tested with.
 * @throws Mistake if the folder is no checkout of the version that is installed here, or its packages are missing
 */
export function record(folder: string): Recorded[] {
  const root = resolve(folder);
  checkFolder(root);
  redirect(root);
  const found = new Map<string, Recorded>();
  const path: string[] = [];
  const tests: { name: string; body: () => unknown }[] = [];
  installRunner(path, tests);
  const inCheckout = createRequire(join(root, "test", "util.ts"));
  const builders = inCheckout(join(root, "test", "util.ts")) as Record<string, unknown>;
  const prototype = (builders.TestBuilder as { prototype: Record<string, unknown> }).prototype;
  let current = "";
  let raises = false;
  const note = (builder: Builder): void => {
    if (builder.tsConfig !== undefined) return;
    const files = { ...builder.extraFiles, [builder.mainFileName]: builder.getTsCode() };
    const { luaTarget: _, ...options } = builder.options;
    const header = builder.luaHeader;
    const wrap = builder.getLuaCodeWithWrapper.bind(builder);
    const key = JSON.stringify([files, options, header, safely(() => wrap(""))]);
    const known = found.get(key);
    const unchecked = !builder.semanticCheck || raises;
    if (known) known.unchecked &&= unchecked;
    else {
      found.set(key, {
        test: current,
        files,
        main: builder.mainFileName,
        options,
        customTransformers: builder.customTransformers,
        header,
        wrap,
        unchecked,
      });
    }
  };
  for (const key of Object.getOwnPropertyNames(prototype)) {
    if (/^expect/.test(key)) {
      prototype[key] = function (this: Builder) {
        raises = /Diagnostics/.test(key) && !/No/.test(key);
        note(this);
        raises = false;
        return this;
      };
    } else if (/^(getLua|getMain|getJs)/.test(key) && !key.endsWith("WithWrapper")) {
      prototype[key] = function (this: Builder) {
        note(this);
        return anything;
      };
    } else if (key === "debug") {
      prototype[key] = function (this: Builder) {
        return this;
      };
    }
  }
  for (const file of ["unit", "translation"].flatMap((part) => specFiles(join(root, "test", part)))) {
    path.splice(0, path.length, file.slice(join(root, "test").length + 1));
    safely(() => inCheckout(file));
  }
  for (const { name, body } of tests) {
    current = name;
    safely(body);
  }
  return [...found.values()];
}

function checkFolder(root: string): void {
  const manifest = join(root, "package.json");
  const about = existsSync(manifest) ? JSON.parse(readFileSync(manifest, "utf8")) : {};
  if (about.name !== "typescript-to-lua" || !existsSync(join(root, "test", "util.ts"))) {
    throw new Mistake(`${root} is no checkout of TypeScriptToLua (its test/util.ts is wanted)`);
  }
  const { version } = require("typescript-to-lua/package.json") as { version: string };
  if (about.version !== version) {
    throw new Mistake(
      `${root} is TypeScriptToLua ${about.version}, installed here is ${version}: check out v${version}`,
    );
  }
  if (!existsSync(join(root, "node_modules", "javascript-stringify"))) {
    throw new Mistake(`the packages of ${root} are missing: run npm ci --ignore-scripts there`);
  }
}

/** TypeScriptToLua's sources and TypeScript are the ones installed here: there is one of each. */
function redirect(root: string): void {
  const loader = Module as unknown as {
    _resolveFilename(request: string, parent: { filename?: string } | undefined, ...rest: unknown[]): string;
  };
  const original = loader._resolveFilename;
  const source = join(root, "src");
  const built = dirname(require.resolve("typescript-to-lua/package.json"));
  const typescript = require.resolve("typescript");
  loader._resolveFilename = function (request, parent, ...rest) {
    if (request === "typescript") return typescript;
    const path =
      request.startsWith(".") && parent?.filename ? resolve(dirname(parent.filename), request) : request;
    if (path !== source && !path.startsWith(source + sep))
      return original.call(this, request, parent, ...rest);
    return original.call(this, join(built, "dist", path.slice(source.length) || "index.js"), parent, ...rest);
  };
}

function specFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((f) => f.isFile() && f.name.endsWith(".spec.ts"))
    .map((f) => join(f.parentPath, f.name))
    .sort();
}

function safely(work: () => unknown): unknown {
  try {
    const result = work();
    if (result instanceof Promise) result.catch(() => {});
    return result;
  } catch {
    return undefined;
  }
}

/** `describe`, `test` and `expect` as the test files want them. */
function installRunner(path: string[], tests: { name: string; body: () => unknown }[]): void {
  const describe = (name: string, body: Body | undefined, ...args: unknown[]): void => {
    if (!body) return;
    path.push(name);
    safely(() => body(...args));
    path.pop();
  };
  const test = (name: string, body: Body | undefined, ...args: unknown[]): void => {
    if (body) tests.push({ name: [...path, name].join(" › "), body: () => body(...args) });
  };
  const rows = (run: typeof test) => (table: readonly unknown[]) => (name: string, body: Body) => {
    for (const [i, row] of table.entries()) run(`${name} ${i}`, body, ...(Array.isArray(row) ? row : [row]));
  };
  const skipped = Object.assign(() => {}, { each: () => () => {} });
  const all = { skip: skipped, todo: () => {} };
  const it = Object.assign(test, { each: rows(test), only: test, ...all });
  Object.assign(globalThis, {
    describe: Object.assign(describe, { each: rows(describe), only: describe, ...all }),
    test: it,
    it,
    expect: anything,
    jest: anything,
    beforeEach: () => {},
    afterEach: () => {},
    beforeAll: () => {},
    afterAll: () => {},
  });
}
