// A server to be measured: the Lua files of one folder, of which httpserver.lua is the module that an app requires.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { Mistake } from "../command/mistake.ts";
import type { Form } from "../compact/src/compile.ts";
import { compile, HTTPSERVER } from "../image/build.ts";
import { bytecode, codeImage } from "../image/code.ts";
import type { LfsFile } from "../lua-vm/lfs.ts";
import type { LuaVersion } from "../lua-vm/vm/dialect.ts";

/** What an app requires; other files of the folder are what it requires itself. */
const MODULE = "httpserver";

export class Server {
  /** Lua source by module name, httpserver first. */
  readonly sources: ReadonlyMap<string, Buffer>;
  readonly #bytecode = new Map<LuaVersion, ReadonlyMap<string, Buffer>>();

  constructor(sources: ReadonlyMap<string, Buffer>) {
    this.sources = sources;
  }

  /** The sources as one image for the Lua flash store, with line numbers. */
  image(lua: LuaVersion): LfsFile {
    const modules = [...this.sources].map(([name, source]) => ({ name, lua: source }));
    return codeImage(modules, { lua, numbers: "double", time: 0 });
  }

  /** The sources as stripped bytecode; made once. */
  bytecode(lua: LuaVersion): ReadonlyMap<string, Buffer> {
    let files = this.#bytecode.get(lua);
    if (!files) {
      files = new Map([...this.sources].map(([name, source]) => [name, bytecode(source, lua)]));
      this.#bytecode.set(lua, files);
    }
    return files;
  }
}

/** Our own server in one of its forms. */
export async function ours(form: Form): Promise<Server> {
  const { code } = await compile(HTTPSERVER, form);
  return new Server(new Map([[MODULE, Buffer.from(code)]]));
}

/** Reads a server that is a folder of Lua files. @throws Mistake if the folder has no httpserver.lua */
export function serverIn(folder: string): Server {
  if (!existsSync(join(folder, `${MODULE}.lua`))) throw new Mistake(`there is no ${MODULE}.lua in ${folder}`);
  const names = readdirSync(folder)
    .filter((file) => file.endsWith(".lua"))
    .map((file) => basename(file, ".lua"))
    .sort((a, b) => Number(b === MODULE) - Number(a === MODULE) || (a < b ? -1 : 1));
  return new Server(new Map(names.map((name) => [name, readFileSync(join(folder, `${name}.lua`))])));
}
