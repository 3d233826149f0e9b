// What an app is: a folder that has an index.ts, or a src/index.ts, or an app.lua; in its public/ are files that go to the board as they are.
import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { Mistake } from "../command/mistake.ts";
import { readWanted } from "../command/reading.ts";
import { HTTPSERVER, type Source } from "./build.ts";

/** Where an app of TypeScript may begin. */
const ENTRIES = ["index.ts", "src/index.ts"];
/** Where one of plain Lua begins. */
const LUA_ENTRY = "app.lua";
/** What we write ourselves: a folder that was meant for other tools may have files of these names. */
const BOOT_FILES = ["init.lua", "boot.lua"];

/**
 * An app's folder as a module called `app`. The configuration of TypeScript is the nearest tsconfig.json above its index.ts.
 * @throws Mistake if there is no such folder, nothing in it that an app begins with, or no configuration
 */
export function appSource(path: string): Source {
  const folder = resolve(path);
  if (!existsSync(folder)) throw new Mistake(`there is no app folder ${path}`);
  if (!statSync(folder).isDirectory())
    throw new Mistake(`${path} is a file; an app is a folder with an index.ts or an app.lua`);
  const entry = ENTRIES.map((name) => join(folder, name)).find((file) => existsSync(file));
  if (entry === undefined) {
    if (existsSync(join(folder, LUA_ENTRY))) return { folder, entry: join(folder, LUA_ENTRY), name: "app" };
    const other = readdirSync(folder).find((name) => name.endsWith(".lua"));
    const hint = other === undefined ? "" : ` (plain Lua begins in app.lua, and this folder has ${other})`;
    throw new Mistake(`${path} has no index.ts, src/index.ts or app.lua, where an app begins${hint}`);
  }
  const project = configurationAbove(dirname(entry));
  if (!project)
    throw new Mistake(
      `neither ${path} nor a folder above it has a tsconfig.json that names the chip's types: "nodemcu init" writes one`,
    );
  return { folder, entry, name: "app", project };
}

/** Whether an app begins in a folder. */
export function isApp(folder: string): boolean {
  return [...ENTRIES, LUA_ENTRY].some((name) => existsSync(join(folder, name)));
}

function configurationAbove(folder: string): string | undefined {
  const path = join(folder, "tsconfig.json");
  if (existsSync(path)) return path;
  return dirname(folder) === folder ? undefined : configurationAbove(dirname(folder));
}

/**
 * The modules that a board needs for an app, the app last: our own first, unless a plain Lua app does not name it or brings one of that
 * name; of plain Lua each other file of Lua beside app.lua is a module.
 * @throws Mistake for a file that cannot be read
 */
export function modulesFor(app: Source): Source[] {
  if (app.project !== undefined) return [HTTPSERVER, app];
  const own = readdirSync(app.folder)
    .filter((file) => file.endsWith(".lua") && file !== LUA_ENTRY && !BOOT_FILES.includes(file))
    .sort()
    .map(
      (file): Source => ({ folder: app.folder, entry: join(app.folder, file), name: basename(file, ".lua") }),
    );
  const all = [...own, app];
  const isOurs =
    own.every(({ name }) => name !== HTTPSERVER.name) &&
    all.some(({ entry }) => readWanted(entry, "the app").includes(HTTPSERVER.name));
  return isOurs ? [HTTPSERVER, ...all] : all;
}

/** The folder of an app whose files go to the board as they are: for the folder src of a project, the one beside it. */
export function publicFolder({ folder }: Source): string {
  const own = join(folder, "public");
  return basename(folder) === "src" && !existsSync(own) ? join(dirname(folder), "public") : own;
}

/** The folders of which a changed file changes what a board gets. */
export function watchedFolders(app: Source): string[] {
  return [HTTPSERVER.folder, dirname(app.entry), publicFolder(app)];
}
