// What a compilation asked the file system, and what it was told: while the answers are the same, so is its result. Nothing of
// TypeScript is loaded here, so that a command can tell that there is nothing to compile before it loads a compiler.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";

/** `text` of a file, is there such a `file` or `folder`, which `folders` are in it, which files are `below` it, its `real` path. */
export type Question = "text" | "file" | "folder" | "folders" | "below" | "real";

/** Answers by question and path. */
export type Answers = Readonly<Record<string, string>>;

const digest = (data: string | Uint8Array): string => createHash("sha1").update(data).digest("base64");
const NONE = "-";

interface Read {
  stat: string;
  digest: string;
  /** When it was read [ms]. */
  at: number;
}
const reads = new Map<string, Read>();
/** A change may leave the times of a file as they are if it follows another one at once: file systems count in such steps [ms]. */
const STEP = 2000;

/** The digest of a file; it is not read again if its times and size are those of an earlier reading, and long past then. */
function digestOf(path: string): string {
  const { mtimeMs, ctimeMs, size, ino } = statSync(path);
  const stat = [mtimeMs, ctimeMs, size, ino].join();
  const read = reads.get(path);
  if (read?.stat === stat && Math.max(mtimeMs, ctimeMs) + STEP < read.at) return read.digest;
  const at = Date.now();
  const result = digest(readFileSync(path));
  reads.set(path, { stat, digest: result, at });
  return result;
}

/** All files below a folder with one of these endings. Packages and hidden folders are searched only by name. */
function below(folder: string, endings: readonly string[], seen = new Set<string>()): string[] {
  const real = realpathSync(folder);
  if (seen.has(real)) return [];
  seen.add(real);
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isFile()) return endings.some((e) => entry.name.endsWith(e)) ? [path] : [];
    if (entry.name === "node_modules" || entry.name.startsWith(".")) return [];
    if (entry.isSymbolicLink()) return statSync(path).isDirectory() ? below(path, endings, seen) : [path];
    return entry.isDirectory() ? below(path, endings, seen) : [];
  });
}

const answers: Record<Question, (path: string, endings: readonly string[]) => string> = {
  text: digestOf,
  file: (path) => (statSync(path).isFile() ? "+" : NONE),
  folder: (path) => (statSync(path).isDirectory() ? "+" : NONE),
  folders: (path) => {
    const entries = readdirSync(path, { withFileTypes: true });
    const names = entries.filter((e) => e.isDirectory() || e.isSymbolicLink()).map((e) => e.name);
    return digest(names.sort().join("\n"));
  },
  below: (path, endings) => digest(below(path, endings).sort().join("\n")),
  real: (path) => realpathSync(path),
};

function answer(key: string): string {
  const [question = "", endings = "", ...path] = key.split(" ");
  try {
    return answers[question as Question](path.join(" "), endings.split(","));
  } catch {
    return NONE;
  }
}

/** Questions whose answers are different now. */
export const changes = (noted: Answers): string[] =>
  Object.entries(noted).flatMap(([key, told]) => (answer(key) === told ? [] : [key]));

/** Are all answers still the same? */
export const isCurrent = (noted: Answers): boolean =>
  Object.entries(noted).every(([key, told]) => answer(key) === told);

/** The file that a question was about the text of; undefined: it was about something else. */
export const textOf = (key: string): string | undefined =>
  key.startsWith("text ") ? key.slice("text  ".length) : undefined;

export class Inputs {
  readonly #noted = new Map<string, string>();

  /** @returns what the answer is now, or was when the question was asked first */
  note(question: Question, path: string, endings: readonly string[] = []): string {
    const key = `${question} ${endings.join(",")} ${path}`;
    let told = this.#noted.get(key);
    if (told === undefined) this.#noted.set(key, (told = answer(key)));
    return told;
  }

  /** The next compilation will ask these again. */
  forget(keys: readonly string[]): void {
    for (const key of keys) this.#noted.delete(key);
  }

  get answers(): Answers {
    return Object.fromEntries(this.#noted);
  }
}
