// Library functions that are used often as locals of the chunk: shorter to write, quicker to reach, and no constants
// in every function.
import { factsOf, fixedGlobals, freeVariables, isLibraryFunction } from "../analysis/facts.ts";
import { MOST } from "../lua-limits.ts";
import {
  type Block,
  type Expression,
  type Func,
  type Local,
  name,
  rewriteBlock,
  Variable,
  visitBlock,
} from "../tree.ts";

function pathOf(e: Expression): string | undefined {
  if (e.kind === "global") return fixedGlobals.has(e.name) ? e.name : undefined;
  if (e.kind !== "index" || !isLibraryFunction(e)) return undefined;
  return e.object.kind === "global" && e.key.kind === "string"
    ? `${e.object.name}.${e.key.value}`
    : undefined;
}

interface Use {
  count: number;
  /** Functions that mention it. */
  functions: Set<Func | undefined>;
  example: Expression;
  /** A local of the chunk that holds it already. */
  holder?: Local;
}

/** Declares locals at the beginning of the chunk for those functions of Lua's library that it uses so often that it becomes smaller. */
export function cacheLibrary(chunk: Block): Block {
  const facts = factsOf(chunk);
  const uses = new Map<string, Use>();
  const assigned = new Set<string>();
  let widest = 0;
  const visit = (block: Block, host: Func | undefined): void => {
    visitBlock(block, {
      statement(s) {
        if (s.kind !== "assign") return;
        for (const t of s.targets) {
          if (t.kind === "global") assigned.add(t.name);
          if (t.kind === "index" && t.object.kind === "global") {
            assigned.add(t.key.kind === "string" ? `${t.object.name}.${t.key.value}` : t.object.name);
          }
        }
      },
      expression(e) {
        const path = pathOf(e);
        if (path !== undefined) {
          const use = uses.get(path) ?? { count: 0, functions: new Set(), example: e };
          use.count++;
          use.functions.add(host);
          uses.set(path, use);
          return false;
        }
        if (e.kind !== "function") return;
        widest = Math.max(widest, freeVariables(e).size);
        visit(e.body, e);
        return false;
      },
    });
  };
  visit(chunk, undefined);
  for (const s of chunk) {
    if (s.kind !== "local" || s.variables.length !== 1 || s.values.length !== 1) continue;
    const use = uses.get(pathOf(s.values[0]!) ?? "");
    if (use && facts.get(s.variables[0]!)!.writes === 0) use.holder ??= s;
  }
  const cached = new Map<string, Variable>();
  const head: Block = [];
  for (const [path, use] of uses) {
    if (assigned.has(path) || assigned.has(path.split(".")[0]!)) continue;
    if (use.holder) {
      cached.set(path, use.holder.variables[0]!);
      head.push(use.holder);
    } else if (pays(path, use) && widest + cached.size < MOST.cachedUpvalues) {
      const variable = new Variable(path.split(".").at(-1)!);
      cached.set(path, variable);
      head.push({ kind: "local", variables: [variable], values: [{ ...use.example }] });
    }
  }
  if (head.length === 0) return chunk;
  const rest = chunk.filter((s) => !head.includes(s));
  const replaced = rewriteBlock(rest, {
    expression(e) {
      const variable = cached.get(pathOf(e) ?? "");
      return variable ? name(variable, e.position) : e;
    },
  });
  return [...head, ...replaced];
}

/**
 * An upvalue takes as much RAM as the constants of so many functions, and with the code in flash nothing else does. A global is
 * reached by one instruction all the same.
 */
const FEW_FUNCTIONS = 2;

/** Is a local smaller, source and bytecode together, and worth its RAM? */
function pays(path: string, { count, functions }: Use): boolean {
  const parts = path.split(".");
  if (parts.length === 1 && functions.size <= FEW_FUNCTIONS) return false;
  const source = count * (path.length - 1) - (path.length + 3);
  // In every function: the names as constants, and for `string.find` a second instruction; in their place an upvalue.
  const constants = parts.reduce((sum, part) => sum + part.length + 6, 0);
  const inner = [...functions].filter((f) => f !== undefined).length;
  const bytecode = inner * (constants - 4) + count * 4 * (parts.length - 1) - (constants + 4 * parts.length);
  return source + bytecode > 0 && source > 0;
}
