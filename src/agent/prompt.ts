// What else is asked at the prompt.

/** Tells whether Lua's state is still the one that was spoken to. @customName __z */
declare let mark: number | undefined;
/** Brings the old rate back. @customName __b */
declare let trial: tmr.Timer | undefined;

/** Leaves the mark, and prints it. */
export function leaveMark(): void {
  mark = 1;
  print("\x01", mark);
}

/** Prints the mark, or nil if Lua has restarted since it was left. */
export function printMark(): void {
  print("\x01", mark);
}

/** Takes the mark back. */
export function removeMark(): void {
  mark = undefined;
}

/** Answers a question that nobody asked before. */
export function answer(nonce: number): void {
  print("\x01" + nonce);
}

/** Restarts the board. */
export function restart(): void {
  node.restart();
}

/** Prints the bytes of heap that are free. */
export function printHeap(): void {
  print("\x01" + node.heap());
}

/** Prints the bytes of flash that are free. */
export function printFree(): void {
  // it gives more, which is not asked for
  const free = file.fsinfo as unknown as (this: void) => number;
  print("\x01" + free());
}

/** Compiles a file, and prints "ok" or why not. */
export function compile(name: string): void {
  const [ok, problem] = pcall(node.compile, name);
  print("\x01" + (ok ? "ok" : tostring(problem)));
}

/** Changes the console's rate, for good. */
export function setRate(rate: number): void {
  uart.setup(0, rate, 8, 0, 1, 1);
}

/** Changes it, and back again unless `keepRate` comes within a time [ms]. */
export function tryRate(from: number, to: number, time: number): void {
  trial = tmr.create();
  trial.alarm(time, 0, () => {
    uart.setup(0, from, 8, 0, 1, 1);
  });
  uart.setup(0, to, 8, 0, 1, 1);
}

/** Keeps the rate that is tried. */
export function keepRate(): void {
  trial!.unregister();
  trial = undefined;
}
