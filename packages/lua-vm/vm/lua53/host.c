/* What the host asks of Lua 5.3 beyond its C API: sizes and debug information, which only Lua's own structures tell. */
#include <stddef.h>

#include "lua.h"

#include "lfunc.h"
#include "lmem.h"
#include "lobject.h"
#include "lstate.h"

/* Bytes of the thread's stacks (values and calls) and of the string table; each call information is a block with a header. */
size_t host_elastic(lua_State *L, size_t header) {
  return L->stacksize * sizeof(TValue) + L->nci * (sizeof(CallInfo) + header) +
         G(L)->strt.size * sizeof(TString *);
}

enum { NAMES = 1, LINES, ALL };

static void strip(lua_State *L, Proto *f, int part) {
  int i;
  luaM_freearray(L, f->locvars, f->sizelocvars);
  f->locvars = NULL;
  f->sizelocvars = 0;
  for (i = 0; i < f->sizeupvalues; i++) f->upvalues[i].name = NULL;
  if (part >= LINES) {
    luaM_freearray(L, f->lineinfo, f->sizelineinfo);
    f->lineinfo = NULL;
    f->sizelineinfo = 0;
  }
  if (part == ALL) f->source = NULL;
  for (i = 0; i < f->sizep; i++) strip(L, f->p[i], part);
}

/* Takes debug information from the Lua function on top of the stack and those inside it; returns the bytes that became free. */
size_t host_strip(lua_State *L, int part) {
  size_t before = gettotalbytes(G(L));
  strip(L, clLvalue(L->top - 1)->p, part);
  return before - gettotalbytes(G(L));
}
