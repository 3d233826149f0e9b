// flash.config.json: what goes to which board, and how. Every key is also a flag of npm run flash; a flag wins.
// One declaration tells the types, the defaults, the checks with their messages, and what flash.schema.json says to editors (schema.ts).
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import * as v from "valibot";
import { Mistake } from "../command/mistake.ts";
import { readJson } from "../command/reading.ts";
import type { Code } from "../image/code.ts";

/** How a file of Lua gets to the board: as text, compiled there (no line numbers in its errors), or as bytecode made here. */
export const FORMS = ["source", "compiled", "bytecode"] as const;
export type Form = (typeof FORMS)[number];
export const APP_FORMS = ["auto", ...FORMS] as const;
export const SERVER_FORMS = [...APP_FORMS, "none"] as const;
/** Where the code is to be: in the Lua flash store, in files of a form, or in the store if the board has room there, else as bytecode. */
export const CODES = ["auto", "lfs", "bytecode", "source"] as const satisfies readonly (Code | "auto")[];
export const UPLOADERS = ["own", "nodemcu-tool"] as const;
export const CHIPS = ["auto", "esp8266", "esp32", "esp32c3"] as const;
/** An offset in flash as a key of "firmware": hexadecimal or decimal. */
export const OFFSET = /^(0[xX][0-9a-fA-F]+|[0-9]+)$/;

// Each schema carries what a value must be, for the message that refuses another one.
const filled = (mustBe: string) => v.pipe(v.string(mustBe), v.nonEmpty(mustBe));
const TEXT = filled("a text that is not empty");
const oneOf = <const T extends readonly string[]>(choices: T) =>
  v.picklist(choices, `one of ${choices.map((choice) => `"${choice}"`).join(", ")}`);
const rate = (mustBe: string) =>
  v.pipe(v.number(mustBe), v.integer(mustBe), v.minValue(300, mustBe), v.maxValue(4_000_000, mustBe));
const RATE = "a baud rate from 300 to 4000000";
const RATE_OR_STAY = `${RATE}, or 0 to stay at the console's`;
/** Paths here by a key. A record of valibot takes an array, too: its indices would be the keys. */
const paths = (key: v.GenericSchema<string>, mustBe: string) =>
  v.pipe(
    v.unknown(),
    v.check((value) => !Array.isArray(value), mustBe),
    v.record(key, filled(mustBe), mustBe),
  );
const OFFSETS = 'an object of paths with offsets as keys, such as {"0x0": "nodemcu.bin"}';

/** The keys of the configuration: what each takes, what it is if nothing is said, and what it means. */
export const CONFIG = v.strictObject({
  port: v.optional(
    v.pipe(
      TEXT,
      v.description(
        'The serial port, such as /dev/ttyUSB0 or COM3, or "auto": the one board that is plugged in.',
      ),
    ),
    "auto",
  ),
  baud: v.optional(v.pipe(rate(RATE), v.description("Baud rate of the board's console.")), 115200),
  transferBaud: v.optional(
    v.pipe(
      v.union([v.literal(0), rate(RATE_OR_STAY)], RATE_OR_STAY),
      v.description("Baud rate to try for the transfer; 0 stays at the console's."),
    ),
    460800,
  ),
  chip: v.optional(
    v.pipe(oneOf(CHIPS), v.description("The chip, checked before firmware is written.")),
    "auto",
  ),
  app: v.optional(
    v.pipe(TEXT, v.description("The app's folder, with an index.ts and, if it likes, a public/ folder.")),
    ".",
  ),
  code: v.optional(
    v.pipe(
      oneOf(CODES),
      v.description(
        'Where the code goes: into the Lua flash store, where it takes almost no RAM ("lfs"), into files as bytecode made here or as source, which take RAM, or into the store if the board has one with room, else as bytecode ("auto").',
      ),
    ),
    "auto",
  ),
  appForm: v.optional(
    v.pipe(
      oneOf(APP_FORMS),
      v.description(
        'How the app goes to the board, if not as "code" says: as source, compiled there after a restart, or as bytecode made here.',
      ),
    ),
    "auto",
  ),
  httpserver: v.optional(
    v.pipe(
      oneOf(SERVER_FORMS),
      v.description(
        'How our module goes to the board, if not as "code" says: as source, compiled there after a restart, as bytecode made here (with doubles or integers, as the board has them; for Lua 5.3 after npm run lua53), or not at all.',
      ),
    ),
    "auto",
  ),
  files: v.optional(
    v.pipe(
      paths(v.string(), 'an object of paths, such as {"index.html": "web/index.html"}'),
      v.description("More files: name on the board (at most 31 bytes of UTF-8) to path here."),
    ),
    {},
  ),
  firmware: v.optional(
    v.pipe(
      paths(v.pipe(v.string(), v.regex(OFFSET, OFFSETS)), OFFSETS),
      v.description("Firmware images for --firmware: offset in flash to path."),
    ),
    {},
  ),
  uploader: v.optional(
    v.pipe(
      oneOf(UPLOADERS),
      v.description("Who sends the files: this tool, or nodemcu-tool with our verification after it."),
    ),
    "own",
  ),
  wifi: v.optional(
    v.pipe(
      TEXT,
      v.description(
        "JSON file with ssid and password; keep it out of version control. WIFI_SSID and WIFI_PASSWORD win.",
      ),
    ),
    "wifi.json",
  ),
});

export type FlashConfig = v.InferOutput<typeof CONFIG>;
type Key = keyof FlashConfig;
export const KEYS = Object.keys(CONFIG.entries) as Key[];
export const DEFAULTS = v.parse(CONFIG, {});

/**
 * Checks the keys that a file gives and their values.
 * @param where the file that says so
 * @returns those keys alone, without the defaults of the others
 * @throws Mistake that names the key, its value and what it can be
 */
export function validate(values: Record<string, unknown>, where: string): Partial<FlashConfig> {
  const { $schema: _, ...given } = values;
  const checked = v.safeParse(CONFIG, given, { abortEarly: true });
  if (checked.success)
    return Object.fromEntries(Object.entries(checked.output).filter(([key]) => Object.hasOwn(given, key)));
  const [{ message, path }] = checked.issues;
  const { key, value } = path![0];
  if (!KEYS.includes(key as Key))
    throw new Mistake(`${where}: there is no key "${key}"${suggestion(String(key))}`);
  throw refusal(`${where}: "${key}"`, value, message);
}

function suggestion(key: string): string {
  const near = KEYS.find((known) => known.toLowerCase().startsWith(key.toLowerCase().slice(0, 3)));
  return near ? `; did you mean "${near}"?` : `; the keys are ${KEYS.join(", ")}`;
}

function refusal(what: string, value: unknown, mustBe: string): Mistake {
  return new Mistake(`${what} is ${JSON.stringify(value)}; it must be ${mustBe}`);
}

/**
 * Reads the configuration and puts what the command line says over it.
 * @param path of the file; undefined: flash.config.json if it is there
 * @param flags what the command line says, by key
 * @throws Mistake for a file that cannot be read, and for a value that a key cannot have
 */
export function loadConfig(path: string | undefined, flags: Record<string, unknown>): FlashConfig {
  const file = path ?? "flash.config.json";
  let values: Partial<FlashConfig> = {};
  if (existsSync(file)) {
    const parsed = readJson(file, "the configuration");
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
  for (const [key, value] of Object.entries(flags)) {
    const checked = v.safeParse(CONFIG.entries[key as Key], value);
    if (!checked.success) throw refusal(flagName(key), value, checked.issues[0].message);
  }
  return { ...DEFAULTS, ...values, ...flags };
}

/** A key as it is typed on the command line. */
export function flagName(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** A network as a chip's Wi-Fi takes it: lengths in bytes, as IEEE 802.11 and WPA say. The password itself is never shown. */
const bytes = (what: string, least: number, most: number, more = "") => {
  const says = ({ received }: { received: string }) =>
    `has ${received} bytes; ${what} has ${least} to ${most}${more}`;
  return v.pipe(v.string(), v.minBytes(least, says), v.maxBytes(most, says));
};
const NETWORK = v.object({
  ssid: bytes("the name of a network", 1, 32),
  password: v.nullish(v.union([v.literal(""), bytes("the password of a network", 8, 64, ", or none")]), ""),
});
/** The Wi-Fi that boot.lua joins. */
type Network = v.InferOutput<typeof NETWORK>;

/**
 * Wi-Fi name and password from the environment or the configured file; undefined if neither is there.
 * @throws Mistake for a file that cannot be read, and for what no chip takes
 */
export function credentials(config: FlashConfig): Network | undefined {
  const { WIFI_SSID, WIFI_PASSWORD } = process.env;
  if (WIFI_SSID)
    return network({ ssid: WIFI_SSID, password: WIFI_PASSWORD }, (key) => `WIFI_${key.toUpperCase()}`);
  // the default may be missing; what somebody names must be there
  if (config.wifi === DEFAULTS.wifi && !existsSync(config.wifi)) return undefined;
  const shape = '{"ssid": "...", "password": "..."}';
  const found = readJson(config.wifi, '"wifi"', shape);
  return network(found, (key) => `${config.wifi}: "${key}"`, `${config.wifi} must be ${shape}`);
}

/** @param nameOf what a person calls a key @param shape what to say of a value that is no network at all */
function network(found: unknown, nameOf: (key: string) => string, shape = ""): Network {
  const checked = v.safeParse(NETWORK, found);
  if (checked.success) return checked.output;
  const [{ kind, message, path }] = checked.issues;
  throw new Mistake(kind === "schema" ? shape : `${nameOf(String(path![0].key))} ${message}`);
}
