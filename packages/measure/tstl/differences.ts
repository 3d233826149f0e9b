// What the two forms may do differently from TypeScriptToLua's own Lua, and why. Everything else is a fault.

import type { Recorded } from "./record.ts";

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
  { files, options }: Recorded,
): string | undefined {
  if (plain.shown === other.shown && plain.error && other.error) {
    if (anonymous(plain.error) === anonymous(other.error)) return "names and positions in an error of Lua";
  }
  const source = Object.values(files).join("\n");
  const [before, after] = [withoutStack(plain), withoutStack(other)];
  if (before.shown === after.shown && before.error === after.error) {
    return "a stack of calls: functions that became part of others are not on it";
  }
  if (options.sourceMapTraceback) return "sourceMapTraceback, of which a warning says that it has no effect";
  if (/getinfo/.test(source)) return "what the program asks of its own functions by debug.getinfo";
  if (plain.error.includes("stack overflow") && !other.error) {
    return "modules that import each other, which TypeScriptToLua's bundle cannot load";
  }
  if (/\b_[A-Za-z]/.test(source)) {
    const kept = keeping();
    if (kept.shown === plain.shown && kept.error === plain.error) {
      return "a private field seen from outside the program (mangleFields switches that off)";
    }
  }
  return undefined;
}

const withoutStack = ({ shown, error }: Outcome): Outcome => {
  const cut = (text: string) => text.replace(/stack traceback:[^"]*/g, "stack traceback");
  return { shown: cut(shown), error: cut(error) };
};

/** What the compiler refuses with a message, by a part of it. */
export const refusals: readonly [message: RegExp, reason: string][] = [
  [/cannot be required inside a function/, "a module that is part of the chunk is asked for later"],
  [/belongs to the entry module only/, "`...` outside a function of a module that is no entry"],
  [
    /"luaBundleEntry" names .* which is no file/,
    "an entry that does not exist, which TypeScriptToLua refuses, too",
  ],
  [/"buildMode": "library"/, "a library for others to link: one file per module is what it is for"],
  [/is not Lua 5\.1/, "a file of Lua that does not parse"],
];
