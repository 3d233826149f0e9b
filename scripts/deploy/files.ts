// Everything that goes to the board: our module, the app, its static files, what the configuration adds, and the files
// that boot it. Mistakes in it are found here, before a board is contacted.
import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { CompactError } from "../../packages/compact/src/tree.ts";
import { numbersOf, SIGNATURE } from "../../packages/lua-vm/chunk51.ts";
import { BytecodeError, type NumberKind } from "../../packages/lua-vm/proto.ts";
import { wasmPath } from "../../simulator/vm/lua53/build.ts";
import { appSource, build, checkIntegers, HTTPSERVER, type Source } from "../compile/build.ts";
import { type UnfitNumber, unfitNumbers } from "../compile/integers.ts";
import { Mistake } from "../mistake.ts";
import { bytecode } from "../simulate.ts";
import { credentials, type FlashConfig, type Form } from "./config.ts";
import { checkImages, type Image } from "./firmware.ts";
import { bootLua, INIT } from "./init.ts";
import { checkFiles, flashName, readWanted, staticFiles, type WantedFile } from "./names.ts";
import { bootNeeds, modulesOf, type Need } from "./needs.ts";
import { type DeployFile, finalName } from "./plan.ts";

/**
 * Builds, and collects the files in the order in which they are sent: init.lua last.
 * @param init whether init.lua and boot.lua are among them
 * @param has53 whether Lua 5.3 can be compiled here (npm run lua53); a board with it compiles by itself otherwise
 * @throws Mistake
 */
export async function deployFiles(
  config: FlashConfig,
  init: boolean,
  has53 = existsSync(wasmPath()),
): Promise<{ files: DeployFile[]; needs: Need[] }> {
  const app = appSource(config.app);
  const wanted = [...staticFiles(join(app.folder, "public")), ...configured(config.files)];
  checkFiles(wanted, config.httpserver !== "none");
  const wifi = init ? credentials(config) : undefined;
  const files: DeployFile[] = [];
  const needs: Need[] = [];
  const uses = (by: string, must: boolean, modules: readonly string[]) =>
    needs.push(...modules.map((what) => ({ what, by, must })));
  if (config.httpserver !== "none") {
    const { needs: modules, ...file } = await built(HTTPSERVER, config.httpserver, has53);
    uses("httpserver", true, modules);
    files.push(file);
  }
  const { needs: modules, ...main } = await built(app, config.appForm, has53);
  uses("the app", false, modules);
  files.push(main);
  files.push(...wanted.map(loadable));
  if ([config.appForm, config.httpserver].includes("compiled"))
    needs.push({ what: "node.compile", by: "--compile", must: true });
  if (init) {
    needs.push(...bootNeeds(wifi !== undefined));
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
  return { files, needs };
}

function configured(files: FlashConfig["files"]): WantedFile[] {
  return Object.entries(files).map(([text, path]) => {
    const from = `"files": ${JSON.stringify({ [text]: path })}`;
    return { name: flashName(text), content: readWanted(path, from), from };
  });
}

async function built(source: Source, form: Form, has53: boolean): Promise<DeployFile & { needs: string[] }> {
  const compiled = await build(source, "compact");
  const lua = Buffer.from(compiled.code);
  const asLua = { name: `${source.name}.lua`, content: lua, compiled: form === "compiled" };
  const asBytecode = (numbers: NumberKind) => ({
    name: `${source.name}.lc`,
    content: bytecode(lua, "5.1", numbers),
  });
  return {
    ...(form === "bytecode" ? asBytecode("double") : asLua),
    needs: modulesOf(compiled.code),
    forBoard: ({ lua: version, numbers }) => {
      if (numbers === "integer") checkIntegers(source, compiled, "compact");
      if (form !== "bytecode") return asLua;
      if (version === "Lua 5.1") return asBytecode(numbers);
      if (version !== "Lua 5.3" || !has53) return { ...asLua, compiled: true };
      return { name: `${source.name}.lc`, content: bytecode(lua, "5.3") };
    },
  };
}

/** Lua and bytecode of others: what the board could not load is a mistake. */
function loadable({ name, content, from }: WantedFile): DeployFile {
  return {
    name,
    content,
    forBoard: ({ lua, numbers }) => {
      if (lua !== "Lua 5.1") return { name, content };
      if (name.endsWith(".lc") && content.toString("latin1", 0, SIGNATURE.length) === SIGNATURE) {
        const made = madeFor(content);
        if (made !== numbers)
          throw new Mistake(
            `${from}: this is ${made === undefined ? "no bytecode of Lua 5.1 for NodeMCU" : `bytecode for firmware that counts in ${made}s`}, and this board counts in ${numbers}s: compile it for that (luac.cross), or send the source`,
          );
      } else if (name.endsWith(".lua") && numbers === "integer") {
        const [first] = unfitIn(content);
        if (first)
          throw new Mistake(
            `${from}:${first.line}: ${first.text} is no number on this board, whose firmware counts in 32-bit integers`,
          );
      }
      return { name, content };
    },
  };
}

function madeFor(content: Buffer): NumberKind | undefined {
  try {
    return numbersOf(content);
  } catch (error) {
    if (!(error instanceof BytecodeError)) throw error;
    return undefined;
  }
}

function unfitIn(content: Buffer): UnfitNumber[] {
  try {
    return unfitNumbers(content.toString("latin1"));
  } catch (error) {
    // the board will say what is wrong with it
    if (!(error instanceof CompactError)) throw error;
    return [];
  }
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
