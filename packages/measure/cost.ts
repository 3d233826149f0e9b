// Which TypeScript function of the compact build costs what: source and bytecode bytes, RAM, and instructions run for a GET.
// A function that the compiler put into another counts there, one without a name in the one around it.
import { dirname, relative, resolve, sep } from "node:path";
import { type EachMapping, eachMapping, TraceMap } from "@jridgewell/trace-mapping";
import type { Report } from "../compact/src/report.ts";
import { compile, HTTPSERVER, outputPath } from "../image/build.ts";
import { bytecode } from "../image/code.ts";
import { functionOnChip } from "../lua-vm/vm/chip-heap.ts";
import { type ChunkFunction, readChunk } from "./chunk.ts";
import { getOnce, ramOnChip } from "./measure.ts";
import { Server } from "./server.ts";

export interface FunctionCost {
  name: string;
  /** Bytes of the Lua source. */
  source: number;
  /** Bytes of the stripped bytecode. */
  bytecode: number;
  /** RAM of the chip with the code as .lc: the function and a closure of it [bytes]. */
  ram: number;
  /** ... and with the code in flash: the closure. */
  flash: number;
  /** VM instructions that it runs for a GET, from the client's SYN to the end of the connection. */
  get: number;
}

export interface FileCost {
  file: string;
  source: number;
  bytecode: number;
  ram: number;
  flash: number;
  get: number;
  /** The largest source first. */
  functions: FunctionCost[];
}

/** What is at the top level of the files: it becomes one function in Lua, and its variables and tables are what is left. */
const OUTSIDE = "(outside functions)";
export const COLUMNS = ["source", "bytecode", "ram", "flash", "get"] as const;

const NOTHING = { source: 0, bytecode: 0, ram: 0, flash: 0, get: 0 };

/** Places where functions begin in Lua. */
const functionKeyword =
  /--\[(=*)\[.*?\]\1\]|--[^\n]*|\[(=*)\[.*?\]\2\]|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\bfunction\b/gs;

/** Our server's costs by file, the largest first; top-level code comes last, as a file of its own. */
export async function costs(): Promise<FileCost[]> {
  const { code, map, report } = await compile(HTTPSERVER, "compact");
  const chunk = bytecode(Buffer.from(code));
  const functions = inOrder(readChunk(chunk));
  const left = ramOnChip(new Server(new Map([["httpserver", Buffer.from(code)]])));
  const ran = getOnce(chunk);
  const places = functionPlaces(code, map, report.functions);
  if (places.length + 1 !== functions.length || ran.length !== functions.length)
    throw new Error("the functions of the Lua source and of its bytecode do not match");

  const all = new Map(
    report.functions.map(({ name, file, line, bytes }) => [
      `${file}:${line}`,
      { file: file || OUTSIDE, cost: { ...NOTHING, name, source: bytes } },
    ]),
  );
  const outside = all.get(":0") ?? { file: OUTSIDE, cost: { ...NOTHING, name: OUTSIDE } };
  all.set(":0", outside);
  /** The cost that each function of the chunk counts for. */
  const owners: FunctionCost[] = [];
  for (const [i, { func, parent }] of functions.entries()) {
    const known = i === 0 ? outside : all.get(places[i - 1]!);
    const cost = known?.cost ?? (parent === undefined ? outside.cost : owners[parent]!);
    owners.push(cost);
    cost.bytecode += func.bytes;
    cost.get += ran[i]!;
    // the main function is gone once it has run; one inside another has closures that are made when that runs
    if (i === 0) continue;
    const onChip = functionOnChip({ ...func, inner: func.inner.length });
    const closure = parent === 0 ? onChip.closure : 0;
    cost.ram += onChip.code + closure;
    cost.flash += closure;
    left.lc -= onChip.code + closure;
    left.flash -= closure;
  }
  outside.cost.ram = left.lc;
  outside.cost.flash = left.flash;
  return byFile([...all.values()]);
}

function byFile(all: readonly { file: string; cost: FunctionCost }[]): FileCost[] {
  const files = new Map<string, FileCost>();
  for (const { file, cost } of all) {
    const known = files.get(file) ?? { ...NOTHING, file, functions: [] };
    files.set(file, known);
    known.functions.push(cost);
    for (const key of COLUMNS) known[key] += cost[key];
  }
  for (const { functions } of files.values()) functions.sort((a, b) => b.source - a.source);
  return [...files.values()].sort(
    (a, b) => Number(a.file === OUTSIDE) - Number(b.file === OUTSIDE) || b.source - a.source,
  );
}

/** A chunk's functions in the order in which they begin in the source, each with the index of the one around it. */
function inOrder(main: ChunkFunction): { func: ChunkFunction; parent: number | undefined }[] {
  const list: { func: ChunkFunction; parent: number | undefined }[] = [];
  const walk = (func: ChunkFunction, parent?: number) => {
    const index = list.push({ func, parent }) - 1;
    for (const inner of func.inner) walk(inner, index);
  };
  walk(main);
  return list;
}

/**
 * The function of the report that each function in the Lua is, in order, as `file:line`. The map has a place for the word
 * `function` or, if the compiler has moved the function, for what follows it; then the declaration stands before that.
 */
function functionPlaces(code: string, map: string, declared: Report["functions"]): string[] {
  const trace = new TraceMap(map);
  const output = dirname(outputPath(HTTPSERVER, "compact"));
  const mappings: EachMapping[] = [];
  eachMapping(trace, (mapping) => mappings.push(mapping));
  const places: string[] = [];
  for (const match of code.matchAll(functionKeyword)) {
    if (match[0] !== "function") continue;
    const before = code.slice(0, match.index).split("\n");
    const line = before.length;
    const column = before.at(-1)!.length;
    const mapping = mappings.find(
      (m) => m.generatedLine > line || (m.generatedLine === line && m.generatedColumn >= column),
    );
    if (!mapping?.source) {
      places.push("");
      continue;
    }
    const path = relative(dirname(HTTPSERVER.project), resolve(output, mapping.source));
    const file = path.split(sep).join("/");
    const isExact = mapping.generatedLine === line && mapping.generatedColumn === column;
    const lines = declared
      .filter((f) => f.file === file && f.line <= mapping.originalLine)
      .map((f) => f.line);
    places.push(`${file}:${isExact ? mapping.originalLine : Math.max(0, ...lines)}`);
  }
  return places;
}
