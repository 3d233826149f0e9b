// The check sums that computer and board compare: a file's size and SHA-1 where the firmware has the module crypto, else
// Adler-32, which needs no table, no bit operations and no number above 31 bits, so that every build of Lua can do it.
import { createHash } from "node:crypto";
import { agentLines } from "../image/agent.ts";

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

/** Lua that makes such check sums on the board (src/agent/sums.ts); `forgetSums` takes it back. */
export function sumsLua(summing: Summing): string {
  return agentLines("sums", summing === "fhash", summing === "new_hash");
}
