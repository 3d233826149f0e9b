// Everything that goes to the board: our module, the app, its static files, what the configuration adds, and the files
// that boot it. Mistakes in it are found here, before a board is contacted.
import { existsSync } from "node:fs";
import { relative } from "node:path";
import { GOOD_IMAGE, IMAGE } from "../../src/agent/marks.ts";
import { Mistake } from "../command/mistake.ts";
import { readWanted } from "../command/reading.ts";
import { CompactError } from "../compact/src/tree.ts";
import { appSource, modulesFor, publicFolder, watchedFolders } from "../image/app.ts";
import { build, checkIntegers, HTTPSERVER, type Source } from "../image/build.ts";
import { bytecode, checkLua } from "../image/code.ts";
import { type BootOptions, bootFiles, type Loaded } from "../image/init.ts";
import { type UnfitNumber, unfitNumbers } from "../image/integers.ts";
import { checkFiles, flashName, staticFiles, type WantedFile } from "../image/names.ts";
import { bootNeeds, modulesOf, type Need } from "../image/needs.ts";
import { numbersOf, SIGNATURE } from "../lua-vm/chunk51.ts";
import { BytecodeError, type NumberKind } from "../lua-vm/proto.ts";
import { wasmPath } from "../lua-vm/vm/lua53/built.ts";
import { loadingPeak } from "../simulator/heap-left.ts";
import type { Capabilities } from "./board.ts";
import { chooseStore, type StorePiece, type WantedImage } from "./choice.ts";
import { credentials, type FlashConfig, type Form } from "./config.ts";
import { checkImages, type Image } from "./firmware.ts";
import { type DeployFile, finalName } from "./plan.ts";
import type { Store } from "./store.ts";

/** What is to be on a board, as far as it is known before the board is asked. */
export interface Deployment {
  needs: Need[];
  /** The code may go into the Lua flash store: the board is to be asked about it. */
  mayStore: boolean;
  /** @param store what the board says of its store; undefined if it was not asked @throws Mistake, Problem */
  choose(can: Capabilities, store: Store | undefined): Chosen;
}

/** What goes to one board. */
export interface Chosen {
  /** In the order in which they are sent: init.lua last. */
  files: DeployFile[];
  /** The code for the store; none if all of it goes as files. */
  image?: WantedImage;
  /** Files that would go before what is in the store, or that only the store had need of; they go in the swap. */
  removes: string[];
  /** What a person may want to know of it. */
  says: string[];
}

/**
 * Builds, and finds out what is to go to the board.
 * @param init whether init.lua and boot.lua are among it
 * @param has53 whether Lua 5.3 can be compiled here (npm run lua53); a board with it compiles by itself otherwise
 * @throws Mistake
 */
export async function deployFiles(
  config: FlashConfig,
  init: boolean,
  has53 = existsSync(wasmPath()),
): Promise<Deployment> {
  const app = appSource(config.app);
  const wanted = [...staticFiles(publicFolder(app)), ...configured(config.files)];
  checkFiles(wanted, config.httpserver !== "none");
  const wifi = init ? credentials(config) : undefined;
  const pieces: Piece[] = [];
  for (const source of modulesFor(app)) {
    const form = source === HTTPSERVER ? config.httpserver : config.appForm;
    if (form !== "none") pieces.push(await built(source, form, has53));
  }
  const isAuto = pieces.some(({ form }) => form === "auto");
  if (config.code === "lfs" && !isAuto)
    throw new Mistake(
      '"code" is "lfs", but "appForm" and "httpserver" say that everything goes as files: leave one of them at "auto"',
    );
  const needs: Need[] = pieces.flatMap(({ source, modules }) =>
    modules.map((what) =>
      source === HTTPSERVER ? { what, by: "httpserver", must: true } : { what, by: "the app", must: false },
    ),
  );
  if (pieces.some(({ form }) => form === "compiled"))
    needs.push({ what: "node.compile", by: "--compile", must: true });
  if (init) needs.push(...bootNeeds(wifi !== undefined));

  const choose = (can: Capabilities, store: Store | undefined): Chosen => {
    const stored = pieces.filter(({ form }) => form === "auto");
    const { image, says } = chooseStore(stored, { code: config.code, can, store, has53 });
    const asForm = (form: Piece["form"]): Form => (form === "auto" ? fileForm(config.code) : form);
    const inFiles = pieces
      .filter((piece) => !image || piece.form !== "auto")
      .map((piece) => ({ piece, file: piece.as(asForm(piece.form), can) }));
    for (const { piece, file } of inFiles)
      if (file.compiled && piece.form !== "compiled")
        says.push(
          `${finalName(file)} is compiled on the board, which takes heap: here no compiler of ${can.lua} was built (npm run lua53)`,
        );
    const files = [...inFiles.map(({ file }) => file), ...wanted.map((file) => loadable(file, can))];
    const fileOf = (source: Source) => inFiles.find(({ piece }) => piece.source === source)?.file;
    if (init) {
      const appFile = fileOf(app);
      const modules = pieces.map(({ source }) => source);
      const options: BootOptions = {
        app: appFile ? loaded(finalName(appFile), appFile, can) : { name: app.name },
        ...(modules.includes(HTTPSERVER)
          ? { httpserver: loaded(HTTPSERVER.name, fileOf(HTTPSERVER), can) }
          : {}),
        ...(image
          ? {
              store: {
                app: appFile === undefined,
                lua: can.lua === "Lua 5.3" ? ("5.3" as const) : ("5.1" as const),
              },
            }
          : {}),
        title: relative(process.cwd(), app.folder) || app.folder,
        ...(wifi ? { wifi } : {}),
      };
      const target = {
        lua: can.lua === "Lua 5.1" ? ("5.1" as const) : ("5.3" as const),
        numbers: can.numbers,
        code: config.code,
      };
      for (const [name, content] of Object.entries(bootFiles(options, target))) files.push({ name, content });
    }
    const removes = image
      ? image.fresh.names.flatMap((name) => [`${name}.lc`, `${name}.lua`])
      : [IMAGE, GOOD_IMAGE];
    return { files, removes, says, ...(image ? { image } : {}) };
  };
  return { needs, mayStore: isAuto && ["auto", "lfs"].includes(config.code), choose };
}

/** How code goes as files, where nothing else was said. */
function fileForm(code: FlashConfig["code"]): Form {
  return code === "source" ? "source" : "bytecode";
}

/** A file for boot.lua, which tells what loading takes when the heap was not enough. */
function loaded(name: string, file: DeployFile | undefined, can: Capabilities): Loaded {
  if (!file || file.compiled || can.lua !== "Lua 5.1") return { name };
  return { name, peak: loadingPeak(file.content, can.numbers) };
}

function configured(files: FlashConfig["files"]): WantedFile[] {
  return Object.entries(files).map(([text, path]) => {
    const from = `"files": ${JSON.stringify({ [text]: path })}`;
    return { name: flashName(text), content: readWanted(path, from), from };
  });
}

/** Our module, or the app: what was compiled of it, and how it goes to a board. */
interface Piece extends StorePiece {
  source: Source;
  /** "auto": as "code" says. */
  form: Form | "auto";
  /** The firmware's modules that it names. */
  modules: string[];
  /** @throws Mistake for what the board cannot take */
  as(form: Form, can: Capabilities): DeployFile;
}

async function built(source: Source, form: Piece["form"], has53: boolean): Promise<Piece> {
  const compiled = await build(source, "compact");
  const lua = Buffer.from(compiled.code);
  const check = (numbers: NumberKind) => {
    if (numbers === "integer") checkIntegers(source, compiled, "compact");
  };
  return {
    source,
    form,
    name: source.name,
    lua,
    modules: modulesIn(compiled.code),
    check,
    as: (wanted, { lua: version, numbers }) => {
      check(numbers);
      if (source.project === undefined && (version === "Lua 5.1" || (version === "Lua 5.3" && has53)))
        checkLua({ name: source.name, lua }, version === "Lua 5.1" ? "5.1" : "5.3", numbers);
      const asLua = { name: `${source.name}.lua`, content: lua, compiled: wanted === "compiled" };
      if (wanted !== "bytecode") return asLua;
      if (version === "Lua 5.1") return { name: `${source.name}.lc`, content: bytecode(lua, "5.1", numbers) };
      if (version !== "Lua 5.3" || !has53) return { ...asLua, compiled: true };
      return { name: `${source.name}.lc`, content: bytecode(lua, "5.3") };
    },
  };
}

/** The firmware's modules that Lua names; of what cannot be read as Lua 5.1 none, because whoever compiles it says more about that. */
function modulesIn(code: string): string[] {
  try {
    return modulesOf(code);
  } catch (error) {
    if (!(error instanceof CompactError)) throw error;
    return [];
  }
}

/** Lua and bytecode of others: what the board could not load is a mistake. */
function loadable({ name, content, from }: WantedFile, { lua, numbers }: Capabilities): DeployFile {
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
  return [...watchedFolders(appSource(config.app)), ...Object.values(config.files)];
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
