// A simulated board on the computer's network, with our module and an app in its flash: what start and probe share.
import { Option } from "commander";
import type { Form } from "../packages/compact/src/compile.ts";
import type { LfsFile } from "../packages/lua-vm/lfs.ts";
import { NUMBER_KINDS, type NumberKind } from "../packages/lua-vm/proto.ts";
import { Board, CHIPS, type Chip } from "../simulator/board.ts";
import { type Clock, RealClock } from "../simulator/clock.ts";
import { LfsRegion } from "../simulator/lfs/region.ts";
import { load53 } from "../simulator/lfs/region53.ts";
import { RealNetwork } from "../simulator/network/real.ts";
import { LUA_VERSIONS, type LuaVersion } from "../simulator/vm/dialect.ts";
import { ensureBuilt } from "../simulator/vm/lua53/build.ts";
import { type BuiltApp, buildApp, bytecode, type Code, codeImage, compiler, REGION_SIZES } from "./code.ts";
import type { Source } from "./compile/build.ts";
import { shownName } from "./deploy/names.ts";
import { Mistake } from "./mistake.ts";

/** The port that apps serve on the board. */
const HTTP = 80;
/** What the board runs at its start: our module first, while the heap is largest, then the app. */
export const INIT = 'require("httpserver")\ndofile("app.lua")\n';

/** The same with both in the Lua flash store, where a file of the same name would go first. */
const LFS_INIT = `package.loaders[3] = function(name) return node.LFS.get(name) end
require("httpserver")
require("app")
`;
/** What node.LFS.time tells of images for simulated boards, where nothing compares it [s since 1970]. */
const LFS_TIME = 0;

export { bytecode, compiler };

export interface SimulationOptions {
  chip: Chip;
  /** 5.1 if left out. */
  lua?: LuaVersion;
  /** What Lua 5.1 counts in; doubles if left out. */
  numbers?: NumberKind;
  /** The computer's port for port 80 of the board; other ports of the board get a free one. */
  port: number;
  heap: number;
  connections?: number;
  /** Its Lua flash store; none if left out. */
  lfs?: LfsRegion;
  /** The computer's if left out. */
  clock?: Clock;
  console: (text: string) => void;
  /** A port of the board is open at this address. */
  listening: (boardPort: number, url: string) => void;
  /** A port could not be opened. */
  failed: (mistake: Mistake) => void;
}

/**
 * Compiles our module and the app.
 * @returns the files for the board's flash: our module as stripped bytecode, because parsing it would take more heap
 *   than the chip has; the app as source, so that its errors have lines
 * @throws Mistake for errors in the sources, and for files that no board can have
 */
export async function buildFiles(
  app: Source,
  form: Form,
  lua: LuaVersion = "5.1",
  numbers: NumberKind = "double",
): Promise<Record<string, Buffer>> {
  const { modules, files } = await buildApp(app, form, numbers);
  const [httpserver, main] = modules.map(({ lua }) => lua);
  return {
    "init.lua": Buffer.from(INIT),
    "httpserver.lc": bytecode(httpserver!, lua, numbers),
    "app.lua": main!,
    ...files,
  };
}

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
      files: { "init.lua": Buffer.from(LFS_INIT), ...files },
      image: codeImage(modules, { lua, numbers, time: LFS_TIME }),
    };
  const ending = code === "bytecode" ? "lc" : "lua";
  const loaded = modules.map(({ name, lua: source }) => [
    `${name}.${ending}`,
    code === "bytecode" ? bytecode(source, lua, numbers) : source,
  ]);
  const init = INIT.replace("app.lua", `app.${ending}`);
  return { files: { "init.lua": Buffer.from(init), ...Object.fromEntries(loaded), ...files } };
}

/** Compiles our module and the app for an ESP8266 that has its code in flash, as npm start does. @throws Mistake as buildFiles */
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

export function simulate(files: Record<string, Buffer>, options: SimulationOptions): Board {
  const clock = options.clock ?? new RealClock();
  const network = new RealNetwork(
    clock,
    (port) => (port === HTTP ? options.port : 0),
    (boardPort, port, error) => {
      if (error) options.failed(portMistake(error, port));
      else options.listening(boardPort, `http://127.0.0.1:${port}`);
    },
  );
  const board = new Board({
    chip: options.chip,
    lua: options.lua ?? "5.1",
    numbers: options.numbers ?? "double",
    heap: options.heap,
    clock,
    network,
    console: options.console,
    ...(options.connections === undefined ? {} : { connections: options.connections }),
    ...(options.lfs === undefined ? {} : { lfs: options.lfs }),
  });
  try {
    fillFlash(board, files);
  } catch (error) {
    board.stop();
    throw error;
  }
  return board;
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

function portMistake(error: NodeJS.ErrnoException, port: number): Mistake {
  if (error.code === "EADDRINUSE")
    return new Mistake(`port ${port} is in use by another program; choose one with --port`);
  if (error.code === "EACCES")
    return new Mistake(`port ${port} needs more rights than you have; choose one above 1023 with --port`);
  return new Mistake(`port ${port} cannot be opened: ${error.message}`);
}

/** The option --chip. */
export function chipOption(): Option {
  return new Option("--chip <chip>", "the board's chip").choices(CHIPS).default("esp8266");
}

/** Where the code is to be; "auto" is the Lua flash store, "ram" another word for bytecode. */
export type CodeChoice = Code | "auto" | "ram";

/** The option --code of commands with a simulated board. */
export function codeOption(): Option {
  return new Option(
    "--code <where>",
    "where the board has its code: in its Lua flash store (lfs, or auto), or in RAM, loaded from bytecode (bytecode, or ram) or " +
      "from source",
  )
    .choices(["auto", "lfs", "ram", "bytecode", "source"])
    .default("auto");
}

/** What a choice means on a simulated board. */
export function chosenCode(choice: CodeChoice): Code {
  if (choice === "auto") return "lfs";
  return choice === "ram" ? "bytecode" : choice;
}

/** The option --lua. */
export function luaOption(): Option {
  return new Option(
    "--lua <version>",
    "what the firmware was built with: 5.1 with doubles, 5.3 with 32-bit numbers",
  )
    .choices(LUA_VERSIONS)
    .default("5.1");
}

/** The option --numbers. */
export function numbersOption(): Option {
  return new Option("--numbers <kind>", "what the firmware's Lua 5.1 counts in: doubles, or 32-bit integers")
    .choices(NUMBER_KINDS)
    .default("double");
}

/** Makes sure that boards with this version and these numbers can run. @throws Mistake */
export function needLua(version: LuaVersion, numbers: NumberKind = "double"): void {
  if (version === "5.3" && numbers === "integer")
    throw new Mistake("Lua 5.3 has integers and floats at once; --numbers integer is for --lua 5.1");
  const problem = version === "5.3" ? ensureBuilt() : undefined;
  if (problem !== undefined) throw new Mistake(`there is no Lua 5.3 to run: ${problem}`);
}

/** A port number from the command line. @throws Mistake */
export function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65535)
    throw new Mistake(`--port takes a number from 1 to 65535, not "${text}"`);
  return port;
}

/** A whole number of at least `least` from the command line. @throws Mistake */
export function parseCount(flag: string, text: string, least: number): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < least)
    throw new Mistake(`${flag} takes a whole number of at least ${least}, not "${text}"`);
  return count;
}
