// The check sum that computer and board compare: Adler-32 and the length. It is made for what every board can do
// quickly: no table, no bit operations, and no number above 31 bits, so that it works in every build of Lua.

export interface Check {
  size: number;
  a: number;
  b: number;
}

const MODULUS = 65521;

export function check(content: Uint8Array): Check {
  let a = 1;
  let b = 0;
  for (const byte of content) {
    a = (a + byte) % MODULUS;
    b = (b + a) % MODULUS;
  }
  return { size: content.length, a, b };
}

export function sameCheck(one: Check, other: Check | undefined): boolean {
  return other !== undefined && one.size === other.size && one.a === other.a && one.b === other.b;
}

/**
 * Lua that defines `c(name)`: size, a and b of a file, or nothing if there is none.
 * @param skip a file of another size than this is only measured: its a and b are 0
 */
export const CHECK_LUA = `local o=file.open or io.open
local function c(n,w)local f=o(n,"r")if not f then return end
local s=f:seek("end")f:seek("set",0)if w and s~=w then f:close()return s,0,0 end
local a,b,d=1,0,f:read(1024)
while d do for i=1,#d do a=a+d:byte(i)b=b+a end
a=a%${MODULUS} b=b%${MODULUS} d=f:read(1024)end f:close()return s,a,b end`;
