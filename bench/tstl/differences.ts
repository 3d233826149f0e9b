// What the two forms may do differently from TypeScriptToLua's own Lua, and why. Everything else is a fault.

export interface Outcome {
  /** What it printed and returned. */
  shown: string;
  /** The error that ended it; "" if it came to its end. */
  error: string;
}

/** Positions, and the names of variables, which are shorter, inlined, or not there. */
const anonymous = (text: string): string =>
  text
    .replace(/\b(global|local|upvalue|field|method|constant|function) '[^']*'/g, "a name")
    .replace(/ \((a name)[^)]*\)/g, "")
    .replace(/attempt to (\w+) (a name|a \w+ value)( \(a \w+ value\))?/g, "attempt to $1 a value")
    .replace(/attempt to (perform arithmetic on|compare) .*/g, "attempt to $1 a value")
    .replace(/\(from '[^']*'\)|'\?'|to '[^']*'/g, "");

/** The reason why the outcomes may differ; undefined: they may not. */
export function isAllowed(
  plain: Outcome,
  other: Outcome,
  /** What it does with `mangleFields` switched off. */
  keeping: () => Outcome,
  source: string,
): string | undefined {
  if (plain.shown === other.shown && plain.error && other.error) {
    if (anonymous(plain.error) === anonymous(other.error)) return "names and positions in an error of Lua";
  }
  const stacks = /\.stack\b|traceback|getinfo|console\.trace/.test(source);
  if (stacks && (plain.error === "") === (other.error === ""))
    return "what the program shows is a stack of calls";
  if (/\b_[A-Za-z]/.test(source)) {
    const kept = keeping();
    if (kept.shown === plain.shown && kept.error === plain.error)
      return "a private field is shown by its name";
  }
  return undefined;
}

/** What the compiler refuses with a message, by a part of it. */
export const refusals: readonly [message: RegExp, reason: string][] = [
  [/cannot be required inside a function/, "a module that is part of the chunk is asked for later"],
  [/belongs to the entry module only/, "`...` outside a function of a module that is no entry"],
];
