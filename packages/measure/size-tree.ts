// Shows costs of functions as a tree of files and functions, each with what has changed since another commit.

import { table } from "../command/table.ts";
import { COLUMNS, type FileCost } from "./cost.ts";

type Column = (typeof COLUMNS)[number];
/** What is known of a function or a file: another commit may not have measured all of it. */
type Sizes = Partial<Record<Column, number>>;

const HEADINGS: Record<Column, string> = {
  source: "source",
  bytecode: "bytecode",
  ram: "RAM as .lc",
  flash: "RAM in flash",
  get: "instructions of a GET",
};

/** @param before the same of another commit: each figure then has its change beside it, and what has gone is shown */
export function sizeTree(now: readonly FileCost[], before?: readonly FileCost[]): string {
  const lines: string[][] = [["", ...COLUMNS.map((column) => HEADINGS[column])]];
  const line = (name: string, is: Sizes, was: Sizes | undefined) => {
    lines.push([name, ...COLUMNS.map((column) => cell(is[column] ?? 0, before && (was ? was[column] : 0)))]);
  };
  for (const file of names(now, before, (one) => one.file)) {
    const is = now.find((one) => one.file === file);
    const was = before?.find((one) => one.file === file);
    line(file, is ?? {}, was);
    const functions = names(is?.functions ?? [], was?.functions, ({ name }) => name);
    if (functions.length === 1 && functions[0] === file) continue;
    for (const [i, name] of functions.entries()) {
      const branch = i === functions.length - 1 ? "└ " : "├ ";
      line(`${branch}${name}`, total(is?.functions, name), was && total(was.functions, name));
    }
  }
  line("all", sum(now), before && sum(before));
  return table(lines);
}

function cell(now: number, before: number | undefined): string {
  const change = before === undefined ? 0 : now - before;
  return change === 0 ? String(now) : `${now} (${change > 0 ? "+" : ""}${change})`;
}

/** Names in the order of today, then those that are there no more. */
function names<T>(now: readonly T[], before: readonly T[] = [], name: (one: T) => string): string[] {
  return [...new Set([...now, ...before].map(name))];
}

/** Functions of one name count together. */
function total(functions: FileCost["functions"] = [], name: string): Sizes {
  return sum(functions.filter((one) => one.name === name));
}

function sum(all: readonly Sizes[]): Sizes {
  const sizes: Sizes = {};
  for (const one of all)
    for (const column of COLUMNS) {
      const size = one[column];
      if (size !== undefined) sizes[column] = (sizes[column] ?? 0) + size;
    }
  return sizes;
}
