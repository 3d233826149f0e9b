// What is measured several times, as one number that a single slow run does not move.

/** Gives the value that stands in the middle when all are sorted. @param values at least one */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
