// npm run measure -- size: which function of our server costs what.
import { Command } from "commander";
import { table } from "../../command/table.ts";
import { costs } from "../cost.ts";

export const command = new Command("size")
  .description(
    "Shows what each function of httpserver costs in the compact build: bytes of Lua source, bytes of stripped\n" +
      "bytecode, and the VM instructions that it runs to answer a GET with eight fields on a connection of its own.",
  )
  .option("--json", "print an array of files with their functions")
  .action(async (options: { json?: true }) => {
    const files = await costs();
    if (options.json) {
      console.log(JSON.stringify(files, undefined, 2));
      return;
    }
    const cells = (name: string, of: { source: number; bytecode: number; get: number }) => [
      name,
      String(of.source),
      String(of.bytecode),
      String(of.get),
    ];
    const sum = (key: "source" | "bytecode" | "get") => files.reduce((total, file) => total + file[key], 0);
    console.log(
      table([
        ["", "source", "bytecode", "instructions of a GET"],
        ...files.flatMap((file) => [
          cells(file.file, file),
          ...(file.functions.length > 1 || file.functions[0]!.name !== file.file
            ? file.functions.map((f) => cells(`  ${f.name}`, f))
            : []),
        ]),
        cells("all", { source: sum("source"), bytecode: sum("bytecode"), get: sum("get") }),
      ]),
    );
  });
