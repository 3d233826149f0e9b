// What comes at random in a simulated network: the same in every run, so that a failure comes again.

/** The same sequence for the same seed. @returns whole numbers from 0 up to, not including, `limit` */
export function random(seed: number): (limit: number) => number {
  let state = Math.imul(seed, 2654435761);
  return (limit) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >>> 8) % limit;
  };
}
