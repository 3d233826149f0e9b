// TypeScriptToLua's library as part of the chunk: the features the modules ask for, and what those need.

import { join } from "node:path";
import * as ts from "typescript";
import type { LuaTarget } from "typescript-to-lua";
import * as lualib from "typescript-to-lua/dist/LuaLib.js";
import { parse } from "./parse.ts";
import { Scope } from "./scope.ts";
import {
  type Block,
  type Expression,
  rewriteBlock,
  type Statement,
  type Variable,
  visitBlock,
} from "./tree.ts";

export interface Library {
  body: Block;
  /** The variables of the library by the names that compiled code uses. */
  names: ReadonlyMap<string, Variable>;
}

/**
 * @param addSource notes the path of a feature as a source file and returns its index
 */
export function library(
  features: ReadonlySet<string>,
  target: LuaTarget,
  addSource: (path: string) => number,
): Library {
  const scope = new Scope();
  const names = new Map<string, Variable>();
  const body: Block = [];
  const info = lualib.getLuaLibModulesInfo(target, ts.sys);
  const wanted = features as ReadonlySet<lualib.LuaLibFeature>;
  for (const feature of lualib.resolveRecursiveLualibFeatures(wanted, target, ts.sys, info)) {
    const path = join(lualib.resolveLuaLibDir(target), `${feature}.lua`);
    const parsed = parse(lualib.readLuaLibFeature(feature, target, ts.sys), addSource(path), scope);
    body.push(...parsed.body);
    for (const [text, variable] of parsed.scope) scope.variables.set(text, variable);
    for (const text of info[feature].exports) {
      const variable = scope.find(text);
      if (variable) names.set(text, variable);
    }
  }
  return { body, names };
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
    e.args[0].value === "lualib_bundle";
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
  const unused = new Set([...tables].filter((v) => rewritten.every((s) => !uses(s, v))));
  return {
    body: rewritten.filter((s) => !(s.kind === "local" && unused.has(s.variables[0]!))),
    features,
  };
}

function uses(s: Statement, v: Variable): boolean {
  let found = false;
  visitBlock([s], {
    expression(e) {
      if (e.kind === "name" && e.variable === v) found = true;
    },
  });
  return found;
}
