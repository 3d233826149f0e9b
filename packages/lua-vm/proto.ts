// A precompiled function of Lua 5.1 as a tree, whatever format it was read from: what every reader here gives and every
// writer takes. Strings are bytes. Nothing here knows a file format.

/** What a constant may be. */
export type Constant = null | boolean | number | Buffer;

export interface Local {
  name: Buffer | undefined;
  /** The first instruction at which it is there, and the first at which it is gone. */
  start: number;
  end: number;
}

export interface Proto {
  /** The chunk's name, "@file" or "=name"; undefined: that of the function around it. */
  source: Buffer | undefined;
  lineDefined: number;
  lastLineDefined: number;
  upvalueCount: number;
  parameterCount: number;
  /** Lua's flags: 1 has arg, 2 is vararg, 4 needs arg. */
  varargFlags: number;
  stackSize: number;
  code: readonly number[];
  constants: readonly Constant[];
  protos: readonly Proto[];
  /** The line of each instruction; empty if not kept. */
  lines: readonly number[];
  /** Where the firmware's compiler had put them first, if known (history.ts); without effect on the lines that a board tells. */
  firstLines?: readonly number[];
  /** Names of locals and upvalues; empty if not kept. */
  locals: readonly Local[];
  upvalues: readonly (Buffer | undefined)[];
}

/**
 * What a firmware counts in: doubles, or 32-bit integers (built with LUA_NUMBER_INTEGRAL, where 3 / 2 is 1 and 1.5 does not
 * compile).
 */
export type NumberKind = "double" | "integer";
export const NUMBER_KINDS: readonly NumberKind[] = ["double", "integer"];

/** Debug information: names of locals and upvalues; these and line numbers; these and the chunk's name. */
export type Stripped = "names" | "lines" | "all";

/** The function without some of its debug information, those inside it too. */
export function strip({ firstLines, ...proto }: Proto, part: Stripped): Proto {
  return {
    ...proto,
    ...(part === "names" && firstLines ? { firstLines } : {}),
    ...(part === "all" ? { source: undefined } : {}),
    ...(part === "names" ? {} : { lines: [] }),
    locals: [],
    upvalues: [],
    protos: proto.protos.map((inner) => strip(inner, part)),
  };
}

/** Bytecode that cannot be read or written; the message says why. */
export class BytecodeError extends Error {}

/** Bounds of a constant in a chunk of a firmware that counts in integers: its own writer refuses the outermost ones. */
export const INTEGER_CONSTANT = { least: -0x7fffffff, most: 0x7ffffffe } as const;

/**
 * The same function with numbers that a firmware which counts in integers can have.
 * @param least, most: what a constant may be
 * @throws BytecodeError that names the constant which is none, and its function
 */
export function toIntegers(
  proto: Proto,
  { least, most }: { least: number; most: number } = INTEGER_CONSTANT,
): Proto {
  const check = (value: Constant, at: Proto, source: Buffer | undefined): Constant => {
    if (typeof value !== "number") return value;
    const problem = Number.isInteger(value)
      ? value < least || value > most
        ? `is not between ${least} and ${most}`
        : undefined
      : "is no whole number";
    if (problem === undefined) return value + 0;
    throw new BytecodeError(
      `${place(at, source)}: the number ${value} ${problem}, and the firmware counts in 32-bit integers`,
    );
  };
  const convert = (at: Proto, parent: Buffer | undefined): Proto => {
    const source = at.source ?? parent;
    return {
      ...at,
      constants: at.constants.map((value) => check(value, at, source)),
      protos: at.protos.map((inner) => convert(inner, source)),
    };
  };
  return convert(proto, undefined);
}

/** Where a function is, for a message. */
function place(proto: Proto, source: Buffer | undefined): string {
  const file = source === undefined ? "the chunk" : source.toString("latin1").replace(/^[@=]/, "");
  return proto.lineDefined === 0 ? file : `${file}, function at line ${proto.lineDefined}`;
}
