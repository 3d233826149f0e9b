// What a board has once an app is on it: the files of its flash and the image of its Lua flash store, those that boot it included.
import { IMAGE } from "../../src/agent/marks.ts";
import type { LfsFile } from "../lua-vm/lfs.ts";
import type { NumberKind } from "../lua-vm/proto.ts";
import type { LuaVersion } from "../lua-vm/vm/dialect.ts";
import { type BuiltApp, bytecode, type Code, checkLua, codeImage } from "./code.ts";
import { bootFiles } from "./init.ts";

/** When images for boards that are filled without a deployment were made, for node.LFS.time [s since 1970]. */
const TIME = 1;

/** Files by their names, and an image for the Lua flash store. */
export interface BoardContents {
  files: Record<string, Buffer>;
  image?: LfsFile;
}

/**
 * An app as a board has it with its code where `code` says.
 * @param serial whether somebody is at the board's serial port, who may press a key and reads its address
 * @throws Mistake if it does not fit the Lua flash store, or is no Lua there
 */
export function boardContents(
  { modules, files }: BuiltApp,
  code: Code,
  lua: LuaVersion,
  numbers: NumberKind,
  serial = false,
): BoardContents {
  const hasServer = modules.some(({ name }) => name === "httpserver");
  const common = {
    ...(hasServer ? { httpserver: { name: "httpserver" } } : {}),
    title: "a simulated board",
    serial,
  };
  const target = { lua, numbers, code };
  if (code === "lfs") {
    const image = codeImage(modules, { lua, numbers, time: TIME });
    const boot = bootFiles({ ...common, app: { name: "app" }, store: { app: true, lua } }, target);
    return { files: { ...boot, [IMAGE]: image.file, ...files }, image };
  }
  for (const module of modules) checkLua(module, lua, numbers);
  const ending = code === "bytecode" ? "lc" : "lua";
  const loaded = modules.map(({ name, lua: source }) => [
    `${name}.${ending}`,
    code === "bytecode" ? bytecode(source, lua, numbers) : source,
  ]);
  const boot = bootFiles({ ...common, app: { name: `app.${ending}` } }, target);
  return { files: { ...boot, ...Object.fromEntries(loaded), ...files } };
}
