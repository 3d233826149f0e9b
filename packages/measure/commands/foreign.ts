// npm run measure -- foreign: projects of others through TypeScriptToLua alone, luamin and the plugin.
import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { Command } from "commander";
import { Mistake } from "../../command/mistake.ts";
import { table } from "../../command/table.ts";
import { foreign } from "../foreign.ts";

export const command = new Command("foreign")
  .description(
    "Compiles projects of TypeScriptToLua, runs what plain TypeScriptToLua, luamin and the plugin make of them in a world that\n" +
      "notes what they do, and prints bytes and differences. luamin is taken from node_modules beside or above a project.",
  )
  .argument(
    "<projects...>",
    "for each project its tsconfig.json, a colon, and its first file relative to that",
  )
  .action((args: string[]) => {
    const lines = [["", "plain", "luamin", "compact", "readable", "events"]];
    const problems: string[] = [];
    let isOurs = false;
    for (const arg of args) {
      const [config = "", entry] = arg.split(":");
      if (entry === undefined) throw new Mistake(`${arg} names no first file: tsconfig.json:src/main.ts`);
      const path = join(dirname(config), entry);
      for (const file of [config, path]) if (!existsSync(file)) throw new Mistake(`there is no file ${file}`);
      const name = `${basename(dirname(config))}/${entry}`;
      const { plain, luamin, compact, readable, events, problems: found } = foreign(config, path);
      const sizes = [plain, luamin, compact, readable].map((n) => (n === undefined ? "–" : String(n)));
      lines.push([name, ...sizes, String(events)]);
      problems.push(...found.map(({ of, text }) => `${name}, ${of}: ${text}`));
      isOurs ||= found.some(({ of }) => of !== "luamin");
    }
    console.log(table(lines));
    for (const problem of problems) console.log(problem);
    if (isOurs) process.exitCode = 1;
  });
