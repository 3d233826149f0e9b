// The Lua flash store (LFS) of a board: what it says of it, and how an image gets there. An image is loaded right after a restart,
// with nothing else in memory, and counts only when the board then tells the time and the names that are in it.

import { agentLines } from "../image/agent.ts";
import { loadingHeap } from "../simulator/lfs/region.ts";
import type { BoardConsole } from "./console.ts";
import { Problem } from "./diagnose.ts";

export interface Store {
  /** The firmware has node.LFS. */
  isKnown: boolean;
  /** Of the region; 0 if there is none [bytes]. */
  size: number;
  /** When the image in it was made [s since 1970]; undefined if there is none. */
  time: number | undefined;
  /** The modules in it. */
  names: string[];
  /** Whether Lua can change the partitions, and where the store and the files are; undefined where the firmware does not tell. */
  partitions: { settable: boolean; storeAt: number; filesAt: number; filesSize: number } | undefined;
}

/** An image as it is to be in the store. */
export interface Image {
  file: Buffer;
  /** Bytes that it takes of the region. */
  size: number;
  names: readonly string[];
  time: number;
}

/** From the call that loads to the board's restart: it erases and writes every page [ms]. */
const LOADING = 30000;

/** Asks a board what its Lua flash store is like and what is in it. @throws LuaFailure, NoAnswer, Restarting */
export async function askStore(console: BoardConsole): Promise<Store> {
  const answers = await console.ask(agentLines("printStore"));
  const fields = (kind: string) => answers.find((answer) => answer.startsWith(`${kind}\t`))?.split("\t");
  const [, size = "nil", time = "nil"] = fields("s") ?? [];
  const table = fields("p")?.map(Number);
  return {
    isKnown: size !== "nil",
    // firmware whose node.LFS has no config has it in its table of partitions
    size: size === "nil" ? 0 : Number(size) || (table?.[5] ?? 0),
    time: time === "nil" ? undefined : Number(time),
    names: answers.filter((answer) => answer.startsWith("t")).map((answer) => answer.slice(1)),
    partitions: table && {
      settable: table[1] === 1,
      storeAt: table[2]!,
      filesAt: table[3]!,
      filesSize: table[4]!,
    },
  };
}

/** Whether the store holds these modules. */
export function holds({ names }: Store, wanted: readonly string[]): boolean {
  return [...names].sort().join("\n") === [...wanted].sort().join("\n");
}

/**
 * Loads an image that is on the board as a file, and checks what is in the store then. Until the swap the board's own boot.lua
 * goes back to the image before, should the power fail.
 * @param stop restarts the board and waits for its prompt; the app does not run
 * @param found waits for the prompt of a board that restarts by itself
 * @throws Problem: refused, if the board did not take it; everything is as it was then
 */
export async function loadImage(
  console: BoardConsole,
  from: string,
  image: Image,
  stop: () => Promise<void>,
  found: () => Promise<void>,
): Promise<void> {
  await stop();
  const [heap] = await console.ask(agentLines("printCleanHeap"));
  await console.run(agentLines("hold"));
  const refused = await console.reload(from, LOADING);
  if (refused !== undefined) {
    const need = loadingHeap(image.size);
    const cure =
      Number(heap) < need
        ? `${heap} bytes of heap were free, and it takes ${need} to load it: an init.lua that is not of npm run flash may take them`
        : `its ${image.file.length} bytes are on the board as they were sent, so the firmware is another than it said`;
    throw new Problem("refused", `the board did not take the image of the code: ${refused} (${cure})`);
  }
  await found();
  const store = await askStore(console);
  if (store.time !== image.time || !holds(store, image.names))
    throw new Problem(
      "refused",
      `the board has loaded the image of the code, but its store holds ${store.time === undefined ? "nothing" : `one of the time ${store.time} with ${store.names.join(", ")}`} instead of one of ${image.time} with ${image.names.join(", ")}: its flash may be damaged, or npm run monitor shows why it did not`,
    );
}
