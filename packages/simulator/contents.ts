// Puts what a board is to have (packages/image/contents.ts) on a simulated one.

import { Mistake } from "../command/mistake.ts";
import type { Form } from "../compact/src/compile.ts";
import type { Source } from "../image/build.ts";
import { buildApp, REGION_SIZES } from "../image/code.ts";
import { boardContents } from "../image/contents.ts";
import { shownName } from "../image/names.ts";
import type { LfsFile } from "../lua-vm/lfs.ts";
import type { NumberKind } from "../lua-vm/proto.ts";
import type { LuaVersion } from "../lua-vm/vm/dialect.ts";
import type { Board } from "./board.ts";
import { LfsRegion } from "./lfs/region.ts";
import { load53 } from "./lfs/region53.ts";

/** Compiles our module and the app for an ESP8266 that has its code in flash, as npm start does. @throws Mistake as buildApp */
export async function buildInFlash(
  app: Source,
  form: Form,
): Promise<{ files: Record<string, Buffer>; lfs: LfsRegion }> {
  const { files, image } = boardContents(await buildApp(app, form), "lfs", "5.1", "double");
  return { files, lfs: regionWith(image!, "double") };
}

/** A Lua flash store with an image in it: as large as firmware's usual ones, and no larger than it must be. */
export function regionWith({ file, size }: LfsFile, numbers: NumberKind, lua: LuaVersion = "5.1"): LfsRegion {
  const region = new LfsRegion(REGION_SIZES.find((most) => size <= most) ?? REGION_SIZES.at(-1)!);
  loadRegion(region, file, numbers, lua);
  return region;
}

/** Puts an image into a store while no board uses it, or a board that is about to restart. @throws Mistake if it is refused */
export function loadRegion(region: LfsRegion, file: Buffer, numbers: NumberKind, lua: LuaVersion): void {
  const problem =
    lua === "5.3" ? load53(region, file, () => {}) : region.reload(file, numbers, Number.POSITIVE_INFINITY);
  if (problem !== undefined)
    throw new Mistake(`the simulated board does not take the image of the code: ${problem}`);
}

/** Writes files to a simulated board's flash. @throws Mistake if it is too small for them */
export function fillFlash(board: Board, files: Record<string, Buffer>): void {
  for (const [name, content] of Object.entries(files)) {
    if (!board.files.write(name, content))
      throw new Mistake(
        `${shownName(name)} (${content.length} bytes) does not fit into the flash of the simulated board: ${board.files.used} of its ${board.files.size} bytes are taken`,
      );
  }
}
