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
  #statement(): string {
    switch (this.#pick(this.#depth > 5 ? 8 : 26)) {
      case 0:
      case 1: {
        const value = this.#number();
        return `local ${this.#declare("number")} = ${value}`;
      }
      case 2: {
        const value = this.#string();
        return `local ${this.#declare("string")} = ${value}`;
      }
      case 3: {
        const value = this.#any();
        return `local ${this.#declare("any")} = ${value}`;
      }
      case 4:
      case 5:
        return this.#emit();
      case 6: {
        const numbers = this.#locals().filter((v) => v.kind === "number");
        return numbers.length > 0 ? `${this.#of(numbers).name} = ${this.#number()}` : this.#emit();
      }
      case 7: {
        const tables = this.#locals().filter((v) => v.kind === "table");
        return tables.length > 0
          ? `${this.#of(tables).name}.${this.#of(fields)} = ${this.#any()}`
          : this.#emit();
      }
      case 8: {
        const value = this.#table();
        return `local ${this.#declare("table")} = ${value}`;
      }
      case 9: {
        if (this.#functions > 6) return this.#emit();
        const arity = this.#pick(3);
        const f = this.#function(arity);
        const name = this.#declare("function", arity);
        return this.#pick(2) === 0
          ? `local ${name} = ${f}`
          : `local function ${name}${f.slice("function".length)}`;
      }
      case 10: {
        const condition = this.#condition();
        const then = `if ${condition} then\n${this.#inner()}`;
        const elseif = this.#pick(4) === 0 ? `\nelseif ${this.#condition()} then\n${this.#inner()}` : "";
        return `${then}${elseif}${this.#pick(2) === 0 ? `\nelse\n${this.#inner()}` : ""}\nend`;
      }
      case 11:
        return `do\n${this.#inner()}\nend`;
      case 12: {
        this.#loops++;
        const name = `i${this.#names++}`;
        this.#scopes.push([{ name, kind: "number" }]);
        const body = this.#inner();
        this.#scopes.pop();
        this.#loops--;
        return `for ${name} = 1, ${this.#pick(3) + 1} do\n${body}\nend`;
      }
      case 13:
        return this.#loops > 0 && this.#depth > 1 ? `if ${this.#condition()} then break end` : this.#emit();
      case 14:
        return this.#depth > 2 ? `if ${this.#condition()} then return ${this.#values()} end` : this.#emit();
      case 15: {
        const call = this.#call();
        return call ?? this.#emit();
      }
      case 16: {
        const call = this.#call();
        if (!call) return this.#emit();
        const [a, b] = [this.#declare("any"), this.#declare("any")];
        return a === b ? `local ${a} = ${call}` : `local ${a}, ${b} = ${call}`;
      }
      case 17: {
        const f = this.#locals().filter((v) => v.kind === "function");
        return f.length > 0 ? `emit(pcall(${this.#of(f).name}, ${this.#any()}))` : this.#emit();
      }
      case 18:
        return this.#functions > 0 && this.#depth > 2
          ? `if ${this.#condition()} then error("boom") end`
          : this.#emit();
      case 19: {
        const v = this.#locals().filter((w) => w.kind === "any");
        // May fail: what it is nobody knows.
        return v.length > 0
          ? `emit(pcall(function() return ${this.#of(v).name}.${this.#of(fields)} end))`
          : this.#emit();
      }
      case 20: {
        const numbers = this.#locals().filter((v) => v.kind === "number");
        if (numbers.length === 0) return this.#emit();
        return `${this.#of(numbers).name}, ${this.#of(numbers).name} = ${this.#number()}, ${this.#number()}`;
      }
      case 21: {
        const value = `${this.#any()}, ${this.#any()}`;
        const [a, b] = [this.#declare("any"), this.#declare("any")];
        return a === b ? this.#emit() : `local ${a}, ${b} = ${value}`;
      }
      case 22: {
        const name = this.#declare("number");
        return `local ${name}\nif ${this.#condition()} then ${name} = ${this.#number()} else ${name} = ${this.#number()} end`;
      }
      case 23: {
        const tables = this.#locals().filter((v) => v.kind === "table");
        if (tables.length === 0) return this.#emit();
        const { name } = this.#of(tables);
        return `function ${name}.method(self, a) emit(a) return self end\n${name}:method(${this.#any()})`;
      }
      case 24: {
        const name = this.#declare("function", 1);
        return `local ${name}\n${this.#emit()}\nfunction ${name}(x) return x${this.#pick(2) ? "" : ", 1"} end`;
      }
      default: {
        this.#loops++;
        const counter = `w${this.#names++}`;
        const body = this.#inner();
        this.#loops--;
        return `local ${counter} = 0\nrepeat\n${counter} = ${counter} + 1\n${body}\nuntil ${counter} >= ${this.#pick(3) + 1}`;
      }
    }
  }
}
