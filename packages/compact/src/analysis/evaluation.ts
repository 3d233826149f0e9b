// When Lua evaluates what: which expressions run code elsewhere, and which operands it reads later than they stand.
import { type Block, children, type Expression, visitBlock } from "../tree.ts";

/** Could evaluating it run code elsewhere? (Metamethods are taken to have no effects.) */
export function calls(e: Expression): boolean {
  return e.kind === "call" || e.kind === "method" || (e.kind !== "function" && children(e).some(calls));
}

/**
 * Operands that Lua would read later than they stand if they were locals: in `a - f()` a local `a` is read when the
 * subtraction is made, so a change by `f` counts; an upvalue or a field in its place is read before the call.
 * Functions inside are left out.
 */
export function lateOperands(block: Block): Expression[] {
  const result: Expression[] = [];
  const late = (e: Expression, ...after: Expression[]): void => {
    if (after.some(calls)) result.push(e);
  };
  visitBlock(block, {
    statement(s) {
      if (s.kind !== "assign") return;
      for (const t of s.targets) {
        if (t.kind !== "index") continue;
        const others = s.targets.filter((other) => other !== t);
        late(t.object, t.key, ...others, ...s.values);
        late(t.key, ...others, ...s.values);
      }
    },
    expression(e) {
      if (e.kind === "binary" && e.operator !== "and" && e.operator !== "or" && e.operator !== "..") {
        late(e.left, e.right);
      }
      if (e.kind === "index") late(e.object, e.key);
      if (e.kind === "table") for (const f of e.fields) if (f.key) late(f.key, f.value);
      return e.kind !== "function";
    },
  });
  return result;
}
