// npm run measure -- growth: how the compiler's time grows with the program.
import { Command } from "commander";
import { table } from "../../command/table.ts";
import { growth } from "../compile.ts";

export const command = new Command("growth")
  .description(
    "Compiles 1, 4, 16 and 48 copies of httpserver as one chunk and shows the CPU time of each step, and in\n" +
      "parentheses how often the time of one copy that is, per copy: 1.0 where it grows with the program's size.",
  )
  .action(() => {
    growth(1, 5);
    const all = [1, 4, 16, 48].map((copies) => growth(copies, copies > 10 ? 1 : 5));
    const [one] = all as [(typeof all)[number]];
    const cell = (ms: number, first: number, copies: number): string =>
      `${ms.toFixed(0)} ms (${(ms / first / copies).toFixed(1)})`;
    console.log(
      table([
        ["copies", "lines", "transpile", "compact", "readable", "map"],
        ...all.map((g) => [
          String(g.copies),
          String(g.lines),
          cell(g.transpile, one.transpile, g.copies),
          cell(g.forms.compact, one.forms.compact, g.copies),
          cell(g.forms.readable, one.forms.readable, g.copies),
          cell(g.map, one.map, g.copies),
        ]),
      ]),
    );
  });
