// The app that a test runs, as files and code for a board. Compiled once in a process, and kept on disk from one to the next.
import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Mistake } from "../../command/mistake.ts";
import { Tracer, type TraceSource } from "../../compact/src/trace.ts";
import { appSource, checkIntegers, compile, HTTPSERVER, outputPath } from "../../image/build.ts";
import { type Code, compiler, type Module } from "../../image/code.ts";
import { checkFiles, readWanted, staticFiles } from "../../image/names.ts";
import type { NumberKind } from "../../lua-vm/proto.ts";
import type { LuaVersion } from "../../lua-vm/vm/dialect.ts";
import { boardContents, regionWith } from "../contents.ts";
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

interface Compiled {
  modules: Module[];
  traces: TraceSource[];
  /** Where the app's own files are. */
  folder: string;
}

/** Where an app of TypeScript begins, and one of plain Lua. */
const ENTRIES = ["index.ts", "src/index.ts", "app.lua"] as const;
/** What a board is started with comes from us. */
const BOOT_FILES = ["init.lua", "boot.lua"];

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
    one = load(entryOf(path), target);
    loaded.set(key, one);
    // a mistake may have been corrected when the next test asks
    one.catch(() => loaded.delete(key));
  }
  return one;
}

/** The file that an app begins with. @throws Mistake */
function entryOf(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) throw new Mistake(`there is no app ${path}`);
  const known = ENTRIES.map((entry) => basename(entry));
  if (!stats.isDirectory()) {
    if (known.includes(basename(path) as (typeof known)[number])) return path;
    throw new Mistake(`${path} is not what an app begins with: index.ts, or app.lua`);
  }
  const entry = ENTRIES.map((name) => join(path, name)).find((file) => existsSync(file));
  if (entry === undefined) throw new Mistake(`${path} has no ${ENTRIES.join(", ")}, where an app begins`);
  return entry;
}

async function load(entry: string, { code, lua, numbers }: Target): Promise<LoadedApp> {
  const { modules, traces, folder } = await (entry.endsWith(".lua")
    ? luaApp(entry, lua, numbers)
    : typeScriptApp(entry, numbers));
  const publicFiles = staticFiles(join(folder, "public"));
  checkFiles(publicFiles, true);
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

async function typeScriptApp(entry: string, numbers: NumberKind): Promise<Compiled> {
  const folder = dirname(entry);
  const modules: Module[] = [];
  const traces: TraceSource[] = [];
  for (const source of [HTTPSERVER, appSource(folder)]) {
    const compiled = await compile(source, "compact");
    if (numbers === "integer") checkIntegers(source, compiled, "compact");
    modules.push({ name: source.name, lua: Buffer.from(compiled.code) });
    traces.push({
      path: `${outputPath(source, "compact")}.map`,
      map: compiled.map,
      code: compiled.code,
    });
  }
  const parent = dirname(folder);
  const isInSource = basename(folder) === "src" && !existsSync(join(folder, "public"));
  return { modules, traces, folder: isInSource ? parent : folder };
}

/** Each file of Lua beside app.lua is a module; ours comes first, unless the folder has one of its name. */
async function luaApp(entry: string, lua: LuaVersion, numbers: NumberKind): Promise<Compiled> {
  const folder = dirname(entry);
  const others = readdirSync(folder).filter(
    (file) => file.endsWith(".lua") && file !== basename(entry) && !BOOT_FILES.includes(file),
  );
  const own = [...others.sort(), basename(entry)].map((file): Module => {
    const source = readWanted(join(folder, file), "the app");
    const problem = compiler(numbers, lua)(source, `@${join(folder, file)}`);
    if (typeof problem === "string") throw new Mistake(`Lua ${lua} cannot read the app: ${problem}`);
    return { name: basename(file, ".lua"), lua: source };
  });
  if (own.some(({ name }) => name === HTTPSERVER.name)) return { modules: own, traces: [], folder };
  const { code, map } = await compile(HTTPSERVER, "compact");
  const path = `${outputPath(HTTPSERVER, "compact")}.map`;
  return {
    modules: [{ name: HTTPSERVER.name, lua: Buffer.from(code) }, ...own],
    traces: [{ path, map, code }],
    folder,
  };
}
