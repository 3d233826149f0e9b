// npm run measure -- schema: writes flash.schema.json, by which editors check and complete flash.config.json.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { ROOT } from "../../command/place.ts";
import { flashSchema } from "../../deploy/schema.ts";

export const command = new Command("schema")
  .description(
    "Writes flash.schema.json from the declaration of the configuration (packages/deploy/config.ts).",
  )
  .action(() => {
    writeFileSync(join(ROOT, "flash.schema.json"), flashSchema());
  });
