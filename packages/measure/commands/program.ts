// npm run measure -- program: a program in Lua, unchanged, on the simulated board, asked in the ways of browsers and curl (docs/compatibility.md).
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { Command } from "commander";
import { Mistake } from "../../command/mistake.ts";
import { parseCount, parsePort } from "../../simulator/simulate.ts";
import { tryProgram } from "../program.ts";
import { ours, serverIn } from "../server.ts";

const more = (value: string, before: string[]) => [...before, value];
export const command = new Command("program")
  .description(
    "Puts the files of a folder on a simulated ESP8266 (init.lua starts them) and tells what its clients see.",
  )
  .argument("<folder>", "what is in the board's flash; our httpserver is added")
  .option("--get <path>", "ask for this (repeatable)", more, [])
  .option("--post <path body>", "post the body, after a space, to the path (repeatable)", more, [])
  .option("--port <number>", "the port that the program serves", "80")
  .option("--server <folder>", "the httpserver.lua in this folder, and what it requires, in place of ours")
  .option("--compile", "put its Lua files on the board as bytecode, init.lua excepted")
  .option("--free <bytes>", "heap that is free once it runs, as if its code were in flash")
  .action(
    async (
      folder: string,
      options: {
        get: string[];
        post: string[];
        port: string;
        server?: string;
        compile?: true;
        free?: string;
      },
    ) => {
      if (!existsSync(join(folder, "init.lua")))
        throw new Mistake(`there is no init.lua in ${folder}, which a board would start`);
      const names = readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
      const { requests, exchanges } = tryProgram({
        files: Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name))])),
        server: options.server === undefined ? await ours("compact") : serverIn(options.server),
        isCompiled: options.compile ?? false,
        ...(options.free === undefined ? {} : { free: parseCount("--free", options.free, 1) }),
        port: parsePort(options.port),
        gets: options.get.length > 0 ? options.get : ["/"],
        posts: options.post.map((text) => {
          const at = text.indexOf(" ");
          if (at < 1) throw new Mistake(`--post takes a path, a space and a body, not "${text}"`);
          return { path: text.slice(0, at), body: text.slice(at + 1) };
        }),
      });
      for (const { what, seen, errors, restarts } of exchanges)
        console.log(
          [
            `${what}: ${seen}`,
            ...(restarts > 0 ? [`the board restarted ${restarts} times`] : []),
            ...errors,
          ].join("\n    "),
        );
      const all = exchanges.reduce((sum, exchange) => sum + exchange.restarts, 0);
      console.log(`${requests} requests, ${all} restarts`);
    },
  );
