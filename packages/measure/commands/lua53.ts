// npm run lua53: builds Lua 5.3 for the simulated board, once.
import { Command } from "commander";
import { Mistake } from "../../command/mistake.ts";
import { ensureBuilt, wasmPath } from "../../lua-vm/vm/lua53/built.ts";

export const command = new Command("lua53")
  .description(
    "Builds Lua 5.3 for the simulated board: once, half a minute, 101 MB from npm. Prints where it is.",
  )
  .action(() => {
    const problem = ensureBuilt();
    if (problem !== undefined) throw new Mistake(problem);
    console.log(wasmPath());
  });
