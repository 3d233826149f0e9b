// What is measured several times, as one number that a single slow run does not move.

/** @param values at least one */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
