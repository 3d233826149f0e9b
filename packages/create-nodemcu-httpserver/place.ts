// Where the templates are: beside this in a clone, beside dist/ in the package create-nodemcu-httpserver, and where a clone has them in
// the package nodemcu-httpserver.
import { existsSync } from "node:fs";
import { join } from "node:path";

const PLACES = ["templates", "../templates", "../packages/create-nodemcu-httpserver/templates"];

/** The folder of all templates. */
export function templatesFolder(): string {
  const found = PLACES.map((place) => join(import.meta.dirname, place)).find((path) =>
    existsSync(join(path, "shared")),
  );
  if (found === undefined) throw new Error("the package lacks its templates");
  return found;
}
