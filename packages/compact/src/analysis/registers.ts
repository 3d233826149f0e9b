// How many of Lua's registers a statement wants beside those of the variables that are alive: an upper estimate. What a table,
// a call or a chain of `..` is made of waits in registers until it is complete.
import { LUA } from "../lua-limits.ts";
import { type Expression, expressions, type Statement } from "../tree.ts";

const most = (counts: readonly number[]): number => Math.max(0, ...counts);

/** One after the other, each kept until the last is there. */
const kept = (list: readonly Expression[], first: number): number =>
  most(list.map((e, i) => first + i + registersOf(e)));

function registersOf(e: Expression): number {
  switch (e.kind) {
    case "table": {
      let waiting = 0;
      let result = 1;
      for (const { key, value } of e.fields) {
        const before = 1 + waiting + (key ? 1 : 0);
        result = Math.max(result, before + registersOf(value), key ? 1 + waiting + registersOf(key) : 0);
        if (!key) waiting = (waiting % LUA.waitingItems) + 1;
      }
      return result;
    }
    case "call":
      return Math.max(registersOf(e.callee), kept(e.args, 1));
    case "method":
      return Math.max(registersOf(e.object), kept(e.args, 2));
    case "binary":
      return Math.max(registersOf(e.left), 1 + registersOf(e.right));
    case "unary":
      return registersOf(e.operand);
    case "index":
      return Math.max(registersOf(e.object), 1 + registersOf(e.key));
    case "single":
      return registersOf(e.expression);
    default:
      return 1;
  }
}

/** Without the blocks inside it. */
export function registersIn(s: Statement): number {
  if (s.kind === "local" || s.kind === "return") return kept(s.values, 0);
  if (s.kind === "assign") {
    const targets = s.targets.length > 1 || s.targets[0]!.kind === "index" ? 2 * s.targets.length : 0;
    return Math.max(most(s.targets.map(registersOf)) + targets, kept(s.values, targets));
  }
  return most(expressions(s).map(registersOf)) + 3;
}
