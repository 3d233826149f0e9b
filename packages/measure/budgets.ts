// Holds the figures of the compact build to packages/measure/budgets.json: a budget for each, and the size of every function when the
// budgets were set, which tells what has grown when one is exceeded.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { readChecked } from "../command/reading.ts";
import { table } from "../command/table.ts";
import type { FileCost } from "./cost.ts";
import { FIGURES, type Values } from "./figures.ts";
import type { Measured } from "./rows.ts";

const FILE = fileURLToPath(new URL("./budgets.json", import.meta.url));
/** A new budget is this many times the figure of the day. */
const SLACK = 1.01;

/** Figures in the chip's layout that have budgets, too: its bytes, or its ratio to the reference. */
const ON_CHIP = {
  heap: "heap after require, from bytecode",
  flash: "RAM after require, with the code in flash",
  get: "peak heap of a GET, first on a connection",
};
const CHIP_BUDGETS = {
  heap: `${ON_CHIP.heap}, on the chip`,
  flash: `${ON_CHIP.flash}, on the chip`,
  get: `${ON_CHIP.get}, on the chip, to the reference`,
};

/** Source bytes, bytecode bytes, instructions of a GET. */
const SIZES = v.tuple([v.number(), v.number(), v.number()]);
type Sizes = v.InferOutput<typeof SIZES>;

const BUDGETS = v.object({
  /** The most that a figure may be, by its name. */
  budgets: v.record(v.string(), v.number()),
  /** By file, then by function: the sizes when the budgets were set. */
  sizes: v.record(v.string(), v.record(v.string(), SIZES)),
});
export type Budgets = v.InferOutput<typeof BUDGETS>;

/** Reads budgets: those of this repository, or of another file. @throws Mistake if the file cannot be read or holds anything else */
export function readBudgets(path = FILE): Budgets {
  return readChecked(path, "the budgets", BUDGETS);
}

/** Figures that have budgets: those that are measured of our server alone. */
function budgeted(figures: Values): [string, number][] {
  return [...FIGURES.map(({ name }) => name), ...Object.values(CHIP_BUDGETS)].flatMap((name) => {
    const value = figures[name];
    return value === null || value === undefined ? [] : [[name, value] as [string, number]];
  });
}

/** All figures that have budgets, by their names there. */
export function figuresWithBudgets({ bench, chip }: Measured, reference: Values): Values {
  const [own, theirs] = [chip[ON_CHIP.get], reference[ON_CHIP.get]];
  if (!own || !theirs) throw new Error(`${ON_CHIP.get} was not measured in the chip's layout`);
  return {
    ...bench,
    [CHIP_BUDGETS.heap]: chip[ON_CHIP.heap] ?? null,
    [CHIP_BUDGETS.flash]: chip[ON_CHIP.flash] ?? null,
    [CHIP_BUDGETS.get]: Number((own / theirs).toFixed(3)),
  };
}

/** Sets every budget to today's figure and a little room, rounded up to two or three digits that are easy to read. */
export function budgetsFor(figures: Values, costs: readonly FileCost[]): Budgets {
  return {
    budgets: Object.fromEntries(budgeted(figures).map(([name, value]) => [name, withRoom(value)])),
    sizes: Object.fromEntries(costs.map(({ file, functions }) => [file, sizes(functions)])),
  };
}

/** Writes the budgets of this repository. */
export function writeBudgets(budgets: Budgets): void {
  const json = JSON.stringify(budgets, undefined, 2);
  // The three numbers of a function go on one line, so that a difference of two versions is easy to read.
  writeFileSync(FILE, `${json.replace(/\[\s+(\d+),\s+(\d+),\s+(\d+)\s+\]/g, "[$1, $2, $3]")}\n`);
}

function withRoom(value: number): number {
  const isRatio = !Number.isInteger(value) && value < 2;
  const step = isRatio ? 0.005 : value < 100 ? 1 : value < 1000 ? 5 : value < 10_000 ? 20 : 100;
  return Number((Math.ceil((value * SLACK) / step) * step).toFixed(3));
}

function sizes(functions: FileCost["functions"]): Record<string, Sizes> {
  const all: Record<string, Sizes> = {};
  for (const { name, source, bytecode, get } of functions) {
    const [s, b, g] = all[name] ?? [0, 0, 0];
    all[name] = [s + source, b + bytecode, g + get];
  }
  return all;
}

export interface Check {
  /** Nothing is over its budget. */
  ok: boolean;
  /** What to print. */
  text: string;
}

/** Compares figures with their budgets; if one is exceeded (or has none), says which, and what has grown. */
export function checkBudgets(figures: Values, costs: readonly FileCost[], budgets: Budgets): Check {
  const measured = budgeted(figures);
  const over = measured.filter(([name, value]) => !(value <= (budgets.budgets[name] ?? -1)));
  if (over.length === 0) return { ok: true, text: `all ${measured.length} figures are within their budgets` };
  const exceeded = table([
    ["over budget", "budget", "now", "over by"],
    ...over.map(([name, value]) => {
      const budget = budgets.budgets[name];
      return budget === undefined
        ? [name, "none", String(value), ""]
        : [name, String(budget), String(value), `${Number((value - budget).toFixed(2))}`];
    }),
  ]);
  const grown = growth(costs, budgets);
  return { ok: false, text: grown === undefined ? exceeded : `${exceeded}\n\n${grown}` };
}

/** Files that have grown since the budgets were set, each with its functions that have; undefined if none has. */
function growth(costs: readonly FileCost[], budgets: Budgets): string | undefined {
  const change = (now: Sizes, then: Sizes): Sizes => [now[0] - then[0], now[1] - then[1], now[2] - then[2]];
  const grew = (by: Sizes) => by.some((n) => n > 0);
  const signed = (n: number) => (n > 0 ? `+${n}` : String(n));
  const files = costs
    .map(({ file, functions }) => {
      const then = budgets.sizes[file] ?? {};
      const now = sizes(functions);
      const names = [...new Set([...Object.keys(now), ...Object.keys(then)])];
      const changes = names.map(
        (name) => [name, change(now[name] ?? [0, 0, 0], then[name] ?? [0, 0, 0])] as const,
      );
      const all = changes.reduce<Sizes>(
        (sum, [, by]) => [sum[0] + by[0], sum[1] + by[1], sum[2] + by[2]],
        [0, 0, 0],
      );
      return { file, all, changes: changes.filter(([, by]) => grew(by)).sort((a, b) => b[1][0] - a[1][0]) };
    })
    .filter(({ changes }) => changes.length > 0)
    .sort((a, b) => b.all[0] - a.all[0]);
  if (files.length === 0) return undefined;
  return table([
    ["what grew since the budgets were set", "source", "bytecode", "instructions of a GET"],
    ...files.flatMap(({ file, all, changes }) => [
      [file, ...all.map(signed)],
      ...changes.filter(([name]) => name !== file).map(([name, by]) => [`  ${name}`, ...by.map(signed)]),
    ]),
  ]);
}
