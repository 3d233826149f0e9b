// What a deployment needs of the firmware: modules, and functions that older firmware lacks. A board is asked for all of them
// at once, so that what is missing is named before anything is sent.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../command/place.ts";
import { parse } from "../compact/src/parse.ts";
import { visitBlock } from "../compact/src/tree.ts";

export interface Need {
  /** A module, or a function of one: "tmr", "tmr.create"; either of two: "uart.on|console.on". */
  what: string;
  /** Who needs it. */
  by: string;
  /** Nothing works without it; otherwise it may be that the app asks first whether it is there. */
  must: boolean;
}

const need = (by: string, what: string): Need[] =>
  what.split(" ").map((one) => ({ what: one, by, must: true }));

/** What the tool itself calls, whatever it sends. */
export const TOOL_NEEDS = need(
  "npm run flash",
  "node node.heap node.restart file file.list file.exists file.remove file.rename",
);

/** What boot.lua calls (init.ts). Newer firmware for ESP32 gives the console's input in another module. */
export function bootNeeds(wifi: boolean): Need[] {
  return need("boot.lua", `tmr tmr.create node.task uart.on|console.on${wifi ? " wifi wifi.sta" : ""}`);
}

/** Declarations that are no module: collections, and our own. */
const NO_MODULES = new Set(["esp8266", "esp32", "portable", "firmware", "httpserver"]);

/** The firmware's modules, of both chips: those that types/ declares. */
export function firmwareModules(): Set<string> {
  const names = readdirSync(join(ROOT, "types")).flatMap((file) => /^(\w+)\.d\.ts$/.exec(file)?.[1] ?? []);
  return new Set(names.filter((name) => !NO_MODULES.has(name)));
}

/** The modules of the firmware that Lua names. @throws CompactError if it is no Lua */
export function modulesOf(code: string): string[] {
  const modules = firmwareModules();
  const found = new Set<string>();
  visitBlock(parse(code, 0).body, {
    expression: (e) => {
      if (e.kind === "global" && modules.has(e.name)) found.add(e.name);
    },
  });
  return [...found].sort();
}

/** Needs that the firmware does not meet; of a module that is missing whole, not its functions too. */
export function unmet(needs: readonly Need[], missing: readonly string[]): Need[] {
  const isMissing = (what: string) => missing.includes(what);
  return needs.filter(({ what }) => {
    const [module = ""] = what.split(".");
    return isMissing(what) && (module === what || !isMissing(module));
  });
}

const and = (items: readonly string[]) =>
  items.length < 2 ? items.join() : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;

/** What is missing and who misses it, such as "no module tmr (boot.lua, httpserver) and no file.exists (npm run flash)". */
export function listNeeds(needs: readonly Need[]): string {
  const by = new Map<string, string[]>();
  for (const { what, by: who } of needs) by.set(what, [...new Set([...(by.get(what) ?? []), who])]);
  return and(
    [...by].map(
      ([what, who]) =>
        `no ${what.includes(".") ? "" : "module "}${what.replace("|", " or ")} (for ${and(who)})`,
    ),
  );
}

/** What to do about it. */
export function remedy(needs: readonly Need[]): string {
  // Of "a.f|b.f" the module is named: neither a nor b is there. A single function may be missing because the firmware is old.
  const names = needs.map(({ what }) => (what.includes("|") ? (what.split(".")[0] ?? what) : what));
  const modules = [...new Set(names.filter((what) => !what.includes(".")))];
  const build =
    modules.length > 0
      ? `Build a firmware that has ${modules.length > 1 ? "the modules" : "the module"} ${and(modules)} (at nodemcu-build.com, or in user_modules.h; ESP32: in menuconfig)`
      : "The firmware is too old: get a newer one (at nodemcu-build.com)";
  return `${build} and write it with npm run flash -- --firmware <image>`;
}
