// Compiles a program given as text in every form, runs each form in a real Lua 5.1 VM and tells what it did.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import * as ts from "typescript";
import * as tstl from "typescript-to-lua";
import { type Compiled, compileModule, type Form } from "../../packages/compact/src/compile.ts";
import compact from "../../packages/compact/src/index.ts";
import { LuaError, type LuaVersion, LuaVm } from "../../packages/lua-vm/vm/lua.ts";

/** File names and texts; `index.ts` is the entry. `emit(…)` is declared and shows values to the test. */
export type Program = Record<string, string>;

export interface Seen {
  /** What `emit` was given, one line a call. */
  lines: string[];
  /** What the chunk returned. */
  result: string;
  /** The error that ended it, without its position and without the names of variables. */
  error: string;
}

const declarations = `
/** Shows values to the test. */
declare function emit(this: void, ...values: unknown[]): void;
/** Hides what a value is from the compiler. */
declare function opaque<T>(this: void, value: T): T;
`;

const core = resolve(import.meta.dirname, "../../types/lua/core.d.ts");
const versions = resolve(import.meta.dirname, "../../types/lua/5.1.d.ts");

/** Lua that makes every value text, tables in the order of their keys, and keeps what is emitted. */
const observer = `
-- a library that firmware leaves out
if loadstring then debug = nil end
local seen = {}
local function show(v, depth)
  if type(v) == "number" then return string.format("%.14g", v) end
  if type(v) == "string" then
    -- the position of an error and the names in it are another form's own
    local message, found = v:gsub("^chunk:%d+: ", "")
    if found > 0 then v = message:gsub(" %a+ '[^']*'", ""):gsub(" %(a %a+ value%)", " a value"):gsub(" a %a+ value", " a value") end
    return string.format("%q", v)
  end
  if type(v) ~= "table" then return type(v) == "function" and "function" or tostring(v) end
  if depth > 3 then return "{...}" end
  local keys = {}
  for k in pairs(v) do
    if not (type(k) == "string" and k:sub(1, 1) == "_") then keys[#keys + 1] = show(k, depth + 1) .. "=" .. show(v[k], depth + 1) end
  end
  table.sort(keys)
  return "{" .. table.concat(keys, ",") .. "}"
end
local function showAll(...)
  local list = {}
  for i = 1, select("#", ...) do list[i] = show((select(i, ...)), 0) end
  return table.concat(list, " ")
end
local plain = tostring
-- an address is no behaviour
function tostring(v)
  local kind = type(v)
  local meta = getmetatable(v)
  if kind == "table" and meta and meta.__tostring then return plain(v) end
  return (kind == "table" or kind == "function") and kind or plain(v)
end
function emit(...) seen[#seen + 1] = showAll(...) end
function opaque(...) return ... end
local chunk, name = ...
local function finish(ok, ...)
  local output = table.concat(seen, "\\n")
  if ok then return output, showAll(...), "" end
  return output, "", tostring((...))
end
return finish(pcall(assert((loadstring or load)(chunk, name))))
`;

/** Runs a chunk of Lua source or bytecode. */
export function run(code: string | Uint8Array, name = "=chunk", version: LuaVersion = "5.1"): Seen {
  const vm = new LuaVm({ version });
  try {
    vm.instructionBudget = 20_000_000;
    const message = vm.load(vm.L, observer, "=observer");
    if (message !== undefined) throw new Error(message);
    vm.push(vm.L, typeof code === "string" ? Buffer.from(code, "utf8") : code);
    vm.push(vm.L, name);
    vm.call(vm.L, 2, 3);
    const [output, result, error] = [1, 2, 3].map((i) => vm.string(vm.L, i) ?? "") as [
      string,
      string,
      string,
    ];
    return {
      lines: output === "" ? [] : output.split("\n"),
      result,
      error: anonymous(error),
    };
  } catch (error) {
    if (error instanceof LuaError) return { lines: [], result: "", error: error.message };
    throw error;
  } finally {
    vm.close();
  }
}

/** Positions and names differ between the forms. */
function anonymous(error: string): string {
  return error.replace(/^\S+:\d+: /, "").replace(/ \(?(local|upvalue|global|field|method) '[^']*'\)?/, "");
}

const tstlOptions = {
  luaTarget: "universal",
  luaLibImport: "require-minimal",
  noImplicitSelf: true,
  noHeader: true,
};

const parsed = new Map<string, ts.SourceFile | undefined>();

/** The library's own files are the same for every program: they are parsed once. */
export function cachingHost(options: ts.CompilerOptions): ts.CompilerHost {
  const host = ts.createCompilerHost(options);
  const parse = host.getSourceFile;
  host.getSourceFile = (fileName, ...rest) => {
    if (!fileName.includes("/node_modules/")) return parse.call(host, fileName, ...rest);
    if (!parsed.has(fileName)) parsed.set(fileName, parse.call(host, fileName, ...rest));
    return parsed.get(fileName);
  };
  return host;
}

/** A folder with the program and a configuration for it. */
export class Project {
  readonly folder = mkdtempSync(join(tmpdir(), "compact-"));
  readonly project = join(this.folder, "tstl.json");

  /** @param options of TypeScriptToLua @param compilerOptions of TypeScript */
  constructor(
    program: Program,
    options: Record<string, unknown> = {},
    compilerOptions: Record<string, unknown> = {},
  ) {
    this.write({
      ...program,
      "test.d.ts": declarations,
      "tstl.json": JSON.stringify({
        compilerOptions: {
          target: "ESNext",
          lib: ["ESNext"],
          types: [],
          module: "ESNext",
          moduleResolution: "bundler",
          strict: true,
          skipLibCheck: true,
          removeComments: true,
          resolveJsonModule: true,
          rootDir: ".",
          ...compilerOptions,
        },
        files: [
          "index.ts",
          core,
          versions,
          "test.d.ts",
          ...Object.keys(program).filter((f) => f.endsWith(".d.ts")),
        ],
        tstl: { ...tstlOptions, ...options },
      }),
    });
  }

  write(files: Program): void {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.folder, name)), { recursive: true });
      writeFileSync(join(this.folder, name), text);
    }
  }

  compile(form: Form): Promise<Compiled> {
    return compileModule({
      entry: join(this.folder, "index.ts"),
      name: "chunk",
      project: this.project,
      form,
      firmware: true,
    });
  }

  /** What TypeScriptToLua alone makes of it: its own bundle of modules. */
  plain(): string {
    let code = "";
    const config = tstl.parseConfigFileWithSystem(this.project, {
      luaBundle: "plain.lua",
      luaBundleEntry: "index.ts",
    });
    const program = ts.createProgram({
      rootNames: config.fileNames,
      options: config.options,
      host: cachingHost(config.options),
    });
    const emitted = new tstl.Transpiler().emit({
      program,
      writeFile: (name, text) => {
        if (name.endsWith("plain.lua")) code = text;
      },
    });
    const diagnostics = [...ts.getPreEmitDiagnostics(program), ...emitted.diagnostics];
    throwIfErrors(diagnostics);
    return code;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

function throwIfErrors(diagnostics: readonly ts.Diagnostic[]): void {
  const errors = diagnostics.filter((d) => d.category === ts.DiagnosticCategory.Error);
  if (errors.length > 0) throw new Error(format(errors));
}

export function format(diagnostics: readonly ts.Diagnostic[]): string {
  return ts.formatDiagnostics(diagnostics, {
    getCurrentDirectory: () => process.cwd(),
    getCanonicalFileName: (f) => f,
    getNewLine: () => "\n",
  });
}

export interface Runs {
  compact: Compiled;
  readable: Compiled;
  /** What all forms did. */
  seen: Seen;
}

/** Compiles a program in every form and runs all; throws if one form does something else than plain Lua does. */
export async function everyForm(
  program: Program,
  options: {
    expect?: Partial<Seen>;
    tstl?: Record<string, unknown>;
    compiler?: Record<string, unknown>;
    version?: LuaVersion;
  } = {},
): Promise<Runs> {
  const project = new Project(program, options.tstl, options.compiler);
  try {
    const plain = project.plain();
    const [compact, readable] = [await project.compile("compact"), await project.compile("readable")];
    throwIfErrors([...compact.diagnostics, ...readable.diagnostics]);
    const seen = options.expect
      ? { lines: [], result: "", error: "", ...options.expect }
      : run(plain, undefined, options.version);
    // What fills the VM's memory or takes forever tells nothing.
    if (/not enough memory|instruction budget/.test(seen.error)) return { compact, readable, seen };
    for (const [form, { code }] of Object.entries({ compact, readable })) {
      const other = run(code, undefined, options.version);
      if (JSON.stringify(other) !== JSON.stringify(seen)) {
        const text = (s: Seen) => `${s.lines.join("\n")}\n→ ${s.result}${s.error && `\nerror: ${s.error}`}`;
        throw new Error(
          `${form} does\n${text(other)}\nbut should do\n${text(seen)}\n--- ${form}\n${code}\n--- plain\n${plain}`,
        );
      }
    }
    return { compact, readable, seen };
  } finally {
    project.remove();
  }
}

/** Runs what a program's files are, each required once in the order given. */
function runModules(files: ReadonlyMap<string, string>, entries: readonly string[]): Seen {
  const lua = (text: string) =>
    `"${[...Buffer.from(text)].map((byte) => `\\${String(byte).padStart(3, "0")}`).join("")}"`;
  const preload = [...files].map(
    ([name, code]) => `package.preload[${lua(name)}] = assert(loadstring(${lua(code)}))`,
  );
  return run(`${preload.join("\n")}\n${entries.map((e) => `require(${lua(e)})`).join(" ")}`);
}

/** Compiles a program to a chunk for each entry and what they share; throws if it does something else than plain Lua. */
export function everyChunk(program: Program, entries: readonly string[]): void {
  const project = new Project(program);
  try {
    const emit = (plugins: tstl.Plugin[]): Map<string, string> => {
      const config = tstl.parseConfigFileWithSystem(project.project, { rootDir: project.folder });
      const rootNames = [...config.fileNames, ...entries.map((e) => join(project.folder, `${e}.ts`))];
      const checked = ts.createProgram({
        rootNames,
        options: config.options,
        host: cachingHost(config.options),
      });
      const files = new Map<string, string>();
      const { diagnostics } = new tstl.Transpiler().emit({
        program: checked,
        plugins,
        writeFile: (path, text) => {
          if (path.endsWith(".lua")) files.set(relative(project.folder, path).slice(0, -4), text);
        },
      });
      throwIfErrors([...ts.getPreEmitDiagnostics(checked), ...diagnostics]);
      return files;
    };
    const plain = emit([]);
    const seen = runModules(plain, entries);
    for (const form of ["compact", "readable"] as const) {
      const chunks = emit([compact({ form })]);
      const other = runModules(chunks, entries);
      if (JSON.stringify(other) === JSON.stringify(seen)) continue;
      const text = (files: ReadonlyMap<string, string>) =>
        [...files].map(([name, code]) => `--- ${name}\n${code}`).join("\n");
      throw new Error(
        `${form} does\n${JSON.stringify(other)}\nbut should do\n${JSON.stringify(seen)}\n${text(chunks)}`,
      );
    }
  } finally {
    project.remove();
  }
}
