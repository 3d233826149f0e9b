// A simulated board on the computer's network, with our module and an app in its flash: what start and probe share.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Option } from "commander";
import type { Form } from "../packages/compact/src/compile.ts";
import { readPuc, writeNodeMcu } from "../packages/lua-vm/chunk51.ts";
import { readPuc53, strip53, writeNodeMcu53 } from "../packages/lua-vm/chunk53.ts";
import type { Compiler } from "../packages/lua-vm/compile.ts";
import { NUMBER_KINDS, type NumberKind, strip } from "../packages/lua-vm/proto.ts";
import { Board, CHIPS, type Chip } from "../simulator/board.ts";
import { RealClock } from "../simulator/clock.ts";
import { RealNetwork } from "../simulator/network/real.ts";
import { LUA_VERSIONS, type LuaVersion } from "../simulator/vm/dialect.ts";
import { LuaVm } from "../simulator/vm/lua.ts";
import { ensureBuilt } from "../simulator/vm/lua53/build.ts";
import { build, checkIntegers, HTTPSERVER, outputPath, type Source } from "./compile/build.ts";
import { checkFiles, shownName, staticFiles } from "./deploy/names.ts";
import { Mistake } from "./mistake.ts";

/** The port that apps serve on the board. */
const HTTP = 80;
/** What the board runs at its start: our module first, while the heap is largest, then the app. */
export const INIT = 'require("httpserver")\ndofile("app.lua")\n';

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
  const publicFiles = staticFiles(join(app.folder, "public"));
  checkFiles(publicFiles, true);
  const { code } = await build(HTTPSERVER, form);
  const compiled = await build(app, form);
  if (numbers === "integer") checkIntegers(app, compiled, form);
  return {
    "init.lua": Buffer.from(INIT),
    "httpserver.lc": bytecode(Buffer.from(code), lua, numbers),
    "app.lua": readFileSync(outputPath(app, form)),
    ...Object.fromEntries(publicFiles.map(({ name, content }) => [name, content])),
  };
}

/** Compiles for firmware with this Lua and such numbers. */
export function compiler(numbers: NumberKind, version: LuaVersion = "5.1"): Compiler {
  const vm = new LuaVm({ version, numbers });
  return (source, name) => {
    const message = vm.load(vm.L, source, name);
    if (message !== undefined) return message;
    const chunk = vm.dump(vm.L);
    vm.pop(vm.L);
    return chunk;
  };
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
  const vm = new LuaVm({ version, numbers });
  const message = vm.load(vm.L, source, "=?");
  if (message !== undefined) throw new Error(`the compiled module is no Lua: ${message}`);
  if (version === "5.1") return writeNodeMcu(strip(readPuc(vm.dump(vm.L)).main, "all"), numbers);
  return writeNodeMcu53(strip53(readPuc53(vm.dump(vm.L)), "all"), false);
}

export function simulate(files: Record<string, Buffer>, options: SimulationOptions): Board {
  const clock = new RealClock();
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
