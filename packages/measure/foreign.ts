// A project that nobody wrote for this compiler: compiled by TypeScriptToLua alone, through luamin, and through the plugin, and run in
// a world that knows nothing of its platform: every global that Lua does not have is an object that notes what is done with it. All
// must do the same.
import { createRequire } from "node:module";
import { dirname, resolve } from "node:path";
import * as ts from "typescript";
import * as tstl from "typescript-to-lua";
import type { Form } from "../compact/src/chunk.ts";
import compact from "../compact/src/index.ts";
import { LuaError, type LuaVersion, LuaVm } from "../lua-vm/vm/lua.ts";

export interface Foreign {
  /** Bytes of the bundle in each form; undefined: that form could not be made. */
  plain: number;
  luamin: number | undefined;
  compact: number | undefined;
  readable: number | undefined;
  /** What was noted while the plain one ran. */
  events: number;
  /** Where a bundle of luamin or of ours behaves otherwise than the plain one, or why it could not be made. */
  problems: Problem[];
}

export interface Problem {
  of: "luamin" | Form;
  text: string;
}

interface Bundle {
  code: string;
  errors: string[];
  /** The Lua that it is for. */
  version: LuaVersion;
}

function bundle(config: string, entry: string, form: "plain" | Form): Bundle {
  const parsed = tstl.parseConfigFileWithSystem(config, {
    luaBundle: "bundle.lua",
    luaBundleEntry: entry,
    buildMode: tstl.BuildMode.Default,
    luaLibImport: tstl.LuaLibImportKind.RequireMinimal,
    noEmit: false,
    noEmitOnError: false,
    declaration: false,
    sourceMap: false,
    inlineSourceMap: false,
  });
  // The project's own plugins are left out: they are code of others, and without them every form is still made of the same program.
  const options: tstl.CompilerOptions = { ...parsed.options, luaPlugins: [], sourceMapTraceback: false };
  // Only what the first file reaches, and declarations, so that nobody has to carry what is not used.
  const declarations = parsed.fileNames.filter((f) => f.endsWith(".d.ts"));
  const program = ts.createProgram({ rootNames: [entry, ...declarations], options });
  let code = "";
  const { diagnostics } = new tstl.Transpiler().emit({
    program,
    plugins: form === "plain" ? [] : [compact({ form })],
    writeFile: (path, text) => {
      if (path.endsWith("bundle.lua")) code = text;
    },
  });
  const own = diagnostics.filter((d) => d.source === "compact" && d.category === ts.DiagnosticCategory.Error);
  const newer: (string | undefined)[] = ["5.3", "5.4"];
  return {
    code,
    errors: own.map((d) => ts.flattenDiagnosticMessageText(d.messageText, " ")),
    version: newer.includes(options.luaTarget) ? "5.3" : "5.1",
  };
}

/** Lua that runs a chunk and notes what it does to what it does not know. */
const world = `
local chunk, name = ...
local log, waiting, known = {}, {}, setmetatable({}, { __mode = "k" })
local plain, kind, unpack = tostring, type, unpack or table.unpack
local make
local function note(text) if #log < 5000 then log[#log + 1] = text:sub(1, 2000) end end
local function show(v, depth)
  if known[v] then return known[v] end
  if kind(v) == "function" then
    if not waiting[v] then waiting[v] = true; waiting[#waiting + 1] = v end
    return "function"
  end
  if kind(v) == "string" then return string.format("%q", (v:gsub("^[%w_./%[%] \\"]+:%d+: ", ""):gsub(" %a+ '[^']*'", ""))) end
  if kind(v) ~= "table" then return plain(v) end
  if depth > 3 then return "{...}" end
  local parts = {}
  for k, x in next, v do
    if not (kind(k) == "string" and k:sub(1, 1) == "_") then parts[#parts + 1] = show(k, depth + 1) .. "=" .. show(x, depth + 1) end
  end
  table.sort(parts)
  return "{" .. table.concat(parts, ",") .. "}"
end
local function list(...)
  local parts = {}
  for i = 1, select("#", ...) do parts[i] = show((select(i, ...)), 0) end
  return table.concat(parts, ",")
end
local meta = {
  __call = function(self, ...)
    local text = known[self] .. "(" .. list(...) .. ")"
    note(text)
    return make(#text < 200 and text or known[self] .. "(...)")
  end,
  __newindex = function(self, key, value) note(known[self] .. "[" .. show(key, 0) .. "]=" .. show(value, 0)); rawset(self, key, value) end,
  __index = function(self, key)
    local child = make(known[self] .. "." .. plain(key))
    rawset(self, key, child)
    return child
  end,
  __concat = function(a, b) return (known[a] or plain(a)) .. (known[b] or plain(b)) end,
  __tostring = function(self) return known[self] end,
  __unm = function() return 1 end, __add = function() return 2 end, __sub = function() return 3 end, __mul = function() return 4 end,
  __div = function() return 5 end, __mod = function() return 0 end, __pow = function() return 6 end,
  __lt = function() return false end, __le = function() return true end,
}
function make(text) local o = {}; known[o] = text; return setmetatable(o, meta) end
function tostring(v) if kind(v) == "table" and not (getmetatable(v) or {}).__tostring then return "table" end if kind(v) == "function" then return "function" end return plain(v) end
function print(...) note("print(" .. list(...) .. ")") end
os, io, package.path, package.cpath = make("os"), make("io"), "", ""
math.random = function() return 1 end
debug = { traceback = function(m) return m end }
local load = loadstring or load
local function try(what, f, ...)
  local result = { pcall(f, ...) }
  note(what .. " " .. list(unpack(result)))
end
local real = require
function require(name) local ok, found = pcall(real, name); if ok then return found end; note("require " .. name); return make("require(" .. name .. ")") end
setmetatable(_G, { __index = function(_, key) local child = make(key); rawset(_G, key, child); return child end })
local globals = {}
for key in next, _G do globals[key] = true end
local seen = {}
local function collect(v, depth)
  if known[v] or depth > 12 then return end
  if kind(v) == "function" then show(v, 0) end
  if kind(v) ~= "table" or seen[v] then return end
  seen[v] = true
  local keys = {}
  for key in next, v do if kind(key) == "string" then keys[#keys + 1] = key end end
  table.sort(keys)
  -- what is private may have another name and another place in the order
  for _, key in ipairs(keys) do if key:sub(1, 1) ~= "_" then collect(v[key], depth + 1) end end
end
local f = assert(load(chunk, name))
local result = { pcall(f, "...") }
note("chunk " .. list(unpack(result)))
collect(result[2], 0)
local own = {}
for key in next, _G do if not globals[key] and kind(key) == "string" and not known[rawget(_G, key)] then own[#own + 1] = key end end
table.sort(own)
for _, key in ipairs(own) do note(key .. "=" .. show(_G[key], 0)) collect(_G[key], 0) end
-- What it gave to others to call.
local n = 0
while n < #waiting and n < 400 do
  n = n + 1
  try("callback", waiting[n], make("self"), make("first"), make("second"))
end
return table.concat(log, "\\n")
`;

function behaviour(code: string, version: LuaVersion): string[] {
  const vm = new LuaVm({ version });
  try {
    vm.instructionBudget = 20_000_000;
    const message = vm.load(vm.L, Buffer.from(world), "=world");
    if (message !== undefined) throw new Error(message);
    vm.push(vm.L, Buffer.from(code));
    vm.push(vm.L, "=chunk");
    vm.call(vm.L, 2, 1);
    return (vm.string(vm.L, 1) ?? "").split("\n");
  } catch (error) {
    if (error instanceof LuaError) return [error.message.replace(/^[^:]*:\d+: /, "")];
    throw error;
  } finally {
    vm.close();
  }
}

const bytes = (code: string): number => Buffer.byteLength(code);

/**
 * Compiles a project in every way, runs all results and compares what they do.
 * @param config the project's tsconfig.json
 * @param entry the file that is loaded first
 */
export function foreign(config: string, entry: string): Foreign {
  const { code: plain, version } = bundle(config, resolve(entry), "plain");
  const before = behaviour(plain, version);
  const problems: Problem[] = [];
  const compare = (of: Problem["of"], code: string): number | undefined => {
    const after = behaviour(code, version);
    const at = Math.max(
      before.findIndex((line, i) => line !== after[i]),
      after.length > before.length ? before.length : -1,
    );
    if (at >= 0)
      problems.push({
        of,
        text: `event ${at} is ${after[at]?.slice(0, 300)} but should be ${before[at]?.slice(0, 300)}`,
      });
    return bytes(code);
  };
  const ours = (["compact", "readable"] as const).map((form) => {
    const { code, errors } = bundle(config, resolve(entry), form);
    if (errors[0] === undefined) return compare(form, code);
    problems.push({ of: form, text: `refused: ${errors[0]}` });
    return undefined;
  });
  let luamin: number | undefined;
  try {
    const { minify } = createRequire(resolve(dirname(config), "x.js"))("luamin") as {
      minify(code: string): string;
    };
    luamin = compare("luamin", minify(plain));
  } catch (error) {
    problems.push({ of: "luamin", text: `gives nothing: ${(error as Error).message.split("\n")[0]}` });
  }
  return {
    plain: bytes(plain),
    luamin,
    compact: ours[0],
    readable: ours[1],
    events: before.length,
    problems,
  };
}
