// The files that start a board: init.lua, the same for every app, and boot.lua, made for one (src/agent/boot.ts).

import { agentChunk } from "./agent.ts";

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
  /** What it is made for, for the comment at the top. */
  title: string;
}

/** init.lua: less than one page of flash. */
export function initLua(): string {
  return `-- npm run flash: finishes a deployment that was cut off, then boots\n${agentChunk("init")}\n`;
}

/** boot.lua for an app. */
export function bootLua({ app, httpserver, store, wifi, title }: BootOptions): string {
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
    wifi && bytes(wifi.ssid),
    wifi && bytes(wifi.password),
  );
  return `-- boot.lua, made by npm run flash for ${title.replace(/[^ -~]/g, "?")}\n${lua}\n`;
}
