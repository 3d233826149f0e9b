/// <reference path="./core.d.ts" />
/**
 * What Lua 5.1 firmware has on top of `core.d.ts`: the default of the ESP8266.
 * The files of lua-types for 5.1 have `os.exit`, `math.log` and `debug.getlocal` too, which the firmware lacks.
 */

/** Returns the memory in use by Lua in kilobytes and the threshold of the next collection. */
declare function gcinfo(this: void): LuaMultiReturn<[number, number]>;

/** Returns the environment of a function or of a stack level (default 1). */
declare function getfenv(this: void, f?: ((this: void, ...args: any[]) => any) | number): any;
/** Sets the environment of a function or of a stack level. */
declare function setfenv(
  this: void,
  f: ((this: void, ...args: any[]) => any) | number,
  table: object,
): (this: void, ...args: any[]) => any;

/** Compiles the pieces that a function returns; nil and a message if that fails. */
declare function load(
  this: void,
  reader: (this: void) => string | undefined,
  chunkname?: string,
): LuaMultiReturn<[(this: void, ...args: any[]) => any] | [undefined, string]>;

/** Makes the module table `name`, as a global and as the environment of the calling file. */
declare function module(this: void, name: string, ...options: ((this: void, module: any) => void)[]): void;

/** Makes an empty userdata, with an empty metatable (true) or that of another one. */
declare function newproxy(this: void, metatable?: boolean | LuaUserdata): LuaUserdata;

declare namespace coroutine {
  /** Returns the running coroutine, nil in the main program. */
  function running(this: void): LuaThread | undefined;
}

declare namespace math {
  /** Returns x to the power y. */
  function pow(this: void, x: number, y: number): number;
}

declare namespace package {
  /** An option of `module`: lets the module see the globals. */
  function seeall(this: void, module: any): void;
}

declare namespace string {
  /** The old name of `gmatch`. */
  function gfind<P extends string>(
    this: void,
    s: string,
    pattern: P,
  ): LuaIterable<LuaMultiReturn<LuaMatch<P>>>;
}

declare namespace table {
  /** Calls the function with every key and value until it returns something, which is the result. */
  function foreach<T extends object, R>(
    this: void,
    t: T,
    f: (this: void, key: keyof T, value: T[keyof T]) => R,
  ): R | undefined;
  /** Calls the function with every index and value until it returns something, which is the result. */
  function foreachi<T, R>(
    this: void,
    list: T[],
    f: (this: void, index: number, value: T) => R,
  ): R | undefined;
  /** Returns the length of a list. */
  function getn(this: void, list: any[]): number;
  /** Returns the largest positive numeric key. */
  function maxn(this: void, t: object): number;
}
