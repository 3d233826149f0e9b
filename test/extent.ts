// How much of the tests runs, and on which versions of Lua. 5.3 takes 101 MB from npm and half a minute, once: in CI and with
// FULL=1 it is built when it is missing, and failing to is a failure, for there a test that did not run must not look like one
// that passed. Otherwise tests on it run if it is built. What is left out is said once, before the tests.
import { existsSync } from "node:fs";
import { LUA_VERSIONS, type LuaVersion } from "../packages/lua-vm/vm/dialect.ts";
import { ensureBuilt, wasmPath } from "../packages/lua-vm/vm/lua53/built.ts";

/** FULL=1: everything, thoroughly, on every platform. */
export const isFull = process.env.FULL !== undefined;
/** In CI the tests of the server run on every platform in both forms; otherwise on ESP8266, which takes a third of the time. */
export const isEveryPlatform = isFull || process.env.CI === "true";

const has53 = existsSync(wasmPath());

export const TESTED_LUA: readonly LuaVersion[] = LUA_VERSIONS.filter(
  (version) => version === "5.1" || has53 || isEveryPlatform,
);

/** A suite that runs on Lua 5.3; where that is not built its name and the reason are printed in its place. */
export function describeLua53(title: string, suite: () => void): void {
  if (TESTED_LUA.includes("5.3")) describe(title, suite);
  else console.log(`  left out: ${title}: Lua 5.3 is not built; npm run lua53 builds it`);
}

/** A suite that takes long and hardly depends on what a change usually touches: elsewhere than in CI its name is printed in its place. */
export function describeInCi(title: string, suite: (this: Mocha.Suite) => void): void {
  if (isEveryPlatform) describe(title, suite);
  else console.log(`  left out: ${title}; CI=true npm test runs it`);
}

/** Set where npm test runs mocha for a part of the tests and has told the extent itself. */
export const PART_OF_TESTS = "PART_OF_TESTS";

/** Mocha calls this once, before the processes that run the tests start. */
export function mochaGlobalSetup(): void {
  if (process.env[PART_OF_TESTS] === undefined) tellExtent();
}

/** Says what is left out, or builds Lua 5.3 where nothing may be. */
export function tellExtent(): void {
  if (isEveryPlatform) {
    const reason = has53 ? undefined : ensureBuilt();
    if (reason !== undefined) throw new Error(reason);
    return;
  }
  console.log(
    "  left out: the server on ESP32 with Lua 5.1 and 5.3 and on firmware that counts in integers, requests cut in two at every",
  );
  console.log(
    "  byte (they come whole and byte by byte), faults and full heaps in the readable form, five of six random programs for the",
  );
  console.log(
    "  compiler, two of three moments at which power is lost in a deployment, and the limits of the tests themselves;",
  );
  console.log("  CI=true npm test runs all of it");
}
