// Type-checks texts against the declarations of a chip, and compiles them to Lua.
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as ts from "typescript";
import * as tstl from "typescript-to-lua";
import { LuaVm } from "../../packages/lua-vm/vm/lua.ts";

export type Entry = "esp8266" | "esp32" | "portable";

export const typesFolder = fileURLToPath(new URL("../../types/", import.meta.url));
export const entryFile = (entry: Entry): string => path.join(typesFolder, `${entry}.d.ts`);

export interface Message {
  /** Name of the text. */
  text: string;
  /** From 1. */
  line: number;
  message: string;
}

export interface Checked {
  messages: Message[];
  /** By the name of the text. Empty if only checked. */
  lua: Record<string, string>;
}

interface Options {
  noImplicitSelf?: boolean;
  /** Checks the declarations themselves too. */
  declarations?: boolean;
  /** Emits Lua. */
  emit?: boolean;
}

// The declarations and the library are parsed once for all programs.
const parsed = new Map<string, ts.SourceFile | undefined>();
const folder = path.join(typesFolder, "..", "test", "types", "virtual");
const fileOf = (name: string): string => path.join(folder, `${name}.ts`);

/** Each text is a module of its own. */
export function check(entry: Entry, texts: Record<string, string>, options: Options = {}): Checked {
  const compilerOptions: tstl.CompilerOptions = {
    target: ts.ScriptTarget.ESNext,
    lib: ["lib.esnext.d.ts"],
    types: [],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    strict: true,
    skipLibCheck: !options.declarations,
    luaTarget: tstl.LuaTarget.Universal,
    luaLibImport: tstl.LuaLibImportKind.RequireMinimal,
    noImplicitSelf: options.noImplicitSelf ?? true,
    noHeader: true,
  };
  const host = ts.createCompilerHost(compilerOptions);
  const fromDisk = host.getSourceFile;
  const virtual = new Map(
    Object.entries(texts).map(([name, text]) => [fileOf(name), `${text}\nexport {};\n`]),
  );
  host.getSourceFile = (file, target) => {
    const text = virtual.get(path.normalize(file));
    if (text !== undefined) return ts.createSourceFile(file, text, target);
    if (!parsed.has(file)) parsed.set(file, fromDisk(file, target));
    return parsed.get(file);
  };
  const exists = host.fileExists;
  host.fileExists = (file) => virtual.has(path.normalize(file)) || exists(file);

  const program = ts.createProgram([entryFile(entry), ...virtual.keys()], compilerOptions, host);
  const diagnostics = [...ts.getPreEmitDiagnostics(program)];
  const lua: Record<string, string> = {};
  if (options.emit) {
    const result = new tstl.Transpiler().emit({
      program,
      writeFile: (file, data) => {
        const name = path.basename(file, ".lua");
        if (virtual.has(fileOf(name))) lua[name] = data;
      },
    });
    diagnostics.push(...result.diagnostics);
  }
  return { messages: diagnostics.map(toMessage), lua };
}

function toMessage(diagnostic: ts.Diagnostic): Message {
  const { file, start = 0 } = diagnostic;
  return {
    text: file ? path.basename(file.fileName, ".ts") : "",
    line: file ? file.getLineAndCharacterOfPosition(start).line + 1 : 0,
    message: ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n"),
  };
}

/** The code of a text's Lua, without the frame that every module has. */
export function body(lua: string): string {
  return lua
    .replace(/^local ____exports = \{\}\n/, "")
    .replace(/\nreturn ____exports\n*$/, "")
    .trim();
}

/** What Lua 5.1 says of a chunk's syntax, undefined if it is good. */
export function syntaxError(lua: string): string | undefined {
  const vm = new LuaVm();
  try {
    return vm.load(vm.L, lua, "=text");
  } finally {
    vm.close();
  }
}

export function surface(): Record<"esp8266" | "esp32", { modules: Record<string, unknown> }> {
  return JSON.parse(readFileSync(path.join(typesFolder, "api-surface.json"), "utf8"));
}
