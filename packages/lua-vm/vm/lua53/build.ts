// Builds Lua 5.3 for the simulated board: PUC's C source with 32-bit integers and single floats, as the ESP32 firmware has it,
// and our host.c, compiled to WebAssembly by a clang that is itself WebAssembly. Both come from npm, into this folder.
// A program of its own, which built.ts starts. The result is kept in .cache/ and never committed: the same input gives the same bytes.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { wasmPath } from "./built.ts";

const HERE = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);

/** Of PUC's source, what no board has: the stand-alone programs, files, the operating system, the list of all libraries. */
const LEFT_OUT = ["lua.c", "luac.c", "liolib.c", "loslib.c", "linit.c", "lbitlib.c"];
const HOST_FUNCTIONS = ["malloc", "free", "realloc", "host_elastic", "host_strip"];

type Tree = { [name: string]: Tree | string | Uint8Array };
interface Clang {
  commands: { clang(args: string[], files: Tree, options: object): Promise<Tree> };
}

async function build(): Promise<void> {
  const npm = spawnSync("npm", ["ci", "--no-fund", "--no-audit", "--prefix", HERE], {
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  if (npm.status !== 0) {
    // Only the first lines of npm's output say what happened; the rest names its log.
    const lines = (npm.error?.message ?? npm.stderr)
      .split("\n")
      .filter((line) => !line.startsWith("npm warn"));
    throw new Error(`npm could not install what Lua 5.3 is built from:\n${lines.slice(0, 4).join("\n")}`);
  }

  const files: Record<string, string> = {};
  const folder = join(dirname(require.resolve("lua-src/package.json")), "src");
  for (const name of readdirSync(folder))
    if (/\.[ch]$/.test(name) && !LEFT_OUT.includes(name))
      files[name] = readFileSync(join(folder, name), "utf8");
  for (const name of ["host.c", "host.h"]) files[name] = readFileSync(join(HERE, name), "utf8");

  const functions = ["lua.h", "lauxlib.h", "lualib.h"].flatMap((header) =>
    [...files[header]!.matchAll(/\(?\b(luaL?_\w+|luaopen_\w+)\)?\s*\(/g)].map(([, name]) => name!),
  );
  const exports = [...new Set([...HOST_FUNCTIONS, ...functions])];
  const clang = pathToFileURL(require.resolve("@yowasp/clang")).href;
  const { commands } = (await import(clang)) as Clang;
  let messages = "";
  let result: Tree;
  try {
    result = await commands.clang(
      [
        ...["--target=wasm32-wasip1", "-mexec-model=reactor", "-O2", "-w"],
        ...["-DLUA_32BITS", "-DLUA_COMPAT_UNPACK", "-DLUA_COMPAT_LOADSTRING", "-DLUA_COMPAT_LOADERS"],
        // WASI's own setjmp.h refuses to be included; with host.h nothing of it is used
        ...["-Isetjmp", "-Isrc", "-include", "src/host.h"],
        ...Object.keys(files)
          .filter((name) => name.endsWith(".c"))
          .map((name) => `src/${name}`),
        ...["-o", "lua.wasm", "-lm", "-Wl,--strip-all", "-Wl,-z,stack-size=131072"],
        ...["-Wl,--export-table", "-Wl,--growable-table", "-Wl,--export=__stack_pointer"],
        ...exports.map((name) => `-Wl,--export-if-defined=${name}`),
      ],
      { setjmp: { "setjmp.h": "" }, src: files },
      {
        stdout: null,
        stderr: (bytes: Uint8Array | null) => {
          if (bytes) messages += Buffer.from(bytes).toString();
        },
      },
    );
  } catch (error) {
    throw new Error(`clang could not build Lua 5.3: ${(error as Error).message}\n${messages}`);
  }
  const path = wasmPath();
  mkdirSync(dirname(path), { recursive: true });
  // The file gets its name only when it is whole, because another process may be waiting for it.
  writeFileSync(`${path}.${process.pid}`, result["lua.wasm"] as Uint8Array);
  renameSync(`${path}.${process.pid}`, path);
}

try {
  await build();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
