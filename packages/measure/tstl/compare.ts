// Compiles a program of TypeScriptToLua's tests with and without the plugin, runs all in our Lua VMs and compares.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import * as ts from "typescript";
import * as tstl from "typescript-to-lua";
import type { Form } from "../../compact/src/chunk.ts";
import compact, { type PluginOptions } from "../../compact/src/index.ts";
import { LuaError, type LuaVersion, LuaVm } from "../../lua-vm/vm/lua.ts";
import { patch } from "../difference.ts";
import { isAllowed, type Outcome, refusals } from "./differences.ts";
import type { Recorded } from "./record.ts";

export const TARGETS = ["5.1", "5.3", "universal"] as const;
export type Target = (typeof TARGETS)[number];
const MACHINES: Record<Target, readonly LuaVersion[]> = {
  "5.1": ["5.1"],
  "5.3": ["5.3"],
  universal: ["5.1", "5.3"],
};
const FORMS: readonly Form[] = ["compact", "readable"];

export type Verdict = "same" | "allowed" | "different" | "crashed" | "refused" | "not compiled";

export interface Result {
  target: Target;
  verdict: Verdict;
  /** The reason for a verdict that is not "same". */
  detail: string;
  /** Bytes of Lua, plain and compact, if both compiled. */
  bytes?: [plain: number, compact: number];
}

/** Lua that makes every value text and tells what a program printed, gave and raised. */
const observer = `
local chunk, result = ...
local printed, tostring, format, type, pairs = {}, tostring, string.format, type, pairs
local concat, sort, select, gsub, find = table.concat, table.sort, select, string.gsub, string.find
local function show(v, seen)
  local kind = type(v)
  if kind == "number" then return (gsub(format("%.7g", v), "%.0$", "")) end
  if kind == "string" then return format("%q", v) end
  if kind ~= "table" then return (kind == "function" or kind == "thread" or kind == "userdata") and kind or tostring(v) end
  if seen[v] then return "again" end
  seen[v] = true
  local list = {}
  for k, value in pairs(v) do list[#list + 1] = show(k, seen) .. "=" .. show(value, seen) end
  seen[v] = nil
  sort(list)
  return "{" .. concat(list, ",") .. "}"
end
local function all(...)
  local list = {}
  for i = 1, select("#", ...) do list[i] = show((select(i, ...)), {}) end
  return concat(list, "\\t")
end
function print(...) printed[#printed + 1] = all(...) end
if io then io.write = print end
local function finish(ok, ...)
  local lines = concat(printed, "\\n")
  if ok then return lines .. "\\n-> " .. all(...), "" end
  local problem = ...
  return lines, type(problem) == "table" and tostring(problem) or all(problem)
end
return finish(pcall(chunk))
`;

const quote = (text: string): string =>
  `"${[...Buffer.from(text, "utf8")].map((byte) => `\\${String(byte).padStart(3, "0")}`).join("")}"`;

function run(code: string, files: ReadonlyMap<string, string>, version: LuaVersion): Outcome {
  const vm = new LuaVm({ version });
  try {
    vm.instructionBudget = 5_000_000;
    const { L } = vm;
    const load = version === "5.1" ? "loadstring" : "load";
    const preload = [...files].map(
      ([name, text]) =>
        `package.preload[${quote(name)}] = function(...) return assert(${load}(${quote(text)}, "=file"))(...) end`,
    );
    const problem = vm.load(L, `${preload.join("\n")}\n`, "=preload");
    if (problem !== undefined) return { shown: "", error: `does not load: ${problem}` };
    vm.call(L, 0, 0);
    vm.load(L, observer, "=observer");
    const wrong = vm.load(L, Buffer.from(code, "utf8"), "=main");
    if (wrong !== undefined) return { shown: "", error: `does not load: ${wrong}` };
    vm.call(L, 1, 2);
    return {
      shown: withoutAddress(vm.string(L, -2) ?? ""),
      error: withoutAddress(withoutPlace(vm.string(L, -1) ?? "")),
    };
  } catch (error) {
    if (error instanceof LuaError) return { shown: "", error: withoutPlace(error.message) };
    throw error;
  } finally {
    vm.close();
  }
}

const withoutPlace = (error: string): string => error.replace(/(main|file|lualib_bundle):\d+: /g, "");

const withoutAddress = (text: string): string =>
  text.replace(/\b(table|function|thread|userdata): (0x)?[0-9a-f]+/g, "$1");

const parsed = new Map<string, ts.SourceFile | undefined>();

function programOf({ files, options }: Recorded, folder: string): ts.Program {
  rmSync(folder, { recursive: true, force: true });
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  const all: tstl.CompilerOptions = {
    types: [],
    luaLibImport: tstl.LuaLibImportKind.RequireMinimal,
    ...options,
    rootDir: folder,
    configFilePath: join(folder, "tsconfig.json"),
  };
  const host = ts.createCompilerHost(all);
  const parse = host.getSourceFile;
  host.getCurrentDirectory = () => folder;
  host.getSourceFile = (fileName, languageVersion, ...rest) => {
    if (fileName.startsWith(folder)) return parse.call(host, fileName, languageVersion, ...rest);
    const key = `${typeof languageVersion === "object" ? JSON.stringify(languageVersion) : languageVersion} ${fileName}`;
    if (!parsed.has(key)) parsed.set(key, parse.call(host, fileName, languageVersion, ...rest));
    return parsed.get(key);
  };
  const rootNames = Object.keys(files)
    .filter((f) => !f.endsWith(".lua") && !f.endsWith("package.json"))
    .map((f) => join(folder, f));
  return ts.createProgram({ rootNames, options: all, host });
}

interface Emitted {
  files: Map<string, string>;
  errors: string[];
}

function emit(
  program: ts.Program,
  recorded: Recorded,
  target: Target,
  folder: string,
  plugins: tstl.Plugin[],
): Emitted {
  program.getCompilerOptions().luaTarget = target as tstl.LuaTarget;
  const files = new Map<string, string>();
  const { diagnostics } = new tstl.Transpiler().emit({
    program,
    plugins,
    ...(recorded.customTransformers && { customTransformers: recorded.customTransformers }),
    writeFile: (path, text) => {
      if (!path.endsWith(".map") && !path.endsWith(".d.ts"))
        files.set(relative(folder, path).split(sep).join("/"), text);
    },
  });
  const errors = diagnostics
    .filter((d) => d.category === ts.DiagnosticCategory.Error)
    .map((d) => ts.flattenDiagnosticMessageText(d.messageText, "\n"));
  return { files, errors };
}

/** The main file, and the others by the names that they are required by. */
function modules(
  { files }: Emitted,
  recorded: Recorded,
): { main: string; others: Map<string, string> } | undefined {
  const extension = `.${(recorded.options.extension ?? "lua").replace(/^\./, "")}`;
  const stem = (recorded.options.luaBundle ?? recorded.main).replace(/\.[^.]*$/, "").replaceAll(".", "_");
  const short = stem.replace(/\/index$/, "");
  let main: string | undefined;
  const others = new Map<string, string>();
  for (const [path, code] of files) {
    const name = path.endsWith(extension) ? path.slice(0, -extension.length) : path.replace(/\.[^.]*$/, "");
    if (main === undefined && (name === stem || name === short)) main = code;
    others.set(name.replaceAll("/", "."), code);
  }
  return main === undefined ? undefined : { main, others };
}

/**
 * Compiles a recorded program for every Lua, plain and in both forms, runs all and compares.
 * @param folder for the program's files; it is emptied
 */
export function compare(recorded: Recorded, folder: string): Result[] {
  const results: Result[] = [];
  let program: ts.Program;
  try {
    program = programOf(recorded, folder);
  } catch (error) {
    return TARGETS.map((target) => ({ target, verdict: "not compiled", detail: String(error) }));
  }
  const known = new Map<string, Outcome>();
  for (const target of TARGETS) results.push(compareTarget(recorded, program, target, folder, known));
  return results;
}

function compareTarget(
  recorded: Recorded,
  program: ts.Program,
  target: Target,
  folder: string,
  /** What a text of Lua did when it ran for an earlier target: the same text is not run twice. */
  known: Map<string, Outcome>,
): Result {
  let plain: ReturnType<typeof modules>;
  try {
    plain = modules(emit(program, recorded, target, folder, []), recorded);
  } catch (error) {
    return { target, verdict: "not compiled", detail: String(error) };
  }
  if (!plain) return { target, verdict: "not compiled", detail: "TypeScriptToLua gives no main file" };
  const outcome = ({ main, others }: NonNullable<typeof plain>, version: LuaVersion): Outcome => {
    const key = [version, main, ...[...others].flat()].join("\0");
    let result = known.get(key);
    if (!result)
      known.set(key, (result = run(`${recorded.header}\n${recorded.wrap(main)}`, others, version)));
    return result;
  };
  const expected = MACHINES[target].map((version) => outcome(plain, version));
  if (expected.every((o) => o.error.startsWith("does not load"))) {
    return { target, verdict: "not compiled", detail: expected[0]!.error };
  }
  // Without imports the other files would be chunks of their own.
  const plugin = (options: PluginOptions): tstl.Plugin =>
    compact({ ...options, ...(recorded.options.luaBundle === undefined && { entries: [recorded.main] }) });
  let worst: Result = { target, verdict: "same", detail: "" };
  for (const form of FORMS) {
    let made: Emitted;
    try {
      made = emit(program, recorded, target, folder, [plugin({ form })]);
    } catch (error) {
      return { target, verdict: "crashed", detail: `${form}: ${(error as Error).stack}` };
    }
    const own = modules(made, recorded);
    const refused = made.errors.find((e) => e.startsWith("compact: "));
    if (refused !== undefined || !own) {
      const reason = refusals.find(([message]) => message.test(refused ?? ""))?.[1];
      return {
        target,
        verdict: reason ? "refused" : "crashed",
        detail: reason ?? `${form}: ${refused ?? "no main file"}`,
      };
    }
    for (const [i, version] of MACHINES[target].entries()) {
      const before = expected[i]!;
      if (before.error.startsWith("does not load")) continue;
      if (before.error.includes("instruction budget")) {
        worst = { target, verdict: "allowed", detail: "it runs longer than 5 million instructions" };
        continue;
      }
      const after = outcome(own, version);
      if (before.shown === after.shown && before.error === after.error) continue;
      const keeping = (): Outcome => {
        const kept = modules(
          emit(program, recorded, target, folder, [plugin({ form, mangleFields: false })]),
          recorded,
        );
        return kept ? outcome(kept, version) : after;
      };
      const reason = isAllowed(before, after, keeping, recorded);
      if (reason) {
        worst = { target, verdict: "allowed", detail: reason };
        continue;
      }
      const text = (o: Outcome) => `${o.shown}${o.error && `\nerror: ${o.error}`}`;
      const what = patch("plain", `${form} on Lua ${version}`, text(before), text(after));
      const detail = `${what}\nLua, ${form}:\n${own.main}\nLua, plain:\n${plain.main}`;
      return { target, verdict: "different", detail };
    }
  }
  return worst;
}
