// npm test: mocha for one folder of tests after the other. In one run for all, the processes that mocha keeps grow with every
// file that they have loaded, and the same tests take twice the time. Arguments go to mocha: npm test -- --grep pin
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { FOLDERS_ALONE, tellExtent } from "./extent.ts";

const HERE = import.meta.dirname;
const MOCHA = join(HERE, "../node_modules/mocha/bin/mocha.js");

const folders = readdirSync(HERE, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .filter((folder) =>
    readdirSync(join(HERE, folder), { recursive: true }).some((file) => String(file).endsWith(".test.ts")),
  );
const parts = new Map([
  ["test", "test/*.test.ts"],
  ...folders.map((folder): [string, string] => [folder, `test/${folder}/**/*.test.ts`]),
]);

tellExtent();
const failed: string[] = [];
for (const [name, files] of parts) {
  console.log(`\n${name}`);
  const { status } = spawnSync(process.execPath, [MOCHA, files, ...process.argv.slice(2)], {
    cwd: join(HERE, ".."),
    stdio: "inherit",
    env: { ...process.env, [FOLDERS_ALONE]: "1" },
  });
  if (status !== 0) failed.push(name);
}
if (failed.length > 0) {
  console.error(`tests failed in: ${failed.join(", ")}`);
  process.exitCode = 1;
} else console.log(`all tests of ${parts.size} folders have passed`);
