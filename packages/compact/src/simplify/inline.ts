// Functions and values that are used in one place go there.
import { lateOperands } from "../analysis/evaluation.ts";
import {
  countLocals,
  type Facts,
  factsOf,
  freeVariables,
  isEarly,
  isFixed,
  isPure,
  isQuietStatement,
  leaves,
  mentions,
} from "../analysis/facts.ts";
import { MOST } from "../lua-limits.ts";
import {
  type Block,
  blocks,
  type Call,
  children,
  type Expression,
  expressions,
  type Func,
  isMulti,
  name,
  rewriteBlock,
  rewriteExpression,
  type Statement,
  Variable,
  visitBlock,
  visitExpression,
} from "../tree.ts";
import { findFirst, moveInto } from "./order.ts";

/** A local that is read once, in the statement after its declaration. */
export function inlineValues(chunk: Block, forPeople: boolean): Block {
  const facts = factsOf(chunk);
  return rewriteBlock(chunk, {
    block(block) {
      for (let i = block.length - 2; i >= 0; i--) {
        const s = block[i]!;
        if (s.kind !== "local" || s.variables.length !== 1 || s.values.length !== 1) continue;
        const [v] = s.variables as [Variable];
        const usage = facts.get(v);
        if (usage?.reads !== 1 || usage.writes > 0 || usage.captured) continue;
        if (forPeople && !v.name.startsWith("____")) continue;
        if (moveInto(block[i + 1]!, v, s.values[0]!, facts)) block.splice(i, 1);
      }
      return block;
    },
  });
}

interface Site {
  block: Block;
  index: number;
  call: Call;
  visible: ReadonlySet<Variable>;
  host: Func | undefined;
}

/** Functions that are called in one place become part of the caller. */
export function inlineFunctions(chunk: Block): Block {
  for (let tries = 0; tries < 1000; tries++) {
    const next = inlineOne(chunk);
    if (!next) return chunk;
    chunk = next;
  }
  return chunk;
}

const refused = new WeakSet<Func>();

function inlineOne(chunk: Block): Block | undefined {
  const facts = factsOf(chunk);
  const candidates = new Map<Variable, Func>();
  const consider = (v: Variable, f: Func, writes: number): void => {
    const usage = facts.get(v)!;
    if (usage.reads === 1 && usage.writes === writes && !f.dots && !refused.has(f) && !mentions(f, v)) {
      candidates.set(v, f);
    }
  };
  const inBlock = (block: Block): void => {
    for (const s of block) if (s.kind === "localfunction") consider(s.variable, s.func, 0);
    // `local f` and later `f = function`: nothing may have run in between that could have found it empty.
    const empty = new Set<Variable>();
    for (const s of block) {
      if (s.kind === "local" && s.values.length === 0) for (const v of s.variables) empty.add(v);
      const [t] = s.kind === "assign" ? s.targets : [];
      const [f] = s.kind === "assign" ? s.values : [];
      if (s.kind === "assign" && s.targets.length === 1 && s.values.length === 1) {
        if (t?.kind === "name" && f?.kind === "function") {
          if (empty.has(t.variable) || hoisted.has(t.variable)) consider(t.variable, f, 1);
        }
      }
      if (!isQuietStatement(s)) empty.clear();
    }
  };
  inBlock(chunk);
  visitBlock(chunk, {
    statement: (s) => blocks(s).forEach(inBlock),
    expression: (e) => (e.kind === "function" ? inBlock(e.body) : undefined),
  });
  if (candidates.size === 0) return undefined;
  const sites = findSites(chunk, candidates);
  // One look at the chunk serves for every pair of functions that no other has changed.
  const changed = new Set<Func | undefined>();
  const gone = new Set<Variable>();
  const definitions = new Set<Func>();
  for (const [v, f] of candidates) {
    const site = sites.get(v);
    if (!site || site.index < 0 || changed.has(site.host) || changed.has(f) || !fits(f, site, chunk, facts))
      continue;
    const hidden = [...freeVariables(f)].filter((other) => !site.visible.has(other));
    if (hidden.length > 0) {
      if (gone.size === 0 && site.block !== chunk && hoist(chunk, hidden)) return chunk;
      continue;
    }
    const replacement = replace(site, f, facts);
    if (!replacement) {
      refused.add(f);
      continue;
    }
    site.block.splice(site.index, 1, ...replacement);
    changed.add(site.host).add(f);
    // The blocks of functions in the statement may be others now than those where calls were found.
    visitBlock(replacement, { expression: (e) => (e.kind === "function" ? changed.add(e) : true) });
    gone.add(v);
    definitions.add(f);
  }
  if (gone.size === 0) return undefined;
  return rewriteBlock(chunk, {
    statement(s) {
      if (s.kind === "localfunction" && definitions.has(s.func)) return [];
      if (s.kind === "assign" && definitions.has(s.values[0] as Func)) return [];
      if (s.kind === "local" && s.values.length === 0 && s.variables.some((other) => gone.has(other))) {
        s.variables = s.variables.filter((other) => !gone.has(other));
        return s.variables.length > 0 ? [s] : [];
      }
      return [s];
    },
  });
}

/** Functions whose declaration was moved away from their definition: they count as defined all the same. */
const hoisted = new WeakSet<Variable>();

/** Declares variables of the chunk at its beginning, if their values allow that. */
function hoist(chunk: Block, wanted: readonly Variable[]): boolean {
  const declarations = wanted.map((v) =>
    chunk.find((s) =>
      s.kind === "localfunction" ? s.variable === v : s.kind === "local" && s.variables.includes(v),
    ),
  );
  const movable = (s: Statement | undefined): boolean =>
    s?.kind === "localfunction" ||
    (s?.kind === "local" &&
      (s.values.length === 0 ||
        (s.variables.length === s.values.length && s.values.every((v) => isEarly(v)))));
  if (!declarations.every(movable)) return false;
  const first: Variable[] = [];
  for (const s of declarations) {
    const at = chunk.indexOf(s!);
    // Two of them may have stood in one statement.
    if (at < 0) continue;
    if (s?.kind === "localfunction") {
      first.push(s.variable);
      hoisted.add(s.variable);
      const target = name(s.variable, s.position);
      chunk[at] = { kind: "assign", targets: [target], values: [s.func], position: s.position };
    } else {
      chunk.splice(at, 1);
      chunk.unshift(s!);
    }
  }
  if (first.length > 0) chunk.unshift({ kind: "local", variables: first, values: [] });
  return true;
}

/** What a function returns goes where no call of it wants a value. */
export function dropResults(chunk: Block): Block {
  const facts = factsOf(chunk);
  const functions = new Map<Variable, Func[]>();
  const asStatement = new Map<Variable, number>();
  visitBlock(chunk, {
    statement(s) {
      if (s.kind === "localfunction")
        functions.set(s.variable, [...(functions.get(s.variable) ?? []), s.func]);
      if (s.kind === "assign" && s.targets.length === 1 && s.values.length === 1) {
        const [t] = s.targets;
        const [f] = s.values;
        if (t?.kind === "name" && f?.kind === "function")
          functions.set(t.variable, [...(functions.get(t.variable) ?? []), f]);
      }
      if (s.kind === "callstatement" && s.call.kind === "call" && s.call.callee.kind === "name") {
        const v = s.call.callee.variable;
        asStatement.set(v, (asStatement.get(v) ?? 0) + 1);
      }
    },
  });
  for (const [v, list] of functions) {
    const usage = facts.get(v)!;
    if (usage.reads === 0 || usage.reads !== asStatement.get(v) || list.length !== 1) continue;
    const [f] = list as [Func];
    f.body = rewriteReturns(f.body);
  }
  return chunk;
}

function rewriteReturns(block: Block): Block {
  return block.flatMap((s): Block => {
    for (const inner of blocks(s)) inner.splice(0, inner.length, ...rewriteReturns(inner));
    if (s.kind !== "return" || s.values.length === 0) return [s];
    const empty: Statement = { kind: "return", values: [], position: s.position };
    if (s.values.every(isPure)) return [empty];
    const [only] = s.values;
    const call = s.values.length === 1 && only?.kind === "single" ? only.expression : only;
    if (s.values.length > 1 || (call?.kind !== "call" && call?.kind !== "method")) return [s];
    return [{ kind: "callstatement", call, position: s.position }, empty];
  });
}

/** Where each candidate is called, with what is visible there. */
function findSites(chunk: Block, candidates: ReadonlyMap<Variable, Func>): Map<Variable, Site> {
  const sites = new Map<Variable, Site>();
  const visible: Variable[] = [];
  const scoped = (work: () => void): void => {
    const depth = visible.length;
    work();
    visible.length = depth;
  };
  const expression = (e: Expression, block: Block, index: number, host: Func | undefined): void => {
    if (e.kind === "function") {
      scoped(() => {
        visible.push(...e.parameters);
        list(e.body, e);
      });
      return;
    }
    if (e.kind === "call" && e.callee.kind === "name" && candidates.has(e.callee.variable)) {
      sites.set(e.callee.variable, { block, index, call: e, visible: new Set(visible), host });
    }
    for (const child of children(e)) expression(child, block, index, host);
  };
  const list = (block: Block, host: Func | undefined): void => {
    for (const [index, s] of block.entries()) {
      if (s.kind === "localfunction") visible.push(s.variable);
      if (s.kind === "repeat") {
        scoped(() => {
          list(s.body, host);
          // What the condition calls cannot be put before the statement.
          expression(s.condition, [], -1, host);
        });
        continue;
      }
      const outside = s.kind === "while" ? [] : block;
      const all = expressions(s);
      for (const [i, e] of all.entries()) {
        const movable = s.kind !== "if" || i === 0;
        expression(e, movable ? outside : [], movable && s.kind !== "while" ? index : -1, host);
      }
      scoped(() => {
        if (s.kind === "for") visible.push(s.variable);
        if (s.kind === "forin") visible.push(...s.variables);
        for (const inner of blocks(s)) scoped(() => list(inner, host));
      });
      if (s.kind === "local") visible.push(...s.variables);
    }
  };
  list(chunk, undefined);
  return sites;
}

function fits(f: Func, site: Site, chunk: Block, facts: Facts): boolean {
  const free = freeVariables(f);
  // What was an upvalue would be a local of the host, which Lua reads later.
  for (const e of lateOperands(f.body)) {
    const usage = e.kind === "name" && free.has(e.variable) ? facts.get(e.variable) : undefined;
    if (usage && usage.home === site.host && usage.writes > 0) return false;
  }
  const hostBody = site.host?.body ?? chunk;
  if (countLocals(hostBody) + countLocals(f.body) + f.parameters.length > MOST.mergedLocals) return false;
  if (!site.host) return true;
  for (const v of freeVariables(site.host)) free.add(v);
  return free.size <= MOST.mergedUpvalues;
}

/** The statements that do what the statement with the call did; undefined if that cannot be told. */
function replace(site: Site, f: Func, facts: Facts): Block | undefined {
  const { block, index, call } = site;
  const s = block[index];
  const parameters = bind(f, call);
  if (!parameters) return undefined;
  if (s?.kind === "return" && s.values.length === 1 && s.values[0] === call) {
    const end: Block = leaves(f.body.at(-1)) ? [] : [{ kind: "return", values: [], position: s.position }];
    return [...parameters, ...f.body, ...end];
  }
  if (s?.kind === "callstatement" && s.call === call) {
    const body = settle(f.body, (values, position) => {
      if (values.every(isPure)) return [];
      const [only] = values;
      const isCall = values.length === 1 && (only?.kind === "call" || only?.kind === "method");
      return isCall ? [{ kind: "callstatement", call: only, position }] : undefined;
    });
    return body && [...parameters, ...body];
  }
  if (s?.kind === "local" && s.values.length === 1 && s.values[0] === call) {
    const body = settle(f.body, (values, position) => assign(s.variables, values, position));
    return (
      body && [
        { kind: "local", variables: s.variables, values: [], position: s.position },
        ...parameters,
        ...body,
      ]
    );
  }
  if (s?.kind === "assign" && s.values.length === 1 && s.values[0] === call) {
    const variables = s.targets.flatMap((t) => (t.kind === "name" ? [t.variable] : []));
    if (variables.length === s.targets.length) {
      const nil: Expression = { kind: "nil" };
      const body = settle(f.body, (values, position) =>
        assign(variables, values.length > 0 ? values : [nil], position),
      );
      return body && [...parameters, ...body];
    }
  }
  const [only] = f.body;
  if (f.body.length === 1 && only?.kind === "return" && only.values.length === 1) {
    const inPlace = substitute(f, only.values[0]!, call, facts);
    // What the call gave was fixed then; a variable in its place may be read after something that changes it.
    const late =
      inPlace?.kind === "name" && !isFixed(inPlace, facts) && s && lateOperands([s]).includes(call);
    if (inPlace && s && !late) return rewriteBlock([s], { expression: (e) => (e === call ? inPlace : e) });
  }
  if (!s) return undefined;
  // In front of the statement, if it is evaluated first there.
  const place = findFirst(s, (e) => e === call, call, facts);
  if (!place || s.kind === "localfunction") return undefined;
  const expanding = listEndingWith(s, call);
  if (expanding && isStraight(f.body)) {
    const last = f.body.at(-1);
    const [before, values] = last?.kind === "return" ? [f.body.slice(0, -1), last.values] : [f.body, []];
    expanding.expand(values);
    return [...parameters, ...before, s];
  }
  const result = new Variable("____result", call.position);
  let one = true;
  const body = settle(f.body, (values, position) => {
    if (values.length !== 1 || isMulti(values[0]!)) one = false;
    return assign([result], values, position);
  });
  // One variable holds one value, where the call may have given none or several.
  if (!body || (expanding && !one)) return undefined;
  place(name(result, call.position));
  return [
    { kind: "local", variables: [result], values: [], position: s.position },
    ...parameters,
    ...body,
    s,
  ];
}

/** Does the body return only at its end, or not at all? */
function isStraight(body: Block): boolean {
  const last = body.at(-1);
  return !(last?.kind === "return" ? body.slice(0, -1) : body).some(returns);
}

/**
 * The list at whose end the call stands and gives as many values as it likes; undefined where exactly one value of
 * it counts. `expand` puts other expressions in its place there.
 */
function listEndingWith(s: Statement, call: Call): { expand(by: Expression[]): void } | undefined {
  const nil = (list: Expression[]): Expression[] => (list.length > 0 ? list : [{ kind: "nil" }]);
  if (s.kind === "local" || s.kind === "return" || s.kind === "forin" || s.kind === "assign") {
    if (s.values.at(-1) === call) {
      const wanted =
        s.kind === "local"
          ? s.variables.length
          : s.kind === "assign"
            ? s.targets.length
            : Number.POSITIVE_INFINITY;
      if (wanted <= s.values.length) return undefined;
      return {
        expand(by) {
          const values = [...s.values.slice(0, -1), ...by];
          s.values = s.kind === "return" ? values : nil(values);
        },
      };
    }
  }
  let found: { expand(by: Expression[]): void } | undefined;
  const look = (e: Expression): unknown => {
    if (found || e.kind === "function") return false;
    if ((e.kind === "call" || e.kind === "method") && e.args.at(-1) === call) {
      found = { expand: (by) => e.args.splice(-1, 1, ...by) };
    }
    const field = e.kind === "table" ? e.fields.at(-1) : undefined;
    if (e.kind === "table" && field && !field.key && field.value === call) {
      found = { expand: (by) => e.fields.splice(-1, 1, ...by.map((value) => ({ value }))) };
    }
    return true;
  };
  for (const e of expressions(s)) visitExpression(e, { expression: look });
  return found;
}

function assign(
  variables: readonly Variable[],
  values: Expression[],
  position: Statement["position"],
): Block {
  if (values.length === 0) return [];
  return [{ kind: "assign", targets: variables.map((v) => name(v, position)), values, position }];
}

/** The parameters as locals. */
function bind(f: Func, call: Call): Block | undefined {
  if (f.parameters.length > 0) {
    return [{ kind: "local", variables: f.parameters, values: call.args, position: call.position }];
  }
  return call.args.every(isPure) ? [] : undefined;
}

/** The value of a function that is one expression, with arguments in the places of parameters. */
function substitute(f: Func, value: Expression, call: Call, facts: Facts): Expression | undefined {
  if (call.args.length > f.parameters.length && !call.args.slice(f.parameters.length).every(isPure))
    return undefined;
  // The last argument may give values to the parameters after it.
  const last = call.args.at(-1);
  if (last && isMulti(last) && call.args.length < f.parameters.length) return undefined;
  const fixed = new Map<Variable, Expression>();
  for (const [i, p] of f.parameters.entries()) {
    const arg = call.args[i] ?? ({ kind: "nil" } as const);
    const usage = facts.get(p)!;
    if (usage.writes > 0 || !(isFixed(arg, facts) || (usage.reads === 0 && isPure(arg)))) return undefined;
    fixed.set(p, arg);
  }
  return rewriteExpression(value, {
    expression(e) {
      const arg = e.kind === "name" ? fixed.get(e.variable) : undefined;
      return arg ? { ...arg, position: e.position } : e;
    },
  });
}

/**
 * A function's body with something else in the place of every `return`; undefined if a `return` stands where
 * control cannot simply go on (in a loop, say).
 */
function settle(
  body: Block,
  sink: (values: Expression[], position: Statement["position"]) => Block | undefined,
): Block | undefined {
  const result: Block = [];
  for (const [i, s] of body.entries()) {
    if (s.kind === "return") {
      const end = sink(s.values, s.position);
      return end && [...result, ...end];
    }
    if (!returns(s)) {
      result.push(s);
      continue;
    }
    const rest = body.slice(i + 1);
    if (s.kind === "do") {
      const inner = settle([...s.body, ...rest], sink);
      return inner && [...result, ...inner];
    }
    if (s.kind !== "if") return undefined;
    const branches = [...s.clauses.map((c) => c.body), ...(s.otherwise ? [s.otherwise] : [])];
    // What follows belongs to the one branch that does not return.
    const open = branches.filter((b) => !leaves(b.at(-1)));
    if (rest.length > 0 && open.length + (s.otherwise ? 0 : 1) > 1) return undefined;
    const go = (b: Block): Block | undefined => settle(leaves(b.at(-1)) ? b : [...b, ...rest], sink);
    const clauses = [];
    for (const c of s.clauses) {
      const inner = go(c.body);
      if (!inner) return undefined;
      clauses.push({ condition: c.condition, body: inner });
    }
    const otherwise = go(s.otherwise ?? []);
    if (!otherwise) return undefined;
    return [...result, { ...s, clauses, otherwise: otherwise.length > 0 ? otherwise : undefined }];
  }
  const end = sink([], undefined);
  return end && [...result, ...end];
}

function returns(s: Statement): boolean {
  let found = false;
  visitBlock([s], {
    statement(inner) {
      if (inner.kind === "return") found = true;
    },
    expression: (e) => e.kind !== "function",
  });
  return found;
}

/** A function that only one piece of code that runs once mentions is written there: `return {f = function() … end}`. */
export function inlineFunctionValues(chunk: Block): Block {
  const facts = factsOf(chunk);
  const candidates = new Map<Variable, Func>();
  for (const s of chunk) {
    if (s.kind !== "localfunction") continue;
    const usage = facts.get(s.variable)!;
    if (usage.reads === 1 && usage.writes === 0 && !usage.captured) candidates.set(s.variable, s.func);
  }
  if (candidates.size === 0) return chunk;
  // A function that moves takes no mention of a candidate along: these are mentioned in no function.
  const gone = new Set<Func>();
  for (const target of chunk) {
    if (target.kind === "localfunction" || blocks(target).length > 0) continue;
    const mentioned = new Set<Variable>();
    visitBlock([target], {
      expression(e) {
        if (e.kind === "name" && candidates.has(e.variable)) mentioned.add(e.variable);
        return e.kind !== "function";
      },
    });
    for (const v of mentioned) {
      const f = candidates.get(v)!;
      const place = findFirst(target, (e) => e.kind === "name" && e.variable === v, f, facts);
      if (!place) continue;
      place(f);
      gone.add(f);
    }
  }
  return gone.size > 0 ? chunk.filter((s) => s.kind !== "localfunction" || !gone.has(s.func)) : chunk;
}
