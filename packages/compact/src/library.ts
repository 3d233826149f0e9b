// TypeScriptToLua's library as part of the chunk: the features the modules ask for, and what those need.

import { join } from "node:path";
import * as ts from "typescript";
import type { LuaTarget } from "typescript-to-lua";
import * as lualib from "typescript-to-lua/dist/LuaLib.js";
import { mentions } from "./analysis/facts.ts";
import { Scope } from "./analysis/scope.ts";
import { parse } from "./parse.ts";
import { type Block, type Expression, rewriteBlock, type Variable } from "./tree.ts";

/** The name that compiled code requires the shared library by. */
export const LIBRARY = "lualib_bundle";

export interface Library {
  body: Block;
  /** The variables of the library by the names that compiled code uses. */
  names: ReadonlyMap<string, Variable>;
}

export interface LibraryOptions {
  target: LuaTarget;
  /** For NodeMCU firmware: errors are small where `debug` has no `getinfo`, and nothing asks for `math.modf`. */
  firmware: boolean;
  /** The names that the program mentions. */
  used: ReadonlySet<string>;
  /** Notes the path of a feature as a source file and returns its index. */
  addSource(path: string): number;
}

/** Reads the features of TypeScriptToLua's library that a program asks for, and those that they need, in the order in which they run. */
export function library(features: ReadonlySet<string>, options: LibraryOptions): Library {
  const { target, addSource } = options;
  const scope = new Scope();
  const names = new Map<string, Variable>();
  const body: Block = [];
  const info = lualib.getLuaLibModulesInfo(target, ts.sys);
  const wanted = features as ReadonlySet<lualib.LuaLibFeature>;
  const all = lualib.resolveRecursiveLualibFeatures(wanted, target, ts.sys, info);
  const others = all.filter((f) => f !== "Error").map((f) => lualib.readLuaLibFeature(f, target, ts.sys));
  for (const feature of all) {
    const path = join(lualib.resolveLuaLibDir(target), `${feature}.lua`);
    let code = lualib.readLuaLibFeature(feature, target, ts.sys);
    if (options.firmware && feature === "MathModf") code = modf;
    else if (options.firmware && feature === "Error")
      code = smallErrors((name) => options.used.has(name) || others.some((text) => text.includes(name)));
    const parsed = parse(code, addSource(path), scope);
    body.push(...parsed.body);
    for (const [text, variable] of parsed.scope) scope.variables.set(text, variable);
    for (const text of info[feature].exports) {
      const variable = scope.find(text);
      if (variable) names.set(text, variable);
    }
  }
  return { body, names };
}

/** The firmware's `math` has no `modf`. */
const modf = `local function __TS__MathModf(value)
  local whole = value < 0 and math.ceil(value) or math.floor(value)
  return whole, value - whole
end`;

const derived = ["RangeError", "ReferenceError", "SyntaxError", "TypeError", "URIError"];

/**
 * The errors of JavaScript without a look at the stack: TypeScriptToLua's own ask `debug.getinfo` for their place
 * and for who makes text of them. `message`, `name`, `instanceof`, calls without `new` and `tostring` are the same;
 * `stack` is nil.
 */
function smallErrors(isUsed: (name: string) => boolean): string {
  const callable = (name: string) =>
    `setmetatable(${name}, {__call = function(____, _self, message) return __TS__New(${name}, message) end})`;
  const classes = derived.filter(isUsed);
  return `local ${["Error", ...classes].join(", ")}
Error = __TS__Class()
Error.name = "Error"
function Error.prototype.____constructor(self, message)
  self.message = message == nil and "" or message
  self.name = "Error"
end
function Error.prototype.__tostring(self)
  return self.message ~= "" and self.name .. ": " .. self.message or self.name
end
${callable("Error")}
${classes
  .map(
    (name) => `${name} = __TS__Class()
__TS__ClassExtends(${name}, Error)
${name}.name = "${name}"
function ${name}.prototype.____constructor(self, message)
  Error.prototype.____constructor(self, message)
  self.name = "${name}"
end
${callable(name)}`,
  )
  .join("\n")}`;
}

/** The names that compiled code calls these features by, without those that only other features use. */
export function libraryNames(features: ReadonlySet<string>, target: LuaTarget): Set<string> {
  const info = lualib.getLuaLibModulesInfo(target, ts.sys);
  return new Set([...features].flatMap((f) => info[f as lualib.LuaLibFeature].exports));
}

/**
 * A file of Lua that TypeScriptToLua made earlier (an npm package, say) takes functions of the library from a module.
 * Here they become the names that compiled code uses, and the features that they are part of.
 */
export function withoutLibraryModule(
  body: Block,
  target: LuaTarget,
): { body: Block; features: ReadonlySet<string> } {
  const info = lualib.getLuaLibModulesInfo(target, ts.sys);
  const featureOf = new Map(
    Object.entries(info).flatMap(([feature, { exports }]) => exports.map((e) => [e, feature] as const)),
  );
  const isModule = (e: Expression | undefined): boolean =>
    e?.kind === "call" &&
    e.callee.kind === "global" &&
    e.callee.name === "require" &&
    e.args[0]?.kind === "string" &&
    e.args[0].value === LIBRARY;
  const tables = new Set<Variable>();
  for (const s of body) {
    if (s.kind === "local" && s.variables.length === 1 && isModule(s.values[0])) tables.add(s.variables[0]!);
  }
  const features = new Set<string>();
  const rewritten = rewriteBlock(body, {
    expression(e) {
      if (e.kind !== "index" || e.key.kind !== "string") return e;
      const ofLibrary = isModule(e.object) || (e.object.kind === "name" && tables.has(e.object.variable));
      const feature = ofLibrary ? featureOf.get(e.key.value) : undefined;
      if (feature === undefined) return e;
      features.add(feature);
      return { kind: "global", name: e.key.value, position: e.position };
    },
  });
  // The table itself may still be wanted for something else.
  const unused = new Set([...tables].filter((v) => !mentions(rewritten, v)));
  return {
    body: rewritten.filter((s) => !(s.kind === "local" && unused.has(s.variables[0]!))),
    features,
  };
}
