// The check sums that computer and board compare: a file's size and SHA-1 where the firmware has the module crypto, else
// Adler-32, which needs no table, no bit operations and no number above 31 bits, so that every build of Lua can do it.
import { createHash } from "node:crypto";

/** How a board makes check sums: crypto.fhash (ESP8266), crypto.new_hash (ESP32), or in Lua. */
export type Summing = "fhash" | "new_hash" | "adler32";

export interface Check {
  size: number;
  /** 40 hexadecimal digits of SHA-1, or "a:b" of Adler-32; empty: only the size was asked. */
  sum: string;
}

const MODULUS = 65521;

/** Computes on the computer the check sum that a board would compute of the same content. */
export function check(content: Uint8Array, summing: Summing): Check {
  const sum = summing === "adler32" ? adler32(content) : createHash("sha1").update(content).digest("hex");
  return { size: content.length, sum };
}

function adler32(content: Uint8Array): string {
  let a = 1;
  let b = 0;
  for (const byte of content) {
    a = (a + byte) % MODULUS;
    b = (b + a) % MODULUS;
  }
  return `${a}:${b}`;
}

/** Tells whether two files are the same by size and sum. @param other undefined: there is no such file */
export function sameCheck(one: Check, other: Check | undefined): boolean {
  return other !== undefined && one.size === other.size && one.sum === other.sum;
}

const HEX = 'return(h:gsub(".",function(c)return("%02x"):format(c:byte())end))end';
/** Lua that defines `__h(name)`, the sum of a file; one chunk a line. */
const SUM_LUA: Record<Summing, string> = {
  fhash: `function __h(n)local h=crypto.fhash("sha1",n)${HEX}`,
  new_hash: `function __h(n)local h,f=crypto.new_hash("SHA1"),__o(n,"r")local d=f:read(1024)
while d do h:update(d)d=f:read(1024)end f:close()h=h:finalize()${HEX}`.replace("\n", " "),
  adler32: `function __h(n)local a,b,f=1,0,__o(n,"r")local d=f:read(1024)
while d do for i=1,#d do a=a+d:byte(i)b=b+a end a=a%${MODULUS} b=b%${MODULUS} d=f:read(1024)end
f:close()return a..":"..b end`.replaceAll("\n", " "),
};

/**
 * Lua that defines `__c(name, size)`: a file's size and sum, or nothing if there is none; the sum only if `size` is nil
 * or the file's. One chunk a line; FORGET_LUA takes the globals back.
 */
export function checkLua(summing: Summing): string {
  return `__o=file.open or io.open
${SUM_LUA[summing]}
function __c(n,w)local f=__o(n,"r")if not f then return end local s=f:seek("end")f:close()if w and s~=w then return s,""end return s,__h(n)end`;
}

export const FORGET_LUA = "__o,__h,__c=nil";
