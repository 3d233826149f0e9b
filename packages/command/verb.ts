// A command line of verbs, each in a file of its own that is loaded only when it is asked for, and the help that all of them have.
import { Command } from "commander";
import { run } from "./mistake.ts";

/** What a verb's help shows after its options. */
export interface Help {
  /** Lines as they are typed, each with what it does. */
  examples: readonly (readonly [line: string, what: string])[];
  /** Exit codes beside 0 and 1. */
  exits?: Readonly<Record<number, string>>;
}

/** A verb, as the list of all of them has it. */
export interface Verb {
  name: string;
  /** What it does, in a few words. */
  summary: string;
  load: () => Promise<{ command: Command }>;
}

const USUAL_EXITS = { 0: "done", 1: "a mistake in what was typed, in the sources or in the configuration" };

/** A command with the help that all verbs have; the caller adds its options and its action. */
export function verb(name: string, description: string, { examples, exits = {} }: Help): Command {
  const widest = Math.max(...examples.map(([line]) => line.length));
  const lines = examples.map(([line, what]) => `  ${line.padEnd(widest)}  ${what}`);
  const codes = Object.entries({ ...USUAL_EXITS, ...exits }).map(([code, what]) => `${code} ${what}`);
  return new Command(name)
    .description(description)
    .showHelpAfterError("(--help shows what there is)")
    .addHelpText("after", `\nExamples:\n${lines.join("\n")}\n\nExit codes: ${codes.join(", ")}.`);
}

/**
 * Runs the verb that a person has typed. The others are not loaded: the help has only their names and summaries.
 * @param program the command line, with its own description and options
 * @param typed what comes behind the program's name
 */
export async function dispatch(
  program: Command,
  verbs: readonly Verb[],
  typed: readonly string[],
): Promise<void> {
  program.showHelpAfterError("(--help shows what there is)");
  const asked = typed[0] === "help" ? typed[1] : typed[0];
  for (const { name, summary, load } of verbs) {
    if (name === asked) program.addCommand((await load()).command.summary(summary));
    else program.command(name).description(summary);
  }
  await run(async () => {
    await program.parseAsync(typed, { from: "user" });
  });
}
