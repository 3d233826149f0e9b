// Module file of the ESP8266.
import assert from "node:assert/strict";
import { FileSystem } from "../../../packages/simulator/files.ts";
import { Rig } from "../rig.ts";

describe("file", () => {
  let rig: Rig;
  beforeEach(() => {
    rig = new Rig();
    rig.board.files.write("lines", "one\ntwo\nthree");
  });

  describe("open", () => {
    it("gives nil for a file that is not there, unless the mode makes it", () => {
      for (const mode of ["r", "r+"]) assert.equal(rig.value(`file.open("new", "${mode}")`), undefined, mode);
      for (const mode of ["w", "a", "w+", "a+"]) {
        assert.equal(rig.value(`type(file.open("new${mode}", "${mode}"))`), "userdata");
        assert.equal(rig.value(`file.exists("new${mode}")`), true);
        rig.lua("file.close()");
      }
    });

    it("takes an unknown mode for r", () => {
      assert.equal(rig.value('file.open("lines", "rw"):write("x")'), undefined);
      assert.equal(rig.value('file.open("lines", "x"):read()'), "one\ntwo\nthree");
    });

    it("empties the file with w, keeps it with r+, appends with a", () => {
      rig.lua('f = file.open("lines", "r+") f:write("ONE") f:close()');
      rig.lua('f = file.open("lines", "a") f:seek("set", 0) f:write("!") f:close()');
      assert.equal(rig.value('file.getcontents("lines")'), "ONE\ntwo\nthree!");
      rig.lua('file.open("lines", "w"):close()');
      assert.equal(rig.value('file.stat("lines").size'), 0);
    });

    it("gives nil for the fifth file; closing or collecting one makes room", () => {
      rig.lua('files = {} for i = 1, 5 do files[i] = file.open("lines") end');
      assert.deepEqual(rig.lua("return #files, files[5]"), [4, undefined]);
      rig.lua("files[1]:close()");
      assert.equal(rig.value('type(file.open("lines"))'), "userdata");
      rig.lua("files = nil file.close() collectgarbage() collectgarbage()");
      assert.equal(rig.value('type(file.open("lines"))'), "userdata");
    });

    it("closes files that nobody keeps, as the chip's collector does, until another mode of it is chosen", () => {
      const opened = 'local n = 0 for i = 1, 12 do if file.open("lines") then n = n + 1 end end return n';
      assert.deepEqual(rig.lua(opened), [12]);
      rig.lua(
        'node.egc.setmode(node.egc.ON_ALLOC_FAILURE) collectgarbage() collectgarbage() collectgarbage("stop")',
      );
      // one is still the last that was opened
      assert.deepEqual(rig.lua(opened), [3]);
    });

    it("takes names of 31 characters, with /FLASH/ in front, and none longer", () => {
      const name = "n".repeat(31);
      assert.equal(rig.value(`file.putcontents("/FLASH/${name}", "x")`), true);
      assert.equal(rig.value(`file.exists("${name}")`), true);
      assert.equal(
        rig.error(`file.open("${name}n")`),
        "test:1: bad argument #1 to 'open' (filename invalid)",
      );
      assert.equal(
        rig.error('file.exists("a\\0b")'),
        "test:1: bad argument #1 to 'exists' (filename invalid)",
      );
      assert.equal(rig.value('file.open("/SD0/x", "w")'), undefined, "no such volume");
      assert.equal(rig.value('file.putcontents("a/b", "x")'), true, "a slash is a character");
    });
  });

  describe("read", () => {
    it("gives 1024 bytes unless told how many, nil at the end", () => {
      rig.board.files.write("long", "x".repeat(1500));
      assert.deepEqual(rig.lua('f = file.open("long") return #f:read(), #f:read(), f:read()'), [
        1024,
        476,
        undefined,
      ]);
      assert.equal(rig.value('#file.open("long"):read(2000)'), 1500);
      assert.equal(rig.value('file.open("long"):read(0)'), "");
    });

    it("stops after a character", () => {
      rig.lua('f = file.open("lines")');
      assert.equal(rig.value('f:read("t")'), "one\nt");
      assert.equal(rig.value('f:read("x")'), "wo\nthree", "or at the end");
      assert.equal(rig.error('f:read("xy")'), "test:1: wrong arg range");
    });

    it("gives lines with their end", () => {
      rig.lua('f = file.open("lines")');
      assert.deepEqual(rig.lua("return f:readline(), f:readline(), f:readline(), f:readline()"), [
        "one\n",
        "two\n",
        "three",
        undefined,
      ]);
    });

    it("gives nil for a file opened only for writing", () => {
      assert.equal(rig.value('file.open("lines", "a"):read()'), undefined);
    });

    it("cannot make a string of 4096 bytes or more", () => {
      rig.board.files.write("long", "x".repeat(5000));
      assert.equal(rig.value('#file.open("long"):read(4095)'), 4095);
      assert.equal(rig.error('local x = file.open("long"):read(4096)'), "string length overflow");
      assert.equal(rig.error('local x = file.getcontents("long")'), "string length overflow");
    });
  });

  it("write and writeline give true, or nil when the flash is full", () => {
    rig = new Rig("", { files: new FileSystem(2048) });
    rig.lua('f = file.open("f", "w+")');
    assert.deepEqual(rig.lua('return f:write("a\\0b"), f:writeline("c"), f:write(("x"):rep(3000))'), [
      true,
      true,
      undefined,
    ]);
    assert.deepEqual(rig.lua('f:seek("set", 0) return f:read()'), ["a\0bc\n"]);
  });

  it("seek moves from the start, from here, from the end, and not beyond it", () => {
    rig.lua('f = file.open("lines")');
    assert.deepEqual(
      rig.lua('return f:seek("set", 4), f:seek("cur", 2), f:seek(), f:seek("end", -1)'),
      [4, 6, 6, 12],
    );
    assert.equal(rig.value('f:seek("end", 1)'), undefined);
    assert.equal(rig.value('f:seek("set", -1)'), undefined);
    assert.equal(rig.error('f:seek("top")'), "test:1: bad argument #1 to 'seek' (invalid option 'top')");
  });

  it("objects that are closed raise 'open a file first'", () => {
    rig.lua('f = file.open("lines") f:close() f:close()');
    for (const call of ["read()", "readline()", 'write("x")', 'writeline("x")', "seek()", "flush()"])
      assert.equal(rig.error(`f:${call}`), "test:1: open a file first", call);
  });

  it("functions of the module act on the last file opened", () => {
    assert.equal(rig.error("file.read()"), "test:1: open a file first");
    rig.board.files.write("other", "text");
    rig.lua('a = file.open("lines") b = file.open("other")');
    assert.deepEqual(rig.lua("return file.read(2), file.seek(), file.read()"), ["te", 2, "xt"]);
    rig.lua("file.close() file.close()");
    assert.equal(rig.error("file.read()"), "test:1: open a file first");
    assert.equal(rig.value("a:readline()"), "one\n");
  });

  it("two objects see one file", () => {
    rig.lua('a = file.open("lines", "r+") b = file.open("lines") a:write("NEW")');
    assert.equal(rig.value("b:readline()"), "NEW\n");
  });

  describe("without opening", () => {
    it("list gives sizes by name, of those that match a pattern", () => {
      rig.board.files.write("a.lua", "12345");
      assert.deepEqual(rig.lua('l = file.list() return l.lines, l["a.lua"]'), [13, 5]);
      assert.deepEqual(rig.lua('l = file.list("%.lua$") return l.lines, l["a.lua"]'), [undefined, 5]);
      assert.match(String(rig.error('file.list("[")')), /malformed pattern/);
    });

    it("rename gives false if the old name is missing or the new one taken", () => {
      assert.deepEqual(
        rig.lua('return file.rename("lines", "new"), file.rename("lines", "x"), file.exists("lines")'),
        [true, false, false],
      );
      rig.board.files.write("taken", "");
      assert.equal(rig.value('file.rename("new", "taken")'), false);
    });

    it("remove says nothing", () => {
      assert.deepEqual(rig.lua('return file.remove("lines")'), []);
      assert.deepEqual(rig.lua('return file.remove("lines")'), []);
      assert.equal(rig.value('file.exists("lines")'), false);
    });

    it("stat tells size, name and attributes, nil if there is no such file", () => {
      rig.lua('s = file.stat("lines")');
      assert.deepEqual(rig.lua("return s.size, s.name, s.is_dir, s.is_rdonly, s.is_arch, s.time.year"), [
        13,
        "lines",
        false,
        false,
        false,
        1970,
      ]);
      assert.equal(rig.value('file.stat("none")'), undefined);
    });

    it("getcontents and putcontents take whole files", () => {
      assert.equal(rig.value('file.putcontents("whole", "a\\0b")'), true);
      assert.equal(rig.value('file.getcontents("whole")'), "a\0b");
      assert.deepEqual(rig.lua('return file.getcontents("none")'), [], "nothing at all, not nil");
      rig.board.files.write("empty", "");
      assert.deepEqual(rig.lua('return file.getcontents("empty")'), [undefined]);
    });

    it("fsinfo tells what is free, used and there; format frees it", () => {
      const [free, used, all] = rig.lua("return file.fsinfo()") as number[];
      assert.equal(free! + used!, all);
      assert.ok(used! >= 13);
      assert.deepEqual(rig.lua("return file.format()"), []);
      assert.deepEqual(rig.lua("return select(2, file.fsinfo())")[0], 0);
    });
  });
});
