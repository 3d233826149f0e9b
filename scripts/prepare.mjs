// What npm installs is made here: our TypeScript as JavaScript in dist/, and the files that a clone makes when it needs them. npm runs it
// after npm ci in a clone, and when the package is packed. It is JavaScript, because it must do without everything that it makes, and
// without esbuild and the other packages for development it does nothing.
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "..");
const DIST = join(ROOT, "dist");
/** The package that only makes projects. */
const MAKER = join(ROOT, "packages/create-nodemcu-httpserver");

/**
 * Writes the declarations of a module and of what they name, and nothing of what they do not.
 * @param {string} entry its file
 * @param {string} name what the package exports it as
 */
async function declare(entry, name) {
  const { default: ts } = await import("typescript");
  const { config } = ts.readConfigFile(join(ROOT, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  const folder = join(DIST, "declarations");
  const emit = {
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    rewriteRelativeImportExtensions: true,
  };
  const program = ts.createProgram([entry], { ...options, ...emit, rootDir: ROOT, outDir: folder });
  const texts = new Map();
  program.emit(undefined, (path, text) => texts.set(resolve(path), text));
  const output = (path) => join(folder, relative(ROOT, path)).replace(/\.[tj]s$/, ".d.ts");
  const wanted = [output(entry)];
  for (const path of wanted) {
    const text = texts.get(path).replace(/(["'])(\.{1,2}\/[^"']+)\.ts\1/g, "$1$2.js$1");
    for (const [, , name] of text.matchAll(/(["'])(\.{1,2}\/[^"']+)\.js\1/g)) {
      const named = resolve(dirname(path), `${name}.d.ts`);
      if (!wanted.includes(named)) wanted.push(named);
    }
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  const inside = relative(DIST, wanted[0])
    .replaceAll("\\", "/")
    .replace(/\.d\.ts$/, ".js");
  writeFileSync(join(DIST, `${name}.d.ts`), `export * from "./${inside}";\n`);
}

async function prepare(esbuild) {
  rmSync(DIST, { recursive: true, force: true });
  const common = {
    absWorkingDir: ROOT,
    bundle: true,
    packages: "external",
    platform: "node",
    target: "node20",
  };
  const testing = join(ROOT, "packages/simulator/testing/index.ts");
  await esbuild.build({
    ...common,
    entryPoints: {
      nodemcu: "scripts/nodemcu.ts",
      "typescript-loader": "packages/image/typescript-loader.ts",
      "typescript-hooks": "packages/image/typescript-hooks.ts",
      ...(existsSync(testing) ? { testing } : {}),
    },
    outdir: DIST,
    format: "esm",
    splitting: true,
    chunkNames: "[name]-[hash]",
  });
  const maker = join(MAKER, "dist/create.js");
  await esbuild.build({ ...common, entryPoints: [join(MAKER, "create.ts")], outfile: maker, format: "esm" });
  const compiler = { entryPoints: ["packages/compact/src/tools.ts"], outfile: join(DIST, "compiler.cjs") };
  await esbuild.build({ ...common, ...compiler, format: "cjs" });

  if (existsSync(testing)) await declare(testing, "testing");

  const { tsImport } = await import("tsx/esm/api");
  process.chdir(ROOT);
  const { fillPackage } = await tsImport("../packages/image/packing.ts", import.meta.url);
  await fillPackage(DIST);
  console.log(`dist/ has ${readdirSync(DIST).length} files`);
}

if (process.argv.includes("--help")) {
  console.log(
    "Usage: npm run prepare\n\nMakes dist/, which is what npm installs: our TypeScript as JavaScript.",
  );
  process.exit();
}
const esbuild = await import("esbuild").catch(() => undefined);
if (!esbuild) console.log("dist/ is not made: esbuild is not installed");
else {
  try {
    await prepare(esbuild);
  } catch (error) {
    console.error(`dist/ is not made: ${error.message}`);
    rmSync(DIST, { recursive: true, force: true });
    // whoever installs a clone to repair it must be able to; nothing is packed without it
    if (!["ci", "install"].includes(process.env.npm_command)) process.exitCode = 1;
  }
}
