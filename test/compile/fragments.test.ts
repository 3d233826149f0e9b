// Functions of a compiled module as chunks of their own: what is known of an argument decides what is compiled, its value is put in.
import { strict as assert } from "node:assert";
import { type Argument, fill } from "../../packages/compact/src/fill.ts";
import { fragments } from "../../packages/compact/src/fragments.ts";

const MODULE = `
local open = file.open or io.open
local function twice(n) return n .. n end
local function greet(name, loud, count)
  if loud then name = string.upper(name) end
  print(twice(name), count)
end
local function each(names)
  for _, name in ipairs(names) do print(name) end
end
local function save(name, data)
  __f = open(name, "w")
  local size = #data
  if size > 0 and size < 9 then __f:write(data) end
  __f:close()
  __f = nil
  __g = nil
end
local function half(n) print(n .. "%", name and n) end
return {greet = greet, each = each, save = save, half = half}
`;

function chunks(name: string, args: Argument[], values: unknown[], isTyped = false): string[] {
  return fragments(MODULE, name, args, isTyped).map((fragment) => fill(fragment, values));
}

describe("fragments", () => {
  it("compile what the known arguments leave alive, with what the module shares if that is used", () => {
    assert.deepEqual(chunks("half", ["number"], [5]), ['print(5 .."%",name and 5)']);
    const quiet = chunks("greet", ["string", "false", "number"], ["ann", false, 3]);
    assert.deepEqual(quiet, ['local a="ann"print(a..a,3)']);
    // a parameter that changes is a local that begins with the argument
    const loud = chunks("greet", ["string", "true", "nil"], ["ann", true]);
    assert.deepEqual(loud, ['local a="ann"a=a:upper()print(a..a,nil)']);
  });

  it("take strings of every byte and lists", () => {
    assert.deepEqual(chunks("each", ["list"], [['a"', "\0\n", "\xff1"]]), [
      `for b,a in ipairs{'a"',"\\0\\n","\\2551"}do print(a)end`,
    ]);
    assert.deepEqual(chunks("each", ["list"], [[]]), ["for b,a in ipairs{}do print(a)end"]);
  });

  it("are typed statement by statement, those that share a local together", () => {
    assert.deepEqual(chunks("save", ["string", "string"], ["a.txt", "x"], true), [
      '__f=(file.open or io.open)("a.txt","w")',
      'local a=#"x"if a>0 and a<9 then __f:write"x"end',
      "__f:close()",
      "__f,__g=nil",
    ]);
  });

  it("refuse a function that is not there, and arguments that it does not take", () => {
    assert.throws(() => chunks("gone", [], []), /the module exports no function gone/);
    assert.throws(() => chunks("each", ["list", "nil"], []), /each takes 1 arguments, not 2/);
  });
});
