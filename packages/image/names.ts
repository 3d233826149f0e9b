// What files may be called on a board's flash, and how much fits there at all: one rule for npm start and npm run flash, so
// that a mistake shows before a board is contacted. A name is bytes, as Lua on the board sees it: a string of which every
// character is one byte. On the computer names are text; UTF-8 makes bytes of them.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { Mistake } from "../command/mistake.ts";
import { reading, statOf } from "../command/reading.ts";
import { whyReserved } from "./reserved.ts";
import { flashSpace, LARGEST_FLASH, LONGEST_NAME } from "./spiffs.ts";

/** A file that is to be on the board, and where a person finds it. */
export interface WantedFile {
  /** Its name there, in bytes. */
  name: string;
  content: Buffer;
  /** Such as public/index.html. */
  from: string;
}

/** The bytes of a name that is text on the computer. */
export function flashName(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

/** The text of a name from a board; what is no UTF-8 stays a character for each byte. */
export function nameText(name: string): string {
  const text = Buffer.from(name, "latin1").toString("utf8");
  return flashName(text) === name ? text : name;
}

/** A name for a person's screen: its text, with control characters escaped as in JSON. */
export function shownName(name: string): string {
  const text = nameText(name);
  return /^[^\p{Cc}\p{Cs}]*$/u.test(text) ? text : JSON.stringify(text);
}

/**
 * Looks for mistakes in what a person wants on the board's flash.
 * @param files all that is not ours
 * @param withModule whether our module goes to the board too
 * @throws Mistake that names the file: a name that is too long, reserved or twice there, or more bytes than any board has
 */
export function checkFiles(files: readonly WantedFile[], withModule: boolean): void {
  const origins = new Map<string, string>();
  for (const { name, from } of files) {
    if (name === "") throw new Mistake(`${from}: a name on the board has at least one character`);
    if (name.includes("\0")) throw new Mistake(`${from}: a name on the board cannot contain a NUL character`);
    if (name.startsWith("/"))
      throw new Mistake(
        `${from}: a name on the board cannot begin with /, which stands for another file system`,
      );
    if (name.length > LONGEST_NAME) {
      const characters = [...nameText(name)].length;
      const counted = characters < name.length ? `, some of its ${characters} characters being several` : "";
      throw new Mistake(
        `${from}: its name is longer than the ${LONGEST_NAME} bytes that the board's flash allows (${name.length}${counted})`,
      );
    }
    const reason = whyReserved(name, withModule);
    if (reason !== undefined)
      throw new Mistake(`${from}: ${shownName(name)} is reserved on the board: ${reason}`);
    const other = origins.get(name);
    if (other !== undefined)
      throw new Mistake(`two files would be called ${shownName(name)} on the board: ${other} and ${from}`);
    origins.set(name, from);
  }
  const space = files.reduce((sum, { content }) => sum + flashSpace(content.length), 0);
  if (space > LARGEST_FLASH) {
    const [largest] = [...files].sort((a, b) => b.content.length - a.content.length);
    throw new Mistake(
      `the files take ${space} bytes of flash, and no board has more than ${LARGEST_FLASH} for files; the largest is ${largest!.from} (${largest!.content.length} bytes)`,
    );
  }
}

/** What lies in a folder goes to flash as it is, under its path there. @throws Mistake for what cannot be read */
export function staticFiles(folder: string): WantedFile[] {
  const files: WantedFile[] = [];
  // names of files are bytes here, too
  const path = (name: string) => Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name, "latin1")]);
  const walk = (prefix: string) => {
    for (const entry of readdirSync(path(prefix), { encoding: "latin1" }).sort()) {
      const name = prefix + entry;
      const from = `public/${shownName(name)}`;
      const stats = reading(from, () => statSync(path(name)));
      if (stats.isDirectory()) {
        if (name.length >= LONGEST_NAME)
          throw new Mistake(`${from}: this folder's path alone has more bytes than a name on flash may have`);
        walk(`${name}/`);
      } else if (stats.isFile()) {
        files.push({ name, content: reading(from, () => readFileSync(path(name))), from });
      }
    }
  };
  if (statOf(folder)?.isDirectory()) walk("");
  return files;
}
