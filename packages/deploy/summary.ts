// What a deployment did, in a sentence or two for a person.

import { shownName } from "../image/names.ts";
import type { Capabilities } from "./board.ts";
import { type Plan, shownFile } from "./plan.ts";
import type { Path } from "./transfer.ts";

/** What a deployment has done. */
export interface Deployed {
  plan: Plan;
  capabilities: Capabilities;
  path: Path;
  /** Bytes and milliseconds of the transfer of contents. */
  bytes: number;
  milliseconds: number;
  /** The code in the board's Lua flash store, and the size of that; undefined: it is in files. */
  image?: { bytes: number; of: number; names: readonly string[] };
  /** What boot.lua printed as the board's address. */
  url: string | undefined;
}

/** A number of things: "1 file", "2 files". */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/**
 * Writes what a deployment did, or with `dryRun` would do, for a person.
 * @param board its port
 * @param way who sent the files, or over which path
 */
export function summary(
  { plan, bytes, milliseconds, url, capabilities, image }: Deployed,
  board: string,
  flags: { dryRun?: true; clean?: true; way: string },
): string {
  const { way } = flags;
  const identity =
    capabilities.identity === undefined || capabilities.identity === capabilities.chip
      ? ""
      : `, ${capabilities.identity}`;
  const lines = [
    `${board}: chip ${capabilities.chip}${identity}, ${capabilities.lua}${capabilities.numbers === "integer" ? " with integers" : ""}, ${capabilities.heap} bytes of heap free`,
  ];
  if (plan.send.length === 0)
    lines.push(
      `${counted(plan.same.length, "file")} to be there, and all are on the board already; nothing to send`,
    );
  else if (flags.dryRun) {
    lines.push(`would send by ${way}:`);
    for (const file of plan.send) lines.push(`  ${shownFile(file)}  ${file.content.length} bytes`);
  } else {
    const rate = milliseconds > 0 ? ` at ${(bytes / milliseconds).toFixed(1)} KB/s` : "";
    lines.push(
      `sent ${counted(plan.send.length, "file")}, ${bytes} bytes${rate} (${way}); ${plan.same.length} were there already`,
    );
  }
  if (plan.remove.length > 0)
    lines.push(`removed, because a new file takes their place: ${plan.remove.map(shownName).join(", ")}`);
  if (plan.stale.length > 0)
    lines.push(
      `${flags.clean ? "removed" : "not part of the app (--clean removes them)"}: ${plan.stale.map(shownName).join(", ")}`,
    );
  if (image && !flags.dryRun)
    lines.push(
      // A board with Lua 5.3 lays the image out itself, so its size there is an estimate.
      `${image.names.join(" and ")} in the Lua flash store: ${capabilities.lua === "Lua 5.1" ? "" : "about "}${image.bytes} of its ${image.of} bytes`,
    );
  if (url) lines.push(`the app runs at ${url}`);
  return lines.join("\n");
}
