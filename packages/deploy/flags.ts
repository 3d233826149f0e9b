// What the command line of npm run flash and npm run monitor says, as values of the configuration. What a flag cannot mean
// stays the text that was typed, so that the message about it can show it; flags that exclude each other are refused.
import { type Command, Option } from "commander";
import { Mistake } from "../command/mistake.ts";
import {
  APP_FORMS,
  CHIPS,
  CODES,
  type FlashConfig,
  flagName,
  KEYS,
  loadConfig,
  OFFSET,
  SERVER_FORMS,
  UPLOADERS,
} from "./config.ts";

/** A whole number, or the text as it was typed. */
export function wholeNumber(text: string): number | string {
  return /^\d+$/.test(text) ? Number(text) : text;
}

/** Collects a flag that can be given several times. */
function repeated(text: string, all: string[] = []): string[] {
  return [...all, text];
}

/** Each `name=path` of --files. @throws Mistake */
function filesOf(texts: readonly string[]): Record<string, string> {
  const files = new Map<string, string>();
  for (const text of texts) {
    const at = text.indexOf("=");
    const [name, path] = [text.slice(0, at), text.slice(at + 1)];
    if (at < 1 || path === "")
      throw new Mistake(
        `--files takes <name on the board>=<path here>, such as index.html=web/index.html, not "${text}"`,
      );
    const other = files.get(name);
    if (other !== undefined) throw new Mistake(`--files names ${name} twice: ${other} and ${path}`);
    files.set(name, path);
  }
  return Object.fromEntries(files);
}

/** Each `offset=image`, or `image` at 0x0, of --firmware. @throws Mistake */
function imagesOf(texts: readonly string[]): Record<string, string> {
  const images: Record<string, string> = {};
  for (const text of texts) {
    const at = text.indexOf("=");
    const [offset, path] = at < 0 ? ["0x0", text] : [text.slice(0, at), text.slice(at + 1)];
    if (!OFFSET.test(offset) || path === "")
      throw new Mistake(
        `--firmware takes <image> or <offset>=<image>, such as 0x10000=app.bin, not "${text}"`,
      );
    if (Object.hasOwn(images, offset))
      throw new Mistake(
        `--firmware has two images for offset ${offset}, ${images[offset]} and ${path}: say where each goes, as <offset>=<image>`,
      );
    images[offset] = path;
  }
  return images;
}

/** The flags of npm run flash, as commander gives them. */
export interface Flags {
  config?: string;
  compile?: true;
  init: boolean;
  inPlace?: true;
  clean?: true;
  dryRun?: true;
  watch?: true;
  monitor?: true;
  json?: true;
  files?: string[];
  firmware?: true | string[];
  [key: string]: unknown;
}

/** What goes with --firmware: where the board is, and what to do afterwards. */
const WITH_FIRMWARE = new Set([
  "firmware",
  "config",
  "port",
  "baud",
  "transferBaud",
  "chip",
  "app",
  "monitor",
  "json",
]);

/** @throws Mistake for flags that exclude each other */
function checkFlags(flags: Flags): void {
  const given = Object.keys(flags).filter((key) => flags[key] !== undefined && key !== "init");
  if (!flags.init) given.push("noInit");
  if (flags.firmware) {
    const other = given.find((key) => !WITH_FIRMWARE.has(key));
    if (other)
      throw new Mistake(
        `--firmware writes the firmware and no app, so ${flagName(other)} has no meaning with it: run npm run flash twice`,
      );
  }
  const exclusions: [boolean, string][] = [
    [
      Boolean(flags.watch && flags.monitor),
      "--watch and --monitor both need the port: use npm run flash -- --monitor again after a change, or --watch alone",
    ],
    [
      Boolean(flags.json && flags.monitor),
      "--monitor shows what the board prints, which is no JSON: leave out --json",
    ],
    [
      Boolean(flags.compile && flags.appForm && !["auto", "compiled"].includes(flags.appForm as string)),
      `--compile compiles the app on the board, and --app-form says "${flags.appForm}": leave out one of them`,
    ],
    [
      Boolean(
        flags.compile &&
          flags.httpserver &&
          !["auto", "compiled", "none"].includes(flags.httpserver as string),
      ),
      `--compile compiles our module on the board, and --httpserver says "${flags.httpserver}": leave out one of them`,
    ],
    [
      Boolean(flags.compile && flags.code && flags.code !== "auto"),
      `--compile compiles app and module on the board, and --code says "${flags.code}": leave out one of them`,
    ],
    [
      Boolean(!flags.init && flags.wifi),
      "--wifi goes into boot.lua, which --no-init leaves alone: leave out one of them",
    ],
  ];
  for (const [isWrong, message] of exclusions) if (isWrong) throw new Mistake(message);
}

/** The values of the configuration that flags give. @throws Mistake */
function configured(flags: Flags): Record<string, unknown> {
  const given: Record<string, unknown> = {};
  for (const key of KEYS) if (flags[key] !== undefined && flags[key] !== true) given[key] = flags[key];
  if (flags.files) given.files = filesOf(flags.files);
  if (Array.isArray(flags.firmware)) given.firmware = imagesOf(flags.firmware);
  return given;
}

/** Adds the options of npm run flash to a command. */
export function withFlashOptions(command: Command): Command {
  return command
    .option("--config <file>", "configuration instead of flash.config.json")
    .option("--port <path>", 'serial port, or "auto"')
    .option("--baud <rate>", "baud rate of the board's console", wholeNumber)
    .option("--transfer-baud <rate>", "baud rate for the transfer; 0: the console's", wholeNumber)
    .addOption(new Option("--chip <chip>", "the chip").choices(CHIPS))
    .option("--app <folder>", "the app: a folder with an index.ts")
    .addOption(
      new Option(
        "--code <where>",
        "where the code goes: into the Lua flash store (lfs), or into files as bytecode or source; auto: the store if there is one with room",
      ).choices(CODES),
    )
    .addOption(
      new Option("--app-form <form>", "how the app goes to the board, if not as --code says").choices(
        APP_FORMS,
      ),
    )
    .addOption(
      new Option("--httpserver <form>", "how our module goes to the board, if not as --code says").choices(
        SERVER_FORMS,
      ),
    )
    .option("--files <name=path>", "another file; can be given several times", repeated)
    .addOption(new Option("--uploader <tool>", "who sends the files").choices(UPLOADERS))
    .option("--wifi <file>", "JSON file with ssid and password")
    .option("--compile", "compile app and module on the board: less heap, no line numbers in errors")
    .option("--no-init", "leave init.lua and boot.lua alone")
    .option("--in-place", "remove the old files first when both versions do not fit")
    .option("--clean", "remove files on the board that are not part of the app")
    .option("--dry-run", "say what would be sent, and send nothing")
    .option("--watch", "send again whenever a source changes")
    .option("--monitor", "stay and show what the board prints")
    .option("--json", "print one JSON object a line")
    .option(
      "--firmware [offset=image...]",
      "write firmware images to the board instead (or those of the configuration)",
    );
}

/** What is to be done: the configuration with the flags over it. @throws Mistake */
export function configurationOf(flags: Flags): FlashConfig {
  checkFlags(flags);
  const config = loadConfig(flags.config, configured(flags));
  if (flags.compile) {
    config.appForm = "compiled";
    if (config.httpserver !== "none") config.httpserver = "compiled";
  }
  return config;
}
