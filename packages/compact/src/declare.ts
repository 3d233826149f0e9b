// Puts `local` where variables without a declaration come first.
import { type Assign, type Block, type Variable, visitExpression, visitStatement } from "./tree.ts";

/**
 * Declares the variables that came from exports where they are first used: at their assignment if that comes
 * first, else on their own before the statement that mentions them.
 */
export function declare(body: Block, variables: ReadonlySet<Variable>): Block {
  const missing = new Set(variables);
  const result: Block = [];
  for (const s of body) {
    const used = new Set<Variable>();
    visitStatement(s, {
      expression(e) {
        if (e.kind === "name" && missing.has(e.variable)) used.add(e.variable);
      },
    });
    if (used.size === 0) {
      result.push(s);
      continue;
    }
    const targets = s.kind === "assign" ? s.targets : [];
    const own = targets.flatMap((t) => (t.kind === "name" && missing.has(t.variable) ? [t.variable] : []));
    let inValues = false;
    if (s.kind === "assign") {
      for (const value of s.values) {
        visitExpression(value, {
          expression(e) {
            if (e.kind === "name" && own.includes(e.variable)) inValues = true;
          },
        });
      }
    }
    const func = s.kind === "assign" && s.values.length === 1 ? s.values[0] : undefined;
    const fresh = new Set(own).size === targets.length && targets.length > 0;
    const before = [...used].filter((v) => !(fresh && own.includes(v)));
    const whole = fresh && func?.kind === "function" && own.length === 1;
    if (fresh && inValues && !whole) before.push(...own);
    if (before.length > 0) result.push({ kind: "local", variables: before, values: [] });
    for (const v of used) missing.delete(v);
    if (whole) result.push({ kind: "localfunction", variable: own[0]!, func, position: s.position });
    else if (fresh && !inValues) {
      result.push({ kind: "local", variables: own, values: (s as Assign).values, position: s.position });
    } else result.push(s);
  }
  return result;
}
