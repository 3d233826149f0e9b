// A simulated board on the computer's network, and the options of commands that run one.
import { Option } from "commander";
import { Mistake } from "../command/mistake.ts";
import type { Code } from "../image/code.ts";
import { NUMBER_KINDS, type NumberKind } from "../lua-vm/proto.ts";
import { LUA_VERSIONS, type LuaVersion } from "../lua-vm/vm/dialect.ts";
import { ensureBuilt } from "../lua-vm/vm/lua53/built.ts";
import { Board } from "./board.ts";
import { CHIPS, type Chip } from "./chips.ts";
import { type Clock, RealClock } from "./clock.ts";
import { fillFlash } from "./contents.ts";
import type { LfsRegion } from "./lfs/region.ts";
import { RealNetwork } from "./network/real.ts";

/** The port that apps serve on the board. */
const HTTP = 80;

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

/** Starts a simulated board whose ports can be reached on this computer. @throws Mistake if the files do not fit into its flash */
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
    peripherals: true,
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

function portMistake(error: NodeJS.ErrnoException, port: number): Mistake {
  if (error.code === "EADDRINUSE")
    return new Mistake(`port ${port} is in use by another program; choose one with --port`);
  if (error.code === "EACCES")
    return new Mistake(`port ${port} needs more rights than you have; choose one above 1023 with --port`);
  return new Mistake(`port ${port} cannot be opened: ${error.message}`);
}

/** The option --chip. */
export function chipOption(): Option {
  return new Option("--chip <chip>", "the board's chip").choices(Object.keys(CHIPS)).default("esp8266");
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
