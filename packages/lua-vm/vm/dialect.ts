// What differs between the versions of Lua behind the one VM class (lua.ts): the module, what it wants from its host, and
// those parts of the C API that are macros in one of them. Each version is one file: lua51.ts, lua53.ts.

/** Versions of Lua that NodeMCU firmware is built with: 5.1 with doubles; 5.3 with 32-bit integers and single floats. */
export type LuaVersion = "5.1" | "5.3";
export const LUA_VERSIONS: readonly LuaVersion[] = ["5.1", "5.3"];

/**
 * Debug information of functions: names of locals and upvalues; these and line numbers; these and the chunk's name (such
 * a function is only good for dump()).
 */
export type DebugPart = "nothing" | "names" | "lines" | "all";

/** Lua's C API, by the names that 5.1 has as functions or macros. */
export type CApi = Record<string, (...args: number[]) => number> & {
  memory: WebAssembly.Memory;
  __indirect_function_table: WebAssembly.Table;
};

/** The instance that a dialect's imports belong to; there once it has been made. */
export interface Instance {
  api: CApi;
}

export interface Dialect {
  readonly module: WebAssembly.Module;
  /** Pseudo-indices of the registry and of a C function's first upvalue. */
  readonly registry: number;
  readonly firstUpvalue: number;
  /** Name of each library and of the function that opens it. */
  readonly libraries: readonly (readonly [name: string, open: string])[];
  /** A chunk that returns what puts the traceback behind an error message and leaves other error objects alone. */
  readonly messageHandler: string;
  /** When an allocation is refused Lua itself collects and asks again. */
  readonly collectsItself: boolean;
  /** The imports that do something; all others report ENOSYS. `caught` tells a longjmp from other exceptions. */
  imports(instance: Instance, longjmp: symbol): Record<string, Record<string, unknown>>;
  /** Runs the module's own start and adds the functions that this version's headers have as macros. */
  start(api: CApi): void;
  /** Opens a library: its name (a char*) and its function's place in the module's table. */
  openLibrary(api: CApi, L: number, name: number, slot: number): void;
  /** Bytes of a thread's stacks and of the string table. */
  elasticBytes(api: CApi, L: number, blockHeader: number): number;
  /**
   * Takes debug information from the Lua function on top of the stack and those inside it.
   * @param free gives back a block of so many bytes
   * @returns bytes that became free
   */
  strip(
    api: CApi,
    L: number,
    part: Exclude<DebugPart, "nothing">,
    free: (block: number, bytes: number) => void,
  ): number;
}

/** Calls a function of the module's table as setjmp would: @returns whether a longjmp ended it. */
export function caught(longjmp: symbol, call: () => void, restoreStack: () => void): boolean {
  try {
    call();
  } catch (error) {
    if (error !== longjmp) throw error;
    restoreStack();
    return true;
  }
  return false;
}
