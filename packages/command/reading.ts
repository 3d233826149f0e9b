// Files that a person named, in a command or in a configuration: what cannot be read, or is not what it must be, is a mistake with a
// message of its own.
import { readFileSync, type Stats, statSync } from "node:fs";
import * as v from "valibot";
import { Mistake } from "./mistake.ts";

/**
 * Reads a file.
 * @param where what names the file, for the message
 * @throws Mistake if there is none, if it is a folder, or if it cannot be read
 */
export function readWanted(path: string, where: string): Buffer {
  const stats = statOf(path);
  if (!stats) throw new Mistake(`${where}: there is no file ${path}`);
  if (stats.isDirectory()) throw new Mistake(`${where}: ${path} is a folder; a file is wanted`);
  return reading(where, () => readFileSync(path));
}

/**
 * Reads a file of JSON.
 * @param where what names the file, for the message
 * @param shape what it must be, if the message may tell no more: the parser's own quotes the content, which can be a secret
 * @returns the value, of which nothing has been checked yet
 * @throws Mistake if the file cannot be read or is no JSON
 */
export function readJson(path: string, where: string, shape?: string): unknown {
  const text = readWanted(path, where).toString("utf8");
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Mistake(
      `${path} is no JSON${shape ? `; it must be ${shape}` : `: ${(error as Error).message}`}`,
    );
  }
}

/**
 * Reads a file of JSON and checks it against a schema.
 * @param where what names the file, for the message
 * @throws Mistake as readJson, and for the first value that is not as the schema says, with its place in the file
 */
export function readChecked<T extends v.GenericSchema>(
  path: string,
  where: string,
  schema: T,
): v.InferOutput<T> {
  const checked = v.safeParse(schema, readJson(path, where));
  if (checked.success) return checked.output;
  const [issue] = checked.issues;
  const place = v.getDotPath(issue);
  throw new Mistake(`${path}${place === null ? "" : `: ${place}`}: ${issue.message}`);
}

/** What there is at a path; undefined: nothing. */
export function statOf(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}

/**
 * Runs what reads from the file system.
 * @param what a person calls what is read
 * @throws Mistake with the system's own words if it fails there
 */
export function reading<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new Mistake(`${what}: cannot be read (${message})`);
  }
}
