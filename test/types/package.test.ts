// A project that has nothing but a package with types/ and the compiler to Lua.
import { strict as assert } from "node:assert";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as ts from "typescript";
import * as tstl from "typescript-to-lua";
import { body, typesFolder } from "./project.ts";

const extensions = fileURLToPath(new URL("../../node_modules/@typescript-to-lua", import.meta.url));

describe("a project with the declarations only", function () {
  this.timeout(60000);
  let folder: string;

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "types-"));
    const own = path.join(folder, "node_modules", "firmware-types");
    mkdirSync(own, { recursive: true });
    cpSync(typesFolder, path.join(own, "types"), { recursive: true });
    rmSync(path.join(own, "types", "httpserver.d.ts"), { force: true });
    symlinkSync(extensions, path.join(folder, "node_modules", "@typescript-to-lua"), "junction");
    const target = (name: string) => ({ types: `./types/${name}.d.ts` });
    const exports = Object.fromEntries(
      ["esp8266", "esp32", "portable"].map((name) => [`./types/${name}`, target(name)]),
    );
    writeFileSync(path.join(own, "package.json"), JSON.stringify({ name: "firmware-types", exports }));
    writeFileSync(
      path.join(folder, "main.ts"),
      `net.createServer().listen(80, (sock) => { sock.on("sent", (s) => print(s)); });`,
    );
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const entry of ["esp8266", "esp32", "portable"]) {
    for (const [how, types, include] of [
      ["types", [`firmware-types/types/${entry}`], []],
      ["include", [], [`node_modules/firmware-types/types/${entry}.d.ts`]],
    ] as const) {
      it(`compiles with ${entry} by ${how}`, () => {
        writeFileSync(
          path.join(folder, "tsconfig.json"),
          JSON.stringify({
            compilerOptions: {
              target: "ESNext",
              lib: ["ESNext"],
              module: "ESNext",
              moduleResolution: "bundler",
              strict: true,
              types,
              rootDir: ".",
              outDir: "out",
            },
            include: ["main.ts", ...include],
            tstl: { luaTarget: "universal", noHeader: true },
          }),
        );
        const { diagnostics } = tstl.transpileProject(path.join(folder, "tsconfig.json"));
        assert.deepEqual(
          diagnostics.map((diagnostic) => ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n")),
          [],
        );
        const lua = body(readFileSync(path.join(folder, "out", "main.lua"), "utf8"));
        assert.match(lua, /^net\.createServer\(\):listen\(\n {4}80,/);
        assert.match(lua, /sock:on\(\s+"sent",\s+function\(s\)/);
      });
    }
  }
});
