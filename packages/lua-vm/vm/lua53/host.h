/* Included before every file of Lua: what a C library and a setjmp would do is done by the host. */
#include <stdlib.h>

#define HOST(name) __attribute__((import_module("env"), import_name(#name)))

/* An error is an exception of the host's, which passes through WebAssembly up to the host's own try. */
HOST(host_throw) _Noreturn void host_throw(void);
HOST(host_try) void host_try(void *f, void *L, void *ud);
#define luai_jmpbuf int
#define LUAI_THROW(L, c) host_throw()
#define LUAI_TRY(L, c, a) host_try((void *)f, L, ud);

/* No signals here. */
#define l_signalT int

/* No clock either: pairs() and table.sort go the same way in every run. */
#define luai_makeseed() 0x5eed
#define l_randomizePivot() 0x5eed

/* A board has no environment variables. */
#define getenv(name) ((char *)NULL)

/* As the firmware's luaconf.h sets them. */
#define LUAI_GCPAUSE 110
#define LUAL_BUFFERSIZE 256
