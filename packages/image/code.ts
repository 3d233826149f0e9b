// The Lua of an app and of our module in the forms in which a board runs it: source, bytecode in RAM, or one image in the Lua
// flash store. What npm start and npm run flash put on a board is made here.
import { Mistake } from "../command/mistake.ts";
import type { Form } from "../compact/src/compile.ts";
import { readPuc, writeNodeMcu } from "../lua-vm/chunk51.ts";
import { readPuc53, strip53, writeNodeMcu53 } from "../lua-vm/chunk53.ts";
import type { Compiler } from "../lua-vm/compile.ts";
import { type LfsFile, makeLfs } from "../lua-vm/lfs.ts";
import { BytecodeError, type NumberKind, strip } from "../lua-vm/proto.ts";
import type { LuaVersion } from "../lua-vm/vm/dialect.ts";
import { LuaVm } from "../lua-vm/vm/lua.ts";
import { modulesFor, publicFolder } from "./app.ts";
import { build, checkIntegers, type Source } from "./build.ts";
import { checkFiles, staticFiles } from "./names.ts";

/** Where a board has its code: in the Lua flash store, or in RAM, loaded from bytecode or from source. */
export type Code = "lfs" | "bytecode" | "source";

/** Sizes of the store that firmware is usually built with; the first is nodemcu-build.com's proposal [bytes]. */
export const REGION_SIZES = [64 * 1024, 128 * 1024, 256 * 1024] as const;

/** A module of Lua, under the name that Lua requires it by. */
export interface Module {
  name: string;
  lua: Buffer;
}

export interface BuiltApp {
  /** httpserver first, if the app needs it; the app last. */
  modules: Module[];
  /** What lies in the app's public/, by its name on the board. */
  files: Record<string, Buffer>;
}

/** Compiles our module and the app. @throws Mistake for errors in the sources, and for files that no board can have */
export async function buildApp(app: Source, form: Form, numbers: NumberKind = "double"): Promise<BuiltApp> {
  const publicFiles = staticFiles(publicFolder(app));
  checkFiles(publicFiles, true);
  const modules: Module[] = [];
  for (const source of modulesFor(app)) {
    const compiled = await build(source, form);
    if (numbers === "integer") checkIntegers(source, compiled, form);
    modules.push({ name: source.name, lua: Buffer.from(compiled.code) });
  }
  return { modules, files: Object.fromEntries(publicFiles.map(({ name, content }) => [name, content])) };
}

/** One image of modules, with line numbers. @throws Mistake if it cannot be made */
export function codeImage(
  modules: readonly Module[],
  { lua, numbers, time }: { lua: LuaVersion; numbers: NumberKind; time: number },
): LfsFile {
  const files = modules.map(({ name, lua: source }) => ({ path: `${name}.lua`, source }));
  try {
    return makeLfs(files, { lua, numbers, time, compiler: compiler(numbers, lua) });
  } catch (error) {
    if (error instanceof BytecodeError) throw new Mistake(error.message);
    throw error;
  }
}

/** VMs that only compile; one for each Lua and kind of numbers, because each takes megabytes. */
const compilingVms = new Map<string, LuaVm>();

/** Compiles for firmware with this Lua and such numbers. */
export function compiler(numbers: NumberKind, version: LuaVersion = "5.1"): Compiler {
  const key = `${version} ${numbers}`;
  const vm = compilingVms.get(key) ?? new LuaVm({ version, numbers });
  compilingVms.set(key, vm);
  return (source, name) => {
    const message = vm.load(vm.L, source, name);
    if (message !== undefined) return message;
    const chunk = vm.dump(vm.L);
    vm.pop(vm.L);
    return chunk;
  };
}

/** @throws Mistake with the place if a module is no Lua, for Lua that a person has written */
export function checkLua({ name, lua }: Module, version: LuaVersion, numbers: NumberKind): void {
  const chunk = compiler(numbers, version)(lua, `@${name}.lua`);
  if (typeof chunk === "string") throw new Mistake(`Lua ${version} cannot read this: ${chunk}`);
}

/**
 * Source to stripped bytecode for Lua 5.1 with these numbers, as luac.cross does it, or for 5.3.
 * @throws Error for what is no Lua there, for one that counts in integers a fraction too; BytecodeError for a number that is too large
 *   for such a one
 */
export function bytecode(
  source: Buffer,
  version: LuaVersion = "5.1",
  numbers: NumberKind = "double",
): Buffer {
  const chunk = compiler(numbers, version)(source, "=?");
  if (typeof chunk === "string") throw new Error(`the compiled module is no Lua: ${chunk}`);
  if (version === "5.1") return writeNodeMcu(strip(readPuc(chunk).main, "all"), numbers);
  return writeNodeMcu53(strip53(readPuc53(chunk), "all"), false);
}
