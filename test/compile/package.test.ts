// The package as its users get it: packed, put into a new project beside TypeScriptToLua, without a loader for TypeScript and
// without network.
import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import * as ts from "typescript";
import { TESTED } from "../../packages/compact/src/diagnostics.ts";
import { describeInCi } from "../extent.ts";
import { cachingHost, format, run } from "./program.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const PACKAGE = join(ROOT, "packages/compact");
const manifest = JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8"));

/** A new project with the packed package in it; what the package asks for is linked from our own node_modules. */
function freshProject(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), "fresh-"));
  const packed = execFileSync("npm", ["pack", "--silent", "--pack-destination", folder], {
    cwd: PACKAGE,
    encoding: "utf8",
  });
  const own = join(folder, "node_modules", manifest.name);
  mkdirSync(own, { recursive: true });
  execFileSync("tar", [
    "-xzf",
    join(folder, packed.trim().split("\n").at(-1)!),
    "-C",
    own,
    "--strip-components=1",
  ]);
  const wanted = [
    ...Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }),
    "@typescript-to-lua/language-extensions",
  ];
  for (const name of wanted) {
    const link = join(folder, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(ROOT, "node_modules", name), link);
  }
  mkdirSync(join(folder, "node_modules/.bin"));
  symlinkSync("../typescript-to-lua/dist/tstl.js", join(folder, "node_modules/.bin/tstl"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

describeInCi("the compiler as a package of npm", function () {
  this.timeout(60_000);
  let folder = "";
  before(() => {
    folder = freshProject({
      "package.json": `{ "name": "fresh", "private": true }`,
      "tsconfig.json": `{
        "compilerOptions": { "target": "ESNext", "lib": ["ESNext"], "moduleResolution": "bundler", "module": "ESNext", "types": [], "strict": true, "rootDir": "." },
        "files": ["main.ts"],
        "tstl": {
          "luaTarget": "5.1",
          "luaPlugins": [{ "name": "tstl-compact" }]
        }
      }`,
      "main.ts": `import { Greeter } from "./greeter";\ndeclare function emit(this: void, ...values: unknown[]): void;\nemit(new Greeter("Lua").greet());\n`,
      "greeter.ts": `export class Greeter {\n  constructor(private readonly _name: string) {}\n  greet() { return \`Hello, \${this._name}!\`; }\n}\n`,
      "consumer.mts": `import { compileModule, type Compiled } from "tstl-compact/compile";
        import { Tracer } from "tstl-compact/trace";
        import compact, { type PluginOptions } from "tstl-compact";
        const options: PluginOptions = { form: "readable" };
        const made: Promise<Compiled> = compileModule({ entry: "main.ts", name: "main", project: "tsconfig.json", form: "compact" });
        // @ts-expect-error there is no such form
        void compileModule({ entry: "main.ts", name: "main", project: "tsconfig.json", form: "small" });
        export const all = [options, made, compact, new Tracer([]).rewrite("")];`,
      "consumer.cjs": `const { compileModule } = require("tstl-compact/compile");
        compileModule({ entry: "main.ts", name: "main", project: "tsconfig.json", form: "compact" }).then(({ code }) => process.stdout.write(code));`,
    });
  });
  after(() => rmSync(folder, { recursive: true }));

  it("compiles a new project by two lines of its configuration", () => {
    const said = execFileSync("npx", ["--offline", "tstl"], { cwd: folder, encoding: "utf8" });
    assert.equal(said, "");
    assert.deepEqual(
      readdirSync(folder).filter((f) => f.endsWith(".lua")),
      ["main.lua"],
    );
    const code = readFileSync(join(folder, "main.lua"), "utf8");
    assert.doesNotMatch(code, /require|_name/);
    assert.deepEqual(run(code).lines, ['"Hello, Lua!"']);
    const fromProgram = execFileSync(process.execPath, ["consumer.cjs"], { cwd: folder, encoding: "utf8" });
    assert.equal(fromProgram, code);
  });

  it("has types for what it exports", () => {
    const options: ts.CompilerOptions = {
      strict: true,
      noEmit: true,
      module: ts.ModuleKind.NodeNext,
      target: ts.ScriptTarget.ESNext,
      types: [],
      skipLibCheck: true,
    };
    const program = ts.createProgram([join(folder, "consumer.mts")], options, cachingHost(options));
    assert.equal(format(ts.getPreEmitDiagnostics(program)), "");
  });

  it("holds JavaScript, declarations, and what to read, but no source or test", () => {
    const own = join(folder, "node_modules", manifest.name);
    assert.deepEqual(readdirSync(own).sort(), ["LICENSE", "README.md", "dist", "options.md", "package.json"]);
    for (const file of Object.values<string>(manifest.exports)) assert.ok(existsSync(join(own, file)), file);
    assert.doesNotMatch(JSON.stringify(manifest), /tsx/);
    assert.match(readFileSync(join(own, "README.md"), "utf8"), /^# .*\n\n```sh\nnpm i -D /);
  });

  it("names the version of TypeScriptToLua that it was tested with in one way", () => {
    assert.match(
      manifest.peerDependencies["typescript-to-lua"],
      new RegExp(`^~${TESTED.replace(".", "\\.")}\\.`),
    );
    const { dependencies } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    assert.ok(dependencies["typescript-to-lua"].startsWith(`${TESTED}.`));
  });
});
