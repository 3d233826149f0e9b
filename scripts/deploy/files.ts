// Everything that goes to the board: our module, the app, its static files, what the configuration adds, and the files
// that boot it. Mistakes in it are found here, before a board is contacted.
import { join, relative } from "node:path";
import { appSource, build, HTTPSERVER, type Source } from "../compile/build.ts";
import { Mistake } from "../mistake.ts";
import { bytecode } from "../simulate.ts";
import { credentials, type FlashConfig, type Form } from "./config.ts";
import { checkImages, type Image } from "./firmware.ts";
import { bootLua, INIT } from "./init.ts";
import { checkFiles, flashName, readWanted, staticFiles, type WantedFile } from "./names.ts";
import { type DeployFile, finalName } from "./plan.ts";

/** Builds, and collects the files in the order in which they are sent: init.lua last. @throws Mistake */
export async function deployFiles(config: FlashConfig, init: boolean): Promise<DeployFile[]> {
  const app = appSource(config.app);
  const wanted = [...staticFiles(join(app.folder, "public")), ...configured(config.files)];
  checkFiles(wanted, config.httpserver !== "none");
  const wifi = init ? credentials(config) : undefined;
  const files: DeployFile[] = [];
  if (config.httpserver !== "none") files.push(await built(HTTPSERVER, config.httpserver));
  const main = await built(app, config.appForm);
  files.push(main);
  for (const { name, content } of wanted) files.push({ name, content });
  if (init) {
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
  return files;
}

function configured(files: FlashConfig["files"]): WantedFile[] {
  return Object.entries(files).map(([text, path]) => {
    const from = `"files": ${JSON.stringify({ [text]: path })}`;
    return { name: flashName(text), content: readWanted(path, from), from };
  });
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

/** The firmware images of the configuration, read and looked over. @throws Mistake */
export function firmwareImages(config: FlashConfig): Image[] {
  const entries = Object.entries(config.firmware);
  if (entries.length === 0)
    throw new Mistake(
      'which firmware? npm run flash -- --firmware nodemcu.bin, or "firmware" in flash.config.json; images for your board come from nodemcu-build.com',
    );
  const images = entries.map(([offset, path]) => ({
    address: Number(offset),
    data: readWanted(path, "--firmware"),
    path,
  }));
  checkImages(images);
  return images;
}
