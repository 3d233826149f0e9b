// npm run lfs: an image for the Lua flash store of a board, from Lua files.
import { readFileSync, writeFileSync } from "node:fs";
import { Command } from "commander";
import { Mistake, run } from "../packages/command/mistake.ts";
import { compiler } from "../packages/image/code.ts";
import { LARGEST_REGION, makeLfs } from "../packages/lua-vm/lfs.ts";
import { BytecodeError, type NumberKind } from "../packages/lua-vm/proto.ts";
import type { LuaVersion } from "../packages/lua-vm/vm/dialect.ts";
import { table } from "../packages/measure/rows.ts";
import { luaOption, needLua, numbersOption, parseCount } from "../packages/simulator/simulate.ts";

const command = new Command("npm run lfs --")
  .description(
    "Compiles Lua files and makes one image of them for the Lua flash store (LFS) of NodeMCU firmware.\n" +
      "Copy it to the board and load it, right after a restart, with node.LFS.reload(NAME). docs/lfs.md says more.",
  )
  .argument("<file.lua...>", "the modules; a file's base name up to its first dot is the module's name")
  .option("--out <file>", "where the image goes", "lfs.img")
  .option("--time <seconds>", "what node.LFS.time tells, in seconds since 1970 (default: now)")
  .addOption(luaOption())
  .addOption(numbersOption())
  .option("--no-lines", "leave out line numbers: a smaller image, but errors do not say where")
  .option("--max <bytes>", "size of the board's LFS region (Lua 5.1)", String(LARGEST_REGION))
  .parse();
const options = command.opts<{
  out: string;
  time?: string;
  lua: LuaVersion;
  numbers: NumberKind;
  lines: boolean;
  max: string;
}>();

await run(async () => {
  const { lua, numbers } = options;
  needLua(lua, numbers);
  const files = command.args.map((path) => ({ path, source: read(path) }));
  try {
    const image = makeLfs(files, {
      lua,
      numbers,
      time:
        options.time === undefined ? Math.floor(Date.now() / 1000) : parseCount("--time", options.time, 0),
      lines: options.lines,
      most: parseCount("--max", options.max, 1),
      compiler: compiler(numbers, lua),
    });
    write(options.out, image.file);
    const rows = image.names.map((name, i) => [
      name,
      String(image.shares[i]),
      percent(image.shares[i]!, image.size),
    ]);
    rows.push(["index and table of strings", String(image.overhead), percent(image.overhead, image.size)]);
    console.log(table([["module", "bytes", "share"], ...rows, ["all", String(image.size), ""]]));
    const flash = lua === "5.1" ? `, ${image.size} of the LFS region` : "; the board lays them out itself";
    console.log(`${options.out}: ${image.file.length} bytes to load${flash}`);
  } catch (error) {
    if (error instanceof BytecodeError) throw new Mistake(error.message);
    throw error;
  }
});

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(1)} %`;
}

function write(path: string, bytes: Buffer): void {
  try {
    writeFileSync(path, bytes);
  } catch (error) {
    throw new Mistake(`${path} cannot be written: ${(error as Error).message}`);
  }
}

function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Mistake(`${path} cannot be read: ${(error as Error).message}`);
  }
}
