// Short names for fields that begin with one underscore: they belong to this chunk alone. They keep the underscore,
// so they can never meet a field of somebody else.
import { isPrivate, shortName } from "./names.ts";
import { type Block, type Expression, type Text, visitBlock } from "./tree.ts";

/**
 * Renames the private fields of all chunks of a program in the same way: they may share objects.
 * @param kept names that must stay, such as those the modules export
 * @returns what the author called each new name
 */
export function mangleFields(chunks: readonly Block[], kept: ReadonlySet<string>): Map<string, string> {
  const keys = new Set<Text>();
  const methods = new Set<{ name: string }>();
  const elsewhere = new Set<string>(kept);
  const asKey = new Set<Expression>();
  const counts = new Map<string, number>();
  const count = (name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);
  const visitor = {
    expression(e: Expression): void {
      if (e.kind === "index" && e.key.kind === "string") {
        asKey.add(e.key);
        // Fields of the environment are globals.
        if (e.object.kind === "global" && e.object.name === "_G") elsewhere.add(e.key.value);
        else if (isPrivate(e.key.value)) {
          keys.add(e.key);
          count(e.key.value);
        }
      }
      if (e.kind === "table") {
        for (const f of e.fields) {
          if (f.key?.kind !== "string") continue;
          asKey.add(f.key);
          if (!isPrivate(f.key.value)) continue;
          keys.add(f.key);
          count(f.key.value);
        }
      }
      if (e.kind === "method" && isPrivate(e.name)) {
        methods.add(e);
        count(e.name);
      }
      // The same text as a value may be used as a key later: then the name must stay what it is.
      if (e.kind === "string" && !asKey.has(e) && isPrivate(e.value)) elsewhere.add(e.value);
    },
  };
  for (const chunk of chunks) visitBlock(chunk, visitor);
  const names = new Map<string, string>();
  const order = [...counts].filter(([n]) => !elsewhere.has(n)).sort((a, b) => b[1] - a[1]);
  let n = 0;
  for (const [name] of order) {
    let short: string;
    do short = `_${shortName(n++)}`;
    while (short.startsWith("__") || elsewhere.has(short));
    names.set(name, short);
  }
  for (const key of keys) key.value = names.get(key.value) ?? key.value;
  for (const m of methods) m.name = names.get(m.name) ?? m.name;
  return new Map([...names].map(([name, short]) => [short, name]));
}
