// flash.config.json: what goes to which board, and how. Every key is also a flag of npm run flash; a flag wins.
// flash.schema.json says the same for editors; a test holds the two together.
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { Mistake } from "../command/mistake.ts";
import type { Code } from "../image/code.ts";
import { readWanted } from "../image/names.ts";

/** How a file of Lua gets to the board: as text, compiled there (no line numbers in its errors), or as bytecode made here. */
export type Form = "source" | "compiled" | "bytecode";
export const FORMS: readonly Form[] = ["source", "compiled", "bytecode"];
/** Where the code is to be: in the Lua flash store, in files of a form, or in the store if the board has room there, else as bytecode. */
export const CODES = ["auto", "lfs", "bytecode", "source"] as const satisfies readonly (Code | "auto")[];
export const UPLOADERS = ["own", "nodemcu-tool"] as const;
export const CHIPS = ["auto", "esp8266", "esp32", "esp32c3"] as const;

export interface FlashConfig {
  /** A port such as /dev/ttyUSB0, or "auto". */
  port: string;
  baud: number;
  /** Rate for the transfer; 0: stay at `baud`. */
  transferBaud: number;
  chip: (typeof CHIPS)[number];
  /** The app's folder. */
  app: string;
  code: (typeof CODES)[number];
  /** How the app goes, if not as `code` says. */
  appForm: Form | "auto";
  /** How our module goes, if not as `code` says; "none": the app does not use it. */
  httpserver: Form | "auto" | "none";
  /** More files: name on the board → path here. */
  files: Record<string, string>;
  /** Firmware images for --firmware: offset → path. */
  firmware: Record<string, string>;
  uploader: (typeof UPLOADERS)[number];
  /** JSON file with ssid and password; not committed. */
  wifi: string;
}

export const DEFAULTS: FlashConfig = {
  port: "auto",
  baud: 115200,
  transferBaud: 460800,
  chip: "auto",
  app: ".",
  code: "auto",
  appForm: "auto",
  httpserver: "auto",
  files: {},
  firmware: {},
  uploader: "own",
  wifi: "wifi.json",
};

type Rule = (value: unknown) => string | undefined;
const text: Rule = (value) =>
  typeof value === "string" && value !== "" ? undefined : "a text that is not empty";
const oneOf =
  (choices: readonly string[]): Rule =>
  (value) =>
    choices.includes(value as string) ? undefined : `one of ${choices.map((c) => `"${c}"`).join(", ")}`;
const rate =
  (least: number): Rule =>
  (value) =>
    Number.isInteger(value) && ((value as number) >= 300 || value === least) && (value as number) <= 4_000_000
      ? undefined
      : `a baud rate from 300 to 4000000${least === 0 ? ", or 0 to stay at the console's" : ""}`;
const paths: Rule = (value) =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((v) => !text(v))
    ? undefined
    : 'an object of paths, such as {"index.html": "web/index.html"}';
const images: Rule = (value) =>
  paths(value) === undefined && Object.keys(value as object).every((key) => /^(0x[0-9a-f]+|\d+)$/i.test(key))
    ? undefined
    : 'an object of paths with offsets as keys, such as {"0x0": "nodemcu.bin"}';

const RULES: Record<keyof FlashConfig, Rule> = {
  port: text,
  baud: rate(300),
  transferBaud: rate(0),
  chip: oneOf(CHIPS),
  app: text,
  code: oneOf(CODES),
  appForm: oneOf(["auto", ...FORMS]),
  httpserver: oneOf(["auto", ...FORMS, "none"]),
  files: paths,
  firmware: images,
  uploader: oneOf(UPLOADERS),
  wifi: text,
};

export const KEYS = Object.keys(RULES) as (keyof FlashConfig)[];

/**
 * @param where the file that says so
 * @throws Mistake that names the key, its value and what it can be
 */
export function validate(values: Record<string, unknown>, where: string): Partial<FlashConfig> {
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(values)) {
    if (key === "$schema") continue;
    const rule = RULES[key as keyof FlashConfig];
    if (!rule) {
      const near = KEYS.find((known) => known.toLowerCase().startsWith(key.toLowerCase().slice(0, 3)));
      throw new Mistake(
        `${where}: there is no key "${key}"${near ? `; did you mean "${near}"?` : `; the keys are ${KEYS.join(", ")}`}`,
      );
    }
    mustBe(rule(value), `${where}: "${key}"`, value);
    result[key] = value;
  }
  return result as Partial<FlashConfig>;
}

function mustBe(expected: string | undefined, what: string, value: unknown): void {
  if (expected !== undefined)
    throw new Mistake(`${what} is ${JSON.stringify(value)}; it must be ${expected}`);
}

/**
 * @param path of the file; undefined: flash.config.json if it is there
 * @param flags what the command line says, by key
 * @throws Mistake
 */
export function loadConfig(path: string | undefined, flags: Record<string, unknown>): FlashConfig {
  const file = path ?? "flash.config.json";
  let values: Partial<FlashConfig> = {};
  if (existsSync(file)) {
    let parsed: unknown;
    const text = readWanted(file, "the configuration").toString("utf8");
    try {
      parsed = JSON.parse(text);
    } catch (error) {
      throw new Mistake(`${file} is no JSON: ${(error as Error).message}`);
    }
    if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed))
      throw new Mistake(`${file} must hold an object, such as {"port": "auto"}`);
    values = validate(parsed as Record<string, unknown>, file);
    // paths are meant from where the file is
    const base = dirname(resolve(file));
    for (const key of ["app", "wifi"] as const) if (values[key]) values[key] = resolve(base, values[key]);
    for (const key of ["files", "firmware"] as const) {
      if (values[key])
        values[key] = Object.fromEntries(
          Object.entries(values[key]).map(([name, target]) => [name, resolve(base, target)]),
        );
    }
  } else if (path !== undefined) {
    throw new Mistake(`there is no file ${path}`);
  }
  for (const [key, value] of Object.entries(flags))
    mustBe(RULES[key as keyof FlashConfig](value), flagName(key), value);
  return { ...DEFAULTS, ...values, ...flags };
}

/** A key as it is typed on the command line. */
export function flagName(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** What a chip's Wi-Fi takes, in bytes (IEEE 802.11, WPA). */
const LONGEST_SSID = 32;
const PASSWORD = { least: 8, most: 64 };

interface Credentials {
  ssid: string;
  password: string;
}

/**
 * Wi-Fi name and password from the environment or the configured file; undefined if neither is there.
 * @throws Mistake for what no chip takes
 */
export function credentials(config: FlashConfig): Credentials | undefined {
  const { WIFI_SSID, WIFI_PASSWORD } = process.env;
  // the default may be missing; what somebody names must be there
  if (!WIFI_SSID && config.wifi === DEFAULTS.wifi && !existsSync(config.wifi)) return undefined;
  const found = WIFI_SSID ? { ssid: WIFI_SSID, password: WIFI_PASSWORD ?? "" } : readCredentials(config.wifi);
  const where = WIFI_SSID
    ? ["WIFI_SSID", "WIFI_PASSWORD"]
    : [`${config.wifi}: "ssid"`, `${config.wifi}: "password"`];
  const [name, password] = [Buffer.byteLength(found.ssid), Buffer.byteLength(found.password)];
  if (name === 0 || name > LONGEST_SSID)
    throw new Mistake(`${where[0]} has ${name} bytes; the name of a network has 1 to ${LONGEST_SSID}`);
  // the password itself is not shown
  if (password !== 0 && (password < PASSWORD.least || password > PASSWORD.most))
    throw new Mistake(
      `${where[1]} has ${password} bytes; the password of a network has ${PASSWORD.least} to ${PASSWORD.most}, or none`,
    );
  return found;
}

function readCredentials(path: string): Credentials {
  const text = readWanted(path, '"wifi"').toString("utf8");
  let parsed: { ssid?: unknown; password?: unknown } | null;
  try {
    parsed = JSON.parse(text);
  } catch {
    // the content is not shown: it holds the password
    throw new Mistake(`${path} is no JSON; it must be {"ssid": "...", "password": "..."}`);
  }
  if (typeof parsed?.ssid !== "string" || typeof (parsed.password ?? "") !== "string")
    throw new Mistake(`${path} must be {"ssid": "...", "password": "..."}`);
  return { ssid: parsed.ssid, password: (parsed.password as string | undefined) ?? "" };
}
