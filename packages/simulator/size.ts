// What an app takes of a board: bytes of its modules and of the library, room in flash, and heap.
import { table } from "../command/table.ts";
import { appSource, modulesFor } from "../image/app.ts";
import { build } from "../image/build.ts";
import { buildApp, bytecode } from "../image/code.ts";
import { boardContents } from "../image/contents.ts";
import { libraryOf } from "../image/library.ts";
import { shownName } from "../image/names.ts";
import type { NumberKind } from "../lua-vm/proto.ts";
import type { LuaVersion } from "../lua-vm/vm/dialect.ts";
import { CHIPS, type Chip } from "./chips.ts";
import { heapLeft } from "./heap-left.ts";
import { needLua } from "./simulate.ts";

export interface SizeOptions {
  /** The app's folder. */
  app: string;
  chip: Chip;
  lua: LuaVersion;
  numbers: NumberKind;
  /** Print JSON. */
  json?: true;
}

/** Prints what an app takes. @throws Mistake for errors in its sources */
export async function size({ app: folder, chip, lua, numbers, json }: SizeOptions): Promise<void> {
  needLua(lua, numbers);
  const app = appSource(folder);
  const built = await buildApp(app, "compact", numbers);
  const heap = CHIPS[chip].heap;
  const stored = boardContents(built, "lfs", lua, numbers);
  const left = (code: "lfs" | "bytecode") =>
    heapLeft(boardContents(built, code, lua, numbers), { chip, lua, numbers, heap });
  const modules = [];
  for (const source of modulesFor(app)) {
    const { code, report } = await build(source, "compact");
    modules.push({
      name: source.name,
      lua: report.bytes,
      bytecode: bytecode(Buffer.from(code), lua, numbers).length,
      files: report.files,
      library: libraryOf(report),
    });
  }
  const files = Object.entries(built.files).map(([name, content]) => ({ name, bytes: content.length }));
  const result = {
    modules,
    files,
    store: stored.image!.size,
    heap: { before: heap, lfs: left("lfs"), ram: left("bytecode") },
  };
  console.log(json ? JSON.stringify(result, undefined, 2) : asText(result, chip));
}

/** What a person reads. */
function asText(
  {
    modules,
    files,
    store,
    heap,
  }: {
    modules: {
      name: string;
      lua: number;
      bytecode: number;
      files: readonly { file: string; bytes: number }[];
      library: readonly { name: string; bytes: number }[];
    }[];
    files: { name: string; bytes: number }[];
    store: number;
    heap: { before: number; lfs: ReturnType<typeof heapLeft>; ram: ReturnType<typeof heapLeft> };
  },
  chip: Chip,
): string {
  const lines = [["", "Lua", "bytecode"]];
  for (const { name, lua, bytecode: bytes, files: parts, library } of modules) {
    lines.push([name, String(lua), String(bytes)]);
    if (name !== "app") continue;
    const own = parts.filter(({ file }) => !file.includes("/lualib/"));
    if (parts.length > 1)
      for (const { file, bytes: part } of own) lines.push([`  ${file}`, String(part), ""]);
    for (const { name: called, bytes: part } of library)
      lines.push([`  of JavaScript's library: ${called}`, String(part), ""]);
  }
  for (const { name, bytes } of files) lines.push([`public/${shownName(name)}`, String(bytes), ""]);
  const leaves = ({ free, failed }: ReturnType<typeof heapLeft>) =>
    failed === undefined ? `${free} of ${heap.before} bytes` : `nothing: it does not start (${failed})`;
  return [
    table(lines),
    "",
    `in the Lua flash store it takes ${store} bytes, and leaves of the heap of an ${CHIPS[chip].name}: ${leaves(heap.lfs)}`,
    `in RAM it would leave: ${leaves(heap.ram)}`,
  ].join("\n");
}
