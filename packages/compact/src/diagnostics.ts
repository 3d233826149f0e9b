// What the plugin says: what cannot be compiled, options that it does not know, and what of TypeScriptToLua's it
// does not support. Every message names the option or the place, and says what to do.
import * as ts from "typescript";
import * as tstl from "typescript-to-lua";
import type { Form, TranspiledFile } from "./chunk.ts";
import type { CompactError, Position } from "./tree.ts";

export interface PluginOptions {
  /** Default "compact". */
  form?: Form;
  /**
   * The modules that get a file of Lua of their own, relative to the configuration. Default: every file that no
   * other imports, and what several of these share.
   */
  entries?: string[];
  /** Default true: fields that begin with an underscore and belong to the program alone get short names. */
  mangleFields?: boolean;
  /** Default true: what TypeScript's types say makes code shorter (no `tostring` around a number beside `..`). */
  trustTypes?: boolean;
  /** Default false: for NodeMCU firmware: errors have no `stack`, and what it lacks of JavaScript is an error of its own. */
  firmware?: boolean;
}

const codes = {
  cannotCompile: 190001,
  twoBytes: 190002,
  unknownOption: 190003,
  wrongValue: 190004,
  noEntry: 190005,
  unsupported: 190006,
  otherPlugin: 190007,
  untested: 190008,
  missing: 190009,
};

/** A message without a place. */
export function report(
  code: keyof typeof codes,
  message: string,
  category = ts.DiagnosticCategory.Error,
): ts.Diagnostic {
  return {
    category,
    code: codes[code],
    source: "compact",
    file: undefined,
    start: undefined,
    length: undefined,
    messageText: `compact: ${message}`,
  };
}

/** What could not be compiled, as TypeScript tells its own errors. */
export function diagnostic(error: CompactError, files: readonly TranspiledFile[]): ts.Diagnostic {
  const position: Position | undefined = error.position;
  const file = position && files[position.source]?.sourceFiles?.[0];
  return {
    ...report("cannotCompile", error.message),
    file,
    start:
      file && position ? file.getPositionOfLineAndCharacter(position.line - 1, position.column) : undefined,
    length: file ? 1 : undefined,
  };
}

/** Warns of `"\xff"`: the author means a byte, TypeScriptToLua writes the character ÿ, which is two. */
export function byteWarnings(files: readonly TranspiledFile[]): ts.Diagnostic[] {
  const result: ts.Diagnostic[] = [];
  const visit = (node: ts.Node, file: ts.SourceFile): void => {
    // What TypeScript made itself (of JSX, say) has no text.
    const isText =
      node.pos >= 0 &&
      (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node));
    const found = isText ? /(?<!\\)(?:\\\\)*(\\x[89a-f][0-9a-f])/i.exec(node.getText(file)) : null;
    if (found) {
      const start = node.getStart(file) + found.index + found[0].length - found[1]!.length;
      const message = `${found[1]} is a character of two bytes in Lua (UTF-8), not the byte; string.char() makes that.`;
      result.push({
        ...report("twoBytes", message, ts.DiagnosticCategory.Warning),
        file,
        start,
        length: found[1]!.length,
      });
    }
    ts.forEachChild(node, (child) => visit(child, file));
  };
  for (const f of files) for (const source of f.sourceFiles ?? []) visit(source, source);
  return result;
}

const checks: Record<keyof PluginOptions, { isRight(value: unknown): boolean; takes: string }> = {
  form: { isRight: (v) => v === "compact" || v === "readable", takes: '"compact" or "readable"' },
  entries: {
    isRight: (v) => Array.isArray(v) && v.every((e) => typeof e === "string"),
    takes: "a list of paths",
  },
  mangleFields: { isRight: (v) => typeof v === "boolean", takes: "true or false" },
  trustTypes: { isRight: (v) => typeof v === "boolean", takes: "true or false" },
  firmware: { isRight: (v) => typeof v === "boolean", takes: "true or false" },
};
/** What TypeScriptToLua itself takes in an entry of `luaPlugins`. */
const foreign = new Set(["name", "import", "plugin"]);

/** Options of the plugin that it does not know, or that have a value it cannot take. */
export function checkOptions(given: PluginOptions, options: tstl.CompilerOptions): ts.Diagnostic[] {
  const result: ts.Diagnostic[] = [];
  for (const [name, value] of Object.entries(given)) {
    if (foreign.has(name) || value === undefined) continue;
    const check = checks[name as keyof PluginOptions];
    if (!check) {
      const all = Object.keys(checks).join(", ");
      result.push(report("unknownOption", `there is no option "${name}"; the options are ${all}`));
    } else if (!check.isRight(value)) {
      result.push(report("wrongValue", `"${name}" is ${JSON.stringify(value)}; it takes ${check.takes}`));
    }
  }
  if (given.entries && options.luaBundle !== undefined) {
    result.push(
      report("wrongValue", `"entries" and "luaBundle" both say what becomes a file; leave one out`),
    );
  }
  return result;
}

/**
 * The version of TypeScriptToLua that this was tested with, as the peer dependency in package.json: minor versions
 * change the tree that is read here.
 */
export const TESTED = "1.37";

/** What the project asks of TypeScriptToLua that this plugin cannot give. */
export function unsupported(options: tstl.CompilerOptions, version = tstl.version): ts.Diagnostic[] {
  const result: ts.Diagnostic[] = [];
  if (!version.startsWith(`${TESTED}.`)) {
    result.push(
      report(
        "untested",
        `tested with typescript-to-lua ${TESTED}, this is ${version}: npm i -D typescript-to-lua@${TESTED}`,
        ts.DiagnosticCategory.Warning,
      ),
    );
  }
  const target = options.luaTarget ?? tstl.LuaTarget.Universal;
  if (target === tstl.LuaTarget.Lua50 || target === tstl.LuaTarget.Luau) {
    result.push(
      report("unsupported", `luaTarget "${target}" has a syntax of its own; take "universal" or 5.1 to 5.4`),
    );
  }
  if (options.sourceMapTraceback) {
    result.push(
      report(
        "unsupported",
        '"sourceMapTraceback" has no effect; "sourceMap": true writes a map that leads a line back to TypeScript',
        ts.DiagnosticCategory.Warning,
      ),
    );
  }
  if (options.buildMode === tstl.BuildMode.Library) {
    result.push(
      report(
        "unsupported",
        '"buildMode": "library" keeps one file per module for others to link; compile a library without this plugin',
      ),
    );
  }
  return result;
}
