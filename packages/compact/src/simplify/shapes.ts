// Statements: dead ones, blocks that are not needed, shorter forms of `if`.
import { countLocals, hasLabels, isLiteral, isPure, leaves } from "../analysis/facts.ts";
import { MOST } from "../lua-limits.ts";
import { type Block, blocks, type Clause, type If, rewriteBlock, type Statement } from "../tree.ts";
import { cost, inverted, isBoolean, negate } from "./fold.ts";

function ifStatement(s: If): Statement[] {
  // Conditions that are known.
  const clauses: Clause[] = [];
  for (const clause of s.clauses) {
    const { condition } = clause;
    if (condition.kind === "nil" || condition.kind === "false") continue;
    if (
      isLiteral(condition) ||
      ((condition.kind === "table" || condition.kind === "function") && isPure(condition))
    ) {
      s.otherwise = clause.body;
      break;
    }
    clauses.push(clause);
  }
  s.clauses = clauses;
  if (s.otherwise?.length === 0) s.otherwise = undefined;
  if (clauses.length === 0)
    return s.otherwise ? [{ kind: "do", body: s.otherwise, position: s.position }] : [];

  // else if … end end → elseif … end
  const [only] = s.otherwise ?? [];
  if (s.otherwise?.length === 1 && only?.kind === "if") {
    s.clauses.push(...only.clauses);
    s.otherwise = only.otherwise;
  }
  // An empty branch at the end: nothing is left but its condition.
  for (let last = s.clauses.at(-1); last && !s.otherwise && last.body.length === 0; last = s.clauses.at(-1)) {
    if (!isPure(last.condition)) break;
    s.clauses.pop();
    if (s.clauses.length === 0) return [];
  }
  const first = s.clauses[0]!;
  if (s.clauses.length === 1 && !s.otherwise && first.body.length === 0) {
    const call = first.condition.kind === "unary" ? first.condition.operand : first.condition;
    if (call.kind === "call" || call.kind === "method")
      return [{ kind: "callstatement", call, position: s.position }];
  }
  if (s.clauses.length === 1 && s.otherwise && first.body.length === 0) {
    first.condition = inverted(first.condition);
    first.body = s.otherwise;
    s.otherwise = undefined;
  }
  // if a then elseif b then … end → if not a then if b then … end end
  if (s.clauses.length > 1 && first.body.length === 0 && cost(first.condition) < 4) {
    const inner: If = { ...s, clauses: s.clauses.slice(1), position: s.clauses[1]!.condition.position };
    return [
      {
        ...s,
        clauses: [{ condition: inverted(first.condition), body: ifStatement(inner) }],
        otherwise: undefined,
      },
    ];
  }
  // if not a then x else y end → if a then y else x end
  if (
    s.clauses.length === 1 &&
    s.otherwise &&
    first.condition.kind === "unary" &&
    first.condition.operator === "not"
  ) {
    const body = first.body;
    first.condition = first.condition.operand;
    first.body = s.otherwise;
    s.otherwise = body;
    const [inner] = s.otherwise;
    if (s.otherwise.length === 1 && inner?.kind === "if") return ifStatement(s);
  }
  // if a then if b then … end end → if a and b then … end
  const [nested] = first.body;
  if (s.clauses.length === 1 && !s.otherwise && first.body.length === 1 && nested?.kind === "if") {
    if (nested.clauses.length === 1 && !nested.otherwise) {
      first.condition = {
        kind: "binary",
        operator: "and",
        left: first.condition,
        right: nested.clauses[0]!.condition,
        position: first.condition.position,
      };
      first.body = nested.clauses[0]!.body;
    }
  }
  return [s];
}

function statement(s: Statement): Statement[] {
  switch (s.kind) {
    case "if":
      return ifStatement(s);
    case "while":
      return s.condition.kind === "false" || s.condition.kind === "nil" ? [] : [s];
    case "repeat":
      return [s];
    case "do":
      return s.body.length === 0 ? [] : [s];
    case "local":
      if (s.variables.length === 0 && s.values.every(isPure)) return [];
      // A list of nils is what no list means.
      while (
        s.values.length > 0 &&
        s.values.length <= s.variables.length &&
        s.values.at(-1)!.kind === "nil"
      ) {
        s.values.pop();
      }
      return [s];
    case "assign":
      return s.targets.length === 0 && s.values.length === 0 ? [] : [s];
    default:
      return [s];
  }
}

/** `if c then return a end return b` and the like, where that is shorter. */
function returns(block: Block): Block {
  const last = block.at(-1);
  if (last?.kind !== "return" || last.values.length !== 1) return block;
  const before = block.at(-2);
  if (before?.kind !== "if" || before.clauses.length !== 1 || before.otherwise) return block;
  const [clause] = before.clauses as [Clause];
  const [inner] = clause.body;
  if (clause.body.length !== 1 || inner?.kind !== "return" || inner.values.length !== 1) return block;
  const [a, b] = [inner.values[0]!, last.values[0]!];
  const c = clause.condition;
  const result = (value: typeof c): Block => [
    ...block.slice(0, -2),
    { kind: "return", values: [value], position: before.position },
  ];
  if (a.kind === "true" && b.kind === "false" && isBoolean(c)) return result(c);
  if (a.kind === "false" && b.kind === "true") return result(negate(c));
  return block;
}

/** Cuts off what can never run. */
function alive(block: Block): Block {
  const end = block.findIndex(leaves);
  return end < 0 || end === block.length - 1 || block.slice(end).some((s) => s.kind === "label")
    ? block
    : block.slice(0, end + 1);
}

/** `do … end` inside a block, where the names cannot disturb and the locals do not become too many. */
function dissolve(block: Block, locals = countLocals(block)): Block {
  for (const s of block) {
    for (const inner of blocks(s)) inner.splice(0, inner.length, ...dissolve(inner, locals));
  }
  if (!block.some((s) => s.kind === "do")) return block;
  return alive(
    block.flatMap((s, i) => {
      if (s.kind !== "do") return [s];
      const own = s.body.some((inner) => inner.kind === "local" || inner.kind === "localfunction");
      // Locals would live on until the end of the outer block; at its end that is no difference.
      return !own || i === block.length - 1 || locals < MOST.mergedLocals ? s.body : [s];
    }),
  );
}

/** In a function's last position `if c then return end …` is `if not c then … end`, and a last `return` nothing. */
function tail(block: Block): Block {
  const last = block.at(-1);
  if (last?.kind === "return" && last.values.length === 0) block = block.slice(0, -1);
  for (const [i, s] of block.entries()) {
    if (s.kind !== "if" || s.otherwise || !s.clauses.every((c) => isEmptyReturn(c.body.at(-1)))) continue;
    // What follows runs exactly if no branch did.
    const before = block.slice(0, i);
    const otherwise = tail(block.slice(i + 1));
    for (const c of s.clauses) c.body = tail(c.body);
    return [...before, ...ifStatement({ ...s, otherwise })];
  }
  const end = block.at(-1);
  if (end?.kind === "if") {
    for (const c of end.clauses) c.body = tail(c.body);
    if (end.otherwise) end.otherwise = tail(end.otherwise);
    return [...block.slice(0, -1), ...ifStatement(end)];
  }
  if (end?.kind === "do") end.body = tail(end.body);
  return block;
}

const isEmptyReturn = (s: Statement | undefined): boolean => s?.kind === "return" && s.values.length === 0;

/** `forPeople`: keeps the author's `if … return`. */
export function shapes(chunk: Block, forPeople: boolean): Block {
  const whole = (body: Block): Block => {
    if (hasLabels(body)) return body;
    const block = dissolve(body);
    if (!forPeople) return tail(block);
    const last = block.at(-1);
    return last?.kind === "return" && last.values.length === 0 ? block.slice(0, -1) : block;
  };
  const result = rewriteBlock(chunk, {
    statement,
    block: (b) => (forPeople ? alive(b) : returns(alive(b))),
    expression(e) {
      if (e.kind === "function") e.body = whole(e.body);
      return e;
    },
  });
  return hasLabels(result) ? result : dissolve(result);
}
