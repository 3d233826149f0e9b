// The command that makes a project. On a terminal it asks for what was not said; elsewhere, and with --yes, it takes the defaults.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { type Command, Option } from "commander";
import { Mistake } from "../command/mistake.ts";
import { verb } from "../command/verb.ts";
import { CHIPS, type Chip, filesOf, TEMPLATES, type Template, writeMissing } from "./project.ts";

/** What the command line says. */
interface Flags {
  template?: Template;
  chip?: Chip;
  yes?: true;
  install: boolean;
}

/** The folder of a project that is made when none is named. */
const USUAL_FOLDER = "my-app";

/** @param called how a person calls it, such as "nodemcu new" */
export function newCommand(called: string): Command {
  return verb(
    called.replace(/^nodemcu /, ""),
    "Makes a project: an app with its tests, its configuration, and the commands start, test, build, flash and monitor.",
    {
      examples: [
        [`${called} my-app`, "asks for template and chip"],
        [`${called} my-app --yes`, "a page on an ESP8266, without questions"],
        [`${called} my-app --template lua --chip esp32`, "in plain Lua, for an ESP32"],
      ],
    },
  )
    .argument("[folder]", "a folder that does not exist yet, or is empty")
    .addOption(new Option("--template <template>", "what the app is").choices(Object.keys(TEMPLATES)))
    .addOption(new Option("--chip <chip>", "the board's chip").choices(CHIPS))
    .option("--yes", "take the defaults instead of asking")
    .option("--no-install", "leave npm install to you")
    .action(createProject);
}

async function createProject(asked: string | undefined, flags: Flags): Promise<void> {
  if (asked !== undefined) checkFolder(asked);
  const isPerson = process.stdin.isTTY && process.stdout.isTTY && !flags.yes;
  const { folder, template, chip } = isPerson
    ? await (await import("./ask.ts")).ask({ folder: asked, ...flags }, checkFolder)
    : { folder: asked ?? USUAL_FOLDER, template: flags.template ?? "page", chip: flags.chip ?? "esp8266" };
  checkFolder(folder);
  const path = resolve(folder);
  const { written } = writeMissing(path, filesOf({ folder: path, template, chip }));
  console.log(`${folder} has ${written.length} files: ${written.join(", ")}`);
  const isInstalled = flags.install && install(path);
  const steps = [
    ...(path === process.cwd() ? [] : [`cd ${relative(process.cwd(), path) || "."}`]),
    ...(isInstalled ? [] : ["npm install"]),
    "npm start",
  ];
  console.log(`next: ${steps.join(" && ")}`);
}

/** @throws Mistake if there is something in it */
function checkFolder(folder: string): void {
  if (!existsSync(folder)) return;
  if (!statSync(folder).isDirectory()) throw new Mistake(`${folder} is a file; a project needs a folder`);
  if (readdirSync(folder).some((name) => name !== ".git"))
    throw new Mistake(
      `${folder} is not empty: name another folder, or run "nodemcu init" in it, which adds what is missing and touches nothing else`,
    );
}

/** @returns whether npm could install what the project needs; if not, npm has said why */
function install(folder: string): boolean {
  const { status } = spawnSync("npm", ["install", "--no-fund", "--no-audit"], {
    cwd: folder,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (status === 0) return true;
  console.error(`error: npm install has failed in ${join(folder)}; the project is there, run it again`);
  process.exitCode = 1;
  return false;
}
