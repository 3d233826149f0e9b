// How a command ends: a mistake of the person who typed it is one clear message and exit code 1, never a stack trace.

/** What went wrong and what to do about it, in words for the person who ran the command. */
export class Mistake extends Error {}

/** Runs a command's work. */
export async function run(work: () => Promise<void>): Promise<void> {
  // a reader of the output that has seen enough (head, or a pager that was left) ends the command
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit();
    throw error;
  });
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Mistake)) throw error;
    console.error(`error: ${error.message}`);
    process.exitCode = 1;
  }
}
