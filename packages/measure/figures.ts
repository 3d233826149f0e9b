// The list of figures, in the order in which they are printed, with what they have to reach.

export interface Figure {
  name: string;
  unit: "bytes" | "allocations" | "instructions";
  /** It is about bytes of the heap: counted in the bench's layout and in the chip's, of which the latter is compared. */
  heap?: true;
  /** Ratio to the reference that it must not exceed, and the one it is to reach. */
  must?: number;
  aim?: number;
  /** The figure of the reference that it is compared with, where the reference has none of that name. */
  against?: string;
}

const FIRST = "first on a connection";
const KEPT = "kept alive";

/** How often the growth figure asks. */
export const REQUESTS = 10_000;

function exchange(what: string, goals: boolean): Figure[] {
  const first = (name: string, unit: Figure["unit"], must: number, aim: number): Figure[] => {
    const figure = `${name} of a ${what}`;
    const goal: Partial<Figure> = {
      ...(goals ? { must, aim } : {}),
      ...(unit === "bytes" ? { heap: true } : {}),
    };
    return [
      { name: `${figure}, ${FIRST}`, unit, ...goal },
      { name: `${figure}, ${KEPT}`, unit, ...goal, against: `${figure}, ${FIRST}` },
    ];
  };
  return [
    ...first("peak heap", "bytes", 0.42, 0.3),
    ...first("bytes allocated", "bytes", 0.5, 0.35),
    ...first("allocations", "allocations", 0.5, 0.35),
    ...first("VM instructions", "instructions", 0.5, 0.35),
  ];
}

export const FIGURES: readonly Figure[] = [
  { name: "source", unit: "bytes" },
  { name: "source, reference minified", unit: "bytes", must: 1.55, aim: 1.25 },
  { name: "stripped bytecode", unit: "bytes", must: 1.35, aim: 1.1 },
  { name: "heap after require, from source", unit: "bytes", heap: true },
  { name: "heap after require, from bytecode", unit: "bytes", heap: true, must: 1.4, aim: 1.1 },
  { name: "peak heap while loading, from source", unit: "bytes", heap: true },
  { name: "peak heap while loading, from bytecode", unit: "bytes", heap: true },
  { name: "image for the Lua flash store", unit: "bytes" },
  { name: "RAM after require, with the code in flash", unit: "bytes", heap: true },
  { name: "peak heap while loading, with the code in flash", unit: "bytes", heap: true },
  { name: "heap per idle connection", unit: "bytes", heap: true, must: 0.1, aim: 0.07 },
  {
    name: "heap per idle connection, after a request",
    unit: "bytes",
    heap: true,
    must: 0.1,
    aim: 0.07,
    against: "heap per idle connection",
  },
  ...exchange("GET", true),
  ...exchange("POST", false),
  { name: "peak heap of 50 KB, pushed", unit: "bytes", heap: true },
  {
    name: "peak heap of 50 KB, pulled",
    unit: "bytes",
    heap: true,
    must: 0.12,
    aim: 0.06,
    against: "peak heap of 50 KB, pushed",
  },
  { name: "VM instructions of 50 KB, pushed", unit: "instructions" },
  {
    name: "VM instructions of 50 KB, pulled",
    unit: "instructions",
    against: "VM instructions of 50 KB, pushed",
  },
  { name: `heap growth over ${REQUESTS} requests`, unit: "bytes", heap: true },
];

/** What was measured, by the figure's name; null where a server cannot do it. */
export type Values = Record<string, number | null>;
