// What node.info tells of the chip and the firmware, group by group.
import type { Host } from "../host.ts";
import type { Fields } from "./binding.ts";
import { lfsConfig } from "./lfs.ts";

export const CHIP_ID = 0x00c0ffee;
export const FLASH_ID = 0x1640ef;
/** Flash memory of the board [KB]. */
export const FLASH_SIZE = 4096;
const FLASH_MODE = 2;
const FLASH_SPEED = 40000000;

const GROUPS: Record<string, (host: Host) => Fields> = {
  hw: () => ({
    chip_id: CHIP_ID,
    flash_id: FLASH_ID,
    flash_size: FLASH_SIZE,
    flash_mode: FLASH_MODE,
    flash_speed: FLASH_SPEED,
  }),
  sw_version: () => ({
    node_version_major: 3,
    node_version_minor: 0,
    node_version_revision: 0,
    git_branch: "simulator",
    git_commit_id: "",
    git_release: "",
    git_commit_dts: "",
  }),
  build_config: ({ vm, board }) => ({
    ssl: false,
    lfs_size: board.lfs?.size ?? 0,
    modules: "file,gpio,net,node,sjson,tmr,uart,wifi",
    number_type: vm.numbers === "integer" ? "integer" : "float",
  }),
  lfs: ({ board }) => lfsConfig(board),
};

/** What node.info tells without an argument: the version's three numbers, then the hardware. */
export const BRIEF = [3, 0, 0, CHIP_ID, FLASH_ID, FLASH_SIZE, FLASH_MODE, FLASH_SPEED];

/** @returns the fields of a group; undefined if the firmware has no group of that name */
export function info(host: Host, group: string): Fields | undefined {
  return Object.hasOwn(GROUPS, group) ? GROUPS[group]!(host) : undefined;
}
