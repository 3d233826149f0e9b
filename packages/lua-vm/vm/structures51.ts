// Where things are in the structures of PUC Lua 5.1 compiled for WebAssembly: pointers of 4 bytes, numbers of 8 that lie
// at multiples of 8. From lstate.h, lobject.h and lfunc.h; lua51.ts sees to it that the VM is the file they were checked with.

/** Every collectable object begins with these. */
export const OBJECT = { next: 0, type: 4, marks: 5 };
/** Bit of the marks of a string that is never collected: the words of the language, names of metamethods. */
export const FIXED = 1 << 5;
/** Types of objects beyond those of lua.h. */
export const TYPE = {
  string: 4,
  table: 5,
  function: 6,
  userdata: 7,
  thread: 8,
  proto: 9,
  upvalue: 10,
};

/** lua_State */
export const STATE = {
  global: 16,
  stack: 32,
  calls: 40,
  stackSize: 44,
  callsSize: 48,
  openUpvalues: 104,
  size: 120,
};
/** global_State, which begins with the string table. */
export const GLOBAL = {
  strings: 0,
  stringTableSize: 8,
  objects: 28,
  toBeFinalized: 48,
  buffer: 52,
  bufferSize: 60,
  totalBytes: 68,
};
export const STRING = { length: 12, size: 16 };
/** The hash part has 2^nodesExponent nodes, or is one that all tables without a hash part share. */
export const TABLE = { nodesExponent: 7, array: 12, nodes: 16, arraySize: 28, size: 32 };
export const CLOSURE = { isC: 6, upvalueCount: 7, proto: 16, upvaluesOfLua: 20, upvaluesOfC: 24 };
export const PROTO = {
  constants: 8,
  code: 12,
  protos: 16,
  lines: 20,
  locals: 24,
  upvalues: 28,
  source: 32,
  upvalueCount: 36,
  constantCount: 40,
  codeCount: 44,
  lineCount: 48,
  protoCount: 52,
  localCount: 56,
  size: 76,
};
/** TValue: the value, then its type. */
export const VALUE = { type: 8, size: 16 };
/** A hash part's Node: the value, then the key. */
export const NODE = { key: 16, size: 32 };
/** A userdata's own bytes follow its header. */
export const USERDATA = { length: 16, size: 24 };
export const UPVALUE_SIZE = 32;
/** LocVar, which begins with the name. */
export const LOCAL_SIZE = 12;
export const CALL_SIZE = 24;
export const POINTER_SIZE = 4;
