// From the old version to the new one. The journal is a file that moves every new file from its temporary name into place. It can
// run again from any point: a temporary file that is still there has not been moved. init.lua runs a journal that it finds before
// anything else, so a reset in the middle does no harm.
import { open } from "./firmware";
import { DRAFT, JOURNAL } from "./marks";

/**
 * The journal.
 * @param moves temporary names and, each behind its own, the names in the end
 * @param removals the journal's own name is the last of them
 * @param init what init.lua is written over with: SPIFFS cannot rename onto a file, and without init.lua nothing would finish this
 * @param padding line breaks behind it, up to the length of the one that was there
 */
export function journal(
  moves: readonly string[],
  removals: readonly string[],
  init?: string,
  padding?: number,
): void {
  if (init) {
    const target = open("init.lua", "r+")!;
    target.write(init + string.rep("\n", padding!));
    target.close();
  }
  const list = moves;
  for (const i of $range(1, list.length, 2)) {
    const from = list[i - 1]!;
    const to = list[i]!;
    if (file.exists(from)) {
      file.remove(to);
      file.rename(from, to);
    }
  }
  for (const [, name] of ipairs(removals)) file.remove(name);
}

/** Makes the draft the journal, runs it, and prints whether all of it was done. */
export function swap(): void {
  const { exists } = file;
  if (exists(DRAFT)) file.rename(DRAFT, JOURNAL);
  if (exists(JOURNAL)) dofile(JOURNAL);
  print("\x01" + (exists(DRAFT) || exists(JOURNAL) ? "no" : "ok"));
}

/** Goes on with a journal that was cut off. */
export function finish(): void {
  dofile(JOURNAL);
}

/** Removes what a transfer has left. */
export function removeTemporary(): void {
  for (const [name] of pairs(file.list())) if (string.find(name, "^~[%dnh]")[0]) file.remove(name);
}

/** Removes a file. */
export function remove(name: string): void {
  file.remove(name);
}
