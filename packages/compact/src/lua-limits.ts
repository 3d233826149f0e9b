// What Lua allows a function, and how much of it each pass leaves to those after it. The limits are those of Lua 5.1, which no later
// version goes below: 5.3 allows as many locals, 255 registers and 255 upvalues.

/** The limits themselves: LUAI_MAXVARS and LUAI_MAXUPVALUES (luaconf.h), MAXSTACK (llimits.h), LFIELDS_PER_FLUSH (lopcodes.h). */
export const LUA = {
  /** Local variables that are alive at once. */
  locals: 200,
  /** Registers: locals, and values that wait for the end of an expression. */
  registers: 250,
  /** Variables of the functions around it. */
  upvalues: 60,
  /** Items of a list that wait in registers before they go into its table. */
  waitingItems: 50,
} as const;

/**
 * What passes bring a function to at the most. What is between that and Lua's limit is for the passes after it and for what they do not
 * count.
 */
export const MOST = {
  /** Locals and registers of the chunk, when all passes are over: Lua's own code generator takes a few that are not counted here. */
  chunkLocals: LUA.locals - 20,
  registers: LUA.registers - 10,
  /** Locals of a function that takes in another one, or the statements of a block. */
  mergedLocals: LUA.locals - 80,
  /** Upvalues of a function that takes in another one. */
  mergedUpvalues: LUA.upvalues - 10,
  /** Upvalues of a function, once library functions are locals of the chunk. */
  cachedUpvalues: LUA.upvalues - 5,
  /** Names in one declaration: each is a local. */
  declaredNames: LUA.locals - 10,
  /** Operands of `..` that become one instruction: each takes a register. */
  concatenated: LUA.registers / 5,
} as const;
