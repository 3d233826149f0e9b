// What a simulated board starts with: an app and our module as files of its flash or as an image in its Lua flash store, and the
// init.lua that starts them.

import { Mistake } from "../command/mistake.ts";
import type { Form } from "../compact/src/compile.ts";
import type { Source } from "../image/build.ts";
import {
  type BuiltApp,
  buildApp,
  bytecode,
  type Code,
  checkLua,
  codeImage,
  type Module,
  REGION_SIZES,
} from "../image/code.ts";
import { shownName } from "../image/names.ts";
import type { LfsFile } from "../lua-vm/lfs.ts";
import type { NumberKind } from "../lua-vm/proto.ts";
import type { LuaVersion } from "../lua-vm/vm/dialect.ts";
import type { Board } from "./board.ts";
import { LfsRegion } from "./lfs/region.ts";
import { load53 } from "./lfs/region53.ts";

/** Our module comes first, while the heap is largest; a plain Lua app may not need it. */
const requireServer = (modules: readonly Module[]) =>
  modules.some(({ name }) => name === "httpserver") ? 'require("httpserver")\n' : "";

/** What the board runs at its start, with its code in files. */
const initFor = (modules: readonly Module[], app: string) => `${requireServer(modules)}dofile("${app}")\n`;

/** The same with both in the Lua flash store, where a file of the same name would go first. */
const storeInit = (modules: readonly Module[]) =>
  `package.loaders[3] = function(name) return node.LFS.get(name) end\n${requireServer(modules)}require("app")\n`;

/** What node.LFS.time tells of images for simulated boards, where nothing compares it [s since 1970]. */
const LFS_TIME = 0;

/** What a simulated board is given: files, and an image for its Lua flash store. */
export interface BoardContents {
  files: Record<string, Buffer>;
  image?: LfsFile;
}

/** An app as a board gets it with its code where `code` says. @throws Mistake if it does not fit the Lua flash store */
export function boardContents(
  { modules, files }: BuiltApp,
  code: Code,
  lua: LuaVersion,
  numbers: NumberKind,
): BoardContents {
  if (code === "lfs")
    return {
      files: { "init.lua": Buffer.from(storeInit(modules)), ...files },
      image: codeImage(modules, { lua, numbers, time: LFS_TIME }),
    };
  for (const module of modules) checkLua(module, lua, numbers);
  const ending = code === "bytecode" ? "lc" : "lua";
  const loaded = modules.map(({ name, lua: source }) => [
    `${name}.${ending}`,
    code === "bytecode" ? bytecode(source, lua, numbers) : source,
  ]);
  return {
    files: {
      "init.lua": Buffer.from(initFor(modules, `app.${ending}`)),
      ...Object.fromEntries(loaded),
      ...files,
    },
  };
}

/** Compiles our module and the app for an ESP8266 that has its code in flash, as npm start does. @throws Mistake as buildApp */
export async function buildInFlash(
  app: Source,
  form: Form,
): Promise<{ files: Record<string, Buffer>; lfs: LfsRegion }> {
  const { files, image } = boardContents(await buildApp(app, form), "lfs", "5.1", "double");
  return { files, lfs: regionWith(image!, "double") };
}

/** A Lua flash store with an image in it: as large as firmware's usual ones, and no larger than it must be. */
export function regionWith({ file, size }: LfsFile, numbers: NumberKind, lua: LuaVersion = "5.1"): LfsRegion {
  const region = new LfsRegion(REGION_SIZES.find((most) => size <= most) ?? REGION_SIZES.at(-1)!);
  loadRegion(region, file, numbers, lua);
  return region;
}

/** Puts an image into a store while no board uses it, or a board that is about to restart. @throws Mistake if it is refused */
export function loadRegion(region: LfsRegion, file: Buffer, numbers: NumberKind, lua: LuaVersion): void {
  const problem =
    lua === "5.3" ? load53(region, file, () => {}) : region.reload(file, numbers, Number.POSITIVE_INFINITY);
  if (problem !== undefined)
    throw new Mistake(`the simulated board does not take the image of the code: ${problem}`);
}

/** Writes files to a simulated board's flash. @throws Mistake if it is too small for them */
export function fillFlash(board: Board, files: Record<string, Buffer>): void {
  for (const [name, content] of Object.entries(files)) {
    if (!board.files.write(name, content))
      throw new Mistake(
        `${shownName(name)} (${content.length} bytes) does not fit into the flash of the simulated board: ${board.files.used} of its ${board.files.size} bytes are taken`,
      );
  }
}
