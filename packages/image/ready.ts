// Our module in the package on npm: compiled when it was packed. Nobody needs the time to compile it again, and TypeScriptToLua would not
// even do it: to it what lies in a node_modules is somebody else's.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { shipped } from "../command/place.ts";
import type { Form, Report } from "../compact/src/compile.ts";
import type { Kept } from "./cache.ts";

const FORMS = ["compact", "readable"] as const satisfies readonly Form[];
/** What the compiler reported of each form. */
const REPORTS = "httpserver.json";

/** Where a form lies in a folder: as in build/. */
const fileOf = (form: Form) => (form === "readable" ? "readable/httpserver.lua" : "httpserver.lua");

/**
 * Our module as it was compiled for the package on npm.
 * @param output where its Lua will be written: the paths in the map are made relative to it
 * @returns undefined in a clone, which compiles it
 */
export function readyServer(form: Form, output: string): Kept | undefined {
  const reports = shipped(REPORTS);
  if (reports === undefined) return undefined;
  const file = join(dirname(reports), fileOf(form));
  const map = JSON.parse(readFileSync(`${file}.map`, "utf8")) as { sources: string[] };
  map.sources = map.sources.map((source) => relative(dirname(output), resolve(dirname(file), source)));
  return {
    code: readFileSync(file, "utf8"),
    map: JSON.stringify(map),
    report: (JSON.parse(readFileSync(reports, "utf8")) as Record<Form, Report>)[form],
    inputs: {},
    warnings: "",
  };
}

/**
 * Puts our module into the package.
 * @param folder of the package's JavaScript
 * @param compile compiles it; its maps are relative to a folder beside this one
 */
export async function makeReady(folder: string, compile: (form: Form) => Promise<Kept>): Promise<void> {
  const reports: Partial<Record<Form, Report>> = {};
  for (const form of FORMS) {
    const { code, map, report } = await compile(form);
    const file = join(folder, fileOf(form));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, code);
    writeFileSync(`${file}.map`, map);
    reports[form] = report;
  }
  writeFileSync(join(folder, REPORTS), JSON.stringify(reports));
}
