// Names and the variables they mean: reading them, and the facts both ways of writing them build on.
import {
  type Block,
  blocks,
  children,
  type Expression,
  type Func,
  type Statement,
  type Variable,
} from "../tree.ts";

/** What the names of a piece of source mean, by where they stand. */
export class Scope {
  readonly variables = new Map<string, Variable>();
  constructor(readonly outer?: Scope) {}
  find(text: string): Variable | undefined {
    return this.variables.get(text) ?? this.outer?.find(text);
  }
}

export interface Names {
  /** Every variable of the chunk, in the order of declaration. */
  variables: Variable[];
  /** How often each is written in the output, its declaration included. */
  uses: Map<Variable, number>;
  /** Variables that must not share a name with this one. */
  clashes: Map<Variable, Set<Variable>>;
  /** Globals that this variable must not hide. */
  hides: Map<Variable, Set<string>>;
}

/**
 * Two variables clash if one is mentioned where the other is visible and was declared later: with one name the
 * mention would mean the wrong one. Variables that merely live at the same time may share a name.
 */
export function analyseNames(chunk: Block): Names {
  const result: Names = { variables: [], uses: new Map(), clashes: new Map(), hides: new Map() };
  const active: Variable[] = [];
  const position = new Map<Variable, number>();

  const add = (v: Variable): void => {
    if (!result.uses.has(v)) {
      result.variables.push(v);
      result.uses.set(v, 0);
      result.clashes.set(v, new Set());
      result.hides.set(v, new Set());
    }
    result.uses.set(v, result.uses.get(v)! + 1);
    position.set(v, active.length);
    active.push(v);
  };
  const group = (variables: Variable[]): void => {
    // Parameters of one list, or variables of one `local`, are declared together.
    for (const v of variables) add(v);
    for (const a of variables) for (const b of variables) if (a !== b) clash(a, b);
  };
  const clash = (a: Variable, b: Variable): void => {
    result.clashes.get(a)!.add(b);
    result.clashes.get(b)!.add(a);
  };
  const mention = (v: Variable): void => {
    const at = position.get(v);
    if (at === undefined || active[at] !== v) {
      throw new Error(`the variable "${v.name}" is used outside its scope (a fault of the compiler)`);
    }
    result.uses.set(v, result.uses.get(v)! + 1);
    for (let i = at + 1; i < active.length; i++) clash(v, active[i]!);
  };
  const scoped = (work: () => void): void => {
    const depth = active.length;
    work();
    active.length = depth;
  };

  const expression = (e: Expression): void => {
    if (e.kind === "name") mention(e.variable);
    else if (e.kind === "global") for (const v of active) result.hides.get(v)!.add(e.name);
    else if (e.kind === "function") func(e);
    else for (const child of children(e)) expression(child);
  };
  const func = (f: Func): void =>
    scoped(() => {
      group(f.parameters);
      for (const s of f.body) statement(s);
    });
  const block = (b: Block): void => scoped(() => b.forEach(statement));

  const statement = (s: Statement): void => {
    switch (s.kind) {
      case "local":
        s.values.forEach(expression);
        group(s.variables);
        break;
      case "localfunction":
        add(s.variable);
        func(s.func);
        break;
      case "assign":
        s.targets.forEach(expression);
        s.values.forEach(expression);
        break;
      case "callstatement":
        expression(s.call);
        break;
      case "return":
        s.values.forEach(expression);
        break;
      case "if":
        for (const c of s.clauses) {
          expression(c.condition);
          block(c.body);
        }
        if (s.otherwise) block(s.otherwise);
        break;
      case "while":
        expression(s.condition);
        block(s.body);
        break;
      case "repeat":
        scoped(() => {
          s.body.forEach(statement);
          expression(s.condition);
        });
        break;
      case "for":
        expression(s.start);
        expression(s.limit);
        if (s.step) expression(s.step);
        scoped(() => {
          group([s.variable]);
          s.body.forEach(statement);
        });
        break;
      case "forin":
        s.values.forEach(expression);
        scoped(() => {
          group(s.variables);
          s.body.forEach(statement);
        });
        break;
      default:
        for (const b of blocks(s)) block(b);
    }
  };
  block(chunk);
  return result;
}
