// A function of the chunk that does nothing but set a variable is no larger than a call of it: it is written where it is called.
// Modules have such functions because what another module exports cannot be assigned.
import { factsOf, freeVariables, isLiteral, isPure } from "../analysis/facts.ts";
import {
  type Block,
  type CallStatement,
  type Expression,
  isMulti,
  rewriteBlock,
  type Target,
  type Variable,
  visitBlock,
} from "../tree.ts";

/** Lua allows 60 upvalues, and a function may get one more for each setter. */
const MOST_UPVALUES = 50;

interface Setter {
  parameters: readonly Variable[];
  target: Target;
  value: Expression;
}

/** Writes calls of setters out where nobody wants a value of them. */
export function inlineSetters(chunk: Block): Block {
  const setters = settersOf(chunk);
  if (setters.size === 0 || widest(chunk) + setters.size > MOST_UPVALUES) return chunk;
  return rewriteBlock(chunk, {
    statement(s) {
      const value = s.kind === "callstatement" ? valueSet(s, setters) : undefined;
      if (s.kind !== "callstatement" || !value) return [s];
      const { target } = setterOf(s, setters)!;
      return [{ kind: "assign", targets: [{ ...target }], values: [value], position: s.position }];
    },
  });
}

/** `local function f(a) x = a end` and `local function f() x = {} end`, where f is never another function. */
function settersOf(chunk: Block): Map<Variable, Setter> {
  const facts = factsOf(chunk);
  const setters = new Map<Variable, Setter>();
  for (const s of chunk) {
    if (s.kind !== "localfunction" || s.func.dots || facts.get(s.variable)!.writes > 0) continue;
    const { parameters, body } = s.func;
    const [only] = body;
    if (body.length !== 1 || only?.kind !== "assign" || only.targets.length !== 1 || only.values.length !== 1)
      continue;
    const [target] = only.targets as [Target];
    const [value] = only.values as [Expression];
    if (target.kind !== "name" || parameters.includes(target.variable) || target.variable === s.variable)
      continue;
    const isSmall = isLiteral(value) || (value.kind === "table" && value.fields.length === 0);
    if (isSmall || (value.kind === "name" && parameters.includes(value.variable)))
      setters.set(s.variable, { parameters, target, value });
  }
  return setters;
}

function setterOf({ call }: CallStatement, setters: ReadonlyMap<Variable, Setter>): Setter | undefined {
  return call.kind === "call" && call.callee.kind === "name" ? setters.get(call.callee.variable) : undefined;
}

/** What a call sets; undefined if it is no call of a setter, or has arguments that must be evaluated and are not set. */
function valueSet(s: CallStatement, setters: ReadonlyMap<Variable, Setter>): Expression | undefined {
  const setter = setterOf(s, setters);
  if (!setter) return undefined;
  const { value, parameters } = setter;
  const { args } = s.call;
  if (value.kind !== "name") return args.every(isPure) ? { ...value, position: s.position } : undefined;
  const at = parameters.indexOf(value.variable);
  // the last argument may give values to the parameters after it
  const last = args.at(-1);
  if (last && isMulti(last) && args.length <= at) return undefined;
  if (!args.every((arg, i) => i === at || isPure(arg))) return undefined;
  const arg = args[at] ?? { kind: "nil" };
  return isMulti(arg) ? { kind: "single", expression: arg, position: arg.position } : arg;
}

/** The most variables that a function mentions without declaring them. */
function widest(chunk: Block): number {
  let most = 0;
  visitBlock(chunk, {
    expression(e) {
      if (e.kind === "function") most = Math.max(most, freeVariables(e).size);
    },
  });
  return most;
}
