// node.getpartitiontable and node.setpartitiontable: where the Lua flash store and the files are in flash. The firmware lies before
// both. A file system that moves, or changes its size, is empty afterwards.

import { LuaType, VmAbandoned } from "../../lua-vm/vm/lua.ts";
import type { Host } from "../host.ts";
import { LFS_ADDRESS, LfsRegion } from "../lfs/region.ts";
import { raise } from "./binding.ts";

/** Where files are if nothing else was said: at the first megabyte. */
export const FILES_ADDRESS = 0x100000;
const FLASH_SIZE = 4 * 1024 * 1024;
const SECTOR = 4096;
/** The firmware does not start without files [bytes]. */
const LEAST_FILES = 64 * 1024;

type Partitions = Record<"lfs_addr" | "lfs_size" | "spiffs_addr" | "spiffs_size", number>;

/** @returns what node.getpartitiontable tells: addresses in flash and sizes [bytes] */
export function partitions({ board }: Host): Partitions {
  return {
    lfs_addr: board.lfs ? LFS_ADDRESS : 0,
    lfs_size: board.lfs?.size ?? 0,
    spiffs_addr: board.filesAddress,
    spiffs_size: board.files.size,
  };
}

/** node.setpartitiontable: does not return if the table is taken; the board restarts with it. */
export function setPartitions(firmware: Host, L: number): number {
  const { vm, board } = firmware;
  if (vm.type(L, 1) !== LuaType.table) vm.argumentError(L, 1, "must be table");
  const before = partitions(firmware);
  const wanted: Partitions = { ...before, lfs_addr: LFS_ADDRESS };
  for (const key of Object.keys(wanted) as (keyof Partitions)[]) {
    vm.getField(L, 1, key);
    if (vm.type(L, -1) === LuaType.number) wanted[key] = vm.number(L, -1);
    vm.pop(L);
  }
  wanted.spiffs_size = Math.max(LEAST_FILES, wanted.spiffs_size);
  const { lfs_addr, lfs_size, spiffs_addr, spiffs_size } = wanted;
  const isAligned = Object.values(wanted).every((value) => value >= 0 && value % SECTOR === 0);
  const storeEnd = lfs_size === 0 ? LFS_ADDRESS : lfs_addr + lfs_size;
  // the simulated store is always right behind the firmware
  if (
    !isAligned ||
    lfs_addr !== LFS_ADDRESS ||
    spiffs_addr < storeEnd ||
    spiffs_addr + spiffs_size > FLASH_SIZE
  )
    raise("Partition value out of range");
  if (lfs_size !== before.lfs_size) board.lfs = lfs_size === 0 ? undefined : new LfsRegion(lfs_size);
  if (spiffs_addr !== before.spiffs_addr || spiffs_size !== before.spiffs_size) {
    board.filesAddress = spiffs_addr;
    board.files.remake(spiffs_size);
  }
  // it runs in circles until the watchdog bites
  throw new VmAbandoned("the partitions have changed");
}
