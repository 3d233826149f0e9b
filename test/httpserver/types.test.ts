// What an app in TypeScript sees: right code compiles to the same Lua whatever the project says about `self`; wrong code does not.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as ts from "typescript";
import * as tstl from "typescript-to-lua";
import { ROOT } from "../../packages/image/build.ts";

const APP = `
import { createServer } from "httpserver";
const server = createServer(80, (req, res) => {
  let size = 0;
  req.onheader = (name, value) => print(name, value);
  req.onhead = () => { if (req.url === "/no") res.finish("no", 403); };
  req.ondata = (chunk) => {
    if (chunk) size += chunk.length;
    else { res.send_header("X-Size", size); res.finish((r) => undefined, "200"); }
  };
  req.onclose = () => print("gone");
  tmr.create().alarm(1000, tmr.ALARM_SINGLE, () => res.send("late"));
  req.conn.getpeer();
}, { idle: 5, onerror: (err, req) => print(err, req.url) });
server.close();
`;

describe("types of an app", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "app-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  function compile(source: string, noImplicitSelf: boolean): { lua: string; errors: string[] } {
    const file = join(folder, "index.ts");
    writeFileSync(file, source);
    let lua = "";
    const { diagnostics } = tstl.transpileFiles(
      [file, join(ROOT, "types/esp8266.d.ts"), join(ROOT, "types/httpserver.d.ts")],
      {
        target: ts.ScriptTarget.ESNext,
        lib: ["lib.esnext.d.ts"],
        module: ts.ModuleKind.ESNext,
        moduleResolution: ts.ModuleResolutionKind.Bundler,
        types: [],
        strict: true,
        skipLibCheck: true,
        noImplicitSelf,
        noHeader: true,
        luaTarget: tstl.LuaTarget.Universal,
      },
      (name, text) => {
        if (name.endsWith("index.lua")) lua = text;
      },
    );
    const errors = diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
    return { lua, errors };
  }

  it("compile to the same Lua with noImplicitSelf on and off", () => {
    const on = compile(APP, true);
    const off = compile(APP, false);
    assert.deepEqual(on.errors, []);
    assert.deepEqual(off.errors, []);
    assert.equal(off.lua, on.lua);
  });

  it("import httpserver as a module that Lua requires", () => {
    assert.match(compile(APP, true).lua, /require\("httpserver"\)/);
  });

  it("call functions without self and methods with it", () => {
    const { lua } = compile(APP, true);
    assert.match(lua, /createServer\(\s*80,\s*function\(req, res\)/);
    assert.match(lua, /req.onheader = function.____, name, value./);
    assert.match(lua, /res:send_header\("X-Size", size\)/);
    assert.match(lua, /function\(r\)/);
  });

  for (const [mistake, source] of Object.entries({
    "a handler slot that does not exist": "createServer(80, (req) => { req.onbody = () => {}; });",
    "a body that cannot be sent": "createServer(80, (req, res) => res.send(true));",
    "writing to the url": "createServer(80, (req) => { req.url = '/'; });",
    "an option that does not exist": "createServer(80, () => {}, { timeout: 5 });",
    "a missing handler": "createServer(80);",
  })) {
    it(`refuse ${mistake}`, () => {
      assert.notDeepEqual(compile(`import { createServer } from "httpserver";\n${source}`, true).errors, []);
    });
  }
});
