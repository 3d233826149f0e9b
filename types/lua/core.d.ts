/// <reference types="@typescript-to-lua/language-extensions" />
/// <reference types="lua-types/core/metatable" />
/// <reference types="lua-types/core/table" />
/// <reference types="lua-types/special/5.4-pre" />
/**
 * The Lua library that every NodeMCU firmware has: Lua 5.1 and 5.3, ESP8266 and ESP32.
 * `5.1.d.ts` and `5.3.d.ts` add what one version has on top; `io.d.ts` is the ESP32's alone. There is no `os`.
 *
 * Metatables, `table`, `math.random` and `math.randomseed` are those of the package lua-types (Lua 5.1 heeds `__len` and
 * `__gc` of userdata only). Its other files each declare something that the firmware lacks or does otherwise, and a
 * declaration cannot be taken back, so the rest is written here:
 * - `math` has `sin`, `cos`, `exp` and more that Lua 5.1 firmware removed; `debug` has
 *   `getinfo` and more, which a default build lacks.
 * - `string`: `byte` may find no byte, `match` and `find` no match; a capture `()` is a number; `format("%s")` of Lua 5.1
 *   takes strings and numbers only. A literal pattern tells here how many captures there are.
 * - `coroutine.resume`, `pcall`, `error`: an error may be any value, and in compiled TypeScript it is an object, not a string.
 * - The global functions have `rawlen`, which Lua 5.1 lacks, and `dofile` without a name, which the firmware refuses.
 * - `package` has `searchpath`, which Lua 5.1 lacks.
 */

/** A coroutine. */
interface LuaThread {
  readonly __thread: never;
}

/** A value that only C code looks into. */
interface LuaUserdata {
  readonly __userdata: never;
}

type LuaTypeName = "nil" | "number" | "string" | "boolean" | "table" | "function" | "thread" | "userdata";

/** What `pcall` and `xpcall` return for a function that returns R. */
type LuaProtected<R, E = unknown> = LuaMultiReturn<
  [true, ...(R extends LuaMultiReturn<infer T extends any[]> ? T : [R])] | [false, E]
>;

/** The Lua version of the firmware, `"Lua 5.1"` or `"Lua 5.3"`. */
declare const _VERSION: string;

/** The table of global variables. The firmware's modules are found through it, but `pairs(_G)` does not list them. */
declare const _G: typeof globalThis;

/**
 * Raises an error if the value is nil or false, else returns all its arguments.
 * @param message the error, "assertion failed!" if left out
 */
declare function assert<V>(this: void, v: V, message?: string): Exclude<V, undefined | null | false>;

/** Runs a full collection. */
declare function collectgarbage(this: void, opt?: "collect"): 0;
/** Stops or restarts the collector. */
declare function collectgarbage(this: void, opt: "stop" | "restart"): 0;
/** Returns the memory in use by Lua, in kilobytes (with a fraction where the firmware's numbers have one). */
declare function collectgarbage(this: void, opt: "count"): number;
/** Runs one step of the collector; true if it ended a cycle. */
declare function collectgarbage(this: void, opt: "step", size?: number): boolean;
/** Sets the pause or the step multiplier in percent (firmware: 110 and 200); returns the previous value. */
declare function collectgarbage(this: void, opt: "setpause" | "setstepmul", percent: number): number;

/**
 * Runs a Lua file of the board's file system and returns what it returns.
 * Raises an error if there is no such file, if it cannot be compiled, or if it fails.
 */
declare function dofile(this: void, filename: string): any;

/**
 * Raises an error.
 * @param message any value; a string gets the place in front of it
 * @param level 1 (default) the caller, 2 the caller's caller, 0 no place
 */
declare function error(this: void, message?: unknown, level?: number): never;

/** Returns the metatable of a value, or its `__metatable` field. */
declare function getmetatable<T>(this: void, object: T): LuaMetatable<T> | undefined;

/** Walks `t[1], t[2], …` up to the first nil. */
declare function ipairs<T>(
  this: void,
  t: Record<number, T>,
): LuaIterable<LuaMultiReturn<[number, NonNullable<T>]>>;

/** Compiles a file without running it; nil and a message if that fails. */
declare function loadfile(
  this: void,
  filename: string,
): LuaMultiReturn<[(this: void, ...args: any[]) => any] | [undefined, string]>;

/** Compiles a string without running it; nil and a message if that fails. */
declare function loadstring(
  this: void,
  chunk: string,
  chunkname?: string,
): LuaMultiReturn<[(this: void, ...args: any[]) => any] | [undefined, string]>;

/** Returns the next key of a table and its value, nil after the last. */
declare function next(this: void, table: object, index?: any): LuaMultiReturn<[any, any] | [undefined]>;

/** Walks all keys of a table, in no order. */
declare function pairs<TKey extends AnyNotNil, TValue>(
  this: void,
  t: LuaTable<TKey, TValue>,
): LuaIterable<LuaMultiReturn<[TKey, NonNullable<TValue>]>>;
declare function pairs<T extends object>(
  this: void,
  t: T,
): LuaIterable<LuaMultiReturn<[keyof T, NonNullable<T[keyof T]>]>>;

/**
 * Calls a function and catches its error: `true` and the results, or `false` and the error value.
 * A method is called with its object as first argument: `pcall(sock.close, sock)`.
 */
declare function pcall<Args extends any[], R>(
  this: void,
  f: (this: void, ...args: Args) => R,
  ...args: Args
): LuaProtected<R>;
declare function pcall<This, Args extends any[], R>(
  this: void,
  f: (this: This, ...args: Args) => R,
  context: This,
  ...args: Args
): LuaProtected<R>;

/** Prints values to the console, tabs between them and a newline at the end. */
declare function print(this: void, ...args: any[]): void;

/** Compares without metamethods. */
declare function rawequal(this: void, a: any, b: any): boolean;
/** Reads a field without metamethods. */
declare function rawget<T extends object, K extends keyof T>(this: void, table: T, index: K): T[K];
/** Writes a field without metamethods and returns the table. */
declare function rawset<T extends object, K extends keyof T>(this: void, table: T, index: K, value: T[K]): T;

/**
 * Loads a module: an already loaded one, a global table of that name, `name.lc`, `name.lua` (a dot becomes `/`).
 * Raises an error if none is found.
 */
declare function require(this: void, modname: string): any;

/** Returns the arguments from the given position on; a negative position counts from the end. */
declare function select<T>(this: void, index: number, ...args: T[]): LuaMultiReturn<T[]>;
/** Returns how many arguments follow. */
declare function select(this: void, index: "#", ...args: any[]): number;

/** Sets the metatable of a table (nil removes it) and returns the table. */
declare function setmetatable<
  T extends object,
  TIndex extends object | ((this: T, key: any) => any) | undefined = undefined,
>(
  this: void,
  table: T,
  metatable?: LuaMetatable<T, TIndex>,
): TIndex extends (this: T, key: infer TKey) => infer TValue
  ? T & { [K in TKey & string]: TValue }
  : TIndex extends object
    ? T & TIndex
    : T;

/** Converts to a number, nil if that is not possible. @param base 2 to 36, default 10 */
declare function tonumber(this: void, value: unknown, base?: number): number | undefined;
/** Converts to a string. */
declare function tostring(this: void, value: unknown): string;
/** Returns the name of a value's type. */
declare function type(this: void, value: unknown): LuaTypeName;

/** Returns the elements `list[i] … list[j]`. @param i default 1 @param j default `#list` */
declare function unpack<T extends any[]>(this: void, list: T): LuaMultiReturn<T>;
declare function unpack<T>(this: void, list: T[], i: number, j?: number): LuaMultiReturn<T[]>;

/** Calls a function without arguments; its error goes through the handler. */
declare function xpcall<R, E>(
  this: void,
  f: (this: void) => R,
  handler: (this: void, err: any) => E,
): LuaProtected<R, E>;

/** Modules and where `require` finds them. */
declare namespace package {
  /** What `require` has loaded, by name. Setting an entry to nil makes the next `require` load again. */
  const loaded: Record<string, any>;
  /** Loaders for `require` by module name, asked first. */
  const preload: Record<string, ((this: void, modname: string) => any) | undefined>;
  /** The templates `require` tries; the firmware's is `?.lc;?.lua`. */
  let path: string;
  /** The functions that `require` asks one after the other. */
  const loaders: ((this: void, modname: string) => any)[];
}

/** Coroutines. A `pcall` in Lua 5.1 cannot be yielded across. */
declare namespace coroutine {
  /** Makes a coroutine that has not started yet. */
  function create(this: void, f: (this: void, ...args: any[]) => any): LuaThread;
  /** Starts or goes on with a coroutine: `true` and what it yields or returns, or `false` and the error. */
  function resume(
    this: void,
    co: LuaThread,
    ...values: any[]
  ): LuaMultiReturn<[true, ...any[]] | [false, unknown]>;
  /** Tells what a coroutine is doing. */
  function status(this: void, co: LuaThread): "running" | "suspended" | "normal" | "dead";
  /** Makes a coroutine and returns a function that resumes it; errors pass through. */
  function wrap(
    this: void,
    f: (this: void, ...args: any[]) => any,
  ): (this: void, ...args: any[]) => LuaMultiReturn<any[]>;
  /** Suspends the running coroutine; returns what the next `resume` passes. */
  function yield(this: void, ...values: any[]): LuaMultiReturn<any[]>;
}

declare namespace debug {
  /** Returns the registry. */
  function getregistry(this: void): any;
  /** Returns the strings in RAM or in the LFS region, sorted. */
  function getstrings(this: void, which?: "RAM" | "ROM"): string[] | undefined;
  /** Returns a message with a trace of the call stack. */
  function traceback(this: void, message?: string, level?: number): string;
}

declare namespace math {
  /** Returns the absolute value. */
  function abs(this: void, x: number): number;
  /** Rounds up. */
  function ceil(this: void, x: number): number;
  /** Rounds down. */
  function floor(this: void, x: number): number;
  /** A value that no other number exceeds (the largest integer in an integer build). */
  const huge: number;
  /** Returns the largest argument. */
  function max(this: void, x: number, ...rest: number[]): number;
  /** Returns the smallest argument. */
  function min(this: void, x: number, ...rest: number[]): number;
  /** 3.14159… Not in an integer build. */
  const pi: number;
  /** Returns the square root. */
  function sqrt(this: void, x: number): number;
}

/**
 * The captures of a pattern, as a tuple: a string for each `(…)`, a number for each `()`.
 * A pattern that is not a literal gives any number of strings.
 */
type LuaCaptures<P extends string> = string extends P ? any[] : LuaCapturesOf<P, []>;
type LuaCapturesOf<P extends string, Found extends unknown[]> = P extends `${infer Char}${infer Rest}`
  ? Char extends "%"
    ? Rest extends `b${infer _Open}${infer Tail}`
      ? Tail extends `${infer _Close}${infer After}`
        ? LuaCapturesOf<After, Found>
        : Found
      : Rest extends `${infer _Escaped}${infer After}`
        ? LuaCapturesOf<After, Found>
        : Found
    : Char extends "["
      ? LuaCapturesOf<LuaAfterSet<Rest, true>, Found>
      : Char extends "("
        ? Rest extends `)${infer After}`
          ? LuaCapturesOf<After, [...Found, number]>
          : LuaCapturesOf<Rest, [...Found, string]>
        : LuaCapturesOf<Rest, Found>
  : Found;
type LuaAfterSet<P extends string, First extends boolean> = P extends `${infer Char}${infer Rest}`
  ? Char extends "%"
    ? Rest extends `${infer _Escaped}${infer After}`
      ? LuaAfterSet<After, false>
      : ""
    : Char extends "^"
      ? LuaAfterSet<Rest, First>
      : Char extends "]"
        ? First extends true
          ? LuaAfterSet<Rest, false>
          : Rest
        : LuaAfterSet<Rest, false>
  : "";
/** What a successful match gives: its captures, or the whole match if the pattern has none. */
type LuaMatch<P extends string> = LuaCaptures<P> extends [] ? [string] : LuaCaptures<P>;
/** As many nils. */
type LuaNils<T extends any[]> = { [K in keyof T]: undefined };
/** What `string.match` returns: all of the match or nils. */
type LuaMatchOrNil<P extends string> = LuaMatch<P> extends infer T extends any[] ? T | LuaNils<T> : never;
/** What `string.find` returns: two positions and the captures, or nils. */
type LuaFindOrNil<P extends string> =
  LuaCaptures<P> extends infer T extends any[]
    ? [number, number, ...T] | [undefined, undefined, ...LuaNils<T>]
    : never;

/**
 * Strings: bytes, 1 is the first position, negative positions count from the end.
 * With the firmware's default settings a string of 4096 bytes or more cannot be built on Lua 5.1
 * ("string length overflow").
 */
declare namespace string {
  /** Returns the byte at a position (default 1), nil outside the string. */
  function byte(this: void, s: string, i?: number): number | undefined;
  /** Returns the bytes from position i to j. */
  function byte(this: void, s: string, i: number, j: number): LuaMultiReturn<number[]>;
  /** Makes a string of bytes 0…255. */
  function char(this: void, ...bytes: number[]): string;
  /** Returns a function's bytecode. */
  function dump(this: void, f: (this: void, ...args: any[]) => any): string;
  /** Finds a substring that is not a pattern: its first and last position, or nil. @param init where to begin, default 1 */
  function find(
    this: void,
    s: string,
    substring: string,
    init: number | undefined,
    plain: true,
  ): LuaMultiReturn<[number, number] | [undefined, undefined]>;
  /** Finds a pattern: first and last position and the captures, or nil. @param init where to begin, default 1 */
  function find<P extends string>(
    this: void,
    s: string,
    pattern: P,
    init?: number,
    plain?: boolean,
  ): LuaMultiReturn<LuaFindOrNil<P>>;
  /** Formats values in the manner of C's printf. Raises an error if a value does not fit its directive. */
  function format(this: void, format: string, ...values: (string | number)[]): string;
  /** Walks all matches of a pattern. */
  function gmatch<P extends string>(
    this: void,
    s: string,
    pattern: P,
  ): LuaIterable<LuaMultiReturn<LuaMatch<P>>>;
  /**
   * Replaces matches of a pattern (all, or the first n); returns the new string and the number of replacements.
   * The replacement is a string (`%1` is the first capture), a table asked with the first capture, or a function
   * called with the captures; nil or false keeps the match.
   */
  function gsub<P extends string>(
    this: void,
    s: string,
    pattern: P,
    replacement:
      | string
      | number
      | Record<string, string | number | false | undefined>
      | ((this: void, ...captures: LuaMatch<P>) => string | number | false | undefined | void),
    n?: number,
  ): LuaMultiReturn<[string, number]>;
  /** Returns the number of bytes. */
  function len(this: void, s: string): number;
  /** Returns the string with lower-case letters. */
  function lower(this: void, s: string): string;
  /** Returns the captures of the first match (the match itself if the pattern has none), or nil. @param init where to begin, default 1 */
  function match<P extends string>(
    this: void,
    s: string,
    pattern: P,
    init?: number,
  ): LuaMultiReturn<LuaMatchOrNil<P>>;
  /** Returns n copies of the string. */
  function rep(this: void, s: string, n: number): string;
  /** Returns the bytes in reverse order. */
  function reverse(this: void, s: string): string;
  /** Returns the bytes from position i to j (default -1, the last). */
  function sub(this: void, s: string, i: number, j?: number): string;
  /** Returns the string with upper-case letters. */
  function upper(this: void, s: string): string;
}

/**
 * The `%` between a format and a value, or a list of values, which the firmware adds to strings:
 * `stringFormat("%d of %d", [1, 2])` compiles to `"%d of %d" % {1, 2}`.
 */
declare const stringFormat: LuaModulo<string, string | number | (string | number)[], string>;
