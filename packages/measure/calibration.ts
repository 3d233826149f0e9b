// How near the chip's layout comes to the chip. The firmware's own core (Lua 5.1 and its allocator, lwIP, net and tmr of
// origin/dev ca8d008a) was compiled for 32 bits and run on a computer, and took for two servers what stands here; the bench
// measures the same two. Ours is kept as it was then (fixtures/), the firmware's as figures (reference.json).
import { fileURLToPath } from "node:url";
import type { Values } from "./figures.ts";
import { serverIn } from "./server.ts";

/**
 * What the firmware's core took [bytes], by the names of the bench's figures. Of the firmware's module in the store the bench has only the
 * core's figures (reference.json): its source is not here to be measured.
 */
const CORE: Record<string, { ours: number; firmware?: number }> = {
  "heap after require, from source": { ours: 22392, firmware: 11384 },
  "heap after require, from bytecode": { ours: 21272, firmware: 10192 },
  "peak heap while loading, from source": { ours: 52040, firmware: 16224 },
  "peak heap while loading, from bytecode": { ours: 23224, firmware: 10624 },
  "RAM after require, with the code in flash": { ours: 4456 },
  "peak heap while loading, with the code in flash": { ours: 4608 },
  "heap per idle connection": { ours: 56, firmware: 1512 },
  "peak heap of a GET, first on a connection": { ours: 1424, firmware: 3144 },
  "peak heap of a POST, first on a connection": { ours: 3200, firmware: 6288 },
};

export interface Calibration {
  server: "ours" | "firmware";
  figure: string;
  core: number;
  chip: number;
}

/** Reads our server as it was when it was run on the firmware's core. @throws Mistake if it is not there */
export function calibrated() {
  return serverIn(fileURLToPath(new URL("./fixtures/409d2b3", import.meta.url)));
}

/**
 * Puts what the firmware's own core took beside what the chip's layout says of the same.
 * @param ours the figures of calibrated() in the chip's layout
 * @param firmware those of the firmware's module
 * @throws Error if a figure was not measured
 */
export function calibration(ours: Values, firmware: Values): Calibration[] {
  return Object.entries(CORE).flatMap(([figure, core]) =>
    (
      [
        ["ours", ours],
        ["firmware", firmware],
      ] as const
    ).flatMap(([server, values]) => {
      const took = core[server];
      if (took === undefined) return [];
      const chip = values[figure];
      if (typeof chip !== "number") throw new Error(`${figure} was not measured of ${server}`);
      return [{ server, figure, core: took, chip }];
    }),
  );
}

/** Tells how much more the chip's layout says than the core took, as a part of that: 0.02 is 2 %. */
export const deviation = ({ core, chip }: Calibration) => chip / core - 1;
