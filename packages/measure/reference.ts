// The firmware's own module, measured by this bench and kept in reference.json, because its source is not ours to keep.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { readChecked } from "../command/reading.ts";
import { FIGURES, type Values } from "./figures.ts";
import type { Measured } from "./rows.ts";

const FILE = fileURLToPath(new URL("./reference.json", import.meta.url));

const VALUES = v.record(v.string(), v.nullable(v.number()));
const REFERENCE = v.strictObject({
  /** What was measured, and how to measure it again. */
  what: v.string(),
  command: v.string(),
  /** Source without comments and needless bytes: not made by this bench. */
  minified: v.strictObject({ bytes: v.number(), from: v.string() }),
  figures: VALUES,
  /** The figures of heap in the chip's layout. */
  chip: VALUES,
  /** What the firmware's own core took, compiled for 32 bits, of what this bench has not measured [bytes]. */
  core: VALUES,
});
export type Reference = v.InferOutput<typeof REFERENCE>;

/** Reads what was measured of the firmware's module. @throws Mistake if the file cannot be read or holds anything else */
export function readReference(): Reference {
  return readChecked(FILE, "the reference", REFERENCE);
}

/** The firmware's module in the chip's layout: as this bench measured it, else as the firmware's core took it. */
export function referenceOnChip({ chip, core }: Reference): Values {
  return { ...core, ...chip };
}

/** Keeps what was measured of the firmware's module. */
export function writeReference({ bench, chip }: Measured): void {
  const heap = FIGURES.flatMap(({ name, heap }) => (heap && name in chip ? [[name, chip[name]!]] : []));
  const kept = { ...readReference(), figures: bench, chip: Object.fromEntries(heap) };
  writeFileSync(FILE, `${JSON.stringify(kept, undefined, 2)}\n`);
}
