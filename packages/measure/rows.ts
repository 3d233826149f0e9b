// Puts figures side by side: our two forms and the reference, in the bench's layout and the chip's, with the ratio that counts.
import { table } from "../command/table.ts";
import { FIGURES, type Figure, type Values } from "./figures.ts";

/** A figure of our two forms and of the reference. */
export interface Sides {
  compact: number | null;
  readable: number | null;
  /** null where the reference cannot do it. */
  reference: number | null;
}

export interface Row extends Sides {
  name: string;
  unit: string;
  /** The same in the chip's layout, if it is a figure of heap and was measured there. */
  chip: Sides | null;
  /**
   * compact to the reference's figure of the same name, or of the name in `against`, in the chip's layout where there is one;
   * null if there is none, or it is 0.
   */
  ratio: number | null;
  against?: string;
}

/** What was measured of one server. */
export interface Measured {
  bench: Values;
  /** In the chip's layout; empty where that is not known. */
  chip: Values;
}

/**
 * Puts the figures of our two forms and of the reference side by side.
 * @param minified bytes of the reference's minified source, if they are known
 */
export function rows(
  compact: Measured,
  readable: Measured,
  reference: Measured,
  minified: number | null,
): Row[] {
  const theirs: Values = { ...reference.bench, "source, reference minified": minified };
  const value = (values: Values, name: string) =>
    values[name === "source, reference minified" ? "source" : name] ?? null;
  return FIGURES.map(({ name, unit, heap, against }: Figure): Row => {
    const sides: Sides = {
      compact: value(compact.bench, name),
      readable: value(readable.bench, name),
      reference: theirs[name] ?? null,
    };
    const isOnChip = heap === true && compact.chip[name] !== undefined;
    const chip: Sides | null = isOnChip
      ? {
          compact: value(compact.chip, name),
          readable: value(readable.chip, name),
          reference: value(reference.chip, name),
        }
      : null;
    const own = (chip ?? sides).compact;
    const other = (isOnChip ? reference.chip : theirs)[against ?? name] ?? null;
    return {
      name,
      unit,
      ...sides,
      chip,
      ratio: own === null || !other ? null : Number((own / other).toFixed(3)),
      ...(against !== undefined && { against }),
    };
  });
}

/** What people read in a terminal. */
export function text(all: readonly Row[]): string {
  const number = (value: number | null) => (value === null ? "–" : String(value));
  const sides = (of: Sides | null) =>
    of ? [number(of.compact), number(of.readable), number(of.reference)] : ["", "", ""];
  const isOnChip = all.some(({ chip }) => chip !== null);
  const onChip = (cells: string[]) => (isOnChip ? cells : []);
  return table([
    ["", "compact", "readable", "reference", ...onChip(["chip: compact", "readable", "reference"]), "ratio"],
    ...all.map((row) => [
      row.unit === "bytes" ? `${row.name} [bytes]` : row.name,
      ...sides(row),
      ...onChip(sides(row.chip)),
      row.ratio === null ? "–" : `${row.ratio.toFixed(3)}${row.against === undefined ? " " : "*"}`,
    ]),
  ]);
}
