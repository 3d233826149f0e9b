// The printer: every case is Lua as a tree, and the fewest bytes that mean it.
import { strict as assert } from "node:assert";
import { layoutCompact, layoutLine } from "../../packages/compact/src/layout.ts";
import { printNumber, printString, printTyped } from "../../packages/compact/src/literal.ts";
import { parse } from "../../packages/compact/src/parse.ts";
import { layoutReadable } from "../../packages/compact/src/pretty.ts";
import { tokens } from "../../packages/compact/src/tokens.ts";
import type { Block } from "../../packages/compact/src/tree.ts";
import { LuaVm } from "../../packages/lua-vm/vm/lua.ts";

const compact = (block: Block): string => layoutCompact(tokens(block, true)).code;
const readable = (block: Block): string => layoutReadable(tokens(block, false)).code;

/** Lua, and how it is printed; a newline stands for itself. */
const cases: Record<string, [lua: string, compact: string][]> = {
  "parentheses that cut values stay, others go": [
    ["return (f())", "return(f())"],
    ["return {(f())}", "return{(f())}"],
    ["g((f()))", "g((f()))"],
    ["local a = ((b))", "local\na=b"],
    ["local a, b = (...)", "local\na,b=(...)"],
    ["return (f()).x", "return(f()).x"],
    ["f((a))", "f(a)"],
    ["return (a + b) * c", "return(a+b)*c"],
    ["return a + (b * c)", "return\na+b*c"],
    ["return a - (b - c)", "return\na-(b-c)"],
    ["return (a - b) - c", "return\na-b-c"],
    ["return (a .. b) .. c", "return(a..b)..c"],
    ["return a .. (b .. c)", "return\na..b..c"],
    ["return (a ^ b) ^ c", "return(a^b)^c"],
    ["return a ^ (b ^ c)", "return\na^b^c"],
    ["return a and (b and c)", "return\na\nand\nb\nand\nc"],
    ["return a and (b or c)", "return\na\nand(b\nor\nc)"],
    ["return (a and b) or c", "return\na\nand\nb\nor\nc"],
    ["return not (a == b)", "return\nnot(a==b)"],
    ["return (not a) == b", "return\nnot\na==b"],
    ["return -(a ^ b)", "return-a^b"],
    ["return (-a) ^ b", "return(-a)^b"],
    ["return a ^ -b", "return\na^-b"],
    ["return (a ^ -b) ^ c", "return(a^-b)^c"],
    ["return a * -b", "return\na*-b"],
    ["return #(a .. b)", "return#(a..b)"],
    ["return ('x'):rep(3)", 'return("x"):rep(3)'],
    ["return ({1})[1]", "return({1})[1]"],
    ["return (function() end)()", "return(function()end)()"],
    ["return (a < b) == c", "return\na<b==c"],
    ["return a < (b == c)", "return\na<(b==c)"],
  ],
  "a statement that begins with a parenthesis": [
    ["local f = g; (h or f)()", "local\nf=g;(h\nor\nf)()"],
    ["f(); (g)()", "f()g()"],
    ["f(); (g or h)()", "f();(g\nor\nh)()"],
    ["x = 'a'; ('b'):f()", 'x="a";("b"):f()'],
    ["x = {}; ({}).y = 1", "x={};({}).y=1"],
    ["do end; (f or g)()", "do\nend(f\nor\ng)()"],
    ["local function f() (g or h)() end", "local\nfunction\nf()(g\nor\nh)()end"],
    ["repeat (f or g)() until a", "repeat(f\nor\ng)()until\na"],
    ["if a then (f or g)() end", "if\na\nthen(f\nor\ng)()end"],
  ],
  "neighbours that would be read as one": [
    ["return 1 .. 2", "return\n1\n..2"],
    ["return 1.5 .. x", "return\n1.5\n..x"],
    ["return a .. .5", "return\na..\n.5"],
    ["return a .. 5", "return\na..5"],
    ["return a .. ...", "return\na..\n..."],
    ["return ... .. a", "return...\n..a"],
    ["return a - -b", "return\na-\n-b"],
    ["return a - -1", "return\na-\n-1"],
    ["return - -a", "return-\n-a"],
    ["return not not a", "return\nnot\nnot\na"],
    ["return a - - - b", "return\na-\n-\n-b"],
    ["return t[ [[a\n\n\n]] ]", "return\nt[\n[[a\n\n\n]]]"],
    ["return 1 and 2", "return\n1\nand\n2"],
    ["return {[ [[a\n\n\n]] ]=1}", "return{[\n[[a\n\n\n]]]=1}"],
  ],
  "calls without parentheses": [
    ["f('x')", 'f"x"'],
    ["f({})", "f{}"],
    ["a.b:c({1})", "a.b:c{1}"],
    ["f('x', 1)", 'f("x",1)'],
    ["f('x')('y')", 'f"x""y"'],
    ["f(x)", "f(x)"],
    ["f()", "f()"],
  ],
  "fields and keys": [
    ["return a['b']", "return\na.b"],
    ["return a['end'], a['1x'], a['goto']", 'return\na["end"],a["1x"],a["goto"]'],
    ["return {['a']=1,['b c']=2,[3]=4,5}", 'return{a=1,["b c"]=2,[3]=4,5}'],
    ["return a[1][b]", "return\na[1][b]"],
  ],
  functions: [
    ["function f.a.b() end", "function\nf.a.b()end"],
    ["f['x y'] = function() end", 'f["x y"]=function()end'],
    ["local f = function(...) end", "local\nf=function(...)end"],
    ["local function f(a, ...) return ... end", "local\nfunction\nf(a,...)return...end"],
    ["function f:m(x) end", "function\nf.m(self,x)end"],
  ],
  statements: [
    ["if a then f() elseif b then g() else h() end", "if\na\nthen\nf()elseif\nb\nthen\ng()else\nh()end"],
    ["while true do break end", "while\ntrue\ndo\nbreak\nend"],
    ["for i = 1, 2, 3 do f(i) end", "for\ni=1,2,3\ndo\nf(i)end"],
    ["for k, v in pairs(t) do f(k) end", "for\nk,v\nin\npairs(t)do\nf(k)end"],
    ["repeat local x = f() until x", "repeat\nlocal\nx=f()until\nx"],
    ["a, b.c = b, a", "a,b.c=b,a"],
    ["local a, b", "local\na,b"],
    ["do return end", "do\nreturn\nend"],
  ],
  numbers: [
    ["return 0.5, 1e20, 1e-7, 255, 0xff", "return.5,1e20,1e-7,255,255"],
    ["return 100000000000000000000000", "return\n1e23"],
  ],
};

/** What only later versions of Lua read. */
const later: [lua: string, compact: string][] = [
  ["return a // b, a & b, a | b, a ~ b, a << b, a >> b, ~a", "return\na//b,a&b,a|b,a~b,a<<b,a>>b,~a"],
  ["return (a | b) & c", "return(a|b)&c"],
  ["return a | b & c", "return\na|b&c"],
  ["return a ~ ~b", "return\na~~b"],
  ["return (a .. b) << c", "return\na..b<<c"],
  ["return a .. (b << c)", "return\na..(b<<c)"],
  [
    "for i = 1, 2 do goto continue f() ::continue:: end",
    "for\ni=1,2\ndo\ngoto\ncontinue\nf()::continue::end",
  ],
];

describe("print", () => {
  const vm = new LuaVm();
  after(() => vm.close());
  for (const [group, list] of Object.entries(cases)) {
    it(group, () => {
      for (const [lua, expected] of list) {
        assert.equal(compact(parse(lua, 0).body), expected);
        assert.equal(compact(parse(expected, 0).body), expected, "and once more");
        for (const text of [expected, readable(parse(lua, 0).body)]) {
          assert.equal(vm.load(vm.L, Buffer.from(text), "=x"), undefined, text);
          vm.pop(vm.L);
        }
      }
    });
  }

  it("operators of Lua 5.3", () => {
    for (const [lua, expected] of later) {
      assert.equal(compact(parse(lua, 0).body), expected);
      assert.equal(compact(parse(readable(parse(lua, 0).body), 0).body), expected, "readable");
    }
  });

  it("strings", () => {
    const strings: [bytes: string, text: string][] = [
      ["", '""'],
      ["a", '"a"'],
      ['say "x"', `'say "x"'`],
      ["it's", `"it's"`],
      [`'"`, `"'\\""`],
      ["\n", '"\\n"'],
      [
        "a\nb\nc\nd",
        "[[a\nb\nc\nd]]".length < '"a\\nb\\nc\\nd"'.length ? "[[a\nb\nc\nd]]" : '"a\\nb\\nc\\nd"',
      ],
      ["\n\n\n\n\n", "[[\n\n\n\n\n\n]]"],
      ["\r\n", '"\\r\\n"'],
      ["\0", '"\\0"'],
      ["\x001", '"\\0001"'],
      ["\x01\x1f\x7f", '"\\1\\31\\127"'],
      ["\t", '"\t"'],
      ["\\", '"\\\\"'],
      ["]]\n\n\n\n\n", "[=[]]\n\n\n\n\n]=]"],
      ["]]\n\n\n", '"]]\\n\\n\\n"'],
      ["]]\n\n\n\n\n\n\n\n\n", "[=[]]\n\n\n\n\n\n\n\n\n]=]"],
      ["\n\n\n\n\n\n]", "[=[\n\n\n\n\n\n\n]]=]"],
      // UTF-8 as it is, any other byte as a number
      ["\xc3\xa9", '"\u00e9"'],
      ["\xff", '"\\255"'],
      ["\xc3", '"\\195"'],
      ["\xc3\xa91\xff1", '"\u00e91\\2551"'],
      ["\xef\xbb\xbf", '"\\239\\187\\191"'],
    ];
    for (const [bytes, text] of strings) {
      assert.equal(printString(bytes), text, JSON.stringify(bytes));
      for (const form of [text, printString(bytes, false)]) {
        const source = Buffer.from(`return ${form}`);
        assert.deepEqual(vm.run(source), [bytes], form);
      }
    }
  });

  it("every byte, alone and before a digit", () => {
    for (let byte = 0; byte < 256; byte++) {
      for (const bytes of [String.fromCharCode(byte), `${String.fromCharCode(byte)}7`]) {
        const text = printString(bytes);
        assert.deepEqual(vm.run(Buffer.from(`return ${text}`)), [bytes], text);
      }
    }
  });

  it("numbers as they are", () => {
    for (const n of [0, 1, 10, 0.1, 1e21, 123456789, 2 ** 31, 1.5e-9, 2 ** 53]) {
      assert.deepEqual(vm.run(`return ${printNumber(n)}`), [n]);
    }
  });

  it("prints a line that can be typed at a prompt: no line break, printable ASCII only", () => {
    const typed = (lua: string) => layoutLine(tokens(parse(lua, 0).body, true, undefined, printTyped));
    assert.equal(
      typed("local f = g; (h or f)()\nif a then b = nil end"),
      "local f=g;(h or f)()if a then b=nil end",
    );
    assert.equal(
      typed('p("\\1x\\0012\\n\\n\\n\\n\\n", "ü", [["]])'),
      `p("\\1x\\0012\\n\\n\\n\\n\\n","\\195\\188",'"')`,
    );
  });
});
