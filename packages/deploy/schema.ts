// What flash.schema.json holds: the declaration of the configuration (config.ts) as editors read it. Nothing that goes to a board
// needs it.
import { toJsonSchema } from "@valibot/to-json-schema";
import * as v from "valibot";
import { CONFIG } from "./config.ts";

/** Makes the text of flash.schema.json. */
export function flashSchema(): string {
  const file = v.strictObject({ $schema: v.optional(v.string()), ...CONFIG.entries });
  // an array in place of an object is what the check refuses, and what "type" in the schema says anyway
  const {
    $schema,
    required: _,
    ...rest
  } = toJsonSchema(file, { typeMode: "output", ignoreActions: ["check"] });
  const title = "flash.config.json: what npm run flash puts on a NodeMCU board";
  return `${JSON.stringify({ $schema, title, ...rest }, undefined, 2)}\n`;
}
