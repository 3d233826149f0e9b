// The app that a test runs, as files and code for a board. Compiled once in a process, and kept on disk from one to the next.
import { statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Tracer, type TraceSource } from "../../compact/src/trace.ts";
import { appSource, isApp, modulesFor, publicFolder } from "../../image/app.ts";
import { checkIntegers, compile, outputPath, type Source } from "../../image/build.ts";
import { type Code, checkLua, type Module } from "../../image/code.ts";
import { boardContents } from "../../image/contents.ts";
import { checkFiles, staticFiles } from "../../image/names.ts";
import type { NumberKind } from "../../lua-vm/proto.ts";
import type { LuaVersion } from "../../lua-vm/vm/dialect.ts";
import { regionWith } from "../contents.ts";
import { LfsRegion } from "../lfs/region.ts";

/** What it is made for. */
export interface Target {
  code: Code;
  lua: LuaVersion;
  numbers: NumberKind;
}

/** An app that a board can be given. */
export interface LoadedApp {
  files: Record<string, Buffer>;
  /** A Lua flash store with its code, for one board; undefined: the code is in the files. */
  store: () => LfsRegion | undefined;
  /** Turns places in Lua into places in TypeScript. */
  tracer: Tracer;
}

const loaded = new Map<string, Promise<LoadedApp>>();

/**
 * The app in a folder, or of the file that it begins with.
 * @param app undefined: the working directory
 * @throws Mistake for errors in its sources, with file and line, and for what no board could be given
 */
export function loadApp(app: string | URL | undefined, target: Target): Promise<LoadedApp> {
  const path = resolve(app instanceof URL ? fileURLToPath(app) : (app ?? "."));
  const key = JSON.stringify([path, target]);
  let one = loaded.get(key);
  if (!one) {
    one = load(path, target);
    loaded.set(key, one);
    // a mistake may have been corrected when the next test asks
    one.catch(() => loaded.delete(key));
  }
  return one;
}

/** The app in a folder, or of a file that one begins with. @throws Mistake */
function sourceAt(path: string): Source {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return appSource(path);
  // src/index.ts is what the folder above begins with
  const folders = [dirname(dirname(path)), dirname(path)].filter(isApp);
  return folders.map(appSource).find(({ entry }) => entry === path) ?? appSource(path);
}

async function load(path: string, { code, lua, numbers }: Target): Promise<LoadedApp> {
  const app = sourceAt(path);
  const publicFiles = staticFiles(publicFolder(app));
  checkFiles(publicFiles, true);
  const modules: Module[] = [];
  const traces: TraceSource[] = [];
  for (const source of modulesFor(app)) {
    const compiled = await compile(source, "compact");
    if (numbers === "integer") checkIntegers(source, compiled, "compact");
    const module = { name: source.name, lua: Buffer.from(compiled.code) };
    checkLua(module, lua, numbers);
    modules.push(module);
    if (source.project === undefined) continue;
    traces.push({ path: `${outputPath(source, "compact")}.map`, map: compiled.map, code: compiled.code });
  }
  const own = Object.fromEntries(publicFiles.map(({ name, content }) => [name, content]));
  const { files, image } = boardContents({ modules, files: own }, code, lua, numbers);
  const filled = image && regionWith(image, numbers, lua);
  return {
    files,
    store: () => {
      if (!filled) return undefined;
      const region = new LfsRegion(filled.size);
      filled.bytes.copy(region.bytes);
      return region;
    },
    tracer: new Tracer(traces),
  };
}
