// Functions of a compiled module as chunks of Lua of their own, in which arguments are filled in later: a function's parameters
// are constants of the chunk. What decides how it is compiled must be known (nil, true, false); strings, numbers and lists are
// left open, so that one compilation serves all of them.
import { mentions } from "./analysis/facts.ts";
import type { Argument, Fragment } from "./fill.ts";
import { layoutLine } from "./layout.ts";
import { printTyped } from "./literal.ts";
import { mangle } from "./mangle.ts";
import { parse } from "./parse.ts";
import { fold } from "./simplify/fold.ts";
import { simplify } from "./simplify/index.ts";
import { stringMethods } from "./simplify/methods.ts";
import { joinNils } from "./simplify/nils.ts";
import { shapes } from "./simplify/shapes.ts";
import { tokens } from "./tokens.ts";
import {
  type Block,
  declared,
  type Expression,
  type Func,
  rewriteBlock,
  type Statement,
  text,
  type Variable,
  visitBlock,
} from "./tree.ts";

/** While a string's or a list's place is kept, it is a table with this key: it holds, and no pass knows more of it. */
const HOLE = "$";
/** While a number's place is kept, it is a global of this name and its index. */
const NUMBER = "HOLE_";
/** In the text of a chunk: the place of an argument. */
const PLACE = /\0(\d+)\0|\bHOLE_(\d+)\b/;

/**
 * Compiles one function of a module.
 * @param code the module in the readable form: Lua that returns a table of functions
 * @param isTyped each statement of the function becomes a chunk of its own, which needs no locals of another; else all is one chunk
 * @throws Error if there is no such function, or it takes fewer arguments
 */
export function fragments(
  code: string,
  name: string,
  args: readonly Argument[],
  isTyped: boolean,
): Fragment[] {
  const { func, shared } = find(code, name);
  if (args.length > func.parameters.length)
    throw new Error(`${name} takes ${func.parameters.length} arguments, not ${args.length}`);
  const constant = (index: number) => placeholder(args[index] ?? "nil", index);
  const changing = assigned(func.body);
  const body = rewriteBlock(stringMethods(func.body), {
    expression(e) {
      const index = e.kind === "name" && !changing.has(e.variable) ? func.parameters.indexOf(e.variable) : -1;
      return index < 0 ? e : constant(index);
    },
  });
  for (const [index, variable] of func.parameters.entries())
    if (changing.has(variable))
      body.unshift({ kind: "local", variables: [variable], values: [constant(index)] });
  // what no known argument leaves alive needs nothing of the module
  const alive = shapes(fold(shapes(fold(body), false)), false);
  return (isTyped ? apart(joinNils(alive)) : [alive]).map((block) => {
    // passes change what they are given
    const own = structuredClone({ block, shared: stringMethods(shared) });
    const simple = withPlaces(simplify([...used(own.shared, own.block), ...own.block]));
    mangle(simple);
    return split(layoutLine(tokens(simple, true, undefined, spell)));
  });
}

/** The function, and the other statements of the module. */
function find(code: string, name: string): { func: Func; shared: Statement[] } {
  const { body } = parse(code, 0);
  const last = body.pop();
  const table = last?.kind === "return" ? last.values[0] : undefined;
  const fields = table?.kind === "table" ? table.fields : [];
  const isIt = (key: Expression | undefined) => key?.kind === "string" && key.value === name;
  const value = fields.find(({ key }) => isIt(key))?.value;
  if (value?.kind === "function") return { func: value, shared: body };
  const at = body.findIndex(
    (s) => s.kind === "localfunction" && value?.kind === "name" && s.variable === value.variable,
  );
  const found = body[at];
  if (found?.kind !== "localfunction") throw new Error(`the module exports no function ${name}`);
  return { func: found.func, shared: body.toSpliced(at, 1) };
}

function placeholder(argument: Argument, index: number): Expression {
  if (argument === "number") return { kind: "global", name: `${NUMBER}${index}` };
  if (argument !== "string" && argument !== "list") return { kind: argument };
  const field = { key: text(HOLE), value: text(`${argument} ${index}`) };
  return { kind: "table", fields: [field] };
}

/** The variables that something is assigned to. */
function assigned(body: Block): Set<Variable> {
  const found = new Set<Variable>();
  visitBlock(body, {
    statement(s) {
      if (s.kind === "assign") for (const t of s.targets) if (t.kind === "name") found.add(t.variable);
    },
  });
  return found;
}

/** Strings and lists where their places were kept. */
function withPlaces(chunk: Block): Block {
  return rewriteBlock(chunk, {
    expression(e) {
      const [field] = e.kind === "table" ? e.fields : [];
      if (field?.key?.kind !== "string" || field.key.value !== HOLE || field.value.kind !== "string")
        return e;
      const [kind, index] = field.value.value.split(" ");
      const place = text(`\0${index}`);
      return kind === "list" ? { kind: "table", fields: [{ value: place }] } : place;
    },
  });
}

const spell = (bytes: string): string => (bytes.startsWith("\0") ? `${bytes}\0` : printTyped(bytes));

function split(lua: string): Fragment {
  const parts = lua.split(PLACE);
  const fragment: Fragment = [];
  for (let i = 0; i < parts.length; i += 3) {
    fragment.push(parts[i]!);
    const index = parts[i + 1] ?? parts[i + 2];
    if (index !== undefined) fragment.push(Number(index));
  }
  return fragment;
}

/** Statements that must run in one chunk, because they share a local, together; the others alone. */
function apart(block: Block): Block[] {
  const groups: Block[] = [];
  let end = -1;
  for (const [i, s] of block.entries()) {
    if (i > end) groups.push([]);
    groups.at(-1)!.push(s);
    end = Math.max(end, i);
    for (const v of declared(s))
      end = Math.max(
        end,
        block.findLastIndex((other) => mentions(other, v)),
      );
  }
  return groups;
}

/** What a chunk needs of the statements that all share. */
function used(shared: readonly Statement[], body: Block): Block {
  const needed: Block = [];
  for (const s of [...shared].reverse()) {
    const assigned = s.kind === "assign" ? s.targets : [];
    const names = [...declared(s), ...assigned.flatMap((t) => (t.kind === "name" ? [t.variable] : []))];
    if (names.some((v) => mentions([...needed, ...body], v))) needed.unshift(s);
  }
  return needed;
}
