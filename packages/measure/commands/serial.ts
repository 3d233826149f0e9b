// npm run measure -- serial: how fast files get to a board.
import { Command } from "commander";
import { serial } from "../serial.ts";

export const command = new Command("serial")
  .description("Measures how fast a 50 KB file gets to a simulated ESP8266, verification included.")
  .option("--nodemcu-tool [path]", "compare with nodemcu-tool: the installed one, or its bin/nodemcu-tool.js")
  .action(async ({ nodemcuTool }: { nodemcuTool?: string | true }) => {
    await serial(nodemcuTool);
    process.exit();
  });
