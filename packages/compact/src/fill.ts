// Arguments in a chunk that was compiled without them (fragments.ts). Nothing of the compiler is needed for that.
import { printTyped } from "./literal.ts";

/** What is known of an argument. */
export type Argument = "nil" | "true" | "false" | "string" | "number" | "list";

/** A chunk: Lua, and between its pieces the numbers of the arguments that stand there. */
export type Fragment = (string | number)[];

/**
 * A chunk with its arguments.
 * @param values texts are bytes, as Lua sees them: a character is one byte
 */
export function fill(fragment: Fragment, values: readonly unknown[]): string {
  let lua = "";
  for (const part of fragment) {
    if (typeof part === "number") lua += literal(values[part]);
    // a number swallows a dot that follows
    else lua += /\d$/.test(lua) && part.startsWith(".") ? ` ${part}` : part;
  }
  return lua;
}

function literal(value: unknown): string {
  if (Array.isArray(value)) return value.map(literal).join(",");
  return typeof value === "string" ? printTyped(value) : String(value);
}
