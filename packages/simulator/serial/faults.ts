// What goes wrong with real boards, on demand. Dropped bytes and a pulled cable are the line's (line.ts), a full disk
// is a small FileSystem, a wrong baud rate a line with two.
import type { Board } from "../board.ts";

/** Every change of a file keeps the processor busy for `ms`: the receive ring has to last. */
export function stallWrites(board: Board, ms: number, every = 1): void {
  let count = 0;
  board.files.onChange = () => {
    if (++count % every === 0) board.uart.busy(ms);
    return true;
  };
}

/**
 * The power fails right after the `count`-th change of a file or of the Lua flash store from now, and comes back at once.
 * @param happened told at that moment
 * @returns how many changes there were so far
 */
export function cutPowerAfter(board: Board, count: number, happened: () => void = () => {}): () => number {
  let changes = 0;
  const change = () => {
    if (changes >= count) return board.uart.off === false;
    changes++;
    if (changes === count) {
      board.clock.after(0, () => {
        board.files.onChange = undefined;
        if (board.lfs) board.lfs.onChange = undefined;
        board.restart("power on");
        happened();
      });
      // this change is the last one that happens
      board.uart.off = true;
    }
    return true;
  };
  board.files.onChange = change;
  if (board.lfs) board.lfs.onChange = change;
  return () => changes;
}
