// The order of evaluation: may something be evaluated at its first use instead of before the statement, or before
// the statement instead of inside it?
import { calls } from "../analysis/evaluation.ts";
import { builtins, type Facts, isFixed } from "../analysis/facts.ts";
import { type Call, type Expression, expressions, type Statement, type Variable } from "../tree.ts";

/**
 * Looks for an expression in a statement and gives a function that replaces it, if evaluating `value` there and
 * evaluating it before the statement come to the same.
 */
export function findFirst(
  s: Statement,
  isIt: (e: Expression) => boolean,
  value: Expression,
  facts: Facts,
): ((by: Expression) => void) | undefined {
  const anywhere = isFixed(value, facts) || value.kind === "function";
  const calling = calls(value);
  let found: ((by: Expression) => void) | undefined;
  let blocked = false;

  /** May `value` be evaluated after this expression as well as before it? */
  const passes = (e: Expression): boolean => {
    if (anywhere || e.kind === "function" || isFixed(e, facts)) return true;
    if (e.kind === "name") return !calling || !facts.get(e.variable)?.captured;
    if (e.kind === "global") return !calling || builtins.has(e.name);
    if (e.kind === "table") return true;
    return !calling && !calls(e) && e.kind !== "dots";
  };
  const visit = (e: Expression, place: (e: Expression) => void, conditional = false): void => {
    if (found || blocked) return;
    if (isIt(e)) {
      if (conditional && !anywhere) blocked = true;
      else found = place;
      return;
    }
    if (e.kind === "function") return;
    switch (e.kind) {
      case "table":
        for (const f of e.fields) {
          if (f.key) visit(f.key, (x) => (f.key = x), conditional);
          visit(f.value, (x) => (f.value = x), conditional);
        }
        break;
      case "unary":
        visit(e.operand, (x) => (e.operand = x), conditional);
        // Lua 5.1 keeps 0 and -0 as one constant of a function: no new `-0`.
        if (found && e.operator === "-" && isIt(e.operand) && value.kind === "number") found = undefined;
        break;
      case "binary":
        visit(e.left, (x) => (e.left = x), conditional);
        visit(e.right, (x) => (e.right = x), conditional || e.operator === "and" || e.operator === "or");
        break;
      case "call":
        visit(e.callee, (x) => (e.callee = x), conditional);
        for (const i of e.args.keys()) visit(e.args[i]!, (x) => (e.args[i] = x), conditional);
        break;
      case "method":
        visit(e.object, (x) => (e.object = x), conditional);
        // The method is looked up before its arguments are evaluated: these may give the object another one.
        if (!found && calling && !anywhere) blocked = true;
        for (const i of e.args.keys()) visit(e.args[i]!, (x) => (e.args[i] = x), conditional);
        break;
      case "index":
        visit(e.object, (x) => (e.object = x), conditional);
        visit(e.key, (x) => (e.key = x), conditional);
        break;
      case "single":
        visit(e.expression, (x) => (e.expression = x as Call), conditional);
        break;
    }
    if (!found && !passes(e)) blocked = true;
  };

  switch (s.kind) {
    case "local":
    case "return":
    case "forin":
      for (const i of s.values.keys()) visit(s.values[i]!, (x) => (s.values[i] = x));
      break;
    case "assign":
      for (const t of s.targets) {
        if (t.kind !== "index") continue;
        visit(t.object, (x) => (t.object = x));
        visit(t.key, (x) => (t.key = x));
      }
      for (const i of s.values.keys()) visit(s.values[i]!, (x) => (s.values[i] = x));
      break;
    case "callstatement":
      visit(s.call, (x) => (s.call = x as Call));
      break;
    case "if":
      visit(s.clauses[0]!.condition, (x) => (s.clauses[0]!.condition = x));
      break;
    case "for":
      visit(s.start, (x) => (s.start = x));
      visit(s.limit, (x) => (s.limit = x));
      if (s.step) visit(s.step, (x) => (s.step = x));
      break;
  }
  return found;
}

/** Puts `value` in the place of the only mention of `v` in the statement, if that is evaluated first there. */
export function moveInto(s: Statement, v: Variable, value: Expression, facts: Facts): boolean {
  if (s.kind === "assign" && s.targets.some((t) => t.kind === "name" && t.variable === v)) return false;
  // A copy of a variable is what it was; the variable itself may be read after a call that changes it.
  if (value.kind === "name" && !isFixed(value, facts) && facts.get(value.variable)?.captured) {
    if (expressions(s).some(calls)) return false;
  }
  const place = findFirst(s, (e) => e.kind === "name" && e.variable === v, value, facts);
  if (!place) return false;
  const multi = value.kind === "call" || value.kind === "method" || value.kind === "dots";
  place(multi ? { kind: "single", expression: value, position: value.position } : value);
  return true;
}
