// What the package on npm has ready and a clone makes when it needs it; scripts/prepare.mjs puts it into dist/.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readyMade } from "../lua-vm/vm/ready-made.ts";
import { agentModule, READY_AGENT } from "./agent.ts";
import { compile, HTTPSERVER } from "./build.ts";
import { makeReady } from "./ready.ts";

/** Fills the folder of the package's JavaScript. @throws Mistake for errors in our module and in what deploy has a board run */
export async function fillPackage(folder: string): Promise<void> {
  for (const [name, bytes] of Object.entries(readyMade())) writeFileSync(join(folder, name), bytes);
  writeFileSync(join(folder, READY_AGENT), agentModule());
  await makeReady(folder, (form) => compile(HTTPSERVER, form));
}
