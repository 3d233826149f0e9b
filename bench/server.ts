// A server to be measured: the Lua files of one folder, of which httpserver.lua is the module that an app requires.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { compile, HTTPSERVER } from "../scripts/compile/build.ts";
import type { Form } from "../scripts/compile/compact/compile.ts";
import { Mistake } from "../scripts/mistake.ts";
import { bytecode } from "../scripts/simulate.ts";

/** What an app requires; other files of the folder are what it requires itself. */
const MODULE = "httpserver";

export interface Server {
  /** Lua source by module name, httpserver first. */
  readonly sources: ReadonlyMap<string, Buffer>;
  /** The same as stripped bytecode. */
  readonly bytecode: ReadonlyMap<string, Buffer>;
}

function server(sources: ReadonlyMap<string, Buffer>): Server {
  return { sources, bytecode: new Map([...sources].map(([name, source]) => [name, bytecode(source)])) };
}

/** Our own server in one of its forms. */
export async function ours(form: Form): Promise<Server> {
  const { code } = await compile(HTTPSERVER, form);
  return server(new Map([[MODULE, Buffer.from(code, "latin1")]]));
}

/** @throws Mistake if the folder has no httpserver.lua */
export function serverIn(folder: string): Server {
  if (!existsSync(join(folder, `${MODULE}.lua`))) throw new Mistake(`there is no ${MODULE}.lua in ${folder}`);
  const names = readdirSync(folder)
    .filter((file) => file.endsWith(".lua"))
    .map((file) => basename(file, ".lua"))
    .sort((a, b) => Number(b === MODULE) - Number(a === MODULE) || (a < b ? -1 : 1));
  return server(new Map(names.map((name) => [name, readFileSync(join(folder, `${name}.lua`))])));
}
