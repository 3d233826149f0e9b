// npm test: mocha for a few folders of tests after the others. In one run for all, the processes that mocha keeps grow with every
// file that they have loaded, and the same tests take twice the time. Arguments go to mocha: npm test -- --grep pin
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { PART_OF_TESTS, tellExtent } from "./extent.ts";

const HERE = import.meta.dirname;
const MOCHA = join(HERE, "../node_modules/mocha/bin/mocha.js");

/** Folders whose tests run together; all others are one more run. Browser tests wait for most of their time. */
const TOGETHER = [["compile"], ["deploy"], ["httpserver"], ["browser", "types"]];

const folders = readdirSync(HERE, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .filter((folder) =>
    readdirSync(join(HERE, folder), { recursive: true }).some((file) => String(file).endsWith(".test.ts")),
  );
const others = folders.filter((folder) => !TOGETHER.flat().includes(folder));
const parts = [
  {
    name: `examples, ${others.join(", ")}`,
    files: [
      "test/*.test.ts",
      "examples/*/test/*.test.ts",
      ...others.map((folder) => `test/${folder}/**/*.test.ts`),
    ],
  },
  ...TOGETHER.map((group) => ({
    name: group.join(", "),
    files: group.map((folder) => `test/${folder}/**/*.test.ts`),
  })),
];

tellExtent();
const failed: string[] = [];
for (const { name, files } of parts) {
  console.log(`\n${name}`);
  const { status } = spawnSync(process.execPath, [MOCHA, ...files, ...process.argv.slice(2)], {
    cwd: join(HERE, ".."),
    stdio: "inherit",
    env: { ...process.env, [PART_OF_TESTS]: "1" },
  });
  if (status !== 0) failed.push(name);
}
if (failed.length > 0) {
  console.error(`tests failed in: ${failed.join(", ")}`);
  process.exitCode = 1;
} else console.log(`all ${parts.length} parts of the tests have passed`);
