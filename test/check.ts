// npm run check: what must hold of the sources before anything runs. It ends with the first check that fails.
import { spawnSync } from "node:child_process";
import { Command } from "commander";

const CHECKS = [
  "tsc --noEmit",
  "tsc --noEmit -p src",
  "tsc --noEmit -p examples",
  "biome ci .",
  "depcruise --output-type err-long packages scripts src test examples types",
];

new Command("npm run check")
  .description(`Runs, until one of them fails:\n${CHECKS.map((check) => `  ${check}`).join("\n")}`)
  .parse();

for (const check of CHECKS) {
  // npm has put the programs of the packages on the path
  const { status } = spawnSync(check, { shell: true, stdio: "inherit" });
  if (status !== 0) {
    process.exitCode = status ?? 1;
    break;
  }
}
