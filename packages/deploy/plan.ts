// What to send, what is there already, what has to go: from the files that are wanted and the survey of the board.

import { GOOD_IMAGE, IMAGE } from "../../src/agent/marks.ts";
import { shownName } from "../image/names.ts";
import { BOOT_FILE, INIT_FILE, isOwn } from "../image/reserved.ts";
import { flashSpace } from "../image/spiffs.ts";
import type { Survey } from "./board.ts";
import { type Check, check, type Summing, sameCheck } from "./check.ts";
import type { WantedImage } from "./choice.ts";
import type { Image } from "./store.ts";
import { paddedInit } from "./swap.ts";

export interface DeployFile {
  /** Its name on the board, in bytes (names.ts). A file that is compiled there is named by its source, X.lua, and becomes X.lc. */
  name: string;
  content: Buffer;
  compiled?: boolean;
  /** What a person calls it, if not by its name. */
  label?: string;
}

export interface Plan {
  send: DeployFile[];
  same: string[];
  /** Files that would shadow a new one, or that it replaces under another name. */
  remove: string[];
  /** Files on the board that nobody asked for. */
  stale: string[];
  /** Bytes of flash that the new files take until the old ones go. */
  space: number;
}

/** What a person calls a file. */
export function shownFile(file: DeployFile): string {
  return file.label ?? shownName(finalName(file));
}

/** Tells under which name a file is on the board in the end: X.lc for an X.lua that the board compiles. */
export function finalName({ name, compiled }: DeployFile): string {
  return compiled ? name.replace(/\.lua$/, ".lc") : name;
}

/** The sizes to ask the board about (board.ts). */
export function expectedSizes(files: readonly DeployFile[]): Map<string, number> {
  return new Map(
    files.map((file) => [
      finalName(file),
      file.compiled || file.name === INIT_FILE ? 0 : file.content.length,
    ]),
  );
}

/** Compares the files that are wanted with those on the board. @returns what is to be sent and removed, and the flash that takes [bytes] */
export function plan(
  files: readonly DeployFile[],
  { files: there, compiled, capabilities: { summing } }: Survey,
): Plan {
  const send: DeployFile[] = [];
  const same: string[] = [];
  const remove: string[] = [];
  for (const file of files) {
    const name = finalName(file);
    if (isThere(file, summing, there.get(name), compiled.get(name))) same.push(name);
    else send.push(file);
    // Lua may find X.lc before X.lua or the reverse. The one of the other kind is of an older version, and would run instead.
    const twin = name.endsWith(".lua") ? name.replace(/lua$/, "lc") : name.replace(/lc$/, "lua");
    if (twin !== name && there.has(twin) && !files.some((other) => finalName(other) === twin))
      remove.push(twin);
  }
  const wanted = new Set([...files.map(finalName), ...remove, INIT_FILE, BOOT_FILE]);
  return {
    send,
    same,
    remove,
    stale: [...there.keys()].filter((name) => !wanted.has(name) && !isOwn(name)).sort(),
    space: send.reduce(
      (sum, file) => sum + flashSpace(file.content.length) * (file.compiled ? 3 : 1),
      flashSpace(600),
    ),
  };
}

function isThere(
  file: DeployFile,
  summing: Summing,
  there: Check | undefined,
  made: { source: Check; made: Check } | undefined,
): boolean {
  if (!there) return false;
  if (file.compiled)
    return (
      made !== undefined &&
      sameCheck(check(file.content, summing), made.source) &&
      sameCheck(there, made.made)
    );
  const content = file.name === INIT_FILE ? paddedInit(there.size) : file.content;
  return sameCheck(check(content, summing), there);
}

/**
 * Adds the image of the code for the Lua flash store to a plan. It is sent unless the board has the same image already: waiting to be
 * loaded, or loaded and good.
 * @returns the image that the board has to load; undefined: none
 */
export function planImage(
  todo: Plan,
  { image, removes }: { image?: WantedImage; removes: string[] },
  seen: Survey,
): Image | undefined {
  const there = (name: string) => seen.files.has(name);
  todo.remove.push(...removes.filter((name) => there(name) && !todo.remove.includes(name)));
  todo.stale = todo.stale.filter((name) => !todo.remove.includes(name));
  if (!image) return undefined;
  const { fresh, unchanged } = image;
  const label = `the image of ${fresh.names.join(" and ")}`;
  const isSame = (name: string) =>
    unchanged && sameCheck(check(unchanged, seen.capabilities.summing), seen.files.get(name));
  if (isSame(IMAGE) || (isSame(GOOD_IMAGE) && !there(IMAGE))) {
    todo.same.push(label);
    return undefined;
  }
  todo.send.unshift({ name: IMAGE, content: fresh.file, label });
  todo.space += flashSpace(fresh.file.length);
  return fresh;
}
