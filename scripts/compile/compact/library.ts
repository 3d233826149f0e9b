// TypeScriptToLua's library as part of the chunk: the features the modules ask for, and what those need.

import { join } from "node:path";
import * as ts from "typescript";
import type { LuaTarget } from "typescript-to-lua";
import * as lualib from "typescript-to-lua/dist/LuaLib.js";
import { parse } from "./parse.ts";
import { Scope } from "./scope.ts";
import type { Block, Variable } from "./tree.ts";

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
