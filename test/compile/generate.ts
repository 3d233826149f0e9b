// Programs made at random: Lua text for the passes, TypeScript modules for the whole way.
import fc from "fast-check";

/** Draws a value; fast-check remembers what was drawn and tries smaller ones when a program fails. */
export type Draw = fc.GeneratorValue;

type Kind = "number" | "string" | "table" | "function" | "any";
interface Local {
  name: string;
  kind: Kind;
  /** How many arguments it takes, if it is a function. */
  arity?: number;
  constant?: boolean;
}

const words = ["a", "b", "c", "name", "value", "end_", "_x", "list", "i", "n"];
const fields = ["_p", "_q", "_long", "open", "size", "_G_", "key"];
const texts = [
  "",
  "x",
  "line\n",
  "\r\n",
  'say "hi"',
  "it's",
  "\\",
  "--[[",
  "]]",
  "\t",
  "0",
  "12",
  "é",
  "_p",
  "a b",
];

/** A piece of Lua of the kind that TypeScriptToLua writes, which ends and prints what it does with `emit`. */
export class LuaProgram {
  readonly #draw: Draw;
  #scopes: Local[][] = [[]];
  #depth = 0;
  #loops = 0;
  #functions = 0;
  #names = 0;

  constructor(draw: Draw) {
    this.#draw = draw;
  }

  static text(draw: Draw): string {
    const program = new LuaProgram(draw);
    return `${program.#block(program.#pick(12) + 3)}\n${program.#emit()}`;
  }

  #pick(below: number): number {
    return this.#draw(fc.nat, { max: below - 1 });
  }
  #of<T>(list: readonly T[]): T {
    return list[this.#pick(list.length)]!;
  }
  #locals(kind?: Kind): Local[] {
    const all = this.#scopes.flat();
    // A name means the last variable that was declared with it.
    const visible = all.filter((v, i) => all.findLastIndex((w) => w.name === v.name) === i);
    return kind ? visible.filter((v) => v.kind === kind || v.kind === "any") : visible;
  }
  #declare(kind: Kind, arity?: number): string {
    const name = this.#pick(4) === 0 ? this.#of(words) : `v${this.#names++}`;
    this.#scopes.at(-1)!.push({ name, kind, ...(arity !== undefined && { arity }) });
    return name;
  }

  #number(): string {
    switch (this.#pick(8)) {
      case 0:
      case 1:
        return String(this.#pick(300));
      case 2:
        return `-${this.#pick(9) + 1}`;
      case 3:
        return `(${this.#number()} ${this.#of(["+", "-", "*", "%"])} ${this.#pick(9) + 1})`;
      case 4:
        return `#${this.#quoted()}`;
      case 5:
        return `-${this.#of(this.#simple("number"))}`;
      default:
        return this.#of(this.#simple("number"));
    }
  }
  #quoted(): string {
    return JSON.stringify(this.#of(texts)).replace(/\\u00(..)/g, (_, h) => `\\${Number.parseInt(h, 16)}`);
  }
  #string(): string {
    switch (this.#pick(7)) {
      case 0:
      case 1:
        return this.#quoted();
      case 2:
        return `(${this.#string()} .. ${this.#number()})`;
      case 3:
        return `${this.#string()} .. ${this.#string()}`;
      case 4:
        return `tostring(${this.#any()})`;
      case 5:
        return `string.sub(${this.#string()}, ${this.#pick(3) + 1})`;
      default:
        return this.#of(this.#simple("string"));
    }
  }
  /** Names and literals of a kind. */
  #simple(kind: Kind): string[] {
    const names = this.#locals()
      .filter((v) => v.kind === kind)
      .map((v) => v.name);
    return [...names, ...names, kind === "number" ? "7" : kind === "string" ? '"s"' : "nil"];
  }
  #condition(): string {
    switch (this.#pick(9)) {
      case 0:
        return `${this.#number()} ${this.#of(["<", ">", "<=", ">=", "==", "~="])} ${this.#number()}`;
      case 1:
        return `not (${this.#condition()})`;
      case 2:
        return `(${this.#condition()} and ${this.#condition()})`;
      case 3:
        return `(${this.#condition()} or ${this.#condition()})`;
      case 4:
        return this.#of(["true", "false", "nil"]);
      case 5:
        return `${this.#string()} == ${this.#string()}`;
      case 6:
        return `not ${this.#any()}`;
      default:
        return this.#any();
    }
  }
  #any(): string {
    if (this.#depth > 5) return this.#of(["1", "nil", "true", '"t"']);
    this.#depth++;
    const result = this.#anyInside();
    this.#depth--;
    return result;
  }
  #anyInside(): string {
    switch (this.#pick(12)) {
      case 0:
      case 1:
        return this.#number();
      case 2:
        return `(${this.#string()})`;
      case 3:
        return `(${this.#condition()})`;
      case 4: {
        const [a, b] = [this.#condition(), this.#any()];
        return `(${a} and ${b} or ${this.#any()})`;
      }
      case 5:
        return this.#table();
      case 6: {
        const tables = this.#locals("table").filter((v) => v.kind === "table");
        return tables.length > 0 ? `${this.#of(tables).name}.${this.#of(fields)}` : "nil";
      }
      case 7:
        return this.#call() ?? "nil";
      case 8: {
        const call = this.#call();
        return call ? `(${call})` : "nil";
      }
      case 9:
        return this.#functions < 6 ? this.#function(this.#pick(3)) : "nil";
      default: {
        const all = this.#locals().filter((v) => v.kind !== "function");
        return all.length > 0 ? this.#of(all).name : "nil";
      }
    }
  }
  #table(): string {
    const entries = Array.from({ length: this.#pick(4) }, () =>
      this.#pick(2) === 0 ? `${this.#of(fields)} = ${this.#any()}` : this.#any(),
    );
    return `{${entries.join(", ")}}`;
  }
  #call(): string | undefined {
    const functions = this.#locals().filter((v) => v.kind === "function");
    if (functions.length === 0) return undefined;
    const f = this.#of(functions);
    const count = Math.max(0, (f.arity ?? 0) + this.#pick(3) - 1);
    return `${f.name}(${Array.from({ length: count }, () => this.#any()).join(", ")})`;
  }
  #function(arity: number): string {
    this.#functions++;
    this.#scopes.push([]);
    const parameters = Array.from({ length: arity }, () => this.#declare("any"));
    const loops = this.#loops;
    this.#loops = 0;
    const body = this.#block(this.#pick(5));
    this.#loops = loops;
    const end = this.#pick(3) === 0 ? "" : `\nreturn ${this.#values()}`;
    this.#scopes.pop();
    return `function(${[...new Set(parameters)].length === arity ? parameters.join(", ") : parameters.map((p, i) => (parameters.indexOf(p) === i ? p : `${p}${i}`)).join(", ")})\n${body}${end}\nend`;
  }
  #values(): string {
    return Array.from({ length: this.#pick(3) }, () => this.#any()).join(", ") || "";
  }
  #emit(): string {
    const some = this.#locals().filter((v) => v.kind !== "function");
    const list = Array.from({ length: this.#pick(3) }, () =>
      some.length > 0 && this.#pick(2) ? this.#of(some).name : this.#any(),
    );
    return `emit(${list.join(", ")})`;
  }

  #block(count: number): string {
    this.#scopes.push([]);
    this.#depth++;
    const lines: string[] = [];
    for (let i = 0; i < count; i++) lines.push(this.#statement());
    this.#depth--;
    this.#scopes.pop();
    return lines.join("\n");
  }
  #inner(): string {
    return this.#block(this.#depth > 4 ? 1 : this.#pick(4));
  }
  /** A function that is called once, where all the values that it gives count. */
  #several(): string {
    const name = `f${this.#names++}`;
    const list = (): string => Array.from({ length: this.#pick(4) }, () => this.#any()).join(", ");
    const early = this.#pick(2) ? `if ${this.#condition()} then return ${list()} end\n` : "";
    const before = this.#pick(2) ? `emit(a)\n` : "";
    const call = `${name}(${this.#any()})`;
    const f = `local function ${name}(a)\n${before}${early}return ${list()}\nend\n`;
    const [a, b] = [`v${this.#names++}`, `v${this.#names++}`];
    return this.#of([
      () => `${f}emit(${this.#any()}, ${call})`,
      () => `${f}emit({${this.#any()}, ${call}})`,
      () => `${f}local ${a}, ${b} = ${call}\nemit(${a}, ${b}, ${a})`,
      () => `local ${a}, ${b} = 1, 2\n${f}${a}, ${b} = ${call}\nemit(${a}, ${b}, ${b})`,
      () => `${f}emit((function() return ${this.#any()}, ${call} end)())`,
      () => `${f}emit((function(...) local function g(x, y) return y end return g(...) end)(${call}))`,
      () =>
        `local ${a} = {m = function(self, ...) return select("#", ...), ... end}\n${f}emit(${a}:m(${call}))`,
    ])();
  }
  /** Something that Lua reads before it calls what changes it. */
  #order(): string {
    const [n, get, up, t] = ["n", "get", "up", "t"].map((x) => `${x}${this.#names++}`);
    const closures = (first: string, change: string): string =>
      `local ${n} = ${first}\nlocal function ${get}() return ${n} end\nlocal function ${up}() ${n} = ${change} return 3 end\n`;
    const use = this.#of([
      () => `${closures("5", `${n} + 2`)}emit(${get}() ${this.#of(["-", "<", "==", "*", ".."])} ${up}())`,
      () => `${closures('"k"', `${n} .. "x"`)}emit({[${get}()] = ${up}()})`,
      () => `${closures("{}", "{1}")}local ${t} = ${n}\n${get}().x = ${up}()\nemit(${t}, ${n})`,
      () => `${closures("{1, 2, 7}", "{}")}emit(${get}()[${up}()])`,
      () =>
        `local ${t} = {m = function(self, a) return "old", a end}\nlocal function ${up}() ${t}.m = function(self, a) return "new", a end return 1 end\nlocal ${n} = ${up}()\nemit(${t}:m(${n}))`,
      () =>
        `local ${t} = {m = function(a) return "old", a end}\nlocal function ${up}() ${t}.m = function(a) return "new", a end return 1 end\nlocal ${n} = ${t}:m()\nemit(${t}.m(${up}()), ${n})`,
    ])();
    return `do\n${use}\nend`;
  }
  /** A copy of a variable that is set before, while or after the copy is read. */
  #copy(): string {
    const [v, p, up] = ["v", "p", "up"].map((x) => `${x}${this.#names++}`);
    const lines = Array.from({ length: this.#pick(4) + 2 }, () =>
      this.#of([
        `emit(${p}, ${v})`,
        `${v} = ${v} + 1`,
        `${v} = ${p} * 2`,
        `if ${this.#condition()} then ${v} = ${p} + 3 end`,
        `${v}, ${up} = ${up}, ${p}`,
        `emit((function() return ${this.#of([p, up])} end)())`,
        `local ${up} = ${p} - ${v}`,
      ]),
    ).join("\n");
    const body = `local ${p} = ${v}\n${lines}`;
    const whole = this.#of([
      body,
      `for i = 1, 3 do\n${body}\nend`,
      `repeat\n${body}\n${v} = ${v} + 1\nuntil ${p} > 3 or ${v} > 20`,
      `local function f(${p})\n${lines}\nreturn ${p}\nend\nemit(f(${v}))`,
    ]);
    return `do\nlocal ${v}, ${up} = 1, 5\n${whole}\nemit(${v}, ${up})\nend`;
  }
  /** A function that does nothing but set a variable, called with as many arguments as somebody likes. */
  #setter(): string {
    const [v, set] = ["v", "set"].map((x) => `${x}${this.#names++}`);
    const args = () => Array.from({ length: this.#pick(4) }, () => this.#any()).join(", ");
    const value = this.#of(["a", "b", "nil", "{}", "7"]);
    const f = `local function ${set}(a, b) ${v} = ${value} end`;
    const calls = Array.from({ length: this.#pick(3) + 1 }, () => `${set}(${args()})\nemit(${v})`).join("\n");
    return `local ${v} = 1\n${f}\n${calls}\nemit(pcall(function() ${calls} return ${set}(${args()}) end))`;
  }
  /** A library that is not there, as the program finds out. */
  #missing(): string {
    const calls = Array.from({ length: this.#pick(4) + 1 }, () => `debug.traceback(${this.#string()})`);
    return `emit(debug and {${calls.join(", ")}} or "no debug")`;
  }
  #statement(): string {
    return this.#statements[this.#pick(this.#depth > 5 ? 8 : this.#statements.length)]!();
  }
  /** What is there more than once is drawn more often; deep inside, only the first eight are. */
  readonly #statements: readonly (() => string)[] = [
    () => this.#localNumber(),
    () => this.#localNumber(),
    () => this.#localString(),
    () => this.#localAny(),
    () => this.#emit(),
    () => this.#emit(),
    () => this.#setNumber(),
    () => this.#setField(),
    () => this.#localTable(),
    () => this.#localFunction(),
    () => this.#if(),
    () => `do\n${this.#inner()}\nend`,
    () => this.#for(),
    () => (this.#loops > 0 && this.#depth > 1 ? `if ${this.#condition()} then break end` : this.#emit()),
    () => (this.#depth > 2 ? `if ${this.#condition()} then return ${this.#values()} end` : this.#emit()),
    () => this.#call() ?? this.#emit(),
    () => this.#localsOfCall(),
    () => this.#callInPcall(),
    () => this.#raise(),
    () => this.#fieldInPcall(),
    () => this.#setNumbers(),
    () => this.#localPair(),
    () => this.#localSetLater(),
    () => this.#method(),
    () => this.#rare(() => this.#several()),
    () => this.#rare(() => this.#of([() => this.#order(), () => this.#copy(), () => this.#setter()])()),
    () => this.#rare(() => this.#missing()),
    () => this.#functionSetLater(),
    () => this.#repeat(),
    () => this.#repeat(),
  ];
  /** What is long is left out where the program has many functions. */
  #rare(make: () => string): string {
    return this.#functions > 6 ? this.#emit() : make();
  }
  #localNumber(): string {
    const value = this.#number();
    return `local ${this.#declare("number")} = ${value}`;
  }
  #localString(): string {
    const value = this.#string();
    return `local ${this.#declare("string")} = ${value}`;
  }
  #localAny(): string {
    const value = this.#any();
    return `local ${this.#declare("any")} = ${value}`;
  }
  #localTable(): string {
    const value = this.#table();
    return `local ${this.#declare("table")} = ${value}`;
  }
  #localFunction(): string {
    if (this.#functions > 6) return this.#emit();
    const arity = this.#pick(3);
    const f = this.#function(arity);
    const name = this.#declare("function", arity);
    return this.#pick(2) === 0
      ? `local ${name} = ${f}`
      : `local function ${name}${f.slice("function".length)}`;
  }
  #localsOfCall(): string {
    const call = this.#call();
    if (!call) return this.#emit();
    const [a, b] = [this.#declare("any"), this.#declare("any")];
    return a === b ? `local ${a} = ${call}` : `local ${a}, ${b} = ${call}`;
  }
  #localPair(): string {
    const value = `${this.#any()}, ${this.#any()}`;
    const [a, b] = [this.#declare("any"), this.#declare("any")];
    return a === b ? this.#emit() : `local ${a}, ${b} = ${value}`;
  }
  #localSetLater(): string {
    const name = this.#declare("number");
    return `local ${name}\nif ${this.#condition()} then ${name} = ${this.#number()} else ${name} = ${this.#number()} end`;
  }
  #functionSetLater(): string {
    const name = this.#declare("function", 1);
    return `local ${name}\n${this.#emit()}\nfunction ${name}(x) return x${this.#pick(2) ? "" : ", 1"} end`;
  }
  #setNumber(): string {
    const numbers = this.#numbers();
    return numbers.length > 0 ? `${this.#of(numbers).name} = ${this.#number()}` : this.#emit();
  }
  #setNumbers(): string {
    const numbers = this.#numbers();
    if (numbers.length === 0) return this.#emit();
    return `${this.#of(numbers).name}, ${this.#of(numbers).name} = ${this.#number()}, ${this.#number()}`;
  }
  #numbers(): Local[] {
    return this.#locals().filter((v) => v.kind === "number");
  }
  #setField(): string {
    const tables = this.#tables();
    return tables.length > 0 ? `${this.#of(tables).name}.${this.#of(fields)} = ${this.#any()}` : this.#emit();
  }
  #method(): string {
    const tables = this.#tables();
    if (tables.length === 0) return this.#emit();
    const { name } = this.#of(tables);
    return `function ${name}.method(self, a) emit(a) return self end\n${name}:method(${this.#any()})`;
  }
  #tables(): Local[] {
    return this.#locals().filter((v) => v.kind === "table");
  }
  #callInPcall(): string {
    const f = this.#locals().filter((v) => v.kind === "function");
    return f.length > 0 ? `emit(pcall(${this.#of(f).name}, ${this.#any()}))` : this.#emit();
  }
  #raise(): string {
    return this.#functions > 0 && this.#depth > 2
      ? `if ${this.#condition()} then error("boom") end`
      : this.#emit();
  }
  /** May fail: what the variable is nobody knows. */
  #fieldInPcall(): string {
    const v = this.#locals().filter((w) => w.kind === "any");
    return v.length > 0
      ? `emit(pcall(function() return ${this.#of(v).name}.${this.#of(fields)} end))`
      : this.#emit();
  }
  #if(): string {
    const condition = this.#condition();
    const then = `if ${condition} then\n${this.#inner()}`;
    const elseif = this.#pick(4) === 0 ? `\nelseif ${this.#condition()} then\n${this.#inner()}` : "";
    return `${then}${elseif}${this.#pick(2) === 0 ? `\nelse\n${this.#inner()}` : ""}\nend`;
  }
  #for(): string {
    this.#loops++;
    const name = `i${this.#names++}`;
    this.#scopes.push([{ name, kind: "number" }]);
    const body = this.#inner();
    this.#scopes.pop();
    this.#loops--;
    return `for ${name} = 1, ${this.#pick(3) + 1} do\n${body}\nend`;
  }
  #repeat(): string {
    this.#loops++;
    const counter = `w${this.#names++}`;
    const body = this.#inner();
    this.#loops--;
    return `local ${counter} = 0\nrepeat\n${counter} = ${counter} + 1\n${body}\nuntil ${counter} >= ${this.#pick(3) + 1}`;
  }
}

type Type = "number" | "string" | "boolean" | "State" | "number[]";
interface Name {
  name: string;
  type: Type;
  mutable: boolean;
}
interface Callable {
  name: string;
  parameters: Type[];
  result: Type;
}

const types: Type[] = ["number", "string", "boolean", "State", "number[]"];

/** TypeScript modules that import from each other, in the styles that people write for a chip. */
export class Modules {
  readonly #draw: Draw;
  #names: Name[] = [];
  #functions: Callable[] = [];
  #count = 0;
  #depth = 0;
  #loops = 0;

  readonly #modern: boolean;

  constructor(draw: Draw, modern: boolean) {
    this.#draw = draw;
    this.#modern = modern;
  }

  /** @param modern for Lua 5.2 and later */
  static program(draw: Draw, modern = false): Record<string, string> {
    return new Modules(draw, modern).#program();
  }

  #pick(below: number): number {
    return this.#draw(fc.nat, { max: below - 1 });
  }
  #of<T>(list: readonly T[]): T {
    return list[this.#pick(list.length)]!;
  }
  #fresh(): string {
    return `${this.#of(["a", "b", "value", "state", "next", "find", "type_"])}${this.#count++ % 5}`;
  }

  #program(): Record<string, string> {
    const program: Record<string, string> = {
      "state.ts":
        "export interface State { name: string; _size: number; _rest?: string | undefined; _next?: State; list: number[] }\n" +
        "export interface Outside { _ext: number; _deep: { _more: string }[] }",
    };
    const exported: { file: string; names: Name[]; functions: Callable[] }[] = [];
    const count = this.#pick(3) + 1;
    for (let i = 0; i <= count; i++) {
      const file = i === count ? "index" : `m${i}`;
      this.#names = [];
      this.#functions = [];
      const imports = [`import type { Outside, State } from "./state";`];
      for (const other of exported) {
        const style = this.#pick(4);
        // A variable that changes is seen by importers in another way than TypeScriptToLua's.
        const names = other.names.filter((n) => !n.mutable);
        if (style === 0) {
          imports.push(`import * as ${other.file} from "./${other.file}";`);
          this.#names.push(...names.map((n) => ({ ...n, name: `${other.file}.${n.name}` })));
          this.#functions.push(...other.functions.map((f) => ({ ...f, name: `${other.file}.${f.name}` })));
        } else if (style < 3 && names.length + other.functions.length > 0) {
          const all = [...names, ...other.functions].map((n) => n.name);
          imports.push(
            `import { ${all.map((n) => `${n} as ${other.file}_${n}`).join(", ")} } from "./${other.file}";`,
          );
          this.#names.push(...names.map((n) => ({ ...n, name: `${other.file}_${n.name}` })));
          this.#functions.push(...other.functions.map((f) => ({ ...f, name: `${other.file}_${f.name}` })));
        }
      }
      const lines = this.#top();
      const own = { file, names: lines.names, functions: lines.functions };
      exported.push(own);
      program[`${file}.ts`] = `${imports.join("\n")}\n${lines.text.join("\n")}\n`;
    }
    return program;
  }

  #top(): { text: string[]; names: Name[]; functions: Callable[] } {
    const text: string[] = [];
    const names: Name[] = [];
    const functions: Callable[] = [];
    const taken = new Set<string>();
    const fresh = (): string => {
      let name = this.#fresh();
      while (taken.has(name)) name += "_";
      taken.add(name);
      return name;
    };
    for (let i = this.#pick(6) + 2; i > 0; i--) {
      const doExport = this.#pick(2) === 0 ? "export " : "";
      const name = fresh();
      switch (this.#pick(4)) {
        case 0: {
          const variable: Name = { name, type: this.#of(types), mutable: this.#pick(3) === 0 };
          text.push(
            `${doExport}${variable.mutable ? "let" : "const"} ${name}: ${variable.type} = ${this.#expression(variable.type)};`,
          );
          this.#names.push(variable);
          if (doExport) names.push(variable);
          break;
        }
        case 1:
        case 2: {
          const parameters = Array.from({ length: this.#pick(3) }, () => this.#of(types));
          const result = this.#of(types);
          const callable = { name, parameters, result };
          text.push(this.#function(doExport, callable));
          this.#functions.push(callable);
          if (doExport) functions.push(callable);
          break;
        }
        default:
          taken.delete(name);
          text.push(...this.#statements(1));
      }
    }
    const scenes = this.#scenes();
    for (const scene of scenes) if (this.#pick(3) > 0) text.push(`{ ${scene()} }`);
    text.push(this.#emit());
    return { text, names, functions };
  }

  /** What has gone wrong before, around expressions drawn at random. */
  #scenes(): (() => string)[] {
    const [n, s, b] = [
      () => this.#expression("number"),
      () => this.#expression("string"),
      () => this.#expression("boolean"),
    ];
    const pair = "LuaMultiReturn<[number, string]>";
    const several = () =>
      `const two = (p: number): ${pair} => { const q = p + ${n()}; ${this.#pick(2) ? `if (${b()}) return $multi(q, ${s()});` : ""} return $multi(q, ${s()}); };`;
    const flow = () =>
      `const raw: any = opaque({}); raw["_" + opaque("ext")] = ${n()}; raw["_" + opaque("deep")] = [{ ["_" + opaque("more")]: ${s()} }];`;
    const modern = this.#modern
      ? [() => `const f = (a: number, b: number) => a; emit(f.length, f(1, ${n()}));`]
      : [];
    return [
      () =>
        `const f = (p: number) => { try { if (p > ${n()}) throw ${s()}; return ${s()}; } catch (e) { return e; } }; emit(f(${n()}));`,
      () => `${several()} emit(${n()}, ...two(${n()}));`,
      () => `${several()} emit([${n()}, ...two(${n()})]);`,
      () => `${several()} let [v, w] = [1, "w"]; [v, w] = two(${n()}); emit(v, w); emit(v + 1);`,
      () =>
        `${several()} const pass = (): LuaMultiReturn<[boolean, number, string]> => { const t = ${b()}; return $multi(t, ...two(${n()})) as any; }; emit(...pass()); emit(...pass());`,
      () => `const none = () => { emit(${s()}); }; emit(${n()}, none());`,
      () =>
        `const flag: boolean = ${b()}; emit(${s()} + String(flag), \`\${String(flag)}|\${flag.toString()}|\${flag}\`);`,
      () =>
        `let text = ${s()}; const flag: boolean = ${b()}; text += flag.toString(); text += String(flag); emit(text);`,
      () =>
        `const o = { h(p: number) { return p; }, swap() { this.h = (p) => p + ${n()}; return ${n()}; } }; const run = () => { const p = o.swap(); return o.h(p); }; emit(run());`,
      () =>
        `const host = () => { let v: number = ${n()}; const get = () => v; const up = () => { v += 7; return ${n()}; }; emit(get() ${this.#of(["-", "<", "==="])} up()); emit(v, up()); }; host();`,
      () =>
        `const host = () => { let k = "k"; const get = () => k; const up = () => { k += "x"; return ${n()}; }; const t: Record<string, number> = { [get()]: up() }; emit(t, up()); }; host();`,
      () =>
        `const list: number[] = ${this.#expression("number[]")}; emit(${s()} + list[${this.#pick(6)}], \`\${list[9]}\`);`,
      () =>
        `const list: number[] = ${this.#expression("number[]")}; const [first] = list; emit(${s()} + first);`,
      () => `${flow()} const seen = raw as Outside; emit(seen._ext, seen._deep[0]._more);`,
      () =>
        `${flow()} const show = (seen: Outside) => emit(seen._ext, seen._deep[0]._more); show(raw); show(raw);`,
      () =>
        `const state = ${this.#expression("State")}; const keys: string[] = []; for (const [k] of pairs(state)) keys.push(k as string); table.sort(keys); emit(keys.join());`,
      () =>
        `emit(debug === undefined ? ${s()} : debug.traceback(${s()}) + debug.traceback("x") + debug.traceback("y"));`,
      ...modern,
    ];
  }

  #function(doExport: string, f: Callable): string {
    const before = this.#names;
    const loops = this.#loops;
    this.#loops = 0;
    const parameters = f.parameters.map((type, i) => ({ name: `p${i}`, type, mutable: true }));
    this.#names = [...before.filter((n) => !parameters.some((p) => p.name === n.name)), ...parameters];
    const list = parameters.map((p) => `, ${p.name}: ${p.type}`).join("");
    const early =
      this.#pick(2) === 0
        ? [`if (${this.#expression("boolean")}) return ${this.#expression(f.result)};`]
        : [];
    const body = [...this.#statements(this.#pick(3)), ...early, ...this.#statements(this.#pick(2))];
    const end = `return ${this.#expression(f.result)};`;
    this.#names = before;
    this.#loops = loops;
    return `${doExport}function ${f.name}(this: void${list}): ${f.result} { ${body.join(" ")} ${end} }`;
  }

  #emit(): string {
    return `emit(${Array.from({ length: this.#pick(3) + 1 }, () => this.#expression(this.#of(types))).join(", ")});`;
  }

  #statements(count: number): string[] {
    const before = this.#names;
    const result: string[] = [];
    for (let i = 0; i < count; i++) result.push(this.#statement());
    // Variables of a list of statements are not seen after it: they stand in a block.
    this.#names = before;
    return result.length > 0 ? [`{ ${result.join(" ")} }`] : [];
  }
  #inner(): string {
    if (this.#depth > 3) return this.#emit();
    this.#depth++;
    const result = this.#statements(this.#pick(3) + 1).join(" ");
    this.#depth--;
    return result;
  }

  #statement(): string {
    const changing = this.#names.filter((n) => n.mutable && !n.name.includes("."));
    switch (this.#pick(12)) {
      case 0:
      case 1: {
        const v: Name = { name: `v${this.#count++}`, type: this.#of(types), mutable: this.#pick(2) === 0 };
        const text = `${v.mutable ? "let" : "const"} ${v.name}: ${v.type} = ${this.#expression(v.type)};`;
        this.#names = [...this.#names, v];
        return text;
      }
      case 2: {
        if (changing.length === 0) return this.#emit();
        const v = this.#of(changing);
        if (v.type === "number")
          return this.#of([
            `${v.name}++;`,
            `${v.name} += ${this.#expression("number")};`,
            `${v.name} = ${this.#expression("number")};`,
          ]);
        if (v.type === "string") return `${v.name} += ${this.#expression(this.#of(["string", "number"]))};`;
        return `${v.name} = ${this.#expression(v.type)};`;
      }
      case 3: {
        const states = this.#names.filter((n) => n.type === "State");
        if (states.length === 0) return this.#emit();
        const { name } = this.#of(states);
        return this.#of([
          `${name}._size += ${this.#expression("number")};`,
          `${name}._rest = ${this.#expression("string")};`,
          `${name}._rest = undefined;`,
          `${name}.name = ${this.#expression("string")};`,
          `${name}.list = ${this.#expression("number[]")};`,
        ]);
      }
      case 4:
        return `if (${this.#expression("boolean")}) { ${this.#inner()} }${this.#pick(2) ? ` else { ${this.#inner()} }` : ""}`;
      case 5: {
        const name = `i${this.#count++}`;
        this.#loops++;
        const before = this.#names;
        this.#names = [...before, { name, type: "number", mutable: false }];
        const body = this.#inner();
        this.#names = before;
        this.#loops--;
        return this.#of([
          `for (let ${name} = 0; ${name} < ${this.#pick(3)}; ${name}++) { ${body} }`,
          `for (const ${name} of ${this.#expression("number[]")}) { ${body} }`,
        ]);
      }
      case 6:
        return this.#loops > 0
          ? `if (${this.#expression("boolean")}) ${this.#of(["break", "continue"])};`
          : this.#emit();
      case 7:
        return `switch (${this.#expression("number")} as number) { case 1: ${this.#inner()} break; case 2: ${this.#inner()} default: ${this.#inner()} }`;
      case 8: {
        const call = this.#call();
        return call ? `${call};` : this.#emit();
      }
      case 9: {
        // TypeScriptToLua cannot leave a loop from inside `try`.
        const loops = this.#loops;
        this.#loops = 0;
        const text = `try { ${this.#inner()} if (${this.#expression("boolean")}) error("thrown"); } catch { ${this.#inner()} }`;
        this.#loops = loops;
        return text;
      }
      default:
        return this.#emit();
    }
  }

  #call(result?: Type): string | undefined {
    const list = this.#functions.filter((f) => result === undefined || f.result === result);
    if (list.length === 0 || this.#depth > 4) return undefined;
    const f = this.#of(list);
    this.#depth++;
    const call = `${f.name}(${f.parameters.map((p) => this.#expression(p)).join(", ")})`;
    this.#depth--;
    return call;
  }

  #expression(type: Type): string {
    this.#depth++;
    const result = this.#deep(type);
    this.#depth--;
    return result;
  }
  #deep(type: Type): string {
    const names = this.#names.filter((n) => n.type === type).map((n) => n.name);
    if (names.length > 0 && (this.#depth > 4 || this.#pick(3) === 0)) return this.#of(names);
    if (this.#pick(4) === 0) {
      const call = this.#call(type);
      if (call) return call;
    }
    const leaf = this.#depth > 4;
    switch (type) {
      case "number":
        if (leaf) return String(this.#pick(100));
        return this.#of([
          () => String(this.#pick(1000)),
          () => `-${this.#pick(9) + 1}`,
          () => `(${this.#expression("number")} ${this.#of(["+", "-", "*"])} ${this.#expression("number")})`,
          () => `${this.#expression("string")}.length`,
          () => `(${this.#expression("State")})._size`,
          () => `(${this.#expression("number[]")}[${this.#pick(2)}] ?? ${this.#expression("number")})`,
          () =>
            `(${this.#expression("boolean")} ? ${this.#expression("number")} : ${this.#expression("number")})`,
          () => `math.max(${this.#expression("number")}, ${this.#expression("number")})`,
        ])();
      case "string":
        if (leaf) return JSON.stringify(this.#of(texts));
        return this.#of([
          () => JSON.stringify(this.#of(texts)),
          () =>
            `(${this.#expression("string")} + ${this.#expression(this.#of(["string", "number", "boolean"]))})`,
          () => `\`<\${${this.#expression("number")}}|\${${this.#expression("string")}}\``,
          () => `(${this.#expression("State")}._rest ?? ${this.#expression("string")})`,
          () => `tostring(${this.#expression("number")})`,
          () => `string.sub(${this.#expression("string")}, ${this.#pick(3) + 1})`,
          () => `(${this.#expression("State")}).name`,
        ])();
      case "boolean":
        if (leaf) return this.#of(["true", "false"]);
        return this.#of([
          () =>
            `((${this.#expression("number")} as number) ${this.#of(["<", ">", "<=", ">=", "===", "!=="])} (${this.#expression("number")} as number))`,
          () => `((${this.#expression("string")} as string) === (${this.#expression("string")} as string))`,
          () => `!${this.#expression("boolean")}`,
          () => `(${this.#expression("boolean")} ${this.#of(["&&", "||"])} ${this.#expression("boolean")})`,
          () => `((${this.#expression("State")})._rest === undefined)`,
          () => this.#of(["true", "false"]),
        ])();
      case "State": {
        const [name, size, list] = leaf
          ? ['"leaf"', "1", ""]
          : [this.#expression("string"), this.#expression("number"), this.#expression("number")];
        return `({ name: ${name}, _size: ${size}, list: [${list}] } as State)`;
      }
      case "number[]":
        return leaf
          ? "[1]"
          : this.#of([
              () => `[${Array.from({ length: this.#pick(3) }, () => this.#expression("number")).join(", ")}]`,
              () => `(${this.#expression("State")}).list`,
              () => `${this.#expression("number[]")}.map((n) => n + ${this.#expression("number")})`,
            ])();
    }
  }
}

/** Entries that share classes, sets, errors and private fields, each with a chunk of its own. */
export function sharing(draw: Draw): { program: Record<string, string>; entries: string[] } {
  const pick = (below: number): number => draw(fc.nat, { max: below - 1 });
  const of = <T>(list: readonly T[]): T => list[pick(list.length)]!;
  const privates = ["_long", "_size", "_step", "_rest", "_name"];
  const order = (): string[] => [...privates].sort(() => pick(3) - 1);
  const uses: (() => string)[] = [
    () => `for (const k of names) emit(k);`,
    () => `emit([...names].length, names instanceof Set);`,
    () => `for (const [k, v] of ages) emit(k, v);`,
    () =>
      `try { fail(${pick(3)}); } catch (e) { emit(e instanceof Error, e instanceof RangeError, e instanceof Own); }`,
    () => `emit(...order(() => new Shared()).map((p) => p()));`,
    () =>
      `{ const s = new Shared(); s.${of(privates)} += ${pick(9)}; s.${of(privates)} = s.${of(privates)} + 1; emit(s.sum(), s.text()); }`,
    () =>
      `{ class Sub extends Shared { _sub = ${pick(9)}; override sum() { return super.sum() * 10 + this._sub + this.${of(privates)}; } } const s = new Sub(); emit(s.sum(), s.text(), s instanceof Shared); }`,
    () => `emit(made().${of(privates)}, made().${of(privates)});`,
  ];
  const entry = (): string =>
    `import { ages, fail, made, names, order, Own, Shared } from "./shared";\nopaque([ages, fail, made, names, order, Own, Shared]);\n${Array.from({ length: pick(5) + 2 }, () => of(uses)()).join("\n")}\nexport {};`;
  const fields = order();
  const program: Record<string, string> = {
    "shared.ts": `export const names = new Set(["a", "b"]); export const ages = new Map([["x", ${pick(9)}]]); export class Own extends Error {}
      export class Shared { ${fields.map((f, i) => `${f} = ${i + 1};`).join(" ")} sum() { return ${order().join(" * 3 + ").replaceAll("_", "this._")}; } text() { return \`\${this.${of(privates)}}/\${this.${of(privates)}}\`; } }
      export function made(this: void) { return new Shared(); }
      export function order(this: void, f: () => Shared) { const s = f(); return [() => s.${of(privates)}, () => s.${of(privates)}]; }
      export function fail(this: void, n: number) { if (n === 0) throw new RangeError("range"); if (n === 1) throw new Own("own"); throw "text"; }`,
    "index.ts": entry(),
    "other.ts": entry(),
  };
  return { program, entries: ["index", "other"] };
}
