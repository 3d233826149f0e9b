// Lua 5.3 for the tests that run on it: built when it is missing. Where it cannot be (offline), they are skipped with the
// reason printed, and in CI they fail: there a test that did not run must not look like one that passed.
import type { LuaVersion } from "../simulator/vm/dialect.ts";
import { ensureBuilt } from "../simulator/vm/lua53/build.ts";

const BUILD_TIMEOUT = 600_000;
let reason: string | undefined | null = null;

/** For a `before` hook of tests that make a VM of this version. */
export function needsLua(hook: Mocha.Context, version: LuaVersion): void {
  if (version === "5.1") return;
  hook.timeout(BUILD_TIMEOUT);
  if (reason === null) {
    reason = ensureBuilt();
    if (reason !== undefined) console.log(`  skipped, all tests on Lua 5.3: ${reason}`);
  }
  if (reason === undefined) return;
  if (process.env.CI === "true") throw new Error(reason);
  hook.skip();
}
