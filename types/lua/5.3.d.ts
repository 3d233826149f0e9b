/// <reference path="./core.d.ts" />
/**
 * What Lua 5.3 firmware has on top of `core.d.ts`: the default of the ESP32.
 * The files of lua-types for 5.3 have `os`, `module` and more of `debug` too, which the firmware lacks, and know no nil
 * from `math.tointeger`, `utf8.len` and `utf8.offset`.
 */

/** Compiles a string, or the pieces that a function returns; nil and a message if that fails. */
declare function load(
  this: void,
  chunk: string | ((this: void) => string | undefined),
  chunkname?: string,
  mode?: "b" | "t" | "bt",
  env?: object,
): LuaMultiReturn<[(this: void, ...args: any[]) => any] | [undefined, string]>;

/** Returns the length of a table or string without metamethods. */
declare function rawlen(this: void, v: object | string): number;

/** Calls a function; its error goes through the handler. */
declare function xpcall<Args extends any[], R, E>(
  this: void,
  f: (this: void, ...args: Args) => R,
  handler: (this: void, err: any) => E,
  ...args: Args
): LuaProtected<R, E>;

interface LuaMetatable<T> {
  __idiv?(this: T, operand: any): any;
  __band?(this: T, operand: any): any;
  __bor?(this: T, operand: any): any;
  __bxor?(this: T, operand: any): any;
  __bnot?(this: T, operand: any): any;
  __shl?(this: T, operand: any): any;
  __shr?(this: T, operand: any): any;
  __pairs?(this: T): LuaMultiReturn<[(this: void, t: T, key?: any) => any, T, any?]>;
}

declare namespace coroutine {
  /** Tells whether the running function may yield. */
  function isyieldable(this: void): boolean;
  /** Returns the running coroutine, and true if it is the main program. */
  function running(this: void): LuaMultiReturn<[LuaThread, boolean]>;
}

declare namespace math {
  /** Returns the arc cosine in radians. */
  function acos(this: void, x: number): number;
  /** Returns the arc sine in radians. */
  function asin(this: void, x: number): number;
  /** Returns the arc tangent of y/x in radians. @param x default 1 */
  function atan(this: void, y: number, x?: number): number;
  /** Returns the cosine of an angle in radians. */
  function cos(this: void, x: number): number;
  /** Converts radians to degrees. */
  function deg(this: void, x: number): number;
  /** Returns e to the power x. */
  function exp(this: void, x: number): number;
  /** Returns the remainder of x/y, rounded towards zero. */
  function fmod(this: void, x: number, y: number): number;
  /** Returns the logarithm of x. @param base default e */
  function log(this: void, x: number, base?: number): number;
  /** The largest integer, 2147483647 in the default build. */
  const maxinteger: number;
  /** The smallest integer, -2147483648 in the default build. */
  const mininteger: number;
  /** Returns the integral and the fractional part. */
  function modf(this: void, x: number): LuaMultiReturn<[number, number]>;
  /** Converts degrees to radians. */
  function rad(this: void, x: number): number;
  /** Returns the sine of an angle in radians. */
  function sin(this: void, x: number): number;
  /** Returns the tangent of an angle in radians. */
  function tan(this: void, x: number): number;
  /** Converts to an integer, nil if the value has none. */
  function tointeger(this: void, x: number): number | undefined;
  /** Tells whether a number is an integer or a float; nil if it is not a number. */
  function type(this: void, x: unknown): "integer" | "float" | undefined;
  /** Compares two integers as unsigned. */
  function ult(this: void, m: number, n: number): boolean;
}

declare namespace package {
  /** The functions that `require` asks one after the other. */
  const searchers: ((this: void, modname: string) => any)[];
  /** Finds a file by the templates of a path: its name, or nil and a message. */
  function searchpath(
    this: void,
    name: string,
    path: string,
    separator?: string,
    replacement?: string,
  ): LuaMultiReturn<[string] | [undefined, string]>;
}

declare namespace string {
  /** Returns a function's bytecode. @param strip true leaves debug information out */
  function dump(this: void, f: (this: void, ...args: any[]) => any, strip?: boolean): string;
  /** Formats values in the manner of C's printf; `%s` takes any value. */
  function format(this: void, format: string, ...values: any[]): string;
  /** Packs values into a binary string. */
  function pack(this: void, format: string, ...values: (string | number)[]): string;
  /** Returns the size that `pack` gives with this format. */
  function packsize(this: void, format: string): number;
  /** Returns n copies of the string with a separator between them. */
  function rep(this: void, s: string, n: number, separator?: string): string;
  /** Reads the values of a binary string, and the position after them. */
  function unpack(this: void, format: string, s: string, position?: number): LuaMultiReturn<any[]>;
}

declare namespace table {
  /** Copies `from[first…last]` to `to[at…]` (default the same table) and returns the target. */
  function move<T>(this: void, from: T[], first: number, last: number, at: number, to?: T[]): T[];
  /** Packs its arguments into a list with their number in `n`. */
  function pack<T extends any[]>(this: void, ...values: T): T & { n: number };
  /** Returns the elements `list[i] … list[j]`. */
  function unpack<T extends any[]>(this: void, list: T): LuaMultiReturn<T>;
  function unpack<T>(this: void, list: T[], i: number, j?: number): LuaMultiReturn<T[]>;
}

declare namespace utf8 {
  /** Makes a string of code points. */
  function char(this: void, ...codepoints: number[]): string;
  /** A pattern that matches one UTF-8 sequence. */
  const charpattern: string;
  /** Walks the code points: position and value. Raises an error at an invalid byte. */
  function codes(this: void, s: string): LuaIterable<LuaMultiReturn<[number, number]>>;
  /** Returns the code points that begin between positions i and j. */
  function codepoint(this: void, s: string, i?: number, j?: number): LuaMultiReturn<number[]>;
  /** Counts the code points between positions i and j; nil and the position of the first invalid byte. */
  function len(this: void, s: string, i?: number, j?: number): LuaMultiReturn<[number] | [undefined, number]>;
  /** Returns the position of the n-th code point, counted from position i. */
  function offset(this: void, s: string, n: number, i?: number): number | undefined;
}
