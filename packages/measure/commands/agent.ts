// npm run measure -- agent: the bytes of what deploy has a board run, beside those of the Lua that was written by hand before.
import { Command } from "commander";
import { table } from "../../command/table.ts";
import { needLua } from "../../simulator/simulate.ts";
import { agentFigures, byHand } from "../agent.ts";

export const command = new Command("agent")
  .description(
    "Prints the bytes of the files that boot a board, and of the Lua that deployments to simulated boards type at its prompt,\n" +
      "by the function of packages/deploy that types it; beside them the figures of the hand-written Lua (packages/measure/agent.json).",
  )
  .option("--json", "print the figures alone, in the form of that file")
  .action(async (options: { json?: true }) => {
    needLua("5.3", "double");
    const now = await agentFigures();
    if (options.json) {
      console.log(JSON.stringify(now, undefined, 2));
      return;
    }
    const before = byHand();
    for (const [group, figures] of Object.entries(now)) {
      const row = (name: string) => [name, String(figures[name] ?? 0), String(before[group]?.[name] ?? 0)];
      const sum = (all: Record<string, number> = {}) => String(Object.values(all).reduce((a, b) => a + b, 0));
      const names = new Set([...Object.keys(before[group] ?? {}), ...Object.keys(figures)]);
      const total = group === "files" ? [] : [["all", sum(figures), sum(before[group])]];
      console.log(`${table([[group, "now", "by hand"], ...[...names].map(row), ...total])}\n`);
    }
  });
