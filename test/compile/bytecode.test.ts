// Bytecode without debug information does the same and tells nothing about its source.
import { strict as assert } from "node:assert";
import { stripBytecode } from "../../scripts/compile/bytecode.ts";
import { LuaError, LuaVm } from "../../simulator/vm/lua.ts";

const source = `
local secretName, other = 1, {x = "text"}
local function secretFunction(secretParameter)
  for i = 1, 2 do secretName = secretName + i * 1.5 end
  return function(...) return secretName, other.x, secretParameter, true, nil, ... end
end
return select("#", secretFunction(2)(3, 4)), secretFunction("y")()
`;

describe("stripBytecode", () => {
  const vm = new LuaVm();
  after(() => vm.close());

  const dump = (code: string): Buffer => {
    assert.equal(vm.load(vm.L, code, "@secret.lua"), undefined);
    const bytes = vm.dump(vm.L);
    vm.pop(vm.L);
    return bytes;
  };

  it("leaves a chunk that does the same", () => {
    const full = dump(source);
    const stripped = stripBytecode(full);
    assert.ok(stripped.length < full.length);
    assert.deepEqual(vm.run(stripped), vm.run(full));
    assert.doesNotMatch(stripped.toString("latin1"), /secret/);
    assert.deepEqual(stripBytecode(stripped), stripped);
  });

  it("takes the lines with the names", () => {
    const stripped = stripBytecode(dump("local a\n\nreturn a.b"));
    assert.throws(
      () => vm.run(stripped),
      (e) => e instanceof LuaError && /^\?/.test(e.message),
    );
  });

  it("refuses what is no chunk of Lua 5.1", () => {
    assert.throws(() => stripBytecode(Buffer.from("return 1")), /not a chunk of Lua 5\.1/);
  });
});
