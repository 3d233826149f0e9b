// The command that makes a project of a folder in which an app lies already: adds what is missing and touches nothing else.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Command, Option } from "commander";
import { Mistake } from "../command/mistake.ts";
import { verb } from "../command/verb.ts";
import { dependency } from "./dependency.ts";
import { CHIPS, type Chip, configuration, SCRIPTS, writeMissing } from "./project.ts";

/** Where an app begins: image/app.ts reads them. */
const TYPESCRIPT = ["index.ts", "src/index.ts"];
const LUA = "app.lua";

/** What of package.json is looked at. */
interface Manifest {
  scripts?: Record<string, string>;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  [key: string]: unknown;
}

/** The command init. */
export function initCommand(): Command {
  return verb(
    "init",
    "Adds what is missing to a folder with an app: package.json or its scripts, flash.config.json, the configuration of TypeScript,\n" +
      "wifi.example.json, .gitignore. What is there stays as it is.",
    {
      examples: [
        ["nodemcu init", "in a folder with an index.ts, a src/index.ts or an app.lua"],
        ["nodemcu init ../blink --chip esp32", "in another folder, for an ESP32"],
      ],
    },
  )
    .argument("[folder]", "the app's folder", ".")
    .addOption(new Option("--chip <chip>", "the board's chip").choices(CHIPS).default("esp8266"))
    .action((folder: string, { chip }: { chip: Chip }) => complete(folder, chip));
}

/** @throws Mistake if no app begins there, or package.json cannot be read */
function complete(folder: string, chip: Chip): void {
  const path = resolve(folder);
  const entry = [...TYPESCRIPT, LUA].find((name) => existsSync(join(path, name)));
  if (entry === undefined)
    throw new Mistake(
      `${folder} has no ${TYPESCRIPT.join(", ")} or ${LUA}, where an app begins: "nodemcu new" makes a whole project`,
    );
  const files = configuration({ folder: path, template: entry === LUA ? "lua" : "page", chip });
  if (entry === "index.ts") {
    const own = { extends: "./tstl.json", include: ["."], exclude: ["test", "build", "node_modules"] };
    files["tsconfig.json"] = `${JSON.stringify(own, undefined, 2)}\n`;
    delete files["src/tsconfig.json"];
  }
  // what is for tests comes with the first test
  if (!existsSync(join(path, "test"))) delete files["test/tsconfig.json"];
  const { written } = writeMissing(path, files);
  const added = written.includes("package.json") ? [] : completeManifest(join(path, "package.json"));
  const all = [...written, ...added.map((what) => `package.json: ${what}`)];
  console.log(all.length === 0 ? "nothing is missing" : `added: ${all.join(", ")}`);
  if (all.length > 0) console.log("next: npm install && npm start");
}

/** Adds scripts of names that are free, and the dependency. @returns what was added */
function completeManifest(path: string): string[] {
  const text = readFileSync(path, "utf8");
  let manifest: Manifest;
  try {
    manifest = JSON.parse(text);
  } catch (error) {
    throw new Mistake(`${path} is no JSON: ${(error as Error).message}`);
  }
  const added: string[] = [];
  for (const [name, line] of Object.entries(SCRIPTS)) {
    if (manifest.scripts?.[name] !== undefined) continue;
    manifest.scripts = { ...manifest.scripts, [name]: line };
    added.push(`script ${name}`);
  }
  for (const [name, version] of Object.entries(dependency())) {
    if (manifest.dependencies?.[name] !== undefined || manifest.devDependencies?.[name] !== undefined)
      continue;
    manifest.devDependencies = { ...manifest.devDependencies, [name]: version };
    added.push(name);
  }
  const indent = /^([ \t]+)"/m.exec(text)?.[1] ?? "  ";
  if (added.length > 0) writeFileSync(path, `${JSON.stringify(manifest, undefined, indent)}\n`);
  return added;
}
