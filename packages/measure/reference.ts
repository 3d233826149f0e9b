// The firmware's own module, measured by this bench and kept in reference.json, because its source is not ours to keep.
import { readFileSync, writeFileSync } from "node:fs";
import { FIGURES, type Values } from "./figures.ts";
import type { Measured } from "./rows.ts";

const FILE = new URL("./reference.json", import.meta.url);

export interface Reference {
  /** What was measured, and how to measure it again. */
  what: string;
  command: string;
  /** Source without comments and needless bytes: not made by this bench. */
  minified: { bytes: number; from: string };
  figures: Values;
  /** The figures of heap in the chip's layout. */
  chip: Values;
  /** What the firmware's own core took, compiled for 32 bits, of what this bench has not measured [bytes]. */
  core: Values;
}

/** @returns what packages/measure/reference.json keeps of the firmware's own module */
export function readReference(): Reference {
  return JSON.parse(readFileSync(FILE, "utf8"));
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
