// Whether a board gets its code in its Lua flash store: it does where the store has room. Otherwise a person is told what that
// costs, and how the board gets a store.

import { Mistake } from "../command/mistake.ts";
import { codeImage, type Module, REGION_SIZES } from "../image/code.ts";
import { boardContents } from "../image/contents.ts";
import type { LfsFile } from "../lua-vm/lfs.ts";
import type { NumberKind } from "../lua-vm/proto.ts";
import { CHIPS } from "../simulator/chips.ts";
import { heapLeft } from "../simulator/heap-left.ts";
import type { Capabilities } from "./board.ts";
import type { FlashConfig } from "./config.ts";
import { Problem } from "./diagnose.ts";
import { holds, type Image, type Store } from "./store.ts";

/** Lua that may go into the store. */
export interface StorePiece extends Module {
  /** @throws Mistake for numbers that firmware of this kind cannot have */
  check(numbers: NumberKind): void;
}

/** The image that a board is to have. */
export interface WantedImage {
  /**
   * The image as it would be if it had been made when the one in the board's store was. If these bytes are on the board, nothing has
   * changed and nothing is sent. undefined: the store holds other modules.
   */
  unchanged: Buffer | undefined;
  /** The image that is sent if something has changed; it tells the time of now. */
  fresh: Image;
}

const HEX = 16;
const hex = (value: number) => `0x${value.toString(HEX)}`;

/**
 * Decides whether the code goes into a board's Lua flash store, and makes the image for it.
 * @param pieces what would go into the store; none: there is no image
 * @returns the image, if there is to be one, and what a person should be told of the choice
 * @throws Problem if it must go there ("code": "lfs") and cannot; Mistake for code that no image can hold
 */
export function chooseStore(
  pieces: readonly StorePiece[],
  {
    code,
    can,
    store,
    has53 = false,
    now = Math.floor(Date.now() / 1000),
  }: {
    code: FlashConfig["code"];
    can: Capabilities;
    store: Store | undefined;
    /** Whether Lua 5.3 can be compiled here. */
    has53?: boolean;
    now?: number;
  },
): { image?: WantedImage; says: string[] } {
  if (pieces.length === 0 || !store) return { says: [] };
  const { time } = store;
  // The board shows that it has loaded the new image by telling its time, so this must not be the time of the image before.
  const fresh = imageOrObstacle(pieces, can, store, has53, now === time ? now + 1 : now);
  if (typeof fresh === "string") {
    if (code === "lfs") throw new Problem("no-store", `"code" is "lfs", but ${fresh}`);
    return { says: [`the code goes into RAM, because ${fresh}`, ...cost(pieces, can)] };
  }
  const mayBeThere = time !== undefined && holds(store, fresh.names);
  const unchanged = mayBeThere ? imageFor(pieces, can, time).file : undefined;
  return { image: { unchanged, fresh }, says: [] };
}

/** The image of code for a board's store, or why the code cannot go there and what to do about it. */
function imageOrObstacle(
  pieces: readonly StorePiece[],
  can: Capabilities,
  store: Store,
  has53: boolean,
  time: number,
): string | Image {
  if (can.lua !== "Lua 5.1" && !(can.lua === "Lua 5.3" && has53))
    return `an image for ${can.lua} cannot be made here${can.lua === "Lua 5.3" ? ": npm run lua53 builds what compiles it" : ""}`;
  if (!store.isKnown)
    return "its firmware has no node.LFS: it is too old, or was built without the Lua flash store (at nodemcu-build.com: LFS options, 64 KB; in user_config.h: LUA_FLASH_STORE 0x10000; npm run flash -- --firmware <image> writes it)";
  for (const piece of pieces) piece.check(can.numbers);
  const image = imageFor(pieces, can, time);
  const size = sizeInStore(image, pieces, can);
  if (size <= store.size) return { file: image.file, size, names: image.names, time };
  const wanted = REGION_SIZES.find((most) => size <= most) ?? size;
  const small =
    store.size === 0
      ? "the board has no room for a Lua flash store yet"
      : `the code takes ${size} bytes of flash and the board's Lua flash store has ${store.size}`;
  return `${small}: ${howToGrow(wanted, store)}`;
}

function imageFor(pieces: readonly StorePiece[], { lua, numbers }: Capabilities, time: number): LfsFile {
  return lua === "Lua 5.1"
    ? codeImage(pieces, { lua: "5.1", numbers, time })
    : codeImage(pieces, { lua: "5.3", numbers: "double", time });
}

/**
 * Tells how much of the store an image takes [bytes]. A board with Lua 5.3 lays the image out itself, so there this is an estimate: what
 * the same code takes in the layout of 5.1, which is much alike.
 */
function sizeInStore({ size }: LfsFile, pieces: readonly StorePiece[], { lua }: Capabilities): number {
  return lua === "Lua 5.1" ? size : codeImage(pieces, { lua: "5.1", numbers: "double", time: 0 }).size;
}

/** How a board gets a store of so many bytes, and what would be lost. */
function howToGrow(wanted: number, { partitions }: Store): string {
  const firmware = `a firmware built with LFS of ${wanted / 1024} KB has it (at nodemcu-build.com: LFS options; in user_config.h: LUA_FLASH_STORE ${hex(wanted)})`;
  if (!partitions?.settable) return firmware;
  const { storeAt, filesAt, filesSize } = partitions;
  const keep = `node.setpartitiontable{lfs_size=${hex(wanted)}}`;
  const move = `node.setpartitiontable{lfs_size=${hex(wanted)},spiffs_addr=${hex(filesAt + wanted)},spiffs_size=${hex(filesSize - wanted)}}`;
  const isLost = "all files on the board are lost then";
  if (storeAt === 0)
    return `type ${keep} at its prompt (npm run monitor), which restarts it and keeps its files; if it answers "out of range", the firmware reaches to the files: ${move} moves them back, and ${isLost}. Or ${firmware}`;
  if (storeAt + wanted <= filesAt)
    return `type ${keep} at its prompt (npm run monitor), which restarts it and keeps its files`;
  return `type ${move} at its prompt (npm run monitor), which restarts it; ${isLost}`;
}

/** What code in RAM costs, as a simulated board says. */
function cost(pieces: readonly StorePiece[], can: Capabilities): string[] {
  const chip = can.opens === "io" ? "esp32" : "esp8266";
  if (can.lua !== "Lua 5.1" || pieces.length < 2) return [];
  const board = { chip, lua: "5.1", numbers: can.numbers, heap: CHIPS[chip].heap } as const;
  try {
    const left = (code: "lfs" | "bytecode") =>
      heapLeft(boardContents({ modules: [...pieces], files: {} }, code, "5.1", can.numbers), board);
    const [flash, ram] = [left("lfs"), left("bytecode")];
    const inRam = ram.failed === undefined ? `${ram.free} bytes of heap` : `nothing (${ram.failed})`;
    return [
      `on a simulated board with ${board.heap} bytes of heap the app leaves ${inRam} that way, and ${flash.free} with the code in flash`,
    ];
  } catch (error) {
    if (error instanceof Mistake) return [];
    throw error;
  }
}
