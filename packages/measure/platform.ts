// What a server runs on: a chip, and the Lua that its firmware was built with.
import type { NumberKind } from "../lua-vm/proto.ts";
import type { LuaVersion } from "../lua-vm/vm/dialect.ts";
import type { Chip } from "../simulator/chips.ts";

export interface Platform {
  chip: Chip;
  lua: LuaVersion;
  /** What Lua 5.1 counts in; doubles if left out. */
  numbers?: NumberKind;
}

/** What the budgets, the reference and docs/figures.md are for. */
export const ESP8266: Platform = { chip: "esp8266", lua: "5.1" };
