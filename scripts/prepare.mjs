// What npm installs is made here: our TypeScript as JavaScript in dist/, and the files that a clone makes when it needs them. npm runs it
// after npm ci in a clone, and when the package is packed. It is JavaScript, because it must do without everything that it makes, and
// without esbuild and the other packages for development it does nothing.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "..");
const DIST = join(ROOT, "dist");
/** The package that only makes projects. */
const MAKER = join(ROOT, "packages/create-nodemcu-httpserver");

/**
 * Writes the declarations of a module and of the files that they name, each made from its own text alone, which takes a tenth of the time
 * that a whole program does. What has no type annotation becomes `any`, so in the module's own folder every export must have one.
 * @param {string} entry its file
 * @param {string} name what the package exports it as
 */
async function declare(entry, name) {
  const { default: ts } = await import("typescript");
  const folder = join(DIST, "declarations");
  const compilerOptions = {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.ESNext,
    stripInternal: true,
  };
  const output = (file) => join(folder, relative(ROOT, file)).replace(/\.ts$/, ".d.ts");
  const wanted = [entry];
  for (const file of wanted) {
    const made = ts.transpileDeclaration(readFileSync(file, "utf8"), {
      fileName: file,
      reportDiagnostics: true,
      compilerOptions: { ...compilerOptions, isolatedDeclarations: true, declaration: true },
    });
    if (dirname(file) === dirname(entry) && made.diagnostics.length > 0)
      throw new Error(
        `${relative(ROOT, file)}: ${ts.flattenDiagnosticMessageText(made.diagnostics[0].messageText, "\n")}`,
      );
    const text = made.outputText.replace(/(["'])(\.{1,2}\/[^"']+)\.ts\1/g, (_, quote, path) => {
      const named = resolve(dirname(file), `${path}.ts`);
      if (!wanted.includes(named)) wanted.push(named);
      return `${quote}${path}.js${quote}`;
    });
    mkdirSync(dirname(output(file)), { recursive: true });
    writeFileSync(output(file), text);
  }
  const inside = relative(DIST, output(entry))
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
