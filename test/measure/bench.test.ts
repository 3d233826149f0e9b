import assert from "node:assert/strict";
import { functionOnChip } from "../../packages/lua-vm/vm/chip-heap.ts";
import {
  type Budgets,
  budgetsFor,
  checkBudgets,
  figuresWithBudgets,
} from "../../packages/measure/budgets.ts";
import { calibrated, calibration, deviation } from "../../packages/measure/calibration.ts";
import { costs, type FileCost } from "../../packages/measure/cost.ts";
import { FIGURES, type Values } from "../../packages/measure/figures.ts";
import { markdown } from "../../packages/measure/markdown.ts";
import { measure, ramOnChip } from "../../packages/measure/measure.ts";
import { ESP8266 } from "../../packages/measure/platform.ts";
import { readReference } from "../../packages/measure/reference.ts";
import { rows } from "../../packages/measure/rows.ts";
import { ours, Server } from "../../packages/measure/server.ts";
import { sizeTree } from "../../packages/measure/size-tree.ts";
import { PLATFORMS } from "../httpserver/rig.ts";

const escaped = (text: string) => text.replace(/[.()]/g, "\\$&");
/** Enough for growth to show in a test. */
const REQUESTS = 100;

/** Figures in the chip's layout that are farther than three percent from what the firmware's core took, and why. */
const KNOWN_DEVIATIONS: Record<string, number> = {
  // the VM's parser keeps larger tables of constants than the firmware's
  "peak heap while loading, from source, ours": 0.12,
  "peak heap while loading, from source, firmware": 0.25,
  "peak heap while loading, from bytecode, firmware": 0.06,
  // 792 bytes more at the peak, of which we do not know the cause; what stays is the same to the byte
  "peak heap while loading, with the code in flash, ours": 0.18,
  // a mean of 100 connections, which share a table that doubles: of five it is 57.6 and 1406.4
  "heap per idle connection, ours": 0.5,
  "heap per idle connection, firmware": 0.07,
};

const growth = (values: Values) =>
  Object.entries(values).find(([name]) => name.startsWith("heap growth"))?.[1];

describe("bench", () => {
  let figures: Values;
  let onChip: Values;
  let sizes: FileCost[];

  before(async () => {
    figures = measure(await ours("compact"), ESP8266, REQUESTS);
    onChip = measure(await ours("compact"), ESP8266, REQUESTS, "chip");
    sizes = await costs();
  });

  it("measures the same twice, to the byte", async () => {
    assert.deepEqual(measure(await ours("compact"), ESP8266, REQUESTS), figures);
    assert.deepEqual(await costs(), sizes);
  });

  it("has a value for every figure of ours", () => {
    const names = FIGURES.map(({ name }) => name).filter((name) => name !== "source, reference minified");
    assert.deepEqual(Object.keys(figures).sort(), names.sort());
    for (const [name, value] of Object.entries(figures)) assert.equal(typeof value, "number", name);
  });

  it("finds that with its code in flash the server takes at most 3500 bytes of a chip's RAM", () => {
    const ram = onChip["RAM after require, with the code in flash"]!;
    assert.ok(ram <= 3500, `${ram} bytes`);
  });

  it("finds no growth", () => {
    assert.equal(growth(figures), 0);
    assert.equal(growth(onChip), 0);
  });

  for (const { name, chip, lua } of PLATFORMS.slice(1)) {
    it(`measures every figure on ${name}, too, and finds no growth`, async () => {
      const there = measure(await ours("compact"), { chip, lua }, REQUESTS);
      assert.deepEqual(Object.keys(there), Object.keys(figures));
      for (const [figure, value] of Object.entries(there)) assert.equal(typeof value, "number", figure);
      assert.equal(growth(there), 0);
    });
  }

  it("attributes every byte of source and bytecode to a function", () => {
    const sum = (key: "source" | "bytecode") => sizes.reduce((total, file) => total + file[key], 0);
    assert.equal(sum("bytecode"), figures["stripped bytecode"]);
    // a newline at the file's end, if there is one, is no function's
    assert.ok(Math.abs(sum("source") - figures.source!) <= 2);
    for (const { functions } of sizes) {
      for (const { name, bytecode } of functions) assert.ok(bytecode > 0, `${name} has no bytecode`);
    }
  });

  it("knows the RAM of a function, with its code in RAM and in flash", () => {
    const ram = (lua: string) => ramOnChip(new Server(new Map([["httpserver", Buffer.from(lua)]])));
    const without = ram("local a, b = {}, {} return { f = 1, g = function() end }");
    const withOne = ram(
      "local a, b = {}, {} return { f = function() return 1.5, a, b end, g = function() end }",
    );
    // LOADK, GETUPVAL, GETUPVAL, RETURN, RETURN; two variables that are kept, with a table each
    const { code, closure } = functionOnChip({ instructions: 5, constants: 1, upvalues: 2, inner: 0 });
    const kept = 2 * (24 + 8) + 2 * (32 + 8);
    assert.deepEqual(
      { lc: withOne.lc - without.lc, flash: withOne.flash - without.flash },
      { lc: code + closure + kept, flash: closure + kept },
    );
  });

  it("shows functions as a tree, with what has changed since another commit", () => {
    const f = (name: string, source: number, get: number) => ({
      ...{ name, source, bytecode: 2 * source, ram: 3 * source, flash: 8, get },
    });
    const file = (name: string, ...functions: ReturnType<typeof f>[]): FileCost => {
      const sum = (key: "source" | "bytecode" | "ram" | "flash" | "get") =>
        functions.reduce((total, one) => total + one[key], 0);
      const sums = { source: sum("source"), bytecode: sum("bytecode"), ram: sum("ram") };
      return { file: name, ...sums, flash: sum("flash"), get: sum("get"), functions };
    };
    const now = [file("a.ts", f("read", 100, 7), f("write", 50, 5))];
    const before = [file("a.ts", f("read", 90, 9), f("write", 50, 5)), file("b.ts", f("gone", 10, 1))];
    const shown = sizeTree(now, before).split("\n");
    assert.deepEqual(
      shown.slice(1).map((line) => line.trim().split(/ {2,}/)),
      [
        ["a.ts", "150 (+10)", "300 (+20)", "450 (+30)", "16", "12 (-2)"],
        ["├ read", "100 (+10)", "200 (+20)", "300 (+30)", "8", "7 (-2)"],
        ["└ write", "50", "100", "150", "8", "5"],
        ["b.ts", "0 (-10)", "0 (-20)", "0 (-30)", "0 (-8)", "0 (-1)"],
        ["└ gone", "0 (-10)", "0 (-20)", "0 (-30)", "0 (-8)", "0 (-1)"],
        ["all", "150", "300", "450", "16 (-8)", "12 (-3)"],
      ],
    );
  });

  it("compares with the reference: same name, or the name it says", () => {
    const { figures: theirs, chip, minified } = readReference();
    const own = { bench: figures, chip: onChip };
    const all = rows(own, own, { bench: theirs, chip }, minified.bytes);
    const row = (name: string) => all.find((one) => one.name === name)!;
    assert.equal(row("source").reference, 12416);
    assert.equal(row("source, reference minified").reference, 3436);
    const kept = row("VM instructions of a GET, kept alive");
    assert.equal(kept.reference, null);
    const first = theirs["VM instructions of a GET, first on a connection"]!;
    assert.equal(kept.ratio, Number((kept.compact! / first).toFixed(3)));
    const page = markdown(all, readReference(), []);
    for (const { name } of FIGURES) assert.ok(page.includes(`| ${name} |`), name);
  });

  it("compares heap in the chip's layout", () => {
    const { figures: theirs, chip } = readReference();
    const own = { bench: figures, chip: onChip };
    for (const row of rows(own, own, { bench: theirs, chip }, null)) {
      const isHeap = FIGURES.find(({ name }) => name === row.name)!.heap === true;
      assert.equal(row.chip !== null, isHeap, row.name);
      if (!row.chip?.reference) continue;
      assert.equal(row.ratio, Number((onChip[row.name]! / chip[row.name]!).toFixed(3)));
    }
    const alone = rows({ bench: figures, chip: {} }, { bench: {}, chip: {} }, { bench: theirs, chip }, null);
    const peak = alone.find(({ name }) => name.startsWith("peak heap of a GET, first"))!;
    assert.equal(peak.chip, null);
    assert.equal(peak.ratio, Number((peak.compact! / peak.reference!).toFixed(3)));
  });

  it("counts in the chip's layout what the firmware's own core took, within three percent", () => {
    const ours = measure(calibrated(), ESP8266, 10, "chip");
    const all = calibration(ours, readReference().chip);
    assert.equal(all.length, 16);
    for (const one of all) {
      // what is known to be farther off, and how far at most
      const within = KNOWN_DEVIATIONS[`${one.figure}, ${one.server}`] ?? 0.03;
      assert.ok(Math.abs(deviation(one)) <= within, `${one.figure}, ${one.server}: ${one.chip}, ${one.core}`);
    }
  });

  it("says what misses, and by how much", () => {
    const measured = (bytecode: number, get: number) => ({
      bench: { ...figures, "stripped bytecode": bytecode },
      chip: { ...onChip, "peak heap of a GET, first on a connection": get },
    });
    const all = rows(measured(1500, 500), measured(1500, 500), measured(1000, 1000), figures.source!);
    const page = markdown(all, readReference(), []);
    assert.match(
      page,
      /- peak heap of a GET, first on a connection: 0\.500 instead of 0\.42, 80 bytes too many \(500 of 420\)/,
    );
    assert.match(page, /- stripped bytecode: 1\.500 instead of 1\.35, 150 bytes too many \(1500 of 1350\)/);
  });

  describe("budgets", () => {
    it("hold heap in the chip's layout, too, and a GET's ratio to the reference", () => {
      const { chip } = readReference();
      const all = figuresWithBudgets({ bench: figures, chip: onChip }, chip);
      const { budgets } = budgetsFor(all, sizes);
      const names = Object.keys(budgets).filter((name) => !(name in figures));
      assert.deepEqual(names, [
        "heap after require, from bytecode, on the chip",
        "RAM after require, with the code in flash, on the chip",
        "peak heap of a GET, first on a connection, on the chip, to the reference",
      ]);
      const [heap, , ratio] = names.map((name) => budgets[name]!) as [number, number, number];
      assert.ok(heap >= onChip["heap after require, from bytecode"]! && ratio > 0.3 && ratio < 0.6);
      assert.equal(checkBudgets(all, sizes, { budgets, sizes: {} }).ok, true);
      const more = { ...all, [names[2]!]: ratio + 0.001 };
      assert.equal(checkBudgets(more, sizes, { budgets, sizes: {} }).ok, false);
    });

    it("hold today's figures when they are set today", () => {
      assert.deepEqual(checkBudgets(figures, sizes, budgetsFor(figures, sizes)).ok, true);
    });

    it("fail with what grew, by file and function, when one is exceeded", () => {
      const budgets = budgetsFor(figures, sizes);
      const { file, functions } = sizes[0]!;
      const { name, source, bytecode, get } = functions[0]!;
      const doctored: Budgets = {
        budgets: { ...budgets.budgets, source: figures.source! - 20 },
        sizes: {
          ...budgets.sizes,
          [file]: { ...budgets.sizes[file], [name]: [source - 30, bytecode - 40, get] },
        },
      };
      const { ok, text } = checkBudgets(figures, sizes, doctored);
      assert.equal(ok, false);
      const [, exceeded, , , whole, part, ...rest] = text.split("\n");
      assert.match(exceeded!, new RegExp(`^source +${figures.source! - 20} +${figures.source} +20$`));
      assert.match(whole!, new RegExp(`^${escaped(file)} +\\+30 +\\+40 +0$`));
      assert.match(part!, new RegExp(`^ {2}${escaped(name)} +\\+30 +\\+40 +0$`));
      assert.deepEqual(rest, []);
    });

    it("fail for a figure that has none", () => {
      const { budgets, sizes: then } = budgetsFor(figures, sizes);
      delete budgets.source;
      const { ok, text } = checkBudgets(figures, sizes, { budgets, sizes: then });
      assert.equal(ok, false);
      assert.match(text, /^source +none +\d+$/m);
    });

    it("are held to zero where nothing may grow", () => {
      const name = Object.keys(figures).find((figure) => figure.startsWith("heap growth"))!;
      const { ok } = checkBudgets({ ...figures, [name]: 1 }, sizes, budgetsFor(figures, sizes));
      assert.equal(ok, false);
    });
  });
});
