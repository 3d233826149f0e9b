// Which versions of Lua the tests can run on. 5.3 is built when it is missing. Where it cannot be (offline), tests on it are
// left out and the reason is printed; in CI that is a failure, for there a test that did not run must not look like one
// that passed.
import { LUA_VERSIONS, type LuaVersion } from "../simulator/vm/dialect.ts";
import { ensureBuilt } from "../simulator/vm/lua53/build.ts";

const reason = ensureBuilt();
if (reason !== undefined) {
  const isCi = process.env.CI === "true";
  // mocha does not show what was thrown while a file was loaded
  console.error(`${isCi ? "failed" : "skipped"}, all tests on Lua 5.3: ${reason}`);
  if (isCi) throw new Error(reason);
}

export const TESTED_LUA: readonly LuaVersion[] = LUA_VERSIONS.filter(
  (version) => version === "5.1" || reason === undefined,
);
