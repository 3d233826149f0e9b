// npm run measure -- faults: our server, and any other, under the same faults and with the same lack of memory.
import { basename } from "node:path";
import { Command } from "commander";
import { common, extended, type Grain, type Kind } from "../faults/catalogue.ts";
import { runFault } from "../faults/run.ts";
import { isClean, type Row, sum, table } from "../faults/table.ts";
import { ours, serverIn } from "../server.ts";

export const command = new Command("faults")
  .description(
    "Puts httpserver through faults of networks, clients, chips and apps, and through every lack of memory, on a simulated\n" +
      "board, and counts panics, leaked bytes, wrong responses and connections that do not end. The same source gives the\n" +
      "same counts. Exits with 1 if the compact build has any.",
  )
  .option(
    "--server <folder>",
    "put the httpserver.lua in this folder (and the files it requires) through those faults that need nothing of ours",
  )
  .option("--coarse", "fewer positions and steps, as in the tests")
  .option("--markdown", "print Markdown")
  .option("--examples", "print the first examples of what went wrong, too")
  .action(async (options: { server?: string; coarse?: true; markdown?: true; examples?: true }) => {
    const other = options.server === undefined ? undefined : serverIn(options.server);
    const compact = await ours("compact");
    const grain: Grain = options.coarse ? "coarse" : "fine";
    const columns = other ? { compact, [basename(options.server!)]: other } : { compact };
    const names = Object.keys(columns);
    const rowsOf = (catalogue: ReturnType<typeof common>, servers: (typeof compact)[]): Row[] =>
      (Object.keys(catalogue) as Kind[]).map((kind) => ({
        kind,
        tallies: servers.map((server) => sum(catalogue[kind].map((fault) => runFault(server, fault)))),
      }));
    const shared = rowsOf(common(grain), Object.values(columns));
    console.log(
      `One request on a connection, as any server has to answer it:\n\n${table(names, shared, !!options.markdown)}`,
    );
    const own = rowsOf(extended(grain), [compact]);
    console.log(
      `\nKept and pipelined requests, chunked uploads, functions as data, the server's bounds:\n\n${table(["compact"], own, !!options.markdown)}`,
    );
    if (options.examples) {
      for (const { tallies } of [...shared, ...own])
        for (const { examples } of tallies) for (const example of examples) console.log(example);
    }
    if (![...shared, ...own].every(({ tallies }) => isClean(tallies[0]!))) process.exitCode = 1;
  });
