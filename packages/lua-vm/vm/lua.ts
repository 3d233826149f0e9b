// A real Lua VM (PUC Lua 5.1 or 5.3, WebAssembly) behind its raw C API: strings are bytes, the heap is counted and capped,
// every instruction and allocation is counted, and an error on either side arrives on the other as an error.
// One instance is one lua_State. Nothing here knows NodeMCU; the board (board.ts) makes it one.
import { readFileSync } from "node:fs";
import type { NumberKind } from "../proto.ts";
import type { CApi, DebugPart, Dialect, Instance, LuaVersion } from "./dialect.ts";
import { lua51 } from "./lua51.ts";
import { lua51Integer } from "./lua51-integer.ts";
import { lua53 } from "./lua53.ts";
import { readyMade } from "./ready.ts";

export type { DebugPart, LuaVersion } from "./dialect.ts";

/** A function given to Lua: gets the thread, returns how many results it pushed. A thrown error becomes a Lua error. */
export type HostFunction = (L: number) => number;

/** Bytes for Lua: a Buffer, or a string of which every character is one byte (latin1). */
export type Bytes = Uint8Array | string;

/** lua_type() results. */
export const LuaType = {
  none: -1,
  nil: 0,
  boolean: 1,
  lightuserdata: 2,
  number: 3,
  string: 4,
  table: 5,
  function: 6,
  userdata: 7,
} as const;

/** lua_pcall() status of an allocation that was refused. */
export const OUT_OF_MEMORY = 4;

/** An error that left Lua. `message` is its first line as Lua made it; `traceback` has the stack where one was taken. */
export class LuaError extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly traceback: string,
    /** false if the error object was not a string: `message` is what tostring makes of it. */
    readonly isText = true,
    cause?: unknown,
  ) {
    super(message, { cause });
    this.name = "LuaError";
  }
}

/** What hears of the heap's blocks (LuaVm.trace). */
export interface HeapListener {
  /** A block has come (`from` is 0), has changed its size and perhaps its address, or is about to go (`to` is 0). */
  block(from: number, to: number, bytes: number): void;
  /** Every block is where it belongs: before a collection, and before a chunk loses debug information. */
  consistent(): void;
}

/** Thrown in a host function: raises `message` in Lua without a position in front. */
export class PlainLuaError extends Error {}

/** Thrown in a host function: goes through Lua and every pcall up to the host. The VM cannot be used afterwards. */
export class VmAbandoned extends Error {}

type Counter = "bytes" | "blocks" | "header" | "charged" | "peak" | "limit" | "allocations" | "refusals";
type Switch =
  | "failAfter"
  | "parsing"
  | "longestString"
  | "collectsItself"
  | "collectAlways"
  | "running"
  | "tracing";
type HostModule = Record<Counter | Switch, WebAssembly.Global<"i32">> &
  Record<"allocated" | "instructions" | "budget", WebAssembly.Global<"i64">> &
  Record<"alloc" | "cfunction" | "counthook", CallableFunction> & {
    used(): number;
    collect(L: number): void;
  };

/** What a VM is made of; Lua 5.3 has both kinds of numbers at once. */
function dialectOf(version: LuaVersion, numbers: NumberKind): Dialect {
  if (version === "5.3") return lua53;
  return numbers === "integer" ? lua51Integer : lua51;
}

const GC = { stop: 0, restart: 1 } as const;
const HOOK_COUNT = 8;
const MULTIPLE_RESULTS = -1;
/** First byte of a precompiled chunk. */
const BYTECODE = 0x1b;
/** Size of a 5.1 string block without its characters: 16 bytes of header and the closing NUL. */
const STRING_OVERHEAD = 17;

/** What is thrown in JavaScript for a longjmp of C. Host functions must let it pass. */
const LONGJMP = Symbol("longjmp");

/** The allocator and the hooks of a VM, which host.wat has as text. */
export function hostBytes(): Uint8Array<ArrayBuffer> {
  return readyMade(
    "host.wasm",
    (wabt) =>
      wabt.parseWat("host.wat", readFileSync(new URL("./host.wat", import.meta.url), "utf8")).toBinary({})
        .buffer,
  );
}

const hostModule = new WebAssembly.Module(hostBytes());

export interface LuaVmOptions {
  /** 5.1 if left out. 5.3 must have been built (lua53/build.ts). */
  version?: LuaVersion;
  /** What Lua 5.1 counts in: doubles if left out. */
  numbers?: NumberKind;
  /** The firmware's malloc header, charged for every live block [bytes]. */
  blockHeader?: number;
}

export class LuaVm {
  /** The C API, for what this class does not wrap. */
  readonly api: CApi;
  /** The main thread. */
  readonly L: number;
  /** Pseudo-index of the registry. */
  readonly registry: number;
  readonly version: LuaVersion;
  readonly numbers: NumberKind;
  readonly #dialect: Dialect;
  readonly #host: HostModule;
  readonly #functions: HostFunction[] = [];
  readonly #cfunction: number;
  readonly #names = new Map<string, number>();
  readonly #lengthOut: number;
  readonly #traceback: number;
  readonly #runner: number;
  /** Lua's own string.dump, whatever the board has under that name. */
  readonly #dump: number;
  #job: HostFunction = () => 0;
  #overBudget: (() => never) | undefined;
  #listener: HeapListener | undefined;
  /** The debug information that every chunk loses when it has been parsed, as with the firmware's compiler. */
  forgets: DebugPart = "nothing";
  #scratch: number;
  #scratchSize = 8192;
  #view: Uint8Array<ArrayBuffer> | undefined;
  #hostError: unknown;
  #closed = false;

  constructor(options: LuaVmOptions = {}) {
    this.version = options.version ?? "5.1";
    this.numbers = options.numbers ?? "double";
    const dialect = dialectOf(this.version, this.numbers);
    this.#dialect = dialect;
    this.registry = dialect.registry;
    const unavailable = 52; // ENOSYS
    const imports: Record<string, Record<string, unknown>> = {};
    for (const { module, name } of WebAssembly.Module.imports(dialect.module))
      (imports[module] ??= {})[name] = () => unavailable;
    const instance = {} as Instance;
    for (const [module, functions] of Object.entries(dialect.imports(instance, LONGJMP)))
      Object.assign(imports[module]!, functions);
    const { exports } = new WebAssembly.Instance(dialect.module, imports as WebAssembly.Imports);
    const api = { ...exports } as unknown as CApi;
    instance.api = api;
    this.api = api;
    dialect.start(api);

    this.#host = new WebAssembly.Instance(hostModule, {
      lua: exports,
      host: {
        firstUpvalue: dialect.firstUpvalue,
        dispatch: (L: number, id: number) => this.#dispatch(L, id),
        longString: (L: number) => {
          // the message itself may be as long as the bound
          const bound = this.#host.longestString.value;
          this.#host.longestString.value = 0;
          try {
            api.luaL_where!(L, 0);
            this.push(L, "string length overflow");
            api.lua_concat!(L, 2);
          } finally {
            this.#host.longestString.value = bound;
          }
        },
        overBudget: (L: number) => {
          this.#host.budget.value = 0n;
          this.#overBudget?.();
          this.push(L, "instruction budget exceeded");
          api.lua_error!(L);
        },
        traced: (from: number, to: number, bytes: number) => this.#listener?.block(from, to, bytes),
        collecting: () => this.#listener?.consistent(),
      },
    }).exports as unknown as HostModule;
    this.#host.header.value = options.blockHeader ?? 0;
    this.#host.collectsItself.value = dialect.collectsItself ? 1 : 0;
    const table = api.__indirect_function_table;
    const first = table.grow(3);
    table.set(first, this.#host.alloc);
    table.set(first + 1, this.#host.cfunction);
    table.set(first + 2, this.#host.counthook);
    this.#cfunction = first + 1;
    this.#lengthOut = api.malloc!(8);
    this.#scratch = api.malloc!(this.#scratchSize);

    this.L = api.lua_newstate!(first, 0);
    this.#host.running.value = this.L;
    for (const [name, open] of dialect.libraries) {
      const slot = table.grow(1);
      table.set(slot, api[open]);
      dialect.openLibrary(api, this.L, this.cString(name), slot);
    }
    const handler = Buffer.from(dialect.messageHandler);
    this.memory.set(handler, this.#scratch);
    api.luaL_loadbuffer!(this.L, this.#scratch, handler.length, this.cString("=host"));
    api.lua_call!(this.L, 0, 1);
    this.#traceback = this.ref(this.L, -1);
    this.pushFunction(this.L, (L) => this.#job(L));
    this.#runner = this.ref(this.L, -1);
    this.getGlobal("string");
    this.getField(this.L, -1, "dump");
    this.#dump = api.lua_tocfunction!(this.L, -1);
    api.lua_settop!(this.L, 0);
    api.lua_sethook!(this.L, first + 2, HOOK_COUNT, 1);
    this.collect();
  }

  // --- the heap

  /** Bytes in use: live blocks, their headers, and what was charged. */
  get used(): number {
    return this.#host.used();
  }
  /** Highest value of `used` since resetPeak() (never above the limit). */
  get peak(): number {
    return this.#host.peak.value >>> 0;
  }
  resetPeak(): void {
    this.#host.peak.value = this.used;
  }
  /** Most bytes that may be in use; 0 for no limit. */
  get limit(): number {
    return this.#host.limit.value;
  }
  set limit(bytes: number) {
    this.#host.limit.value = bytes;
  }
  /**
   * Whether an allocation that would pass the limit is refused at once, and alone. Else, on Lua 5.1, it is granted, and "not
   * enough memory" raised before the next instruction, unless a collection has made room: the instruction may be a caller's.
   */
  set refusesAtOnce(on: boolean) {
    this.#host.collectsItself.value = on || this.#dialect.collectsItself ? 1 : 0;
  }
  /** Takes bytes from (or with a negative number gives them back to) the heap for something outside Lua. */
  charge(bytes: number): void {
    this.#host.charged.value += bytes;
    if (this.limit === 0 || this.used <= this.limit) this.#host.peak.value = Math.max(this.peak, this.used);
  }
  /** Raises when a new string of this many bytes or more is made outside the parser; 0 for no bound. For 5.1 only: 5.3 has no such rule. */
  set longestString(bytes: number) {
    this.#host.longestString.value = bytes === 0 ? 0 : STRING_OVERHEAD + bytes - 1;
  }
  /** true: a full collection comes before the next instruction whenever something was allocated. */
  set collectAlways(on: boolean) {
    this.#host.collectAlways.value = on ? 1 : 0;
  }
  /** Refuses the n-th allocation from now (1 = the next one); 0 for none. */
  set failAfter(n: number) {
    this.#host.failAfter.value = n;
  }
  get failAfter(): number {
    return this.#host.failAfter.value;
  }
  get allocations(): number {
    return this.#host.allocations.value >>> 0;
  }
  get allocatedBytes(): number {
    return Number(this.#host.allocated.value);
  }
  get instructions(): number {
    return Number(this.#host.instructions.value);
  }
  /** Raises "instruction budget exceeded" after this many more instructions; 0 for no bound. */
  set instructionBudget(n: number) {
    this.#host.budget.value = n === 0 ? 0n : this.#host.instructions.value + BigInt(n);
  }
  /** Called instead of raising that error; it must throw VmAbandoned. */
  set onOverBudget(callback: () => never) {
    this.#overBudget = callback;
  }
  /**
   * Bytes of the main thread's stacks (values and calls) and of the string table. Their sizes depend on when collections came and on how
   * many strings there once were, so who compares the heap before and after takes them off.
   */
  get elasticBytes(): number {
    return this.#dialect.elasticBytes(this.api, this.L, this.#host.header.value);
  }
  collect(): void {
    this.#host.collect(this.L);
  }
  /** Tells a listener of every block while `job` runs. Lua collects nothing of itself then: only collect() and its like do. */
  trace(listener: HeapListener, job: () => void): void {
    this.#listener = listener;
    this.#host.tracing.value = 1;
    this.api.lua_gc!(this.L, GC.stop, 0);
    try {
      job();
    } finally {
      this.api.lua_gc!(this.L, GC.restart, 0);
      this.#host.tracing.value = 0;
      this.#listener = undefined;
    }
  }

  // --- values

  /** Memory as bytes; valid until something allocates. */
  get memory(): Uint8Array<ArrayBuffer> {
    const buffer = this.api.memory.buffer as ArrayBuffer;
    if (this.#view?.buffer !== buffer) this.#view = new Uint8Array(buffer);
    return this.#view;
  }

  /** A NUL-terminated constant in the VM's memory, for C API calls that want a char*. Kept for the VM's lifetime. */
  cString(text: string): number {
    let pointer = this.#names.get(text);
    if (pointer === undefined) {
      const bytes = Buffer.from(`${text}\0`, "latin1");
      pointer = this.api.malloc!(bytes.length);
      this.memory.set(bytes, pointer);
      this.#names.set(text, pointer);
    }
    return pointer;
  }

  /** Pushes a string. */
  push(L: number, value: Bytes): void {
    const bytes = typeof value === "string" ? Buffer.from(value, "latin1") : value;
    if (bytes.length > this.#scratchSize) {
      this.api.free!(this.#scratch);
      this.#scratchSize = bytes.length * 2;
      this.#scratch = this.api.malloc!(this.#scratchSize);
    }
    this.memory.set(bytes, this.#scratch);
    this.api.lua_pushlstring!(L, this.#scratch, bytes.length);
  }

  pushFunction(L: number, fn: HostFunction): void {
    this.api.lua_pushlightuserdata!(L, this.#functions.push(fn) - 1);
    this.api.lua_pushcclosure!(L, this.#cfunction, 1);
  }

  /** Pushes nil, a boolean, a number or a string. */
  pushValue(L: number, value: undefined | null | boolean | number | Bytes): void {
    if (value === undefined || value === null) this.api.lua_pushnil!(L);
    else if (typeof value === "boolean") this.api.lua_pushboolean!(L, value ? 1 : 0);
    else if (typeof value === "number") this.api.lua_pushnumber!(L, value);
    else this.push(L, value);
  }

  /** Pushes a number as a float: with 5.3 a whole one differs from an integer, and is rounded to 24 bits. */
  pushFloat(L: number, value: number): void {
    this.api.lua_pushfloat!(L, value);
  }

  /** The string at `index`, or undefined if it is neither string nor number (a number becomes a string in place, as in C). */
  bytes(L: number, index: number): Buffer | undefined {
    const pointer = this.api.lua_tolstring!(L, index, this.#lengthOut);
    if (pointer === 0) return undefined;
    const length = new DataView(this.memory.buffer).getUint32(this.#lengthOut, true);
    return Buffer.from(this.memory.slice(pointer, pointer + length).buffer);
  }
  string(L: number, index: number): string | undefined {
    return this.bytes(L, index)?.toString("latin1");
  }
  number(L: number, index: number): number {
    return this.api.lua_tonumber!(L, index);
  }
  boolean(L: number, index: number): boolean {
    return this.api.lua_toboolean!(L, index) !== 0;
  }
  type(L: number, index: number): number {
    return this.api.lua_type!(L, index);
  }

  // --- arguments of host functions: raise the C API's own "bad argument" errors

  checkBytes(L: number, index: number): Buffer {
    const pointer = this.api.luaL_checklstring!(L, index, this.#lengthOut);
    const length = new DataView(this.memory.buffer).getUint32(this.#lengthOut, true);
    return Buffer.from(this.memory.slice(pointer, pointer + length).buffer);
  }
  checkString(L: number, index: number): string {
    return this.checkBytes(L, index).toString("latin1");
  }
  /** An integer as C's luaL_checkinteger takes it: 32 bits, the fraction cut off. */
  checkInteger(L: number, index: number): number {
    return this.api.luaL_checkinteger!(L, index) | 0;
  }
  optionalInteger(L: number, index: number, otherwise: number): number {
    return this.type(L, index) <= LuaType.nil ? otherwise : this.checkInteger(L, index);
  }
  argumentError(L: number, index: number, message: string): never {
    this.api.luaL_argerror!(L, index, this.cString(message));
    throw new Error("luaL_argerror returned");
  }
  checkFunction(L: number, index: number): void {
    if (this.type(L, index) !== LuaType.function) this.api.luaL_checktype!(L, index, LuaType.function);
  }

  // --- globals, tables, references

  getGlobal(name: string, L = this.L): void {
    this.api.lua_getglobal!(L, this.cString(name));
  }
  setGlobal(name: string, L = this.L): void {
    this.api.lua_setglobal!(L, this.cString(name));
  }
  setField(L: number, index: number, name: string): void {
    this.api.lua_setfield!(L, index, this.cString(name));
  }
  getField(L: number, index: number, name: string): void {
    this.api.lua_getfield!(L, index, this.cString(name));
  }
  pop(L: number, count = 1): void {
    this.api.lua_settop!(L, -count - 1);
  }
  /** A registry reference to the value at `index`. */
  ref(L: number, index: number): number {
    this.api.lua_pushvalue!(L, index);
    return this.api.luaL_ref!(L, this.registry);
  }
  unref(reference: number): void {
    if (!this.#closed) this.api.luaL_unref!(this.L, this.registry, reference);
  }
  pushRef(L: number, reference: number): void {
    this.api.lua_rawgeti!(L, this.registry, reference);
  }

  // --- running

  /**
   * Calls the function under `arguments` values on the stack. Results stay on the stack.
   * @throws LuaError; the stack is then as before function and arguments were pushed.
   */
  call(L: number, args: number, results = MULTIPLE_RESULTS): void {
    const at = this.api.lua_gettop!(L) - args;
    this.pushRef(L, this.#traceback);
    this.api.lua_insert!(L, at);
    const runningBefore = this.#host.running.value;
    const status = this.api.lua_pcall!(L, args, results, at);
    this.#host.running.value = runningBefore;
    if (status !== 0) throw this.#takeError(L, status, at - 1);
    this.api.lua_remove!(L, at);
  }

  /**
   * Runs host code that pushes values: an error in it (an allocation may be refused) does not go through the caller.
   * @returns how many values it pushed; they are on the stack
   * @throws LuaError
   */
  protect(L: number, job: HostFunction): number {
    const base = this.api.lua_gettop!(L);
    const before = this.#job;
    this.#job = job;
    this.pushRef(L, this.#runner);
    const status = this.api.lua_pcall!(L, 0, MULTIPLE_RESULTS, 0);
    this.#job = before;
    if (status !== 0) throw this.#takeError(L, status, base);
    return this.api.lua_gettop!(L) - base;
  }

  /** The error on top of the stack, which is then cut to `top` values. */
  #takeError(L: number, status: number, top: number): LuaError {
    const isText = this.api.lua_isstring!(L, -1) !== 0;
    let text = isText ? this.string(L, -1) : undefined;
    if (!isText) {
      this.getGlobal("tostring", L);
      this.api.lua_insert!(L, -2);
      text = this.api.lua_pcall!(L, 1, 1, 0) === 0 ? this.string(L, -1) : undefined;
    }
    this.api.lua_settop!(L, top);
    const cause = this.#hostError;
    this.#hostError = undefined;
    const traceback = text ?? "(error object cannot be shown)";
    return new LuaError(traceback.split("\nstack traceback:")[0]!, status, traceback, isText, cause);
  }

  /** Calls without protection: an error goes on to the Lua code that called the host function. */
  callUnprotected(L: number, args: number, results: number): void {
    this.api.lua_call!(L, args, results);
  }

  /**
   * Parses a chunk (source or bytecode) and pushes it as a function. As on the chip 5.1 collects nothing meanwhile.
   * @returns undefined, or the error message (nothing pushed then)
   */
  load(L: number, chunk: Bytes, name: string): string | undefined {
    const bytes = typeof chunk === "string" ? Buffer.from(chunk, "latin1") : chunk;
    const pointer = this.api.malloc!(bytes.length + 1);
    this.memory.set(bytes, pointer);
    const stopsCollector = !this.#dialect.collectsItself;
    if (stopsCollector) {
      this.collect();
      this.api.lua_gc!(L, GC.stop, 0);
      this.#host.parsing.value = 1;
    }
    const status = this.api.luaL_loadbuffer!(L, pointer, bytes.length, this.cString(name));
    if (stopsCollector) {
      this.#host.parsing.value = 0;
      if (!this.#listener) this.api.lua_gc!(L, GC.restart, 0);
    }
    this.api.free!(pointer);
    if (status === 0) {
      this.#listener?.consistent();
      if (bytes[0] !== BYTECODE) this.strip(L, this.forgets);
      return undefined;
    }
    const message = this.string(L, -1) ?? "?";
    this.pop(L);
    return message;
  }

  /**
   * Runs a chunk on the main thread and returns its results (tables and functions as undefined).
   * @throws LuaError
   */
  run(source: Bytes, name = "=main"): (string | number | boolean | undefined)[] {
    const L = this.L;
    const base = this.api.lua_gettop!(L);
    const message = this.load(L, source, name);
    if (message !== undefined) throw new LuaError(message, 3, message);
    this.call(L, 0);
    const results = [];
    for (let i = base + 1; i <= this.api.lua_gettop!(L); i++) results.push(this.toHost(L, i));
    this.api.lua_settop!(L, base);
    return results;
  }

  toHost(L: number, index: number): string | number | boolean | undefined {
    switch (this.type(L, index)) {
      case LuaType.boolean:
        return this.boolean(L, index);
      case LuaType.number:
        return this.number(L, index);
      case LuaType.string:
        return this.string(L, index);
      default:
        return undefined;
    }
  }

  /**
   * Takes debug information from the Lua function on top of the stack and those inside it.
   * @returns bytes that became free
   */
  strip(L: number, part: DebugPart): number {
    if (part === "nothing") return 0;
    return this.#dialect.strip(this.api, L, part, (block, bytes) => this.#host.alloc(0, block, bytes, 0));
  }

  /** The bytecode of the function on top of the stack, in PUC's form, with the debug information that it has. @throws LuaError */
  dump(L: number): Buffer {
    this.api.lua_pushcclosure!(L, this.#dump, 0);
    this.api.lua_pushvalue!(L, -2);
    this.call(L, 1, 1);
    const bytes = this.bytes(L, -1)!;
    this.pop(L);
    return bytes;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.api.lua_close!(this.L);
  }

  #dispatch(L: number, id: number): number {
    try {
      return this.#functions[id]!(L);
    } catch (error) {
      if (error === LONGJMP || error instanceof VmAbandoned) throw error;
      this.#hostError = error;
      const message = error instanceof Error ? error.message : String(error);
      if (error instanceof PlainLuaError) this.push(L, message);
      else {
        this.api.luaL_where!(L, 1);
        this.push(L, message);
        this.api.lua_concat!(L, 2);
      }
      return -2;
    }
  }
}
