// Loaded by Node before tests: lets it load TypeScript.
import { existsSync } from "node:fs";
import { register } from "node:module";

const hooks = ["./typescript-hooks.js", "./typescript-hooks.ts"].map(
  (name) => new URL(name, import.meta.url),
);
register(hooks.find((url) => existsSync(url))!.href);
