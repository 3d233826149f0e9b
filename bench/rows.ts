// Puts figures side by side: our two forms and the reference, with the ratio that counts.
import { FIGURES, type Figure, type Values } from "./figures.ts";

export interface Row {
  name: string;
  unit: string;
  compact: number | null;
  readable: number | null;
  /** null where the reference cannot do it. */
  reference: number | null;
  /** compact to the reference's figure of the same name, or of the name in `against`; null if there is none, or it is 0. */
  ratio: number | null;
  against?: string;
}

/** @param minified bytes of the reference's minified source, if they are known */
export function rows(compact: Values, readable: Values, reference: Values, minified: number | null): Row[] {
  const theirs: Values = { ...reference, "source, reference minified": minified };
  const value = (values: Values, name: string) =>
    values[name === "source, reference minified" ? "source" : name] ?? null;
  return FIGURES.map(({ name, unit, against }: Figure): Row => {
    const own = value(compact, name);
    const other = theirs[against ?? name] ?? null;
    return {
      name,
      unit,
      compact: own,
      readable: value(readable, name),
      reference: theirs[name] ?? null,
      ratio: own === null || !other ? null : Number((own / other).toFixed(3)),
      ...(against !== undefined && { against }),
    };
  });
}

/** Lines of text, the numbers right under each other. */
export function table(lines: readonly (readonly string[])[]): string {
  const widths = lines[0]!.map((_, i) => Math.max(...lines.map((line) => line[i]!.length)));
  return lines
    .map((line) =>
      line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join("  "),
    )
    .map((line) => line.trimEnd())
    .join("\n");
}

/** What people read in a terminal. */
export function text(all: readonly Row[]): string {
  const number = (value: number | null) => (value === null ? "–" : String(value));
  return table([
    ["", "compact", "readable", "reference", "ratio"],
    ...all.map((row) => [
      row.unit === "bytes" ? `${row.name} [bytes]` : row.name,
      number(row.compact),
      number(row.readable),
      number(row.reference),
      row.ratio === null ? "–" : `${row.ratio.toFixed(3)}${row.against === undefined ? " " : "*"}`,
    ]),
  ]);
}
