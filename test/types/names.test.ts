// Every function that only one chip has is an error on the other one, and the message names it.
import { strict as assert } from "node:assert";
import { check, surface } from "./project.ts";

interface Names {
  functions?: string[];
  tables?: Record<string, Names>;
}

/** The functions of a module with their path, those of its tables too. */
function* paths(place: string, names: Names): Generator<string> {
  for (const name of names.functions ?? []) yield `${place}.${name}`;
  for (const [table, inner] of Object.entries(names.tables ?? {})) yield* paths(`${place}.${table}`, inner);
}

const all = surface() as Record<"esp8266" | "esp32", { modules: Record<string, Names> }>;
/** The compiler to Lua keeps the name `bit` for itself. */
const identifier = (module: string) => (module === "bit" ? "bit_" : module);

function functions(chip: "esp8266" | "esp32"): Set<string> {
  const modules = Object.entries(all[chip].modules);
  return new Set(modules.flatMap(([module, names]) => [...paths(identifier(module), names)]));
}

for (const [own, other] of [
  ["esp8266", "esp32"],
  ["esp32", "esp8266"],
] as const) {
  describe(`functions of ${own} that ${other} lacks`, function () {
    this.timeout(60000);
    const others = functions(other);
    const lacking = [...functions(own)].filter((path) => !others.has(path));
    const text = lacking.map((path) => `print(${path});`).join("\n");

    it(`are known on ${own} (${lacking.length} functions)`, () => {
      assert.ok(lacking.length > 100);
      // `binding` is a parameter of a macro in the source, and no name.
      const messages = check(own, { names: text }).messages.filter(
        ({ message }) => !message.includes("'binding'"),
      );
      assert.deepEqual(messages, []);
    });

    it(`are errors on ${other} that name the function, or what it is in`, () => {
      const { messages } = check(other, { names: text });
      for (const [i, path] of lacking.entries()) {
        const found = messages.filter(({ line }) => line === i + 1).map(({ message }) => message);
        const names = (name: string) => found.some((message) => message.includes(`'${name}'`));
        assert.ok(path.split(".").some(names), `${path}: ${found}`);
        // The function itself is named wherever the other chip has what it is in.
        const place = path.slice(0, path.lastIndexOf("."));
        if ([...others].some((other) => other.startsWith(`${place}.`))) {
          assert.ok(names(path.slice(place.length + 1)), `${path}: ${found}`);
        }
      }
    });
  });
}
