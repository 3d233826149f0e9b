// The Lua flash store, as a board tells of it.
import { open } from "./firmware";
import { HOLD } from "./marks";

/** @customName __s */
declare let store: node.Lfs | undefined;
/** @customName __s */
declare let partitions: node.PartitionTable | undefined;

/** Prints the store's size and time, what is in it, and where it is. */
export function printStore(): void {
  store = node.LFS;
  print("\x01s", (store && store.config && store.config.lfs_size) || (store && 0), store && store.time);
  for (const [, name] of ipairs((store && store.list()) || [])) print("\x01t" + name);
  partitions = node.getpartitiontable && node.getpartitiontable();
  if (partitions)
    print(
      "\x01p",
      node.setpartitiontable ? 1 : 0,
      partitions.lfs_addr || 0,
      partitions.spiffs_addr,
      partitions.spiffs_size,
      partitions.lfs_size || 0,
    );
  partitions = undefined;
}

/** Prints the free heap with all garbage gone. */
export function printCleanHeap(): void {
  collectgarbage();
  print("\x01" + node.heap());
}

/** boot.lua is to leave the store alone at the next start. */
export function hold(): void {
  const mark = open(HOLD, "w");
  if (mark) mark.close();
}

/** Has an image loaded, and prints why not; with Lua 5.3 the answer is true, and it is loaded after a restart. */
export function reload(name: string): void {
  const refused: unknown = node.LFS.reload(name);
  print("\x01" + tostring(refused));
}
