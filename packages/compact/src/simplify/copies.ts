// `local p = v`, where `v` is set as well, but not while `p` is read: a parameter of a function that was put into its caller is
// such a copy. Its mentions become mentions of `v`, which spares an instruction and a register.
import { type Facts, factsOf, hasLabels, mentions } from "../analysis/facts.ts";
import { type Block, name, rewriteBlock, type Statement, type Variable, visitBlock } from "../tree.ts";

interface Copy {
  variable: Variable;
  of: Variable;
}

/** Puts variables in the places of their copies. */
export function dropCopies(chunk: Block): Block {
  const facts = factsOf(chunk);
  const inConditions = variablesInConditions(chunk);
  return rewriteBlock(chunk, {
    block(block) {
      // after a jump back a statement may run again when the variable has been set
      if (hasLabels(block)) return block;
      for (let i = block.length - 2; i >= 0; i--) {
        const copy = copyIn(block[i]!, facts);
        if (!copy || inConditions.has(copy.variable)) continue;
        const last = block.findLastIndex((s) => mentions(s, copy.variable));
        const readers = block.slice(i + 1, last + 1);
        if (readers.some((s, at) => sets(s, copy.of, i + 1 + at === last))) continue;
        block.splice(i, readers.length + 1, ...replaced(readers, copy));
      }
      return block;
    },
  });
}

/** Variables that conditions of `repeat` mention: these see what the block declares, but are no statement of it. */
function variablesInConditions(chunk: Block): Set<Variable> {
  const found = new Set<Variable>();
  visitBlock(chunk, {
    statement(s) {
      if (s.kind !== "repeat") return;
      visitBlock([{ kind: "return", values: [s.condition] }], {
        expression(e) {
          if (e.kind === "name") found.add(e.variable);
        },
      });
    },
  });
  return found;
}

/** A copy that is never set; no function but the one that declares both knows either of them. */
function copyIn(s: Statement, facts: Facts): Copy | undefined {
  if (s.kind !== "local" || s.variables.length !== 1 || s.values.length !== 1) return undefined;
  const [variable] = s.variables as [Variable];
  const [value] = s.values;
  if (value?.kind !== "name") return undefined;
  const [own, its] = [facts.get(variable)!, facts.get(value.variable)!];
  return own.writes > 0 || own.captured || its.captured ? undefined : { variable, of: value.variable };
}

/** Is the variable set in here? What the last reader sets after it has read everything does not count. */
function sets(s: Statement, variable: Variable, isLast: boolean): boolean {
  if (isLast && s.kind === "assign" && s.targets.length === 1) return false;
  let found = false;
  visitBlock([s], {
    statement(inner) {
      if (inner.kind !== "assign") return;
      if (inner.targets.some((t) => t.kind === "name" && t.variable === variable)) found = true;
    },
  });
  return found;
}

function replaced(readers: Block, { variable, of }: Copy): Block {
  return rewriteBlock(readers, {
    expression: (e) => (e.kind === "name" && e.variable === variable ? name(of, e.position) : e),
  });
}
