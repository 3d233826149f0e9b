// The files that start a board: init.lua, the same for every app, and boot.lua, made for one (src/agent/boot.ts).

import type { NumberKind } from "../lua-vm/proto.ts";
import type { LuaVersion } from "../lua-vm/vm/dialect.ts";
import { agentChunk } from "./agent.ts";
import { bytecode, type Code } from "./code.ts";
import { BOOT_FILE, INIT_FILE } from "./reserved.ts";

/** A module or app, and the heap that it takes while it is loaded. */
export interface Loaded {
  /** What it is called: for a module what Lua requires, for an app its file. */
  name: string;
  /** Most heap in use while it is loaded, beside what was in use before [bytes]; undefined: it is not known. */
  peak?: number;
}

export interface BootOptions {
  /** Its file on the board, such as app.lua; in the store the module. */
  app: Loaded;
  /** Required before the app. */
  httpserver?: Loaded;
  /** Some of it is in the Lua flash store, of this Lua: boot.lua sees to the image there. */
  store?: { app: boolean; lua: "5.1" | "5.3" };
  wifi?: { ssid: string; password: string };
  /** Whether somebody is at the board's serial port, who may press a key and reads its address; true if left out. */
  serial?: boolean;
  /** What it is made for, for the comment at the top. */
  title: string;
}

/** init.lua: less than one page of flash. */
export function initLua(): string {
  return `-- npm run flash: finishes a deployment that was cut off, then boots\n${agentChunk("init")}\n`;
}

/** boot.lua for an app. */
export function bootLua({ app, httpserver, store, wifi, serial = true, title }: BootOptions): string {
  const bytes = (text: string) => Buffer.from(text, "utf8").toString("latin1");
  const lua = agentChunk(
    "boot",
    bytes(app.name),
    app.peak,
    httpserver !== undefined,
    httpserver?.peak,
    store !== undefined,
    store?.app ?? false,
    store?.lua === "5.3",
    serial,
    wifi && bytes(wifi.ssid),
    wifi && bytes(wifi.password),
  );
  return `-- boot.lua, made by npm run flash for ${title.replace(/[^ -~]/g, "?")}\n${lua}\n`;
}

/** The board that the files are for. */
export interface BootTarget {
  lua: LuaVersion;
  numbers: NumberKind;
  code: Code | "auto";
}

/**
 * The files that boot a board. boot.lua is bytecode, whatever its name, because parsing it would take more than 10 KB of the heap at
 * every start, and the image that it may have to load takes 25; as source only where all code is to be that.
 */
export function bootFiles(options: BootOptions, { lua, numbers, code }: BootTarget): Record<string, Buffer> {
  const source = Buffer.from(bootLua(options));
  return {
    [BOOT_FILE]: lua === "5.1" && code !== "source" ? bytecode(source, "5.1", numbers) : source,
    [INIT_FILE]: Buffer.from(initLua()),
  };
}
