// nodemcu lfs: an image for the Lua flash store of a board.
import { verb } from "../packages/command/verb.ts";
import { LARGEST_REGION } from "../packages/lua-vm/lfs.ts";
import { luaOption, needLua, numbersOption, parseCount } from "../packages/simulator/simulate.ts";

export const command = verb(
  "lfs",
  "Compiles Lua files and makes one image of them for the Lua flash store (LFS) of NodeMCU firmware.\n" +
    "Copy it to the board and load it, right after a restart, with node.LFS.reload(NAME). docs/lfs.md says more.",
  {
    examples: [
      ["nodemcu lfs app.lua sensor.lua", "lfs.img with the modules app and sensor"],
      ["nodemcu lfs --lua 5.3 --out esp32.img app.lua", "for firmware with Lua 5.3"],
    ],
  },
)
  .argument("<file.lua...>", "the modules; a file's base name up to its first dot is the module's name")
  .option("--out <file>", "where the image goes", "lfs.img")
  .option("--time <seconds>", "what node.LFS.time tells, in seconds since 1970 (default: now)")
  .addOption(luaOption())
  .addOption(numbersOption())
  .option("--no-lines", "leave out line numbers: a smaller image, but errors do not say where")
  .option("--max <bytes>", "size of the board's LFS region (Lua 5.1)", String(LARGEST_REGION))
  .action(async (files: string[], options) => {
    needLua(options.lua, options.numbers);
    const { writeImage } = await import("../packages/image/lfs-image.ts");
    writeImage(files, {
      ...options,
      time:
        options.time === undefined ? Math.floor(Date.now() / 1000) : parseCount("--time", options.time, 0),
      max: parseCount("--max", options.max, 1),
    });
  });
