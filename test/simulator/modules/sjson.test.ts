// Module sjson: JSON as the firmware writes and reads it, its oddities included.
import assert from "node:assert/strict";
import { Rig } from "../rig.ts";

describe("sjson", () => {
  let rig: Rig;
  beforeEach(() => {
    rig = new Rig();
  });
  const encode = (value: string) => rig.value(`sjson.encode(${value})`);

  describe("encode", () => {
    it("makes arrays of tables with keys from 1, and objects of the others", () => {
      assert.equal(encode("{1, 2, {}}"), "[1,2,[]]");
      assert.equal(encode('{a = {b = "c"}}'), '{"a":{"b":"c"}}');
      assert.equal(encode("{[1] = 1, [4] = 4}"), "[1,null,null,4]");
      assert.equal(encode("{[0] = 1}"), '{"0":1}');
    });

    it("writes numbers with 19 digits, and those that JSON does not know as null", () => {
      assert.equal(
        encode("{1, -2.5, 0.1, 1e15, 1e20, 1/3, 1e-7, 0}"),
        "[1,-2.5,0.1000000000000000056,1000000000000000,1e+20,0.3333333333333333148,9.999999999999999547e-08,0]",
      );
      assert.equal(encode("{1/0, -1/0, 0/0}"), "[null,null,null]");
    });

    it("escapes quotes and control characters, and lets everything else pass: a backslash too", () => {
      assert.equal(encode('{"\\"\\n\\t\\r\\b\\f\\1\\31"}'), '["\\"\\n\\t\\r\\b\\f\\u0001\\u001f"]');
      assert.equal(encode('{"/\\\\\\200"}'), '["/\\\xc8"]');
    });

    it("knows true, false, functions that give a value, and a string that stands for null", () => {
      assert.equal(encode("{true, false, function() return 5 end}"), "[true,false,5]");
      assert.equal(rig.value('sjson.encode({"x", "y"}, {null = "x"})'), '[null,"y"]');
      assert.equal(encode("{(newproxy and sjson.decode('[null]')[1])}"), "[null]");
    });

    it("refuses what it cannot encode", () => {
      assert.equal(
        rig.error("sjson.encode({coroutine.create(function() end)})"),
        "test:1: Cannot encode type 8",
      );
      assert.equal(rig.error("sjson.encode({net.createServer()})"), "test:1: Cannot encode type 7");
      assert.equal(
        rig.error("sjson.encode(5)"),
        "test:1: bad argument #1 to 'encode' (table expected, got number)",
      );
      assert.equal(rig.error("local t = {} t[1] = t sjson.encode(t)"), "test:1: encoder stack overflow");
    });

    it("gives it in pieces: encoder():read", () => {
      rig.lua("e = sjson.encoder({1, 2, 3})");
      assert.deepEqual(rig.lua("return e:read(3), e:read(), e:read()"), ["[1,", "2,3]"]);
    });
  });

  describe("decode", () => {
    it("reads values of every kind", () => {
      rig.lua(`t = sjson.decode('{"n": -1.5e2, "s": "x", "t": true, "f": false, "a": [1, [2], {}], "": 0}')`);
      assert.deepEqual(rig.lua('return t.n, t.s, t.t, t.f, t.a[1], t.a[2][1], #t.a, t[""]'), [
        -150,
        "x",
        true,
        false,
        1,
        2,
        3,
        0,
      ]);
    });

    it("reads escapes; halves of a surrogate pair become question marks", () => {
      rig.lua(`t = sjson.decode('["\\\\n\\\\"\\\\\\\\\\\\/\\\\u0041\\\\u00e9\\\\u20ac\\\\ud83d\\\\ude00"]')`);
      assert.equal(rig.value("t[1]"), '\n"\\/A\xc3\xa9\xe2\x82\xac??');
    });

    it("makes null a light userdata, or what it is told", () => {
      assert.equal(rig.value("type(sjson.decode('[null]')[1])"), "userdata");
      assert.equal(rig.value("sjson.decode('[null]', {null = 5})[1]"), 5);
      assert.equal(rig.value("sjson.decode('[null]', {})[1]"), undefined);
    });

    it("gives every table the metatable that it is told, and asks its checkpath", () => {
      rig.lua(`
        seen = {}
        t = sjson.decode('{"keep": {"x": 1}, "drop": {"y": {"z": 2}}}', {metatable = {
          checkpath = function(tab, path)
            seen[#seen + 1] = table.concat(path, "/")
            return path[1] ~= "drop"
          end,
          __index = {tagged = true},
        }})`);
      assert.deepEqual(rig.lua('return t.keep.x, t.drop, t.keep.tagged, table.concat(seen, " ")'), [
        1,
        undefined,
        true,
        "keep drop drop/y",
      ]);
    });

    it("looks at nothing after the end", () => {
      assert.equal(rig.value("sjson.decode('[1] garbage')[1]"), 1);
    });

    it("names what is wrong", () => {
      const cases: [text: string, problem: string][] = [
        ["[1,]", "TRAILING_COMMA"],
        ['{"a":1,}', "TRAILING_COMMA"],
        ["[1}", "BRACKET_MISMATCH"],
        ['{"a"}', "VALUE_EXPECTED"],
        ['{"a" 1}', "CANT_INSERT"],
        ["{1:2}", "HKEY_EXPECTED"],
        ["{a:1}", "SPECIAL_EXPECTED"],
        ["x", "SPECIAL_EXPECTED"],
        ['"x"', "STRING_OUTSIDE_CONTAINER"],
        ["[,1]", "STRAY_TOKEN"],
        ["[1 2]", "CANT_INSERT"],
        ["[01]", "INVALID_NUMBER"],
        ["[1.]", "INVALID_NUMBER"],
        ["[-]", "INVALID_NUMBER"],
        ["[tru]", "SPECIAL_INCOMPLETE"],
        ["[trux]", "SPECIAL_EXPECTED"],
        ['["\\\\q"]', "ESCAPE_INVALID"],
        ['["\\n"]', "WEIRD_WHITESPACE"],
        ["[".repeat(25), "LEVELS_EXCEEDED"],
      ];
      for (const [text, problem] of cases)
        assert.equal(rig.error(`sjson.decode('${text}')`), `test:1: JSON parse error: ${problem}`, text);
    });

    it("tells an incomplete text from a wrong one; a value alone never completes", () => {
      for (const text of ["", "[1", '{"a":', '["x', "5", "true"])
        assert.equal(
          rig.error(`sjson.decode('${text}')`),
          "test:1: Incomplete JSON object passed to sjson.decode",
          text,
        );
    });

    it("reads it in pieces: decoder():write", () => {
      rig.lua("d = sjson.decoder()");
      assert.equal(rig.error("d:result()"), "test:1: decode not complete");
      assert.deepEqual(rig.lua(`return d:write('{"a": [1, 2')`), []);
      assert.equal(rig.value("d:write('3]}').a[2]"), 23);
      assert.equal(rig.value("d:result().a[1]"), 1);
      rig.lua("d = sjson.decoder()");
      assert.equal(rig.error("d:write('}')"), "test:1: JSON parse error: BRACKET_MISMATCH");
      assert.equal(rig.error("d:write('[1]')"), "test:1: JSON parse error: previous call");
    });
  });
});
