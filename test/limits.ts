// Limits of tests in processor time, so that they hold on a computer that is busy with other things: a test or hook may take as
// much of the processor as its timeout says, and PATIENCE times as long by the clock, after which it counts as hanging.
// (What is awaited on a virtual clock has its limit there.)
import type { Context, RootHookObject, Runnable, Suite } from "mocha";

/** How many times as long as it may compute a test may take. */
const PATIENCE = 5;
/** ... but no longer than this, or than it may compute [ms]. */
const LONGEST = 300_000;

function relax(runnable: Runnable): void {
  const { fn } = runnable;
  const limit = runnable.timeout();
  const relaxed = Math.max(limit, Math.min(limit * PATIENCE, LONGEST));
  runnable.timeout(relaxed);
  if (!fn || fn.length > 0) return;
  runnable.fn = function (this: Context): void | PromiseLike<void> {
    const begun = process.cpuUsage();
    const check = () => {
      const { user, system } = process.cpuUsage(begun);
      const taken = (user + system) / 1000;
      // it may have set another one while it ran
      const timeout = this.runnable().timeout();
      const most = timeout === relaxed ? limit : timeout;
      if (most > 0 && taken > most)
        throw new Error(
          `took ${(taken / 1000).toFixed(1)} s of the processor, more than its ${most / 1000} s`,
        );
    };
    const result: unknown = (fn as () => unknown).call(this);
    if (result instanceof Promise) return result.then(check);
    check();
  };
}

/** The lists of hooks are nowhere else than in these fields of mocha's, which its declarations hide. */
const HOOKS = ["_beforeAll", "_beforeEach", "_afterEach", "_afterAll"];

function relaxAll(suite: Suite): void {
  const lists = suite as unknown as Record<string, Runnable[]>;
  for (const list of HOOKS) for (const hook of lists[list]!) relax(hook);
  for (const test of suite.tests) relax(test);
  for (const inner of suite.suites) relaxAll(inner);
}

export const mochaHooks: RootHookObject = {
  /** Comes before everything else of a file. */
  beforeAll(this: Context) {
    relaxAll(this.test!.parent!);
  },
};
