// npm run schema: writes flash.schema.json, by which editors check and complete flash.config.json.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { flashSchema } from "../../deploy/schema.ts";
import { ROOT } from "../../image/build.ts";

new Command("npm run schema --")
  .description(
    "Writes flash.schema.json from the declaration of the configuration (packages/deploy/config.ts).",
  )
  .parse();
writeFileSync(join(ROOT, "flash.schema.json"), flashSchema());
