// `local t = {}` and `t.a = 1` after it: one constructor, which also makes the table in its right size.
import { mentions } from "../analysis/facts.ts";
import {
  type Block,
  type Expression,
  isMulti,
  rewriteBlock,
  type Statement,
  type Table,
  type Variable,
} from "../tree.ts";

/** `t.key = value`, where `value` may be computed inside the constructor. */
function fieldOf(s: Statement, table: Variable): { key: Expression; value: Expression } | undefined {
  if (s.kind !== "assign" || s.targets.length !== 1 || s.values.length !== 1) return undefined;
  const [t] = s.targets;
  const [value] = s.values as [Expression];
  if (t?.kind !== "index" || t.object.kind !== "name" || t.object.variable !== table) return undefined;
  if (t.key.kind !== "string" && t.key.kind !== "number") return undefined;
  return mentions(value, table) ? undefined : { key: t.key, value };
}

/** May a field with a key follow what the constructor has? */
function takes(t: Table, key: Expression): boolean {
  // A number as a key would take another place beside a list, and a call at the end of a list gives all its values.
  if (key.kind === "number" && t.fields.some((f) => !f.key)) return false;
  const last = t.fields.at(-1);
  return !last || last.key !== undefined || !isMulti(last.value);
}

/** Moves the assignments to fields that follow a new table into its constructor, up to the first that mentions the table itself. */
export function assembleTables(chunk: Block): Block {
  return rewriteBlock(chunk, {
    block(block) {
      for (const [i, s] of block.entries()) {
        const [table] = s.kind === "local" ? s.values : [];
        if (s.kind !== "local" || s.variables.length !== 1 || table?.kind !== "table") continue;
        for (let next = block[i + 1]; next; next = block[i + 1]) {
          const field = fieldOf(next, s.variables[0]!);
          if (!field || !takes(table, field.key)) break;
          table.fields.push(field);
          block.splice(i + 1, 1);
        }
      }
      return block;
    },
  });
}
