// A parameter that is the same constant in every call is that constant.
import { factsOf, isLiteral } from "../analysis/facts.ts";
import {
  type Block,
  type Call,
  type Expression,
  type Func,
  isMulti,
  rewriteBlock,
  type Variable,
  visitBlock,
} from "../tree.ts";

/** Strings are left alone: written in several places of a function they may take more than a parameter does. */
const isShort = (e: Expression): boolean => isLiteral(e) && e.kind !== "string";

const same = (a: Expression, b: Expression): boolean =>
  a.kind === b.kind && (!("value" in a) || a.value === (b as { value: unknown }).value);

/** Functions that nothing does but call them by their own name, with their calls. */
function calledOnly(chunk: Block): Map<Variable, { func: Func; calls: Call[] }> {
  const facts = factsOf(chunk);
  const found = new Map<Variable, { func: Func; calls: Call[] }>();
  visitBlock(chunk, {
    statement(s) {
      if (s.kind === "localfunction" && !s.func.dots) found.set(s.variable, { func: s.func, calls: [] });
    },
  });
  visitBlock(chunk, {
    expression(e) {
      if (e.kind === "call" && e.callee.kind === "name") found.get(e.callee.variable)?.calls.push(e);
    },
  });
  for (const [variable, { calls }] of found) {
    const { reads, writes } = facts.get(variable)!;
    if (writes > 0 || reads !== calls.length) found.delete(variable);
  }
  return found;
}

/** What every call gives for a parameter; a call in the function itself may hand it on. */
function constantOf(calls: readonly Call[], index: number, parameter: Variable): Expression | undefined {
  let constant: Expression | undefined;
  for (const { args } of calls) {
    const arg: Expression = args[index] ?? { kind: "nil" };
    if (arg.kind === "name" && arg.variable === parameter) continue;
    // a call at the end may give several values
    const last = args.at(-1);
    if (!args[index] && last && isMulti(last)) return undefined;
    if (!isShort(arg) || (constant && !same(constant, arg))) return undefined;
    constant = arg;
  }
  return constant;
}

/** Puts such constants in the place of the parameters, which go, and so do the arguments. */
export function constantParameters(chunk: Block): Block {
  const constants = new Map<Variable, Expression>();
  const facts = factsOf(chunk);
  for (const { func, calls } of calledOnly(chunk).values()) {
    for (let i = func.parameters.length - 1; i >= 0; i--) {
      const parameter = func.parameters[i]!;
      if (facts.get(parameter)!.writes > 0) continue;
      const constant = constantOf(calls, i, parameter);
      if (!constant) continue;
      constants.set(parameter, constant);
      func.parameters.splice(i, 1);
      for (const { args } of calls) args.splice(i, 1);
    }
  }
  if (constants.size === 0) return chunk;
  return rewriteBlock(chunk, {
    expression(e) {
      const constant = e.kind === "name" ? constants.get(e.variable) : undefined;
      return constant ? { ...constant, position: e.position } : e;
    },
  });
}
