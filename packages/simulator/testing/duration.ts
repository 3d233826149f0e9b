// Lengths of time as a test writes them: milliseconds, or a number with its unit.

const UNITS = { ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const;

type Unit = keyof typeof UNITS;

/** Milliseconds, or a number and a unit: `250`, `"250 ms"`, `"1.5 s"`, `"10 min"`, `"2 h"`, `"1 d"`. */
export type Duration = number | `${number} ${Unit}`;

/** @returns milliseconds @throws RangeError for what is no length of time */
export function milliseconds(time: Duration): number {
  const [, digits, unit = ""] = /^(\d+(?:\.\d+)?) (\w+)$/.exec(String(time)) ?? [];
  const ms = typeof time === "number" ? time : Number(digits) * (UNITS[unit as Unit] ?? Number.NaN);
  if (!(ms >= 0 && Number.isFinite(ms)))
    throw new RangeError(
      `${JSON.stringify(time)} is no length of time: write milliseconds as a number, or a number, a space and one of ${Object.keys(UNITS).join(", ")}, such as "10 min"`,
    );
  return ms;
}
