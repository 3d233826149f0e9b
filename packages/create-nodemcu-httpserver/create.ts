// npm create nodemcu-httpserver: the command new by itself.
import { run } from "../command/mistake.ts";
import { newCommand } from "./new.ts";

await run(async () => {
  await newCommand("npm create nodemcu-httpserver").parseAsync();
});
