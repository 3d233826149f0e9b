// The files of a project: those of its template, and those that follow from its name and chip.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { dependency } from "./dependency.ts";
import { templatesFolder } from "./place.ts";

/** What a project can begin as. */
export const TEMPLATES = {
  page: "a page with a switch",
  api: "a JSON API",
  sensor: "a sensor with events",
  lua: "plain Lua",
} as const;
export type Template = keyof typeof TEMPLATES;

export const CHIPS = ["esp8266", "esp32"] as const;
export type Chip = (typeof CHIPS)[number];

const CHIP_NAMES: Record<Chip, string> = { esp8266: "ESP8266", esp32: "ESP32" };

export interface Project {
  /** Where it is; its base name becomes the project's. */
  folder: string;
  template: Template;
  chip: Chip;
}

/** Text by the path of its file. */
export type Files = Record<string, string>;

/** What package.json has of a project's own. */
export const SCRIPTS = {
  start: "nodemcu start",
  test: "nodemcu test",
  build: "nodemcu build",
  flash: "nodemcu flash",
  monitor: "nodemcu monitor",
} as const;
const CHECK = { check: "nodemcu types" } as const;

const json = (value: unknown) => `${JSON.stringify(value, undefined, 2)}\n`;

/** All files of a new project. */
export function filesOf(project: Project): Files {
  const { template, chip } = project;
  const source =
    template === "lua" || template === "api"
      ? {}
      : { "src/board.ts": readFileSync(join(templatesFolder(), "chips", chip, "board.ts"), "utf8") };
  return { ...configuration(project), ...source, ...templateFiles(template, project) };
}

/** The files that a project has beside its app and its tests. */
export function configuration(project: Project): Files {
  const isLua = project.template === "lua";
  return {
    "package.json": json(manifest(project)),
    "flash.config.json": json({
      $schema: "./node_modules/nodemcu-httpserver/flash.schema.json",
      app: ".",
      chip: project.chip,
    }),
    ...(isLua ? {} : typeScript(project.chip)),
    ...templateFiles("shared", project),
  };
}

/** The name of a folder as npm takes it. */
export function nameOf(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return name === "" ? "app" : name;
}

function manifest({ folder, template }: Project): object {
  const isLua = template === "lua";
  return {
    name: nameOf(folder),
    private: true,
    type: "module",
    scripts: isLua ? SCRIPTS : { ...SCRIPTS, ...CHECK },
    devDependencies: {
      ...(isLua ? {} : { "@types/node": "^20.19.0" }),
      ...dependency(),
    },
  };
}

/** How TypeScript sees the sources, which become Lua, and the tests, which run on the computer. */
function typeScript(chip: Chip): Files {
  return {
    "tstl.json": json({
      extends: "nodemcu-httpserver/tstl.json",
      compilerOptions: {
        rootDir: ".",
        noEmit: true,
        types: [`nodemcu-httpserver/types/${chip}`, "nodemcu-httpserver/types/httpserver"],
      },
    }),
    "src/tsconfig.json": json({ extends: "../tstl.json", include: ["."] }),
    "test/tsconfig.json": json({
      compilerOptions: {
        target: "ES2023",
        lib: ["ES2023"],
        types: ["node"],
        module: "NodeNext",
        moduleResolution: "NodeNext",
        strict: true,
        allowImportingTsExtensions: true,
        noEmit: true,
        skipLibCheck: true,
      },
      include: ["."],
    }),
  };
}

/** The files of a folder of templates/, with the project's name and chip in their places. */
function templateFiles(name: string, { folder, chip }: Project): Files {
  const root = join(templatesFolder(), name);
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const words: Record<string, string> = { name: nameOf(folder), chip, chipName: CHIP_NAMES[chip] };
  return Object.fromEntries(
    entries.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const inProject = path.slice(root.length + 1).replaceAll("\\", "/");
      // npm leaves a file of this name out of every package
      const real = inProject === "gitignore" ? ".gitignore" : inProject;
      const text = readFileSync(path, "utf8").replace(
        /\{\{(\w+)\}\}/g,
        (whole, word) => words[word] ?? whole,
      );
      return [real, text];
    }),
  );
}

/** Writes those files that are not there yet. */
export function writeMissing(folder: string, files: Files): { written: string[]; there: string[] } {
  const written: string[] = [];
  const there: string[] = [];
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    if (existsSync(path)) there.push(name);
    else {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      written.push(name);
    }
  }
  return { written: written.sort(), there };
}
