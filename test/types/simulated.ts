// What a simulated board has, read from its running Lua: names, kinds, constants' values, methods of userdata; and what
// its functions do when they are called.
import type { Chip } from "../../packages/simulator/chips.ts";
import { Rig } from "../simulator/rig.ts";

export interface Found {
  kind: "function" | "constant" | "table";
  value?: string;
}

/** The Lua library's tables, which are no modules. */
const LIBRARY = ["coroutine", "debug", "math", "package", "string", "table"];

const READ = `
local out = {}
local function add(name, value)
  local kind = type(value)
  if kind == "userdata" then kind = "function" end
  if kind ~= "function" and kind ~= "table" then kind = "constant" end
  out[#out + 1] = name .. "\\t" .. kind .. "\\t" .. (kind == "constant" and tostring(value):gsub("%s", " ") or "")
end
local function walk(place, t)
  for name, value in pairs(t) do
    add(place .. name, value)
    if type(value) == "table" and value ~= _G and place .. name ~= "package.loaded"
        and place .. name ~= "package.loaders" then
      walk(place .. name .. ".", value)
    end
  end
end
walk("", _G)
for name, class in pairs(debug.getregistry()) do
  if type(name) == "string" and name ~= "_LOADLIB" and type(class) == "table" and rawget(class, "__gc") then
    add(name .. ":", class)
    for method, value in pairs(class) do
      if not method:find("^__") then add(name .. ":" .. method, value) end
    end
  end
end
return table.concat(out, "\\n")`;

/** A board that has just started, with all modules that the simulator has and without the limit on strings. */
export function start(chip: Chip): Rig {
  const rig = new Rig("", { chip, heap: 1 << 20, encoder: true, crypto: true, peripherals: true });
  rig.network.serve(80, () => {});
  rig.board.firmware.vm.longestString = 0;
  return rig;
}

export interface Simulated {
  modules: string[];
  names: Map<string, Found>;
  library: Map<string, Found>;
}

export function readSimulated(chip: Chip): Simulated {
  const all = new Map<string, Found>();
  for (const line of String(start(chip).lua(READ)[0]).split("\n")) {
    const [name = "", kind, value = ""] = line.split("\t");
    all.set(name, { kind: kind as Found["kind"], value });
  }
  const modules = [...all]
    .filter(([name, { kind }]) => kind === "table" && /^\w+$/.test(name) && name !== "_G")
    .map(([name]) => name)
    .filter((name) => !LIBRARY.includes(name));
  const isModules = (name: string) => name.includes(":") || modules.includes(name.split(".")[0] ?? "");
  const part = (wanted: boolean) => new Map([...all].filter(([name]) => isModules(name) === wanted));
  return { modules, names: part(true), library: part(false) };
}

export type Outcome = { error: string } | { results: string[] };

const CALL = `
local function outcome(ok, ...)
  local kinds = {}
  for i = 1, select("#", ...) do
    local value = select(i, ...)
    kinds[i] = type(value)
    if kinds[i] == "userdata" then
      for name, class in pairs(debug.getregistry()) do
        if type(name) == "string" and class == getmetatable(value) then kinds[i] = name end
      end
    end
  end
  if not ok then return "error " .. tostring((...)) end
  return "ok " .. table.concat(kinds, " ")
end
`;

/** A fresh board to call functions on. */
export class Calls {
  readonly #rig: Rig;

  constructor(chip: Chip) {
    this.#rig = start(chip);
  }

  /** Runs `before`, statements, waits until a connection would be open, then calls: `call` is an expression. */
  outcome(before: string, call: string): Outcome {
    // what the last call has left is collected, and with that closed
    this.#rig.lua(`collectgarbage()\n${before}`);
    this.#rig.wait(10);
    const source = `${CALL}return outcome(pcall(function() return ${call} end))`;
    const text = String(this.#rig.lua(source)[0]);
    if (text.startsWith("error ")) return { error: text.slice(6) };
    return { results: text === "ok " ? [] : text.slice(3).split(" ") };
  }

  stop(): void {
    this.#rig.board.stop();
  }
}
