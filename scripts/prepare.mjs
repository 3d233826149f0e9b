// What npm installs is made here: our TypeScript as JavaScript in dist/, and the files that a clone makes when it needs them. npm runs it
// after npm ci in a clone, and when the package is packed. It is JavaScript, because it must do without everything that it makes, and
// without esbuild and the other packages for development it does nothing.
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "..");
const DIST = join(ROOT, "dist");
/** The package that only makes projects. */
const MAKER = join(ROOT, "packages/create-nodemcu-httpserver");

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
  const compiler = { entryPoints: ["packages/compact/src/compile.ts"], outfile: join(DIST, "compiler.cjs") };
  await esbuild.build({ ...common, ...compiler, format: "cjs" });

  const { tsImport } = await import("tsx/esm/api");
  process.chdir(ROOT);
  const { fillPackage } = await tsImport("../packages/image/packing.ts", import.meta.url);
  await fillPackage(DIST);
  console.log(`dist/ has ${readdirSync(DIST).length} files`);
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
