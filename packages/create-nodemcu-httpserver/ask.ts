// The questions of the command new, on a terminal.
import { cancel, intro, isCancel, select, text } from "@clack/prompts";
import { Mistake } from "../command/mistake.ts";
import { CHIPS, type Chip, TEMPLATES, type Template } from "./project.ts";

/** What a project is made from. */
export interface Choice {
  folder: string;
  template: Template;
  chip: Chip;
}

/** What the command line has said already. */
export type Said = { [K in keyof Choice]?: Choice[K] | undefined };

/**
 * Asks for what was not said. Ctrl-C ends the program with code 130.
 * @param check throws a Mistake for a folder that cannot be taken
 */
export async function ask(said: Said, check: (folder: string) => void): Promise<Choice> {
  intro("a new project for a NodeMCU board");
  const folder =
    said.folder ??
    (await answered(
      text({
        message: "folder",
        placeholder: "my-app",
        defaultValue: "my-app",
        validate: (value) => problemOf(() => check(value || "my-app")),
      }),
    ));
  const template =
    said.template ??
    (await answered(
      select<Template>({
        message: "what is it to be?",
        options: (Object.keys(TEMPLATES) as Template[]).map((value) => ({ value, label: TEMPLATES[value] })),
      }),
    ));
  const chip =
    said.chip ??
    (await answered(
      select<Chip>({ message: "chip", options: CHIPS.map((value) => ({ value, label: value })) }),
    ));
  return { folder, template, chip };
}

async function answered<T>(question: Promise<T>): Promise<Exclude<T, symbol>> {
  const answer = await question;
  if (!isCancel(answer)) return answer as Exclude<T, symbol>;
  cancel("nothing has been made");
  process.exit(130);
}

function problemOf(work: () => void): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (!(error instanceof Mistake)) throw error;
    return error.message;
  }
}
