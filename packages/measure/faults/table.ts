// The comparison of servers under faults, as text or Markdown.
import type { Tally } from "./run.ts";

export interface Row {
  kind: string;
  /** By server, in the order of the columns. */
  tallies: readonly Tally[];
}

const FIGURES = ["panics", "leaked", "wrong", "stuck"] as const;
const TITLES = {
  panics: "panics",
  leaked: "leaked bytes",
  wrong: "wrong responses",
  stuck: "stuck connections",
};

/** Adds up what went wrong in several faults. */
export function sum(tallies: readonly Tally[]): Tally {
  const total: Tally = { runs: 0, panics: 0, leaked: 0, wrong: 0, stuck: 0, examples: [] };
  for (const tally of tallies) {
    total.runs += tally.runs;
    for (const figure of FIGURES) total[figure] += tally[figure];
    total.examples.push(...tally.examples);
  }
  return total;
}

/** Whether nothing went wrong. */
export const isClean = (tally: Tally): boolean => FIGURES.every((figure) => tally[figure] === 0);

/** Writes the comparison as a table. @param servers names of the columns' servers; @param markdown else columns of spaces */
export function table(servers: readonly string[], rows: readonly Row[], markdown: boolean): string {
  const head = ["", "server", "runs", ...FIGURES.map((figure) => TITLES[figure])];
  const lines = [
    ...rows,
    { kind: "all", tallies: servers.map((_, i) => sum(rows.map(({ tallies }) => tallies[i]!))) },
  ].flatMap(({ kind, tallies }) =>
    tallies.map((tally, i) => [
      i === 0 ? kind : "",
      servers[i]!,
      String(tally.runs),
      ...FIGURES.map((figure) => String(tally[figure])),
    ]),
  );
  if (markdown) {
    const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
    return [line(head), "|---|---|--:|--:|--:|--:|--:|", ...lines.map(line)].join("\n");
  }
  const widths = head.map((title, i) => Math.max(title.length, ...lines.map((cells) => cells[i]!.length)));
  return [head, ...lines]
    .map((cells) =>
      cells.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join("  "),
    )
    .join("\n");
}
