// Everything that goes to the board: our module, the app, its static files, what the configuration adds, and the files
// that boot it.
import { existsSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import { appSource, build, HTTPSERVER, type Source } from "../compile/build.ts";
import { Mistake } from "../mistake.ts";
import { bytecode, staticFiles } from "../simulate.ts";
import { credentials, type FlashConfig, type Form } from "./config.ts";
import { bootLua, INIT } from "./init.ts";
import { type DeployFile, finalName } from "./plan.ts";

/** Builds, and collects the files in the order in which they are sent: init.lua last. */
export async function deployFiles(config: FlashConfig, init: boolean): Promise<DeployFile[]> {
  const app = appSource(config.app);
  const files: DeployFile[] = [];
  if (config.httpserver !== "none") files.push(await built(HTTPSERVER, config.httpserver));
  const main = await built(app, config.appForm);
  files.push(main);
  for (const [name, content] of Object.entries(staticFiles(app.folder))) files.push({ name, content });
  for (const [name, path] of Object.entries(config.files)) {
    if (!existsSync(path)) throw new Mistake(`"files": there is no file ${path} for ${name}`);
    files.push({ name, content: readFileSync(path) });
  }
  if (init) {
    const wifi = credentials(config);
    files.push({
      name: "boot.lua",
      content: Buffer.from(
        bootLua({
          app: finalName(main),
          httpserver: config.httpserver !== "none",
          title: relative(process.cwd(), app.folder) || app.folder,
          ...(wifi ? { wifi } : {}),
        }),
      ),
    });
    files.push({ name: "init.lua", content: Buffer.from(INIT) });
  }
  const names = new Set<string>();
  for (const file of files) {
    const name = finalName(file);
    if (names.has(name)) throw new Mistake(`two files would be called ${name} on the board`);
    names.add(name);
  }
  return files;
}

async function built(source: Source, form: Form): Promise<DeployFile> {
  const { code } = await build(source, "compact");
  const lua = Buffer.from(code, "latin1");
  const name = `${source.name}.lua`;
  if (form === "bytecode") return { name: `${source.name}.lc`, content: bytecode(lua) };
  return { name, content: lua, compiled: form === "compiled" };
}

/** What to watch for --watch. */
export function watched(config: FlashConfig): string[] {
  return [HTTPSERVER.folder, appSource(config.app).folder, ...Object.values(config.files)];
}
